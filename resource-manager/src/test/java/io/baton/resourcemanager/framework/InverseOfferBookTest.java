package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.Filters;
import io.baton.v1.InverseOffer;
import io.baton.v1.OfferID;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InverseOfferBookTest {
    private static final FrameworkId F = new FrameworkId("f");

    private final InverseOfferBook book = new InverseOfferBook();

    private static InverseOffer offer(String id, String agent) {
        return InverseOffer.newBuilder()
                .setId(OfferID.newBuilder().setValue(id))
                .setFrameworkId(F.toProto())
                .setAgentId(new AgentId(agent).toProto())
                .setUnavailability(Unavailability.newBuilder()
                        .setStart(TimeInfo.newBuilder().setNanoseconds(1)))
                .build();
    }

    private static Event event(List<SessionEffect> effects) {
        return ((SessionEffect.Emit) effects.get(0)).event();
    }

    private List<SessionEffect> answer(boolean accepted, String... ids) {
        return book.answer(
                F,
                Stream.of(ids)
                        .map(id -> OfferID.newBuilder().setValue(id).build())
                        .toList(),
                accepted,
                false,
                Filters.getDefaultInstance());
    }

    @Test
    void aSchedulerIsToldOnceHoweverOftenALedgerSaysIt() {
        var told = event(book.offered(List.of(offer("o1", "a"))));

        assertThat(told.getType()).isEqualTo(Event.Type.INVERSE_OFFERS);
        assertThat(told.getInverseOffers().getInverseOffersList()).containsExactly(offer("o1", "a"));
        assertThat(book.offered(List.of(offer("o1", "a")))).isEmpty();

        book.clear();

        assertThat(book.offered(List.of(offer("o1", "a"))))
                .as("another scheduler")
                .hasSize(1);
    }

    @Test
    void answersGoToTheAgentsThatAsked() {
        book.offered(List.of(offer("o1", "a"), offer("o2", "b"), offer("o3", "a")));

        assertThat(answer(true, "o3", "o2", "nobody's", "o1"))
                .containsExactly(
                        new SessionEffect.ToAgent(
                                new AgentId("a"),
                                new AgentProtocol.AnswerInverse(
                                        F,
                                        List.of(new OfferId("o3"), new OfferId("o1")),
                                        true,
                                        OfferBook.DEFAULT_REFUSAL)),
                        new SessionEffect.ToAgent(
                                new AgentId("b"),
                                new AgentProtocol.AnswerInverse(
                                        F, List.of(new OfferId("o2")), true, Duration.ofSeconds(5))));
        assertThat(answer(false, "o1")).as("answered before").isEmpty();
    }

    @Test
    void whatWasAnsweredIsNoNewsAndItsLedgerHearsTheAnswerAgain() {
        book.offered(List.of(offer("o1", "a"), offer("o2", "a")));
        answer(false, "o1", "o2");
        var again = new SessionEffect.ToAgent(
                new AgentId("a"),
                new AgentProtocol.AnswerInverse(F, List.of(new OfferId("o1")), false, OfferBook.DEFAULT_REFUSAL));

        assertThat(book.offered(List.of(offer("o1", "a")))).containsExactly(again);
        book.clear();
        assertThat(book.offered(List.of(offer("o1", "a"))))
                .as("another scheduler")
                .containsExactly(again);
        assertThat(event(book.offered(List.of(offer("o3", "a")))).getType()).isEqualTo(Event.Type.INVERSE_OFFERS);
        assertThat(book.rescinded(List.of(new OfferId("o1")))).isEmpty();
        assertThat(event(book.offered(List.of(offer("o1", "a")))).getType()).isEqualTo(Event.Type.INVERSE_OFFERS);
    }

    @Test
    void theOldestAnswersAreForgotten() {
        for (int i = 0; i <= InverseOfferBook.MOST_ANSWERS; i++) {
            book.offered(List.of(offer("o" + i, "a")));
            answer(true, "o" + i);
        }

        assertThat(event(book.offered(List.of(offer("o0", "a")))).getType()).isEqualTo(Event.Type.INVERSE_OFFERS);
        assertThat(book.offered(List.of(offer("o1", "a")))).singleElement().isInstanceOf(SessionEffect.ToAgent.class);
    }

    @Test
    void aRevivalEndsTheFiltersOfTheAgentsThatHadAnAnswer() {
        book.offered(List.of(offer("o1", "a"), offer("o2", "b")));
        answer(true, "o1");

        assertThat(book.revived(F))
                .containsExactly(new SessionEffect.ToAgent(
                        new AgentId("a"), new AgentProtocol.AnswerInverse(F, List.of(), true, Duration.ZERO)));
        assertThat(book.revived(F)).isEmpty();
    }

    /** Its answer has not come to the ledger: said again it would bring back the filter that was to go. */
    @Test
    void afterARevivalTheSchedulerIsAskedAgainWhatItHasAnswered() {
        book.offered(List.of(offer("o1", "a")));
        answer(false, "o1");

        book.revived(F);

        assertThat(event(book.offered(List.of(offer("o1", "a"))))
                        .getInverseOffers()
                        .getInverseOffersList())
                .containsExactly(offer("o1", "a"));
        assertThat(answer(true, "o1")).hasSize(1);
    }

    @Test
    void onlyWhatTheSchedulerKnowsIsRescinded() {
        book.offered(List.of(offer("o1", "a")));

        assertThat(event(book.rescinded(List.of(new OfferId("o1"))))
                        .getRescindInverseOffer()
                        .getInverseOfferId()
                        .getValue())
                .isEqualTo("o1");
        assertThat(book.rescinded(List.of(new OfferId("o1"), new OfferId("o2"))))
                .isEmpty();
    }
}
