package io.baton.sdk.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.AgentID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconciliationTest {
    private static final AgentID AGENT = AgentID.newBuilder().setValue("S").build();

    private final Reconciliation tasks = new Reconciliation(5_000, new Backoff(5_000, 60_000, new Random(1)));

    @Test
    void asksAgainMoreAndMoreSlowlyUntilAllIsAnswered() {
        tasks.track("a", AGENT);
        tasks.track("b", null);
        tasks.askAll(0);

        assertThat(shown(tasks.due(0))).isEqualTo("a@S b");
        assertThat(shown(tasks.due(2_000))).isEmpty();
        tasks.updated(status("a", TaskState.TASK_RUNNING));
        assertThat(shown(tasks.due(5_000))).isEqualTo("b");
        assertThat(shown(tasks.due(9_900))).isEmpty();
        assertThat(shown(tasks.due(15_000))).isEqualTo("b");
        tasks.updated(status("b", TaskState.TASK_LOST));
        assertThat(shown(tasks.due(100_000))).isEmpty();
        assertThat(tasks.tracked()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void forgetsATaskThatHasEndedOrIsUnknown(TaskState state) {
        tasks.track("a", AGENT);

        tasks.updated(status("a", state));

        var live = List.of("TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING", "TASK_UNREACHABLE");
        assertThat(tasks.tracked()).isEqualTo(live.contains(state.name()) ? 1 : 0);
    }

    @Test
    void asksInBatches() {
        for (var i = 0; i < 2_500; i++) {
            tasks.track("t" + i, AGENT);
        }
        tasks.askAll(0);

        assertThat(tasks.due(0))
                .extracting(call -> call.getReconcile().getTasksCount())
                .containsExactly(1_000, 1_000, 500);
    }

    @Test
    void knowsWhenItDoesNotKnowAll() {
        for (var i = 0; i < 5_000; i++) {
            tasks.track("t" + i, AGENT);
        }
        assertThat(tasks.incomplete()).isFalse();

        tasks.track("one more", AGENT);

        assertThat(tasks.incomplete()).isTrue();
        assertThat(tasks.tracked()).isEqualTo(5_000);
    }

    private static TaskStatus status(String id, TaskState state) {
        return SessionDriver.update(id, state, "").getUpdate().getStatus();
    }

    private static String shown(List<Call.Builder> calls) {
        return calls.stream()
                .flatMap(call -> call.getReconcile().getTasksList().stream())
                .map(task -> task.getTaskId().getValue()
                        + (task.hasAgentId() ? "@" + task.getAgentId().getValue() : ""))
                .collect(Collectors.joining(" "));
    }
}
