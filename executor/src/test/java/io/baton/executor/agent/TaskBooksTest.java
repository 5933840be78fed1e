package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.CompletedTask;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskRun;
import io.baton.v1.DurationInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskBooksTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProcessIdentity PROCESS = new ProcessIdentity(7, 70, 6, 60);

    private final List<Record> journal = new ArrayList<>();
    private long uuids;
    private TaskBooks books = books(new AgentState());

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

    private String take(List<Effect> effects) {
        var shown = new ArrayList<String>();
        for (var effect : effects) {
            if (effect instanceof Effect.Checkpoint checkpoint) {
                journal.add(checkpoint.record());
                shown.add(checkpoint.record().getRecordCase().name().toLowerCase(java.util.Locale.ROOT));
            } else if (effect instanceof Effect.Send send) {
                shown.add("send " + send.update().getStatus().getState().name().replace("TASK_", ""));
            } else if (effect instanceof Effect.Kill kill) {
                shown.add(kill.signal().name());
            } else {
                shown.add(effect.getClass().getSimpleName());
            }
        }
        return String.join(", ", shown);
    }

    private String run(TaskInfo.Builder task) {
        return take(books.run(FRAMEWORK, task.build(), true, NOW));
    }

    private static TaskKey key(String task) {
        return TaskKey.of(FRAMEWORK.getId(), Samples.taskId(task));
    }

    private String container(String task) {
        return books.state().task(key(task)).orElseThrow().container();
    }

    private String acknowledge(String task) {
        var head = books.state().task(key(task)).orElseThrow().pending().get(0);
        return take(books.acknowledge(key(task), head.getUuid(), NOW));
    }

    private void runToRunning(String task) {
        run(task(task, "true"));
        take(books.prepared(container(task), NOW));
        take(books.started(container(task), Optional.of(PROCESS), NOW));
    }

    private void finish(String task) {
        take(books.ended(container(task), new Verdict.Exited(0), NOW));
        while (books.state().task(key(task)).isPresent()) {
            acknowledge(task);
        }
    }

    @Test
    void aTaskIsWrittenDownBeforeEachStep() {
        books.connected(NOW);

        assertThat(run(task("t", "true"))).isEqualTo("accepted, Prepare");
        var container = container("t");
        assertThat(take(books.prepared(container, NOW))).isEqualTo("Launch, updated, send STARTING");
        assertThat(take(books.started(container, Optional.of(PROCESS), NOW))).isEqualTo("started, updated");
        assertThat(acknowledge("t")).isEqualTo("acknowledged, send RUNNING");
        assertThat(take(books.ended(container, new Verdict.Exited(0), NOW))).isEqualTo("updated, CleanUp");
        assertThat(acknowledge("t")).isEqualTo("acknowledged, send FINISHED");
        assertThat(books.isIdle()).isTrue();
        assertThat(acknowledge("t")).isEqualTo("acknowledged");
        assertThat(books.state().completed(key("t"))).isPresent();
    }

    @Test
    void launchesTakeTurns() {
        run(task("a", "true"));
        run(task("b", "true"));

        assertThat(take(books.prepared(container("a"), NOW))).startsWith("Launch");
        assertThat(take(books.prepared(container("b"), NOW))).isEmpty();
        assertThat(take(books.started(container("a"), Optional.of(PROCESS), NOW)))
                .contains("Launch");
    }

    @Test
    void aStatusOfAFailedExecIsLookedIntoFirst() {
        runToRunning("t");

        assertThat(take(books.ended(container("t"), new Verdict.Exited(127), NOW)))
                .isEqualTo("ReadLastWords");
        assertThat(take(books.lastWords(container("t"), new Verdict.Exited(127), "", NOW)))
                .isEqualTo("updated, CleanUp");
    }

    @Test
    void aDuplicateIsAnsweredWithWhatIsKnown() {
        books.connected(NOW);
        runToRunning("t");
        assertThat(run(task("t", "other"))).as("in flight").isEqualTo("send STARTING");
        acknowledge("t");
        acknowledge("t");
        assertThat(run(task("t", "other"))).as("delivered").isEqualTo("send RUNNING");
        finish("t");
        assertThat(run(task("t", "other"))).as("ended").isEqualTo("send FINISHED");
        assertThat(books.numbers()).containsEntry("slave/tasks_duplicate", 3.0);
    }

    private String launch(String task, String launch) {
        var order = new LaunchOrder(FRAMEWORK, List.of(task(task, "true").build()), false, true, Optional.of(launch));
        return take(books.run(order, true, NOW));
    }

    @Test
    void theIdOfATaskWhoseEndIsAcknowledgedIsFreeForAnotherLaunch() {
        books.connected(NOW);
        assertThat(launch("t", "o1")).isEqualTo("accepted, Prepare");
        take(books.prepared(container("t"), NOW));
        take(books.started(container("t"), Optional.of(PROCESS), NOW));
        var first = container("t");
        assertThat(launch("t", "o2")).as("while it runs").isEqualTo("send STARTING");
        finish("t");
        assertThat(launch("t", "o1")).as("a copy").isEqualTo("send FINISHED");
        assertThat(run(task("t", "true"))).as("by a master of before").isEqualTo("send FINISHED");
        var compacted = new AgentState();
        books.state().records().forEach(compacted::apply);
        books = books(compacted);
        assertThat(launch("t", "o1")).as("a copy, by the next agent").isEqualTo("send FINISHED");

        assertThat(launch("t", "o2")).isEqualTo("accepted, Prepare");

        assertThat(container("t")).isNotEqualTo(first);
        assertThat(books.state().completed()).isEmpty();
        assertThat(launch("t", "o2"))
                .as("a copy, of which nothing is known yet")
                .isEmpty();
        var replayed = new AgentState();
        journal.forEach(replayed::apply);
        assertThat(replayed.completed()).isEmpty();
        assertThat(replayed.task(key("t")).orElseThrow().launch()).contains("o2");
    }

    @Test
    void whatALaunchWithoutANameHasLeftIsNotThatOfOneWithAName() {
        runToRunning("t");
        finish("t");

        assertThat(launch("t", "o2")).isEqualTo("accepted, Prepare");
    }

    @ParameterizedTest(name = "task ''{0}'' of executor ''{1}''")
    @CsvSource({"/etc/x, ''", "../x, ''", "'..', ''", "'', ''", "executor/e, ''", "t, ../e"})
    void whatHasNoNameIsRefusedAndNothingIsWrittenDown(String task, String executor) {
        books.connected(NOW);
        var wanted = task(task, "true");
        if (!executor.isEmpty()) {
            wanted.getExecutorBuilder().getExecutorIdBuilder().setValue(executor);
        }

        var effects = books.run(FRAMEWORK, wanted.build(), true, NOW);

        assertThat(effects).singleElement().isInstanceOfSatisfying(Effect.Send.class, send -> {
            var status = send.update().getStatus();
            assertThat(status.getState()).isEqualTo(TaskState.TASK_ERROR);
            assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_TASK_INVALID);
            assertThat(status.getMessage())
                    .startsWith(executor.isEmpty() ? "Task ID is invalid: " : "Executor ID is invalid: ");
        });
        assertThat(books.state().tasks()).isEmpty();
        assertThat(books.isIdle()).isTrue();
    }

    /** As all that is not ASCII is where the locale is C; this one is nowhere. */
    @Test
    void whatTheHostCannotNameIsRefused() {
        books.connected(NOW);

        var effects = books.run(FRAMEWORK, task("t\ud800", "true").build(), true, NOW);

        assertThat(effects).singleElement().isInstanceOfSatisfying(Effect.Send.class, send -> {
            assertThat(send.update().getStatus().getState()).isEqualTo(TaskState.TASK_ERROR);
            assertThat(send.update().getStatus().getMessage())
                    .startsWith("Task ID is invalid: ")
                    .contains("contains invalid characters");
        });
        assertThat(books.state().tasks()).isEmpty();
    }

    @Test
    void endedTasksAreForgottenByNumberAndAge() {
        for (var task : List.of("a", "b", "c")) {
            runToRunning(task);
            finish(task);
        }

        assertThat(take(books.tick(NOW))).isEqualTo("forgotten");
        assertThat(books.state().completed()).extracting(CompletedTask::key).containsExactly(key("b"), key("c"));
        assertThat(take(books.tick(NOW.plus(Duration.ofHours(25))))).isEqualTo("forgotten, forgotten");
    }

    @Test
    void neverPromisesMoreThanThereIs() {
        run(task("a", "true").addResources(Samples.scalar("cpus", 1.5)));

        assertThat(run(task("b", "true").addResources(Samples.scalar("cpus", 0.5))))
                .isEqualTo("accepted, updated");
        var refused = books.state().task(key("b")).orElseThrow().latest().orElseThrow();
        assertThat(refused.getState().name()).isEqualTo("TASK_DROPPED");
        assertThat(refused.getMessage()).contains("0.49 cpus are free");

        take(books.prepared(container("a"), NOW));
        take(books.started(container("a"), Optional.of(PROCESS), NOW));
        take(books.ended(container("a"), new Verdict.Exited(0), NOW));
        assertThat(run(task("c", "true").addResources(Samples.scalar("cpus", 1.9))))
                .isEqualTo("accepted, Prepare");
    }

    @Test
    void limitsAreNamed() {
        List.of("a", "b", "c").forEach(t -> run(task(t, "true")));

        run(task("d", "true"));
        take(books.run(FRAMEWORK, task("e", "true").build(), false, NOW));

        assertThat(message("d")).contains("baton.agent.max-tasks");
        List.of("a", "b").forEach(t -> take(books.ended(container(t), new Verdict.NeverRan("x"), NOW)));
        take(books.run(FRAMEWORK, task("f", "true").build(), false, NOW));
        assertThat(message("f")).contains("/work is full");
    }

    private String message(String task) {
        return books.state()
                .task(key(task))
                .orElseThrow()
                .latest()
                .orElseThrow()
                .getMessage();
    }

    @Test
    void aKillIsWrittenDownBeforeTheSignal() {
        runToRunning("t");

        assertThat(take(books.kill(key("t"), Optional.empty(), NOW))).isEqualTo("kill_asked, TERM");
        assertThat(take(books.tick(NOW.plusSeconds(3)))).isEqualTo("KILL, KillGroup");
        assertThat(take(books.kill(key("unknown"), Optional.empty(), NOW))).isEmpty();
    }

    @Test
    void aMasterThatAsksIsToldWhatHasNotEnded() {
        runToRunning("runs");
        runToRunning("ended");
        take(books.ended(container("ended"), new Verdict.Exited(0), NOW));

        assertThat(books.tellTasks(FrameworkId.fromProto(FRAMEWORK.getId())))
                .singleElement()
                .isInstanceOfSatisfying(Effect.ToMaster.class, e -> {
                    var told = e.frame().getTasksTold();
                    assertThat(told.getFramework()).isEqualTo(FRAMEWORK);
                    assertThat(told.getTasksList()).singleElement().satisfies(task -> {
                        assertThat(task.getTaskId().getValue()).isEqualTo("runs");
                        assertThat(task.getState()).isEqualTo(TaskState.TASK_RUNNING);
                    });
                });
        assertThat(books.tellTasks(new FrameworkId("other")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.ToMaster.class,
                        e -> assertThat(e.frame().getTasksTold().getTasksList()).isEmpty());
    }

    @Test
    void whenAMasterAsksTheEndsThatWaitAreToldSoon() {
        books.connected(NOW);
        runToRunning("t");
        acknowledge("t");
        acknowledge("t");
        take(books.ended(container("t"), new Verdict.Exited(0), NOW));
        var later = NOW.plusSeconds(1000);
        for (var at = NOW; at.isBefore(later); at = at.plusSeconds(10)) {
            books.tick(at);
        }
        assertThat(take(books.tick(later))).as("the next time is minutes away").isEmpty();

        books.tellTasks(new FrameworkId("other"));
        assertThat(take(books.tick(later))).isEmpty();
        books.tellTasks(FrameworkId.fromProto(FRAMEWORK.getId()));
        assertThat(take(books.tick(later))).isEqualTo("send FINISHED");
    }

    @Test
    void ofAFrameworkThatIsGoneOnlyTheEndsAreTold() {
        books.connected(NOW);
        runToRunning("runs");
        runToRunning("ended");
        take(books.ended(container("ended"), new Verdict.Exited(0), NOW));

        var effects = take(books.removeFramework(FrameworkId.fromProto(FRAMEWORK.getId()), NOW));

        assertThat(effects).isEqualTo("framework_removed, kill_asked, TERM, forgotten");
        assertThat(take(books.ended(container("runs"), new Verdict.Signaled(15), NOW)))
                .isEqualTo("send KILLED, CleanUp, forgotten");
        assertThat(books.state().tasks()).isEmpty();
    }

    @Test
    void aReplayedJournalIsTheSameState() {
        books.identified(Identity.newBuilder().setEpoch(3).build()).forEach(e -> take(List.of(e)));
        runToRunning("running");
        runToRunning("killed");
        take(books.kill(key("killed"), Optional.empty(), NOW));
        runToRunning("done");
        acknowledge("running");
        finish("done");

        var replayed = new AgentState();
        journal.forEach(replayed::apply);
        var compacted = new AgentState();
        books.state().records().forEach(compacted::apply);

        assertThat(shown(replayed)).isEqualTo(shown(books.state()));
        assertThat(shown(compacted)).isEqualTo(shown(books.state()));
        assertThat(compacted.records()).isEqualTo(replayed.records());
    }

    private static String shown(AgentState state) {
        return state.epoch() + "\n"
                + state.tasks().stream()
                        .map(e -> e.forDisplay() + " " + e.process() + e.forceKillAt() + e.container() + e.pending())
                        .collect(Collectors.joining("\n"))
                + state.completed();
    }

    private String recovered(Supervision.Found found) {
        return recovered(found, NOW);
    }

    private String recovered(Supervision.Found found, Instant now) {
        var state = new AgentState();
        journal.forEach(state::apply);
        books = books(state);
        var entry = state.task(key("t")).orElseThrow();
        return take(books.recovered(entry, found, now));
    }

    @Test
    void aTaskThatRunsIsTakenUpAgain() {
        runToRunning("t");

        assertThat(recovered(new Supervision.Found.Running(PROCESS))).isEmpty();
        assertThat(take(books.connected(NOW))).isEqualTo("send STARTING");
        assertThat(take(books.ended(container("t"), new Verdict.Exited(1), NOW)))
                .isEqualTo("updated, CleanUp");
    }

    @Test
    void aKillThatWasWrittenDownIsSignalledAgain() {
        runToRunning("t");
        take(books.kill(key("t"), Optional.of(Duration.ofSeconds(30)), NOW));

        assertThat(recovered(new Supervision.Found.Running(PROCESS))).isEqualTo("TERM");
        assertThat(take(books.tick(NOW.plusSeconds(29)))).isEmpty();
        assertThat(take(books.tick(NOW.plusSeconds(30)))).startsWith("KILL");
    }

    @Test
    void aHostsClockThatIsSetBackGivesNoMoreTime() {
        run(task("t", "true")
                .setMaxCompletionTime(DurationInfo.newBuilder()
                        .setNanoseconds(Duration.ofMinutes(1).toNanos())));
        take(books.prepared(container("t"), NOW));
        take(books.started(container("t"), Optional.of(PROCESS), NOW));
        var before = NOW.minus(Duration.ofHours(1));

        recovered(new Supervision.Found.Running(PROCESS), before);
        assertThat(take(books.tick(before.plusSeconds(59)))).isEmpty();
        assertThat(take(books.tick(before.plusSeconds(60)))).contains("TERM");

        var longBefore = before.minus(Duration.ofHours(1));
        assertThat(recovered(new Supervision.Found.Running(PROCESS), longBefore))
                .isEqualTo("TERM");
        assertThat(take(books.tick(longBefore.plus(TaskRun.DEFAULT_GRACE).minusMillis(1))))
                .isEmpty();
        assertThat(take(books.tick(longBefore.plus(TaskRun.DEFAULT_GRACE)))).startsWith("KILL");
    }

    @Test
    void aFullDiskIsSaidWithoutWritingAnythingDown() {
        books.connected(NOW);

        for (int i = 0; i < 1_000; i++) {
            assertThat(take(books.run(FRAMEWORK, task("t" + i, "true").build(), false, NOW)))
                    .isEqualTo("send DROPPED");
        }

        assertThat(books.state().tasks()).hasSize(Deliveries.MAX_UNWRITTEN);
        assertThat(take(books.tick(NOW.plusSeconds(10)))).startsWith("send DROPPED, send DROPPED");
        assertThat(acknowledge("t0")).isEmpty();
        assertThat(journal).isEmpty();
        assertThat(books.state().completed())
                .as("what is remembered takes a record to be forgotten")
                .isEmpty();
        assertThat(books.isIdle()).isTrue();
    }

    @Test
    void whatIsNotWrittenDownIsNotWrittenByACompactionEither() {
        run(task("t", "true"));
        take(books.run(FRAMEWORK, task("refused", "true").build(), false, NOW));
        var next = new AgentState();

        books.records().forEach(next::apply);

        assertThat(next.tasks()).extracting(TaskEntry::key).containsExactly(key("t"));
    }

    @Test
    void aTaskThatEndedMeanwhileIsTold() {
        runToRunning("t");

        assertThat(recovered(new Supervision.Found.Ended(new Verdict.Exited(0))))
                .isEqualTo("updated, CleanUp");
        assertThat(books.isIdle()).isTrue();
    }

    /** The next agent reads a compacted journal, and finds the task ended by SIGTERM. */
    private TaskStatus endSeenByTheNextAgent() {
        var compacted = books.state().records();
        journal.clear();
        journal.addAll(compacted);
        recovered(new Supervision.Found.Ended(new Verdict.Signaled(15)));
        return books.state().task(key("t")).orElseThrow().latest().orElseThrow();
    }

    @Test
    void theNextAgentKnowsWhatATaskHasExceeded() {
        runToRunning("t");
        take(books.memoryExceeded(container("t"), new Verdict.OutOfMemory("hungry", 96 << 20), NOW));
        take(books.kill(key("t"), Optional.of(Duration.ofSeconds(1)), NOW));

        var end = endSeenByTheNextAgent();

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getReason()).isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(end.getMessage()).isEqualTo("hungry");
        assertThat(end.getLimitation().getResourcesList()).containsExactly(Samples.scalar("mem", 96));
    }

    @Test
    void theNextAgentKnowsThatATaskRanTooLong() {
        run(task("t", "true")
                .setMaxCompletionTime(DurationInfo.newBuilder()
                        .setNanoseconds(Duration.ofSeconds(60).toNanos())));
        take(books.prepared(container("t"), NOW));
        take(books.started(container("t"), Optional.of(PROCESS), NOW));
        assertThat(take(books.tick(NOW.plusSeconds(60)))).contains("TERM");

        var end = endSeenByTheNextAgent();

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getReason()).isEqualTo(TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED);
        assertThat(end.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
        assertThat(end.getMessage()).contains("max_completion_time of 60 s");
    }

    @Test
    void aTaskThatWasNeverStartedIsDropped() {
        run(task("t", "true"));

        assertThat(recovered(new Supervision.Found.NeverStarted())).isEqualTo("updated, CleanUp");
        assertThat(message("t")).contains("restarted before the task was started");
    }

    @Test
    void aTaskOnItsWayIsWaitedForButNotForEver() {
        run(task("t", "true"));
        take(books.prepared(container("t"), NOW));

        assertThat(recovered(new Supervision.Found.Starting())).isEmpty();
        assertThat(books.toCheck(NOW)).isEmpty();
        assertThat(books.toCheck(NOW.plus(ContainerRuns.LAUNCH_PATIENCE).plusSeconds(1)))
                .containsOnlyKeys(container("t"));
        assertThat(take(books.started(container("t"), Optional.of(PROCESS), NOW)))
                .isEqualTo("started, updated");
    }

    @Test
    void aProcessOfWhichNothingWasWrittenDownIsNotedNow() {
        run(task("t", "true"));
        take(books.prepared(container("t"), NOW));

        assertThat(recovered(new Supervision.Found.Running(PROCESS))).isEqualTo("started, updated");
    }

    @Test
    void newsOfUnknownContainersChangeNothing() {
        assertThat(books.prepared("x", NOW)).isEmpty();
        assertThat(books.started("x", Optional.of(PROCESS), NOW)).isEmpty();
        assertThat(books.ended("x", new Verdict.Exited(0), NOW)).isEmpty();
        assertThat(books.diskUsed("x", 1, NOW)).isEmpty();
    }

    @Test
    void everyEffectIsPerformedByTheActor() throws Exception {
        var source = java.nio.file.Files.readString(Path.of("src/main/java/io/baton/executor/agent/AgentActor.java"));

        for (var kind : Effect.class.getPermittedSubclasses()) {
            assertThat(source).contains("Effect." + kind.getSimpleName());
        }
        for (var kind : Registration.Effect.class.getPermittedSubclasses()) {
            assertThat(source).contains("Registration.Effect." + kind.getSimpleName());
        }
    }

    @Test
    void showsTheTaskWithItsHistory() {
        runToRunning("t");
        acknowledge("t");
        TaskEntry entry = books.state().task(key("t")).orElseThrow();

        assertThat(entry.forDisplay().getStatusesList()).hasSize(2);
        assertThat(entry.forRegistration().getStatusesList()).hasSize(1);
        assertThat(entry.forDisplay().getState().name()).isEqualTo("TASK_RUNNING");
    }
}
