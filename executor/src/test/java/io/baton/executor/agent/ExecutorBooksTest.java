package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.PROCESS;
import static io.baton.executor.agent.BooksProbe.executor;
import static io.baton.executor.agent.BooksProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.v1.AgentInfo;
import io.baton.v1.ContainerStatus;
import io.baton.v1.DurationInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.executor.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutorBooksTest {
    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);
    private static final AgentInfo AGENT =
            AgentInfo.newBuilder().setHostname("h").build();

    private final BooksProbe probe = new BooksProbe();

    private String launch(String task, boolean launches) {
        return probe.launch(CUSTOM, false, launches, task(task, "").clearCommand());
    }

    private String subscribe(String stream, Call.Subscribe.Builder said) {
        var effects = new ArrayList<Effect>();
        probe.books.executors().subscribe(key("e"), stream, said.build(), AGENT, NOW, effects);
        return probe.take(effects);
    }

    private Call.Subscribe.Builder knowing(String task) {
        var known =
                probe.books.state().task(BooksProbe.task(task)).orElseThrow().task();
        return Call.Subscribe.newBuilder().addUnacknowledgedTasks(known);
    }

    private String update(String task, TaskState state, String uuid) {
        var effects = new ArrayList<Effect>();
        probe.books.executors().updated(key("e"), status(task, state, uuid), NOW, effects);
        return probe.take(effects);
    }

    private static TaskStatus status(String task, TaskState state, String uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(Samples.taskId(task))
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setUuid(ByteString.copyFromUtf8(uuid))
                .setMessage("said")
                .build();
    }

    private void running(String task) {
        launch(task, true);
        probe.runs(probe.executorsContainer("e"));
        subscribe("s1", Call.Subscribe.newBuilder());
    }

    private String ended(Verdict verdict) {
        return probe.take(probe.books.ended(probe.executorsContainer("e"), verdict, NOW));
    }

    @Test
    void isStartedOnceAndToldOfItsTasksWhenItListens() {
        assertThat(launch("a", true)).isEqualTo("executor_accepted, Prepare, accepted, may use 33 MB");
        assertThat(launch("b", false)).isEqualTo("accepted, may use 34 MB");
        probe.runs(probe.executorsContainer("e"));

        assertThat(subscribe("s1", Call.Subscribe.newBuilder())).isEqualTo("s1 SUBSCRIBED, s1 LAUNCH, s1 LAUNCH");
        assertThat(launch("c", false)).isEqualTo("accepted, may use 35 MB, s1 LAUNCH");
    }

    private String queued() {
        var shown = AgentSnapshot.of(
                AgentInfo.getDefaultInstance(), Resources.EMPTY, Optional.empty(), probe.books, Map.of());
        return shown.tasks().stream()
                .map(t -> t.task().getTaskId().getValue() + (t.queued() ? " queued" : ""))
                .collect(Collectors.joining(", "));
    }

    @Test
    void tasksAreShownAsQueuedUntilItSubscribes() {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));
        assertThat(queued()).isEqualTo("a queued");
        subscribe("s1", Call.Subscribe.newBuilder());
        assertThat(queued()).isEqualTo("a");

        probe.take(probe.books.run(FRAMEWORK, task("alone", "sleep 9").build(), true, NOW));
        assertThat(queued()).isEqualTo("a, alone queued");
        probe.runs(probe.container("alone"));
        assertThat(queued()).isEqualTo("a, alone");
    }

    @Test
    void getsAGroupAsOne() {
        probe.launch(CUSTOM, true, true, task("a", "x"), task("b", "x"));
        probe.runs(probe.executorsContainer("e"));

        assertThat(subscribe("s1", Call.Subscribe.newBuilder())).isEqualTo("s1 SUBSCRIBED, s1 LAUNCH_GROUP");
    }

    @Test
    void hasTheReceiptOnceItsUpdateIsWrittenDown() {
        running("a");

        assertThat(update("a", TaskState.TASK_RUNNING, "u1")).isEqualTo("a RUNNING, s1 ACKNOWLEDGED");
        assertThat(update("a", TaskState.TASK_RUNNING, "u1")).as("a copy").isEqualTo("s1 ACKNOWLEDGED");
        assertThat(update("x", TaskState.TASK_RUNNING, "u2")).as("no task").isEqualTo("s1 ACKNOWLEDGED");
        var told = probe.latest("a");
        assertThat(told.getMessage()).isEqualTo("said");
        assertThat(told.getExecutorId().getValue()).isEqualTo("e");
        assertThat(told.getContainerStatus().getContainerId().getValue()).isEqualTo(probe.executorsContainer("e"));
    }

    private ContainerStatus completed(ContainerStatus.Builder said) {
        running("a");
        var effects = new ArrayList<Effect>();
        var update = status("a", TaskState.TASK_RUNNING, "u1").toBuilder().setContainerStatus(said);
        probe.books.executors().updated(key("e"), update.build(), NOW, effects);
        probe.take(effects);
        return probe.latest("a").getContainerStatus();
    }

    @Test
    void whatItSaysOfItsContainerIsCompleted() {
        var status = completed(ContainerStatus.newBuilder());

        assertThat(status.getContainerId().getValue()).isEqualTo(probe.executorsContainer("e"));
        assertThat(status.getExecutorPid()).isEqualTo((int) PROCESS.pid());
        assertThat(status.getNetworkInfosList())
                .extracting(network -> network.getIpAddresses(0).getIpAddress())
                .containsExactly("10.0.0.1");
    }

    @Test
    void whatItSaysOfItsNetworkStays() {
        var said = ContainerStatus.newBuilder();
        said.addNetworkInfosBuilder().addIpAddressesBuilder().setIpAddress("172.17.0.2");
        said.getContainerIdBuilder().setValue("its own").getParentBuilder().setValue("outer");

        var status = completed(said);

        assertThat(status.getContainerId().getValue()).isEqualTo(probe.executorsContainer("e"));
        assertThat(status.getContainerId().getParent().getValue()).isEqualTo("outer");
        assertThat(status.getExecutorPid()).isEqualTo((int) PROCESS.pid());
        assertThat(status.getNetworkInfosList()).isEqualTo(said.getNetworkInfosList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"exited", "signaled", "out of memory", "never ran", "unknown"})
    void itsEndHasTheStatusOfItsProcessIfAnybodyKnows(String how) {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));
        var verdict =
                switch (how) {
                    case "exited" -> new Verdict.Exited(3);
                    case "signaled" -> new Verdict.Signaled(15);
                    case "out of memory" -> new Verdict.OutOfMemory("hungry", 1);
                    case "never ran" -> new Verdict.NeverRan("no");
                    default -> new Verdict.Unknown("lost");
                };
        var status =
                switch (how) {
                    case "exited" -> "ended 768";
                    case "signaled" -> "ended 15";
                    case "out of memory" -> "ended 9";
                    default -> "ended unknown";
                };

        assertThat(ended(verdict)).contains(status);
    }

    @Test
    void doesNotTellTheSchedulerAgainWhatItHas() {
        running("a");
        for (int i = 1; i <= 20; i++) {
            update("a", TaskState.TASK_RUNNING, "u" + i);
            probe.take(probe.books.acknowledge(BooksProbe.task("a"), ByteString.copyFromUtf8("u" + i), NOW));
        }
        var repeated = Call.Subscribe.newBuilder()
                .addUnacknowledgedUpdates(
                        Call.Update.newBuilder().setStatus(status("a", TaskState.TASK_STARTING, "u1")));

        assertThat(subscribe("s2", repeated)).isEqualTo("s1 closed, s2 SUBSCRIBED, s2 ACKNOWLEDGED");

        var compacted = probe.books.state().records();
        probe.journal.clear();
        probe.journal.addAll(compacted);
        restart(new Supervision.Found.Running(PROCESS));
        assertThat(subscribe("s3", repeated)).isEqualTo("s3 SUBSCRIBED, s3 ACKNOWLEDGED");
    }

    @Test
    void whatItSaysOfATaskBeforeIsNotThatOfOneThatIsQueuedByItsId() {
        running("a");
        update("a", TaskState.TASK_FINISHED, "u1");
        probe.books.executors().disconnected(key("e"), "s1");
        var end = probe.latest("a").getUuid();
        probe.take(probe.books.acknowledge(BooksProbe.task("a"), end, NOW));
        var again = probe.launch(
                Optional.of("o2"), CUSTOM, false, false, task("a", "").clearCommand());
        assertThat(again).startsWith("accepted");

        var unacknowledged = Call.Update.newBuilder().setStatus(status("a", TaskState.TASK_FINISHED, "u1"));
        var told = subscribe("s2", Call.Subscribe.newBuilder().addUnacknowledgedUpdates(unacknowledged));

        assertThat(told).isEqualTo("s2 SUBSCRIBED, s2 ACKNOWLEDGED, s2 LAUNCH");
        assertThat(probe.books.state().task(BooksProbe.task("a")).orElseThrow().state())
                .isEqualTo(TaskState.TASK_STAGING);
    }

    @Test
    void canSayNothingOfTheTasksOfOthers() {
        running("a");
        probe.books.run(FRAMEWORK, task("alone", "sleep 9").build(), true, NOW);
        probe.runs(probe.container("alone"));
        var books = probe.books.executors();

        assertThat(update("alone", TaskState.TASK_FAILED, "u1")).isEqualTo("s1 ACKNOWLEDGED");

        assertThat(probe.latest("alone").getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(books.isForeign(key("e"), Samples.taskId("alone"))).isTrue();
        assertThat(books.isForeign(key("e"), Samples.taskId("a"))).isFalse();
        assertThat(books.isForeign(key("e"), Samples.taskId("x"))).isFalse();
    }

    @Test
    void keepsItsResourcesWhenItsTaskEnds() {
        running("a");

        update("a", TaskState.TASK_FINISHED, "u1");

        assertThat(probe.books.isIdle()).isFalse();
        assertThat(ended(new Verdict.Exited(3))).isEqualTo("s1 closed, executor_over, ended 768, CleanUp");
        assertThat(probe.books.isIdle()).isTrue();
    }

    @Test
    void takesItsTasksAlongWhenItEnds() {
        running("a");

        assertThat(ended(new Verdict.Signaled(9))).isEqualTo("a FAILED, s1 closed, executor_over, ended 9, CleanUp");
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
        assertThat(probe.latest("a").getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
    }

    @Test
    void failsItsTasksIfItCannotBeStarted() {
        launch("a", true);

        assertThat(ended(new Verdict.NeverRan("no such program"))).startsWith("a FAILED, executor_over");
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(probe.latest("a").getMessage()).contains("no such program");
    }

    @Test
    void passesAKillOnOrSavesItsTheTrouble() {
        running("a");
        assertThat(probe.take(probe.books.kill(BooksProbe.task("a"), Optional.of(Duration.ofSeconds(7)), NOW)))
                .isEqualTo("kill_asked, s1 KILL");

        probe.books.executors().disconnected(key("e"), "s1");
        launch("b", false);
        assertThat(probe.take(probe.books.kill(BooksProbe.task("b"), Optional.empty(), NOW)))
                .as("not told yet")
                .isEqualTo("b KILLED");
        assertThat(subscribe("s2", knowing("a"))).as("what it may have missed").isEqualTo("s2 SUBSCRIBED, s2 KILL");
    }

    @ParameterizedTest(name = "with {0} in between")
    @ValueSource(strings = {"nothing", "another agent", "another agent on a journal that was rewritten"})
    void aKillIsToldAgainWithItsGrace(String between) {
        running("a");
        probe.take(probe.books.kill(BooksProbe.task("a"), Optional.of(Duration.ofSeconds(7)), NOW));
        if (between.endsWith("rewritten")) {
            var records = probe.books.state().records();
            probe.journal.clear();
            probe.journal.addAll(records);
        }
        if (between.startsWith("another")) {
            restart(new Supervision.Found.Running(PROCESS));
        }
        var effects = new ArrayList<Effect>();

        probe.books.executors().subscribe(key("e"), "s2", knowing("a").build(), AGENT, NOW, effects);

        assertThat(effects)
                .filteredOn(effect ->
                        effect instanceof Effect.Tell tell && tell.event().hasKill())
                .singleElement()
                .satisfies(effect -> assertThat(((Effect.Tell) effect)
                                .event()
                                .getKill()
                                .getKillPolicy()
                                .getGracePeriod()
                                .getNanoseconds())
                        .isEqualTo(7_000_000_000L));
    }

    @Test
    void aLaunchThatWasLostWithItsStreamIsDropped() {
        running("a");
        launch("b", false);
        probe.books.executors().disconnected(key("e"), "s1");
        launch("c", false);

        assertThat(subscribe("s2", knowing("a"))).isEqualTo("s2 SUBSCRIBED, b DROPPED, s2 LAUNCH");

        assertThat(probe.latest("b").getMessage()).isEqualTo("the executor's connection broke before it had the task");
        assertThat(probe.books.state().task(BooksProbe.task("a")).orElseThrow().state())
                .as("that the executor has")
                .isEqualTo(TaskState.TASK_STAGING);
    }

    @Test
    void isNotWantedWithoutATask() {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));
        probe.take(probe.books.kill(BooksProbe.task("a"), Optional.empty(), NOW));

        assertThat(subscribe("s1", Call.Subscribe.newBuilder())).isEqualTo("s1 SUBSCRIBED, s1 SHUTDOWN");
    }

    @Test
    void isToldToEndAndEndedByForceAfterItsGrace() {
        running("a");

        assertThat(probe.take(probe.books.shutdown(key("e"), NOW))).isEqualTo("kill_asked, s1 SHUTDOWN");
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(4)))).isEmpty();
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(5)))).isEqualTo("kill_asked, TERM");
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(6)))).isEqualTo("KILL, KillGroup");
        launch("b", false);
        assertThat(probe.latest("b").getReason()).as("too late").isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
    }

    @Test
    void hasNoMoreTimeThanAllOthersWhenAllAreToEnd() {
        var patient = CUSTOM.toBuilder()
                .setShutdownGracePeriod(DurationInfo.newBuilder()
                        .setNanoseconds(Duration.ofMinutes(1).toNanos()))
                .build();
        probe.launch(patient, false, true, task("a", "").clearCommand());
        probe.runs(probe.executorsContainer("e"));
        subscribe("s1", Call.Subscribe.newBuilder());
        probe.take(probe.books.shutdown(key("e"), NOW));
        assertThat(probe.take(probe.books.killAll(Optional.empty(), NOW.plusSeconds(1))))
                .isEmpty();

        assertThat(probe.take(probe.books.killAll(Optional.of(Duration.ZERO), NOW.plusSeconds(2))))
                .isEqualTo("kill_asked, s1 SHUTDOWN");
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(2)))).isEqualTo("kill_asked, TERM");
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(3)))).isEqualTo("KILL, KillGroup");
    }

    @Test
    void mustListenWithinAMinute() {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));

        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(59)))).isEmpty();
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(60)))).isEqualTo("kill_asked, TERM");
        ended(new Verdict.Signaled(15));
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT);
    }

    @Test
    void aSecondStreamEndsTheFirst() {
        running("a");

        assertThat(subscribe("s2", knowing("a"))).isEqualTo("s1 closed, s2 SUBSCRIBED");
        probe.books.executors().disconnected(key("e"), "s1");
        assertThat(probe.books.executors().isSubscribed(key("e"))).isTrue();
        assertThat(subscribe("s2", Call.Subscribe.newBuilder())).contains("SUBSCRIBED");
    }

    @Test
    void aBrokenStreamDoesNotUndoTheSubscription() {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));
        assertThat(probe.books.executors().hasSubscribed(key("e"))).isFalse();
        subscribe("s1", Call.Subscribe.newBuilder());

        probe.books.executors().disconnected(key("e"), "s1");

        assertThat(probe.books.executors().isSubscribed(key("e"))).isFalse();
        assertThat(probe.books.executors().hasSubscribed(key("e"))).isTrue();
        restart(new Supervision.Found.Running(PROCESS));
        assertThat(probe.books.executors().hasSubscribed(key("e")))
                .as("with this agent")
                .isFalse();
    }

    private void restart(Supervision.Found found) {
        var process =
                probe.books.state().executors().find(key("e")).orElseThrow().process();
        probe.restart();
        probe.take(probe.books.recovered(process.orElseThrow(), found, NOW));
    }

    @Test
    void aShutdownGoesOnAfterARestart() {
        running("a");
        var effects = new ArrayList<Effect>();
        probe.books.executors().shutdown(key("e"), NOW, effects);
        assertThat(probe.take(effects)).contains("SHUTDOWN");
        restart(new Supervision.Found.Running(PROCESS));

        assertThat(subscribe("s2", Call.Subscribe.newBuilder())).contains("s2 SHUTDOWN");
        var grace = probe.books.state().executors().find(key("e")).orElseThrow().grace();
        assertThat(probe.take(probe.books.tick(NOW.plus(grace).minusMillis(1)))).doesNotContain("KILL");
        assertThat(probe.take(probe.books.tick(NOW.plus(grace).plusMillis(1)))).contains("KILL");
    }

    @Test
    void tellsANewAgentWhatTheOldOneDidNotHear() {
        running("a");
        launch("b", false);
        restart(new Supervision.Found.Running(PROCESS));

        var told = subscribe(
                "s2",
                Call.Subscribe.newBuilder()
                        .addUnacknowledgedUpdates(
                                Call.Update.newBuilder().setStatus(status("a", TaskState.TASK_RUNNING, "u1"))));

        assertThat(told).isEqualTo("s2 SUBSCRIBED, a RUNNING, s2 ACKNOWLEDGED, b DROPPED");
        assertThat(probe.latest("b").getReason()).isEqualTo(Reason.REASON_AGENT_RESTARTED);
        assertThat(subscribe("s3", Call.Subscribe.newBuilder())).isEqualTo("s2 closed, s3 SUBSCRIBED");
    }

    @Test
    void isNotWantedIfTheAgentWasRestartedBeforeItHadATask() {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));
        restart(new Supervision.Found.Running(PROCESS));

        assertThat(subscribe("s2", Call.Subscribe.newBuilder()))
                .isEqualTo("s2 SUBSCRIBED, a DROPPED, kill_asked, s2 SHUTDOWN");
    }

    @Test
    void isWantedIfATaskHasCome() {
        launch("a", true);
        probe.runs(probe.executorsContainer("e"));
        restart(new Supervision.Found.Running(PROCESS));
        launch("b", false);

        assertThat(subscribe("s2", Call.Subscribe.newBuilder())).isEqualTo("s2 SUBSCRIBED, a DROPPED, s2 LAUNCH");
    }

    @Test
    void isWantedIfItHasHadTasks() {
        running("a");
        update("a", TaskState.TASK_FINISHED, "u1");
        probe.take(probe.books.acknowledge(BooksProbe.task("a"), ByteString.copyFromUtf8("u1"), NOW));
        launch("b", false);
        restart(new Supervision.Found.Running(PROCESS));

        assertThat(subscribe("s2", Call.Subscribe.newBuilder())).isEqualTo("s2 SUBSCRIBED, b DROPPED");
    }

    @Test
    void keepsTheTasksThatItHas() {
        running("a");
        restart(new Supervision.Found.Running(PROCESS));

        assertThat(subscribe("s2", knowing("a"))).isEqualTo("s2 SUBSCRIBED");
    }

    @Test
    void mustComeBackSoonAfterARestart() {
        running("a");
        restart(new Supervision.Found.Running(PROCESS));

        assertThat(probe.take(probe.books.tick(NOW))).isEmpty();
        assertThat(probe.take(probe.books.tick(NOW.plusSeconds(15)))).isEqualTo("kill_asked, TERM");
        ended(new Verdict.Signaled(15));
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT);
    }

    @Test
    void anEndWhileNoAgentRanIsTold() {
        running("a");
        update("a", TaskState.TASK_RUNNING, "u1");
        restart(new Supervision.Found.Ended(new Verdict.Exited(1)));

        assertThat(probe.latest("a").getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(probe.books.isIdle()).isTrue();
    }

    @Test
    void endsWithItsFrameworkEvenIfTheAgentIsRestarted() {
        running("a");
        probe.take(probe.books.removeFramework(FrameworkId.fromProto(FRAMEWORK.getId()), NOW));
        restart(new Supervision.Found.Running(PROCESS));

        Instant later = NOW.plusSeconds(5);
        probe.take(probe.books.tick(NOW));
        assertThat(probe.take(probe.books.tick(later))).contains("KILL");
    }

    @Test
    void carriesMessagesBothWays() {
        running("a");
        var effects = new ArrayList<Effect>();

        probe.books.executors().saidToExecutor(key("e"), ByteString.copyFromUtf8("x"), effects);
        probe.books.executors().saidToFramework(key("e"), ByteString.copyFromUtf8("y"), effects);

        assertThat(probe.take(effects)).isEqualTo("s1 MESSAGE, said y");
    }
}
