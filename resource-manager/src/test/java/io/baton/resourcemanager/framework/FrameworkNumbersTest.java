package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.resourcemanager.metrics.MasterNumbers;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameworkNumbersTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId S = new AgentId("s");
    private static final List<OfferId> TWO = List.of(new OfferId("o1"), new OfferId("o2"));

    private final MasterNumbers numbers = new MasterNumbers();
    private final FrameworkNumbers framework = new FrameworkNumbers(F, numbers);

    @Test
    void whatACallAsksForIsCounted() {
        var accept = Call.newBuilder().setType(Call.Type.ACCEPT);
        accept.getAcceptBuilder()
                .addOperations(Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH))
                .addOperations(Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE));
        var refused = Event.newBuilder().setType(Event.Type.UPDATE);
        refused.getUpdateBuilder().getStatusBuilder().setState(TaskState.TASK_ERROR);

        framework.subscribes(true);
        framework.called(
                accept.buildPartial(),
                Answered.accepted(List.of(
                        new SessionEffect.Emit(refused.buildPartial()),
                        new SessionEffect.ToAgent(
                                S,
                                new AgentProtocol.Accept(
                                        FrameworkInfo.getDefaultInstance(), TWO, List.of(), Duration.ZERO)))),
                true);
        framework.called(
                Call.newBuilder().setType(Call.Type.DECLINE).build(),
                Answered.accepted(List.of(
                        new SessionEffect.ToAgent(S, new AgentProtocol.Decline(F, TWO.subList(0, 1), Duration.ZERO)))),
                true);
        framework.called(
                Call.newBuilder().setType(Call.Type.ACKNOWLEDGE).build(),
                Answered.refused(CallAnswer.forbidden("Framework is not subscribed")),
                true);

        assertThat(numbers.now())
                .containsEntry("framework/f/calls", 4L)
                .containsEntry("framework/f/calls/accept", 1L)
                .containsEntry("framework/f/calls/subscribe", 1L)
                .containsEntry("framework/f/operations", 2L)
                .containsEntry("framework/f/operations/launch", 1L)
                .containsEntry("framework/f/operations/reserve", 1L)
                .containsEntry("framework/f/offers/accepted", 2L)
                .containsEntry("framework/f/offers/declined", 1L)
                .containsEntry("framework/f/tasks/terminal/task_error", 1L)
                .containsEntry("master/tasks_error", 1L)
                .containsEntry("master/messages_reregister_framework", 1L)
                .containsEntry("master/messages_launch_tasks", 1L)
                .containsEntry("master/messages_decline_offers", 1L)
                .containsEntry("master/invalid_status_update_acknowledgements", 1L)
                .doesNotContainKey("master/valid_status_update_acknowledgements");
    }

    @Test
    void ofAFrameworkThatThereIsNotOnlyTheMastersNumbersAreKept() {
        framework.called(
                Call.newBuilder().setType(Call.Type.DECLINE).build(),
                Answered.refused(CallAnswer.badRequest("Framework cannot be found")),
                false);

        assertThat(numbers.now().keySet()).containsExactly("master/messages_decline_offers");
    }

    @Test
    void whatASchedulerIsToldIsCounted() {
        var offers = Event.newBuilder().setType(Event.Type.OFFERS);
        offers.getOffersBuilder().addOffers(Offer.getDefaultInstance()).addOffers(Offer.getDefaultInstance());

        framework.told(offers.buildPartial());
        framework.told(Event.newBuilder().setType(Event.Type.RESCIND).build());

        assertThat(numbers.now())
                .containsEntry("framework/f/events", 2L)
                .containsEntry("framework/f/events/offers", 1L)
                .containsEntry("framework/f/offers/sent", 2L)
                .containsEntry("framework/f/offers/rescinded", 1L);
    }

    @Test
    void numbersOfAFrameworkThatHasEndedAreForgottenAndThoseOfTheMasterStay() {
        framework.subscribes(false);

        numbers.forget("f");

        assertThat(numbers.now().keySet()).containsExactly("master/messages_register_framework");
    }
}
