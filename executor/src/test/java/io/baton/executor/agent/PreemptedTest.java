package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.TaskKey;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A master takes back what a task holds, for another role. */
class PreemptedTest {
    private static final String WHY = "role 'prod' takes back cpus:1 from role 'batch'";
    private static final TaskKey KEY = BooksProbe.task("t");

    private final BooksProbe probe = new BooksProbe();

    private void runs() {
        probe.take(probe.books.run(BooksProbe.framework(), task("t", "true").build(), true, NOW));
        probe.runs(probe.container("t"));
    }

    private List<Effect> preempt() {
        var effects = probe.books.preempt(KEY, Optional.empty(), WHY, NOW);
        probe.take(effects);
        return effects;
    }

    private TaskStatus ends() {
        probe.take(probe.books.ended(probe.container("t"), new Verdict.Signaled(15), NOW));
        return probe.latest("t");
    }

    @Test
    void theTaskIsKilledAndItsSchedulerHearsWhy() {
        runs();
        var effects = preempt();

        assertThat(effects.get(0)).as("written down first").isInstanceOf(Effect.Checkpoint.class);
        assertThat(effects).anyMatch(Effect.Kill.class::isInstance);
        var last = ends();
        assertThat(last.getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(last.getReason()).isEqualTo(Reason.REASON_CONTAINER_PREEMPTED);
        assertThat(last.getMessage()).isEqualTo(WHY);
    }

    @Test
    void theNextAgentProcessKnowsWhy() {
        runs();
        preempt();

        probe.restart();
        assertThat(probe.books.state().task(KEY).orElseThrow().preempted()).contains(WHY);
        var compacted = new AgentState();
        probe.books.state().records().forEach(compacted::apply);
        assertThat(compacted.task(KEY).orElseThrow().preempted()).contains(WHY);
    }

    @Test
    void aTaskThatIsToEndAnywayEndsForItsFirstReason() {
        runs();
        probe.take(probe.books.kill(KEY, Optional.empty(), NOW));
        preempt();
        var last = ends();
        assertThat(last.getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(last.hasReason()).isFalse();
    }

    @Test
    void anUnknownTaskIsIgnored() {
        assertThat(preempt()).isEmpty();
    }
}
