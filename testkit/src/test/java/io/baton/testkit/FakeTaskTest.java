package io.baton.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.AgentID;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FakeTaskTest {
    private static final long START = -5_000_000_000L;

    private final FakeTask task = new FakeTask(
            TaskInfo.newBuilder()
                    .setName("t")
                    .setTaskId(TaskID.newBuilder().setValue("t"))
                    .setAgentId(AgentID.newBuilder().setValue("A"))
                    .build(),
            "F",
            Outcome.of(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED).lasting(Duration.ofSeconds(1)));

    private Duration pauseAt(long millis) {
        return task.pause(START + Duration.ofMillis(millis).toNanos());
    }

    @Test
    void itsTimeRunsOnWhileItsAgentIsAway() {
        assertThat(pauseAt(0)).isZero();
        task.next(0);
        task.acknowledge(task.outstanding().getUuid());

        assertThat(pauseAt(0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pauseAt(400)).isEqualTo(Duration.ofMillis(600));
        assertThat(pauseAt(5_000)).isZero();
    }

    @Test
    void whatIsKilledIsNotWaitedFor() {
        task.next(0);
        task.acknowledge(task.outstanding().getUuid());
        assertThat(pauseAt(0)).isPositive();

        task.kill(false);

        assertThat(pauseAt(1)).isZero();
    }
}
