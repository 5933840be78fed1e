package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Record;
import io.baton.executor.task.TaskKey;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A master takes back what a task holds, for another role. */
class PreemptedTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String WHY = "role 'prod' takes back cpus:1 from role 'batch'";
    private static final TaskKey KEY = TaskKey.of(FRAMEWORK.getId(), Samples.taskId("t"));

    private final List<Record> journal = new ArrayList<>();
    private long uuids;
    private final TaskBooks books = books(new AgentState());

    private TaskBooks books(AgentState state) {
        var facts = new AgentFacts(
                Path.of("/work"),
                Resources.scalars(Map.of("cpus", 2.0, "mem", 100.0)),
                "boot-1",
                "10.0.0.1",
                3,
                1,
                true,
                2,
                Duration.ofHours(24));
        return new TaskBooks(facts, state, () -> new UUID(0, ++uuids));
    }

    private List<Effect> take(List<Effect> effects) {
        effects.forEach(effect -> {
            if (effect instanceof Effect.Checkpoint checkpoint) {
                journal.add(checkpoint.record());
            }
        });
        return effects;
    }

    private void runs() {
        take(books.run(FRAMEWORK, task("t", "true").build(), true, NOW));
        take(books.prepared(container(), NOW));
        take(books.started(container(), Optional.of(new ProcessIdentity(7, 70, 6, 60)), NOW));
    }

    private String container() {
        return books.state().task(KEY).orElseThrow().container();
    }

    private TaskStatus last() {
        var pending = books.state().task(KEY).orElseThrow().pending();
        return pending.get(pending.size() - 1);
    }

    private void ends() {
        take(books.ended(container(), new Verdict.Signaled(15), NOW));
    }

    @Test
    void theTaskIsKilledAndItsSchedulerHearsWhy() {
        runs();
        var effects = take(books.preempt(KEY, Optional.empty(), WHY, NOW));

        assertThat(effects.get(0)).as("written down first").isInstanceOf(Effect.Checkpoint.class);
        assertThat(effects).anyMatch(Effect.Kill.class::isInstance);
        ends();
        assertThat(last().getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(last().getReason()).isEqualTo(Reason.REASON_CONTAINER_PREEMPTED);
        assertThat(last().getMessage()).isEqualTo(WHY);
    }

    @Test
    void theNextAgentProcessKnowsWhy() {
        runs();
        take(books.preempt(KEY, Optional.empty(), WHY, NOW));

        var next = new AgentState();
        journal.forEach(next::apply);
        assertThat(next.task(KEY).orElseThrow().preempted()).contains(WHY);
        var compacted = new AgentState();
        next.records().forEach(compacted::apply);
        assertThat(compacted.task(KEY).orElseThrow().preempted()).contains(WHY);
    }

    @Test
    void aTaskThatIsToEndAnywayEndsForItsFirstReason() {
        runs();
        take(books.kill(KEY, Optional.empty(), NOW));
        take(books.preempt(KEY, Optional.empty(), WHY, NOW));
        ends();
        assertThat(last().getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(last().hasReason()).isFalse();
    }

    @Test
    void anUnknownTaskIsIgnored() {
        assertThat(books.preempt(KEY, Optional.empty(), WHY, NOW)).isEmpty();
    }
}
