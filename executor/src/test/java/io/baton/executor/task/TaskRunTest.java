package io.baton.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Verdict;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskRunTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Optional<ProcessIdentity> PROCESS = Optional.of(new ProcessIdentity(7, 70, 6, 60));

    private static TaskOptions options(boolean killing) {
        return new TaskOptions(Optional.empty(), Optional.of(Duration.ofSeconds(60)), true, true, killing);
    }

    /** A run in this phase; with a star it is being killed. */
    private static TaskRun in(String phase) {
        var run = TaskRun.accepted(options(true));
        var name = phase.replace("*", "");
        if (phase.endsWith("*") && name.equals("PREPARING")) {
            run.kill(Optional.empty(), NOW);
        }
        if (!name.equals("PREPARING")) {
            run.prepared();
        }
        if (name.equals("LAUNCHING") || name.equals("RUNNING") || name.equals("ENDED")) {
            run.launch();
        }
        if (name.equals("RUNNING") || name.equals("ENDED")) {
            run.started(PROCESS, NOW);
        }
        if (phase.endsWith("*") && !name.equals("PREPARING")) {
            run.kill(Optional.empty(), NOW);
        }
        if (name.equals("ENDED")) {
            run.ended(new Verdict.Exited(0), NOW);
        }
        assertThat(run.phase()).hasToString(name);
        return run;
    }

    private static List<TaskRun.Effect> feed(TaskRun run, String input) {
        return switch (input) {
            case "prepared" -> run.prepared();
            case "launch" -> run.launch();
            case "started" -> run.started(PROCESS, NOW);
            case "kill" -> run.kill(Optional.empty(), NOW);
            case "quicker kill" -> run.kill(Optional.of(Duration.ofSeconds(1)), NOW);
            case "slower kill" -> run.kill(Optional.of(Duration.ofSeconds(100)), NOW);
            case "exit 0" -> run.ended(new Verdict.Exited(0), NOW);
            case "exit 3" -> run.ended(new Verdict.Exited(3), NOW);
            case "signal" -> run.ended(new Verdict.Signaled(15), NOW);
            case "never" -> run.ended(new Verdict.NeverRan("why"), NOW);
            case "memory" -> run.ended(new Verdict.OutOfMemory("hungry", 0), NOW);
            case "unknown" -> run.ended(new Verdict.Unknown("why"), NOW);
            case "disk" -> run.exceeded(new Limit(Reason.REASON_CONTAINER_LIMITATION_DISK, "full", List.of()), NOW);
            case "3 s" -> run.tick(NOW.plusSeconds(3));
            case "2 s" -> run.tick(NOW.plusMillis(2_999));
            case "60 s" -> run.tick(NOW.plusSeconds(60));
            default -> throw new AssertionError(input);
        };
    }

    private static String shown(List<TaskRun.Effect> effects) {
        return effects.stream().map(TaskRunTest::shown).collect(Collectors.joining(", "));
    }

    private static String shown(TaskRun.Effect effect) {
        if (effect instanceof TaskRun.Effect.Update u) {
            var reason =
                    u.reason().map(r -> " " + r.name().replace("REASON_", "")).orElse("");
            return u.state().name().replace("TASK_", "") + reason;
        }
        if (effect instanceof TaskRun.Effect.Send s) {
            return s.signal().name();
        }
        if (effect instanceof TaskRun.Effect.CheckpointKill k) {
            return "by " + Duration.between(NOW, k.forceAt()).toSeconds();
        }
        if (effect instanceof TaskRun.Effect.CheckpointStarted) {
            return "note";
        }
        return effect instanceof TaskRun.Effect.CleanUp
                ? "clean"
                : effect.getClass().getSimpleName();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            PREPARING  | prepared     | ''
            PREPARING  | launch       | ''
            PREPARING  | started      | ''
            PREPARING  | kill         | by 3, CancelFetch
            PREPARING  | exit 3       | FAILED, clean
            PREPARING  | never        | FAILED CONTAINER_LAUNCH_FAILED, clean
            PREPARING  | 60 s         | ''
            PREPARING* | prepared     | KILLED TASK_KILLED_DURING_LAUNCH, clean
            PREPARING* | never        | KILLED TASK_KILLED_DURING_LAUNCH, clean
            PREPARING* | kill         | ''
            PREPARING* | quicker kill | by 1
            READY      | prepared     | ''
            READY      | launch       | Launch, STARTING
            READY      | started      | ''
            READY      | kill         | KILLED TASK_KILLED_DURING_LAUNCH, clean
            READY      | never        | FAILED CONTAINER_LAUNCH_FAILED, clean
            READY      | 60 s         | ''
            LAUNCHING  | prepared     | ''
            LAUNCHING  | launch       | ''
            LAUNCHING  | started      | note, RUNNING
            LAUNCHING  | kill         | by 3
            LAUNCHING  | exit 0       | RUNNING, FINISHED, clean
            LAUNCHING  | exit 3       | RUNNING, FAILED, clean
            LAUNCHING  | never        | FAILED CONTAINER_LAUNCH_FAILED, clean
            LAUNCHING  | 60 s         | ''
            LAUNCHING* | started      | note, TERM, RUNNING
            LAUNCHING* | exit 0       | RUNNING, KILLED, clean
            LAUNCHING* | never        | KILLED TASK_KILLED_DURING_LAUNCH, clean
            LAUNCHING* | 3 s          | ''
            RUNNING    | prepared     | ''
            RUNNING    | launch       | ''
            RUNNING    | started      | ''
            RUNNING    | kill         | by 3, TERM, KILLING
            RUNNING    | exit 0       | FINISHED, clean
            RUNNING    | exit 3       | FAILED, clean
            RUNNING    | signal       | FAILED, clean
            RUNNING    | never        | FAILED CONTAINER_LAUNCH_FAILED, clean
            RUNNING    | memory       | FAILED CONTAINER_LIMITATION_MEMORY, clean
            RUNNING    | unknown      | FAILED EXECUTOR_TERMINATED, clean
            RUNNING    | disk         | by 3, TERM
            RUNNING    | 2 s          | ''
            RUNNING    | 60 s         | by 63, TERM
            RUNNING*   | kill         | ''
            RUNNING*   | quicker kill | by 1
            RUNNING*   | slower kill  | ''
            RUNNING*   | disk         | ''
            RUNNING*   | 2 s          | ''
            RUNNING*   | 3 s          | KILL
            RUNNING*   | exit 0       | KILLED, clean
            RUNNING*   | signal       | KILLED, clean
            RUNNING*   | unknown      | KILLED, clean
            RUNNING*   | memory       | KILLED, clean
            ENDED      | prepared     | ''
            ENDED      | launch       | ''
            ENDED      | started      | ''
            ENDED      | kill         | ''
            ENDED      | exit 3       | ''
            ENDED      | never        | ''
            ENDED      | disk         | ''
            ENDED      | 60 s         | ''
            """)
    void matrix(String phase, String input, String effects) {
        assertThat(shown(feed(in(phase), input))).isEqualTo(effects);
    }

    @Test
    void forceIsRepeatedAndNoLaterKillDelaysIt() {
        var run = in("RUNNING*");
        assertThat(shown(feed(run, "3 s"))).isEqualTo("KILL");

        assertThat(shown(feed(run, "quicker kill"))).isEmpty();
        assertThat(run.tick(NOW.plusSeconds(7))).isEmpty();
        assertThat(shown(run.tick(NOW.plusSeconds(8)))).isEqualTo("KILL");
    }

    @Test
    void timeMeansSomethingToThoseThatAreToEndOrMayRunForSoLongOnly() {
        var free = new TaskOptions(Optional.empty(), Optional.empty(), false, false, false);
        var run = TaskRun.readopted(free, true, PROCESS, Optional.of(NOW), Optional.empty(), Optional.empty());
        assertThat(run.isTimed()).isFalse();
        run.kill(Optional.empty(), NOW);
        assertThat(run.isTimed()).isTrue();

        assertThat(in("LAUNCHING").isTimed()).isFalse();
        assertThat(in("RUNNING").isTimed()).isTrue();
    }

    @Test
    void withoutTheCapabilityKillingIsNotTold() {
        var run = TaskRun.accepted(options(false));
        run.prepared();
        run.launch();
        run.started(PROCESS, NOW);

        assertThat(shown(feed(run, "kill"))).isEqualTo("by 3, TERM");
    }

    @Test
    void messagesAreMesoss() {
        assertThat(message("exit 3")).isEqualTo("Command exited with status 3");
        assertThat(message("signal")).isEqualTo("Command terminated with signal Terminated");
        assertThat(message("never")).isEqualTo("why");
    }

    private static String message(String input) {
        return feed(in("RUNNING"), input).stream()
                .filter(e -> e instanceof TaskRun.Effect.Update)
                .map(e -> ((TaskRun.Effect.Update) e).message())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTaskThatTookTooLongHasItsReasonWhateverItsStatus() {
        var run = in("RUNNING");
        feed(run, "60 s");

        assertThat(shown(feed(run, "exit 0"))).isEqualTo("FAILED MAX_COMPLETION_TIME_REACHED, clean");
    }

    @Test
    void aTaskThatFillsItsDiskBeforeItIsStartedIsNotSaidToBeKilled() {
        for (var input : List.of("never", "prepared")) {
            var run = in("PREPARING");
            assertThat(shown(feed(run, "disk"))).isEqualTo("by 3, CancelFetch");
            assertThat(shown(feed(run, input))).isEqualTo("FAILED CONTAINER_LIMITATION_DISK, clean");
        }
        assertThat(shown(feed(in("READY"), "disk"))).isEqualTo("FAILED CONTAINER_LIMITATION_DISK, clean");
    }

    @Test
    void aReadoptedKillGoesOn() {
        var run = TaskRun.readopted(
                options(true), true, PROCESS, Optional.of(NOW), Optional.of(NOW.plusSeconds(3)), Optional.empty());

        assertThat(shown(feed(run, "3 s"))).isEqualTo("KILL");
        assertThat(shown(feed(run, "signal"))).isEqualTo("KILLED, clean");
    }

    @Test
    void killedIsTheOnlyEndOfAKilledTask() {
        for (var phase : List.of("PREPARING*", "LAUNCHING*", "RUNNING*")) {
            var run = in(phase);
            var states = feed(run, "never").stream()
                    .filter(e -> e instanceof TaskRun.Effect.Update)
                    .map(e -> ((TaskRun.Effect.Update) e).state())
                    .toList();

            assertThat(states).containsExactly(TaskState.TASK_KILLED);
        }
    }

    private static TaskRun running(Duration grace) {
        var run = TaskRun.accepted(
                new TaskOptions(Optional.of(grace), Optional.of(Duration.ofSeconds(60)), false, false, false));
        run.prepared();
        run.launch();
        run.started(PROCESS, NOW);
        return run;
    }

    private static List<TaskRun.Effect> full(TaskRun run) {
        return run.exceeded(new Limit(Reason.REASON_CONTAINER_LIMITATION_DISK, "full", List.of()), NOW);
    }

    @Test
    void itsOwnGraceIsNoLicenceToExceedItsDisk() {
        var run = running(Duration.ofHours(1));

        full(run);

        assertThat(run.tick(NOW.plus(TaskRun.DEFAULT_GRACE)))
                .contains(new TaskRun.Effect.Send(Signal.KILL, PROCESS.get()));
    }

    @Test
    void aShorterGraceStays() {
        var run = running(Duration.ofSeconds(1));

        full(run);

        assertThat(run.tick(NOW.plusSeconds(1))).isNotEmpty();
    }

    @Test
    void norIsALongKill() {
        var run = running(Duration.ofSeconds(1));
        run.kill(Optional.of(Duration.ofHours(1)), NOW);

        assertThat(full(run)).hasOnlyElementsOfType(TaskRun.Effect.CheckpointKill.class);
        assertThat(full(run)).as("again").isEmpty();

        assertThat(run.tick(NOW.plus(TaskRun.DEFAULT_GRACE)))
                .contains(new TaskRun.Effect.Send(Signal.KILL, PROCESS.get()));
        assertThat(shown(run.ended(new Verdict.Signaled(9), NOW))).contains("FAILED CONTAINER_LIMITATION_DISK");
    }

    @Test
    void itsTimeMayEndWithAGraceOfItsOwn() {
        var run = running(Duration.ofHours(1));
        var late = NOW.plusSeconds(60);

        assertThat(run.tick(late)).isNotEmpty();
        assertThat(run.tick(late.plus(TaskRun.DEFAULT_GRACE))).isEmpty();
    }
}
