package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpdateFlowTest {
    private static final Event OFFERS =
            Event.newBuilder().setType(Event.Type.OFFERS).build();

    private int tasks;
    private final UpdateFlow flow = new UpdateFlow(() -> tasks);

    private static Event update(int task, String uuid, TaskState state) {
        return Events.update(TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t" + task))
                .setUuid(ByteString.copyFromUtf8(uuid))
                .setState(state)
                .build());
    }

    private static Event update(int task) {
        return update(task, "u", TaskState.TASK_RUNNING);
    }

    private static List<Event> updates(int from, int to) {
        return IntStream.range(from, to).mapToObj(UpdateFlowTest::update).toList();
    }

    private List<Event> tell(List<Event> events) {
        var out = new ArrayList<Event>();
        events.forEach(event -> out.addAll(flow.tell(event)));
        return out;
    }

    @Test
    void aStreamThatSaysWhenItHasRoomGetsAllInOrder() {
        int first = UpdateFlow.FIRST;

        assertThat(tell(updates(0, first + 25))).isEqualTo(updates(0, first));
        assertThat(flow.tell(OFFERS)).containsExactly(OFFERS);
        assertThat(flow.hasRoom(10, 0)).isEqualTo(updates(first, first + 10));
        assertThat(flow.tick()).isEmpty();
        assertThat(flow.tell(update(first + 25))).isEmpty();
        assertThat(flow.hasRoom(10, 0)).isEqualTo(updates(first + 10, first + 20));
        assertThat(flow.hasRoom(10, 0)).isEqualTo(updates(first + 20, first + 26));
        assertThat(tell(updates(5, 9))).isEqualTo(updates(5, 9));
        assertThat(tell(updates(9, 12))).isEmpty();
    }

    @Test
    void whatIsUnderWayToAStreamTakesOfItsRoom() {
        int first = UpdateFlow.FIRST;
        tell(updates(0, first + 100));

        assertThat(flow.hasRoom(10, first + 10)).isEqualTo(updates(first, first + 10));
        assertThat(flow.hasRoom(10, first + 10)).as("said again").isEmpty();
        assertThat(flow.hasRoom(10, first + 15))
                .as("it has written five of the ten")
                .isEqualTo(updates(first + 10, first + 15));
        assertThat(flow.hasRoom(10, first + 12)).as("said before that").isEmpty();
        assertThat(flow.hasRoom(10, first + 25)).isEqualTo(updates(first + 15, first + 25));
    }

    @Test
    void aStreamThatNeverSaysSoGetsMoreWithEachTick() {
        int first = UpdateFlow.FIRST;
        int more = UpdateFlow.EACH_TICK;
        tell(updates(0, first + 2 * more));

        assertThat(flow.tick()).isEqualTo(updates(first, first + more));
        assertThat(flow.tick()).isEqualTo(updates(first + more, first + 2 * more));
        assertThat(flow.tick()).isEmpty();
    }

    @Test
    void whatIsToldAgainWhileItWaitsGoesOutOnce() {
        tell(updates(0, UpdateFlow.FIRST));
        flow.tell(update(1, "u", TaskState.TASK_RUNNING));
        flow.tell(update(2, "", TaskState.TASK_RUNNING));
        flow.tell(update(1, "u", TaskState.TASK_RUNNING));
        flow.tell(update(2, "", TaskState.TASK_FINISHED));

        assertThat(flow.hasRoom(10, 0))
                .containsExactly(update(1, "u", TaskState.TASK_RUNNING), update(2, "", TaskState.TASK_FINISHED));
    }

    @Test
    void aNewerAnswerDoesNotOvertakeTheUpdateThatWaits() {
        tell(updates(0, UpdateFlow.FIRST));
        flow.tell(update(1, "", TaskState.TASK_STAGING));
        flow.tell(update(1, "u", TaskState.TASK_RUNNING));
        flow.tell(update(1, "", TaskState.TASK_FINISHED));

        assertThat(flow.hasRoom(10, 0))
                .containsExactly(update(1, "u", TaskState.TASK_RUNNING), update(1, "", TaskState.TASK_FINISHED));
    }

    /** What a master answers: it has no uuid. */
    private static Event answer(int task, TaskStatus.Reason reason) {
        return Events.update(TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t" + task))
                .setState(TaskState.TASK_UNKNOWN)
                .setReason(reason)
                .build());
    }

    private static List<Event> answers(int from, int to, TaskStatus.Reason reason) {
        return IntStream.range(from, to).mapToObj(task -> answer(task, reason)).toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"REASON_RECONCILIATION", "REASON_INVALID_OFFERS", "REASON_TASK_INVALID"})
    void moreAnswersThanAnybodyWaitsForAreLeftOut(TaskStatus.Reason reason) {
        tasks = 7;
        int most = UpdateFlow.FIRST + UpdateFlow.MOST_ANSWERS + tasks;
        tell(answers(0, most + 50, reason));
        assertThat(flow.tell(answer(UpdateFlow.FIRST, reason)))
                .as("one that waits")
                .isEmpty();
        flow.tell(update(-1));

        int waiting = UpdateFlow.MOST_ANSWERS + tasks + 1;
        assertThat(flow.hasRoom(waiting, 0))
                .hasSize(waiting)
                .startsWith(answer(UpdateFlow.FIRST, reason))
                .endsWith(answer(most - 1, reason), update(-1));

        tell(answers(0, most + 50, reason));
        assertThat(flow.hasRoom(2 * most, 0)).as("there is room again").hasSize(waiting - 1);
    }

    @Test
    void whatBecameOfTasksIsToldHoweverMuchThereIs() {
        int many = UpdateFlow.FIRST + UpdateFlow.MOST_ANSWERS + 50;

        tell(answers(0, many, TaskStatus.Reason.REASON_AGENT_REMOVED));

        assertThat(flow.hasRoom(many, 0)).hasSize(many - UpdateFlow.FIRST);
    }

    @Test
    void anotherStreamBeginsAnew() {
        tell(updates(0, UpdateFlow.FIRST + 5));

        flow.begin();

        assertThat(tell(updates(7, 9))).isEqualTo(updates(7, 9));
        assertThat(flow.hasRoom(10, 0)).isEmpty();
    }
}
