package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.KillPolicy;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KillsTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId A = new AgentId("a");

    private final Kills kills = new Kills();

    private SessionEffect order(String task, Optional<KillPolicy> policy) {
        return kills.ordered(A, new AgentProtocol.Kill(F, new TaskId(task), policy));
    }

    private List<SessionEffect.ToAgent> again(String agent, String task, TaskState state) {
        var there = Task.newBuilder()
                .setTaskId(new TaskId(task).toProto())
                .setState(state)
                .buildPartial();
        return kills.again(new AgentId(agent), List.of(there));
    }

    @Test
    void anAgentThatRegistersWithATaskThatIsToEndIsToldTheNewestOrderAgain() {
        order("t", Optional.empty());
        var newest = order("t", Optional.of(KillPolicy.getDefaultInstance()));

        assertThat(again("a", "t", TaskState.TASK_RUNNING)).containsExactly((SessionEffect.ToAgent) newest);
        assertThat(again("a", "t", TaskState.TASK_KILLED)).isEmpty();
        assertThat(again("b", "t", TaskState.TASK_RUNNING)).isEmpty();
        assertThat(again("a", "u", TaskState.TASK_RUNNING)).isEmpty();

        kills.over(new TaskId("t"));
        assertThat(again("a", "t", TaskState.TASK_RUNNING)).isEmpty();
    }

    @Test
    void ofTooManyTheOldestAreForgotten() {
        for (int i = 0; i <= Kills.MOST; i++) {
            order("t" + i, Optional.empty());
        }

        assertThat(again("a", "t0", TaskState.TASK_RUNNING)).isEmpty();
        assertThat(again("a", "t1", TaskState.TASK_RUNNING)).hasSize(1);
        assertThat(again("a", "t" + Kills.MOST, TaskState.TASK_RUNNING)).hasSize(1);
    }
}
