package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Offers end with the owner of their agent, whether or not it could say so. */
class SessionOffersTest extends SessionFixture {
    private static final ToLongFunction<AgentId> NOBODY = agent -> 0;

    /** Offered and told to the scheduler. */
    private void offers(String... ids) {
        for (var id : ids) {
            session.offered(offered(id, "*", id.substring(0, id.indexOf("-O"))));
        }
        session.flush();
    }

    private static List<String> rescinded(List<SessionEffect> effects) {
        return effects.stream()
                .filter(SessionEffect.Emit.class::isInstance)
                .map(e -> ((SessionEffect.Emit) e).event())
                .filter(event -> event.getType() == Event.Type.RESCIND)
                .map(event -> event.getRescind().getOfferId().getValue())
                .toList();
    }

    private static SessionEffect over(String... ids) {
        return new SessionEffect.OffersOver(
                F, List.of(ids).stream().map(OfferId::new).toList());
    }

    private static FrameworkProtocol.Leased leased(String agent, String... ids) {
        return new FrameworkProtocol.Leased(
                new AgentId(agent), List.of(ids).stream().map(OfferId::new).toList());
    }

    @Test
    void whatAnOwnerHasOfferedIsOverWhenANewerOneIsKnown() {
        connected(INFO);
        offers("a-O1.1.1", "a-O3.1.1", "b-O2.1.1", "odd-O.1");

        assertThat(session.owned(NOBODY)).isEmpty();
        var effects = session.owned(agent -> agent.value().equals("b") ? 2 : 3);

        assertThat(rescinded(effects)).as("a-O3.1.1 has ended a-O1.1.1 already").isEmpty();
        offers("a-O3.1.2");
        effects = session.owned(agent -> 4);
        assertThat(rescinded(effects)).containsExactly("a-O3.1.1", "a-O3.1.2", "b-O2.1.1");
        assertThat(effects).contains(over("a-O3.1.1", "a-O3.1.2"), over("b-O2.1.1"));
        assertThat(session.owned(agent -> 4)).isEmpty();
        assertThat(shown(accept(List.of("b-O2.1.1"), task("t")))).contains("INVALID_OFFERS");
    }

    @ParameterizedTest(name = "{0} after a-O2.2.1: {1}")
    @CsvSource({"a-O3.1.1, true", "a-O2.3.1, true", "a-O2.2.2, false", "b-O3.1.1, false", "a-O1.9.1, false"})
    void aNewerTermOfTheAgentEndsWhatItHasOfferedBefore(String next, boolean ends) {
        connected(INFO);
        offers("a-O2.2.1");
        var agent = next.substring(0, 1);

        var first = session.offered(offered(next, "*", agent));
        assertThat(rescinded(first).equals(List.of("a-O2.2.1"))).isEqualTo(ends);
    }

    @Test
    void aLedgerThatNamesItsLeasesEndsWhatALedgerBeforeItHasOffered() {
        connected(INFO);
        offers("a-O2.1.1", "b-O2.1.1");

        var effects = session.leased(leased("a", "a-O3.1.1"));

        assertThat(rescinded(effects)).containsExactly("a-O2.1.1");
        assertThat(effects)
                .contains(new SessionEffect.ToAgent(
                        new AgentId("a"),
                        new AgentProtocol.Decline(F, List.of(new OfferId("a-O3.1.1")), Duration.ZERO)));
        assertThat(session.leased(leased("b", "b-O2.1.1"))).isEmpty();
        assertThat(rescinded(session.leased(leased("b", "b-O1.1.1"))))
                .as("an old owner")
                .isEmpty();
    }

    @Test
    void anAgentThatIsLostTakesItsOffersWithIt() {
        connected(INFO);
        offers(AGENT + "-O7.1.1", "b-O7.1.1");

        assertThat(rescinded(session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0)))
                .containsExactly(AGENT + "-O7.1.1");
    }

    @Test
    void aSessionThatMovesGivesBackWhatItsSchedulerHolds() {
        connected(INFO);
        offers("a-O1.1.1", "b-O2.1.1", "b-O2.1.2");

        assertThat(session.moves())
                .containsExactly(
                        over("a-O1.1.1"),
                        declined("a", "a-O1.1.1"),
                        over("b-O2.1.1", "b-O2.1.2"),
                        declined("b", "b-O2.1.1", "b-O2.1.2"));
        assertThat(session.moves()).isEmpty();
    }

    private static SessionEffect declined(String agent, String... ids) {
        return new SessionEffect.ToAgent(
                new AgentId(agent),
                new AgentProtocol.Decline(
                        F, List.of(ids).stream().map(OfferId::new).toList(), Duration.ZERO));
    }
}
