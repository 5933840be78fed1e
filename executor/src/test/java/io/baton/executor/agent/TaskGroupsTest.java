package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.PROCESS;
import static io.baton.executor.agent.BooksProbe.executor;
import static io.baton.executor.agent.BooksProbe.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.executor.Samples;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.TaskKey;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskGroupsTest {
    private static final ExecutorInfo POD = executor("pod", ExecutorInfo.Type.DEFAULT);

    private final BooksProbe probe = new BooksProbe();

    private static TaskKey key(String task) {
        return task(task);
    }

    private void runningGroup() {
        probe.launch(POD, true, true, task("a", "true"), task("b", "true"));
        probe.runs(probe.container("a"));
        probe.runs(probe.container("b"));
    }

    @Test
    void isWrittenDownTogetherBeforeAnyTaskStarts() {
        assertThat(probe.launch(POD, true, true, task("a", "true"), task("b", "true")))
                .isEqualTo("executor_accepted, accepted, accepted, Prepare, Prepare");

        var sandbox = probe.books.state().task(key("a")).orElseThrow().sandbox().toString();
        assertThat(sandbox).endsWith("executors/pod/runs/" + probe.executorsContainer("pod") + "/tasks/a");
        probe.runs(probe.container("a"));
        var status = probe.latest("a");
        assertThat(status.getExecutorId().getValue()).isEqualTo("pod");
        assertThat(status.getContainerStatus().getContainerId().getParent().getValue())
                .isEqualTo(probe.executorsContainer("pod"));
    }

    @Test
    void oneInvalidTaskIsTheEndOfAll() {
        var bad = task("b", "x").setCommand(CommandInfo.newBuilder().setValue("x\0"));

        assertThat(probe.launch(POD, true, true, task("a", "true"), bad))
                .isEqualTo("accepted, a ERROR, accepted, b ERROR");
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_TASK_GROUP_INVALID);
        assertThat(probe.books.isIdle()).isTrue();
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedTogether() {
        var large = task("b", "x").clearResources().addResources(Samples.scalar("cpus", 1.5));

        probe.launch(POD, true, true, task("a", "true"), large);

        assertThat(probe.latest("a").getState()).isEqualTo(TaskState.TASK_DROPPED);
        assertThat(probe.latest("b").getMessage()).contains("2.01");
    }

    @Test
    void oneFailureEndsTheOthers() {
        runningGroup();

        assertThat(probe.take(probe.books.ended(probe.container("a"), new Verdict.Exited(5), NOW)))
                .isEqualTo("a FAILED, kill_asked, TERM, CleanUp");
        assertThat(probe.take(probe.books.ended(probe.container("b"), new Verdict.Signaled(15), NOW)))
                .isEqualTo("b KILLED, CleanUp, executor_over, ended 0");
        assertThat(probe.books.isIdle()).isTrue();
    }

    @Test
    void aTaskThatFinishesLeavesTheOthersAlone() {
        runningGroup();

        assertThat(probe.take(probe.books.ended(probe.container("a"), new Verdict.Exited(0), NOW)))
                .isEqualTo("a FINISHED, CleanUp");
        assertThat(probe.books.state().executors().all()).hasSize(1);
    }

    @Test
    void killingOneKillsAll() {
        runningGroup();

        assertThat(probe.take(probe.books.kill(key("b"), Optional.empty(), NOW)))
                .isEqualTo("kill_asked, TERM, kill_asked, TERM");
    }

    @Test
    void killingOneBeforeItStartedKillsAll() {
        probe.launch(POD, true, true, task("a", "true"), task("b", "true"));
        probe.take(probe.books.kill(key("a"), Optional.empty(), NOW));

        probe.take(probe.books.prepared(probe.container("a"), NOW));
        assertThat(probe.take(probe.books.prepared(probe.container("b"), NOW))).endsWith("executor_over, ended 0");
        assertThat(probe.latest("b").getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
    }

    @Test
    void anotherGroupJoinsTheExecutorAndIsAGroupOfItsOwn() {
        runningGroup();

        assertThat(probe.launch(POD, true, false, task("c", "true"))).isEqualTo("accepted, Prepare");
        assertThat(probe.take(probe.books.kill(key("a"), Optional.empty(), NOW)))
                .isEqualTo("kill_asked, TERM, kill_asked, TERM");
        assertThat(probe.books.state().task(key("c")).orElseThrow().forceKillAt())
                .isEmpty();
    }

    @Test
    void aGroupForAnExecutorThatIsGoneIsDropped() {
        probe.launch(POD, true, false, task("a", "true"));

        assertThat(probe.latest("a").getState()).isEqualTo(TaskState.TASK_DROPPED);
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
    }

    @Test
    void anExecutorHoldsItsResourcesOnce() {
        var most = task("c", "x").clearResources().addResources(Samples.scalar("cpus", 1.48));
        runningGroup();

        assertThat(probe.launch(POD, true, false, most)).as("1.5 - 2 * 0.01").isEqualTo("accepted, Prepare");
        probe.launch(POD, true, false, task("d", "x"));
        assertThat(probe.latest("d").getState()).isEqualTo(TaskState.TASK_DROPPED);
    }

    @Test
    void shutdownEndsAllItsTasks() {
        runningGroup();

        assertThat(probe.take(probe.books.shutdown(BooksProbe.key("pod"), NOW)))
                .isEqualTo("kill_asked, TERM, kill_asked, TERM");
    }

    @Test
    void aRemovedFrameworkTakesItsExecutorsAlong() {
        runningGroup();
        var framework = FrameworkId.fromProto(BooksProbe.framework().getId());

        probe.take(probe.books.removeFramework(framework, NOW));
        probe.take(probe.books.ended(probe.container("a"), new Verdict.Signaled(15), NOW));
        assertThat(probe.take(probe.books.ended(probe.container("b"), new Verdict.Signaled(15), NOW)))
                .isEqualTo("Send, CleanUp, forgotten, executor_over, ended 0");
    }

    @Test
    void aNewAgentKnowsExecutorGroupAndEveryEnd() {
        runningGroup();
        var a = probe.books.state().task(key("a")).orElseThrow();
        var b = probe.books.state().task(key("b")).orElseThrow();
        probe.restart();

        assertThat(probe.books.state().executors().all()).hasSize(1);
        assertThat(probe.take(probe.books.recovered(b, new Supervision.Found.Running(PROCESS), NOW)))
                .isEmpty();
        assertThat(probe.take(probe.books.recovered(a, new Supervision.Found.Ended(new Verdict.Exited(3)), NOW)))
                .isEqualTo("a FAILED, kill_asked, TERM, CleanUp");
        assertThat(probe.latest("a").getMessage()).isEqualTo("Command exited with status 3");
    }

    @Test
    void anExecutorWhoseTasksAllEndedWithItsAgentIsOverSoon() {
        runningGroup();
        probe.take(probe.books.ended(probe.container("a"), new Verdict.Exited(0), NOW));
        probe.take(probe.books.ended(probe.container("b"), new Verdict.Exited(0), NOW));
        probe.journal.removeIf(r -> r.hasExecutorOver());
        probe.restart();

        assertThat(probe.take(probe.books.tick(NOW))).isEqualTo("executor_over, ended 0");
    }

    @Test
    void anEndIsToldWhenAMasterListensAgain() {
        runningGroup();
        probe.books.disconnected();
        probe.take(probe.books.ended(probe.container("a"), new Verdict.Exited(0), NOW));
        assertThat(probe.take(probe.books.ended(probe.container("b"), new Verdict.Exited(0), NOW)))
                .isEqualTo("b FINISHED, CleanUp, executor_over");

        assertThat(probe.take(probe.books.connected(NOW))).contains("ended 0");
        assertThat(probe.take(probe.books.connected(NOW))).doesNotContain("ended 0");
    }

    @Test
    void aCompactedJournalIsTheSameState() {
        runningGroup();
        var before = probe.books.state().records();
        probe.journal.clear();
        probe.journal.addAll(before);
        probe.restart();

        assertThat(probe.books.state().records()).isEqualTo(before);
        assertThat(probe.books.state().executors().all()).hasSize(1);
    }
}
