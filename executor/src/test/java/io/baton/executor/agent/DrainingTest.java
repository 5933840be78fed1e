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
import io.baton.v1.DrainConfig;
import io.baton.v1.DurationInfo;
import io.baton.v1.FrameworkInfo;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator wants the agent to be empty. */
class DrainingTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Optional<DrainConfig> DRAIN = Optional.of(DrainConfig.getDefaultInstance());
    private static final Optional<DrainConfig> FOR_GOOD =
            Optional.of(DrainConfig.newBuilder().setMarkGone(true).build());

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
                Duration.ofHours(24),
                64 << 20);
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

    private List<Effect> run(FrameworkInfo framework, String id) {
        return take(books.run(framework, task(id, "true").build(), true, NOW));
    }

    private void runToRunning(FrameworkInfo framework, String id) {
        run(framework, id);
        var container = books.state().task(key(id)).orElseThrow().container();
        take(books.prepared(container, NOW));
        take(books.started(container, Optional.of(new ProcessIdentity(7, 70, 6, 60)), NOW));
    }

    private static TaskKey key(String id) {
        return TaskKey.of(FRAMEWORK.getId(), Samples.taskId(id));
    }

    private TaskStatus last(String id) {
        var pending = books.state().task(key(id)).orElseThrow().pending();
        return pending.get(pending.size() - 1);
    }

    private void ends(String id) {
        take(books.ended(books.state().task(key(id)).orElseThrow().container(), new Verdict.Signaled(15), NOW));
    }

    @Test
    void tasksAreKilledAndTheirSchedulersHearWhy() {
        runToRunning(FRAMEWORK, "t");

        var effects = take(books.drain(DRAIN, false, NOW));

        assertThat(effects.get(0)).isInstanceOf(Effect.Checkpoint.class);
        assertThat(effects).anyMatch(Effect.Kill.class::isInstance);
        ends("t");
        assertThat(last("t").getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(last("t").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
    }

    @Test
    void ofAnAgentThatWillNotComeBackTheyAreGone() {
        runToRunning(FRAMEWORK, "t");
        take(books.drain(FOR_GOOD, false, NOW));
        ends("t");

        assertThat(last("t").getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(last("t").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);
    }

    @Test
    void thoseThatDoNotKnowTheStateHearThatTheyWereKilled() {
        var older = FRAMEWORK.toBuilder().clearCapabilities().build();
        runToRunning(older, "t");
        take(books.drain(FOR_GOOD, false, NOW));
        ends("t");

        assertThat(last("t").getState()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void noTaskIsTakenUntilItIsOver() {
        take(books.drain(DRAIN, false, NOW));

        run(FRAMEWORK, "t");
        assertThat(last("t").getState()).isEqualTo(TaskState.TASK_DROPPED);
        assertThat(last("t").getReason()).isEqualTo(Reason.REASON_AGENT_DRAINING);

        take(books.drain(Optional.empty(), false, NOW));
        assertThat(run(FRAMEWORK, "u")).anyMatch(Effect.Prepare.class::isInstance);
    }

    @Test
    void aCopyDoesNothingAndARegistrationKillsWhatAnEarlierAgentLeft() {
        runToRunning(FRAMEWORK, "t");
        var state = new AgentState();
        journal.forEach(state::apply);
        take(books.drain(DRAIN, false, NOW));

        assertThat(books.drain(DRAIN, false, NOW)).isEmpty();
        assertThat(books.drain(DRAIN, true, NOW)).as("it is being killed").isEmpty();
    }

    @Test
    void theNextAgentKnowsIt() {
        take(books.drain(DRAIN, false, NOW));
        var state = new AgentState();
        journal.forEach(state::apply);
        assertThat(state.drain()).isEqualTo(DRAIN);
        assertThat(state.drainSince()).isEqualTo(NOW);

        var compacted = new AgentState();
        state.records().forEach(compacted::apply);
        assertThat(compacted.drain()).isEqualTo(DRAIN);

        take(books.drain(Optional.empty(), false, NOW));
        var over = new AgentState();
        journal.forEach(over::apply);
        assertThat(over.drain()).isEmpty();
    }

    @ParameterizedTest(name = "{0} s of its own, the operator waits {1} s: {2}")
    @CsvSource({"10, 5, 5", "2, 5, 2", "'', 5, 3", "'', 2, 2", "10, '', ''"})
    void theGraceIsTheTasksOwnButNotLongerThanTheOperatorWaits(String own, String most, String grace) {
        var task = task("t", "true");
        if (own != null && !own.isEmpty()) {
            task.setKillPolicy(Samples.grace(Duration.ofSeconds(Long.parseLong(own))));
        }
        take(books.run(FRAMEWORK, task.build(), true, NOW));
        var config = DrainConfig.newBuilder();
        if (most != null && !most.isEmpty()) {
            config.setMaxGracePeriod(DurationInfo.newBuilder()
                    .setNanoseconds(Duration.ofSeconds(Long.parseLong(most)).toNanos()));
        }

        assertThat(Draining.grace(config.build(), books.state().task(key("t")).orElseThrow()))
                .isEqualTo(
                        grace == null || grace.isEmpty()
                                ? Optional.empty()
                                : Optional.of(Duration.ofSeconds(Long.parseLong(grace))));
    }
}
