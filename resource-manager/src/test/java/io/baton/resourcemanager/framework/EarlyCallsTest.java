package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.link.Update;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EarlyCallsTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId AGENT = new AgentId("m-S0");
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .addCapabilities(
                    FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .build();

    private final FrameworkSession session = new FrameworkSession(F);

    @Test
    void aKillReachesATaskOfWhichTheSessionHearsLater() {
        moved();

        assertThat(call(kill("t"), T0)).isEmpty();
        assertThat(tick(1)).isEmpty();
        told("t");
        assertThat(tick(2)).isEqualTo("Kill[framework=f, task=t, killPolicy=Optional.empty]");
        assertThat(tick(3)).isEmpty();
    }

    @Test
    void whatAsksForTheStateOfATaskIsAnsweredWhenTheSessionKnows() {
        moved();
        told("known");

        assertThat(call(reconcile("known", "t", "none"), T0)).startsWith("known TASK_RUNNING");
        told("known", "t");
        assertThat(tick(1)).startsWith("t TASK_RUNNING").doesNotContain("none");
        assertThat(tick(11)).isEmpty();
        assertThat(tick(12)).isEqualTo("none TASK_UNKNOWN RECONCILIATION Reconciliation: Task is unknown");
    }

    @Test
    void afterSomeSecondsWhatIsUnknownIsSaidToBe() {
        moved();
        call(kill("t"), T0);

        assertThat(tick(12)).isEqualTo("t TASK_UNKNOWN RECONCILIATION Reconciliation: Task is unknown");
        assertThat(call(kill("u"), T0.plusSeconds(12))).startsWith("u TASK_UNKNOWN");
    }

    @Test
    void anAgentIsAskedOnceTheOffersOfTheSessionBeforeAreBack() {
        moved();
        var kill = kill("u");
        kill.getKillBuilder().setAgentId(AGENT.toProto());

        assertThat(call(at(AGENT, reconcile("t")), T0)).isEmpty();
        assertThat(call(kill, T0)).isEqualTo("Kill[framework=f, task=u, killPolicy=Optional.empty]");
        assertThat(tick(11)).isEmpty();
        assertThat(tick(12)).startsWith("ask t; ").endsWith("; ask u");
    }

    @Test
    void anAnswerToTheSessionBeforeIsNone() {
        moved();
        var gone = new FrameworkProtocol.Unknown(AGENT, new TaskId("t"), Optional.empty(), TaskState.TASK_GONE);

        assertThat(session.unknown(gone, T0, T0.plusSeconds(11))).isEmpty();
        assertThat(session.unknown(gone, T0, T0.plusSeconds(12))).hasSize(1);
    }

    @Test
    void whatIsAskedOfAnAgentIsAnsweredBeforeIfTheSessionHearsOfTheTask() {
        moved();
        call(at(AGENT, reconcile("t")), T0);
        told("t");

        assertThat(tick(1)).startsWith("t TASK_RUNNING");
    }

    /** Its agent would say 12 s later that it knows of no such task, which contradicts what the scheduler has heard. */
    @Test
    void theEndOfATaskAnswersWhatWasAskedOfItBefore() {
        moved();
        call(at(AGENT, reconcile("t")), T0);
        call(kill("t"), T0);
        ends("t", "u1");

        assertThat(tick(1)).isEmpty();
        assertThat(tick(12)).isEmpty();
    }

    @Test
    void anEndThatTheMasterItselfTellsDoesSoToo() {
        moved();
        call(at(AGENT, reconcile("t")), T0);
        told("t");
        session.agentLost(
                new FrameworkProtocol.AgentLost(
                        AGENT, TaskState.TASK_GONE_BY_OPERATOR, 1, List.of(), false, Optional.empty()),
                T0);

        assertThat(tick(12)).isEmpty();
        assertThat(call(reconcile("t"), T0.plusSeconds(1))).startsWith("t TASK_GONE_BY_OPERATOR");
    }

    /** Calls of one scheduler come by several connections: it has asked before it was told. */
    @Test
    void aQuestionThatComesAfterTheEndIsAnsweredWithIt() {
        moved();
        ends("t", "u1");

        assertThat(call(at(AGENT, reconcile("t")), T0.plusSeconds(1)))
                .isEqualTo("t TASK_FINISHED RECONCILIATION Reconciliation: Latest task state");
        assertThat(tick(12)).isEmpty();
        assertThat(call(at(AGENT, reconcile("t")), T0.plusSeconds(12))).isEqualTo("ask t");
    }

    @Test
    void aKillThatComesAfterTheEndIsAnsweredWithItToo() {
        moved();
        ends("t", "u1");

        assertThat(call(kill("t"), T0.plusSeconds(1)))
                .isEqualTo("t TASK_FINISHED RECONCILIATION Reconciliation: Latest task state");
        assertThat(tick(12)).isEmpty();
    }

    @Test
    void ofAnIdThatHasEndedTwiceTheLaterEndIsKnown() {
        var tasks = new SessionTasks();
        for (var uuid : List.of("u1", "u2")) {
            var end = end("t", uuid);
            tasks.updated(F, end, end.getState());
            tasks.acknowledged(new TaskId("t"), AGENT, end.getUuid());
        }
        var again = TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(new TaskId("t").toProto())
                .setAgentId(AGENT.toProto())
                .build();
        tasks.staged(F, again, "u", new OfferId("o"), T0);

        assertThat(tasks.isOver(end("t", "u2"))).isTrue();
        assertThat(tasks.isOver(end("t", "u3"))).isFalse();
    }

    private void ends(String task, String uuid) {
        var end = end(task, uuid);
        session.updated(
                new FrameworkProtocol.Updated(
                        Update.newBuilder()
                                .setFrameworkId(F.toProto())
                                .setLatestState(end.getState())
                                .setStatus(end)
                                .build(),
                        1,
                        1),
                T0);
        call(
                Call.newBuilder()
                        .setType(Call.Type.ACKNOWLEDGE)
                        .setFrameworkId(F.toProto())
                        .setAcknowledge(Call.Acknowledge.newBuilder()
                                .setAgentId(AGENT.toProto())
                                .setTaskId(end.getTaskId())
                                .setUuid(end.getUuid())),
                T0);
    }

    private static TaskStatus end(String task, String uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(new TaskId(task).toProto())
                .setAgentId(AGENT.toProto())
                .setState(TaskState.TASK_FINISHED)
                .setUuid(ByteString.copyFromUtf8(uuid))
                .build();
    }

    @Test
    void whileAnAgentIsAwayNobodyCallsATaskUnknown() {
        moved();
        away(true, 11);
        call(reconcile("t"), T0);
        call(at(AGENT, reconcile("named")), T0);

        assertThat(tick(12)).isEqualTo("ask named");
        assertThat(call(kill("u"), T0.plusSeconds(20))).isEmpty();
        away(false, 30);
        assertThat(tick(31)).isEmpty();
        told("t");
        assertThat(tick(32)).startsWith("t TASK_RUNNING").contains("; u TASK_UNKNOWN");
        away(true, 33);
        assertThat(call(kill("u"), T0.plusSeconds(33))).startsWith("u TASK_UNKNOWN");
    }

    @Test
    void anAgentIsNotAwaitedForEver() {
        moved();
        away(true, 11);
        call(kill("t"), T0);

        int last = (int) EarlyCalls.LONGEST.toSeconds();
        assertThat(tick(last - 1)).isEmpty();
        assertThat(tick(last)).startsWith("t TASK_UNKNOWN");
    }

    private void away(boolean any, int second) {
        session.early().agentsAway(any, T0.plusSeconds(second));
    }

    @Test
    void aFrameworkThatIsNewIsAnsweredAtOnce() {
        connected();

        assertThat(call(kill("t"), T0)).startsWith("t TASK_UNKNOWN");
        assertThat(call(at(AGENT, reconcile("t")), T0)).isEqualTo("ask t");
    }

    @Test
    void aCallThatIsRepeatedWaitsOnceAndTooManyDoNot() {
        var early = new EarlyCalls();
        early.begin(T0);
        for (int i = 0; i < EarlyCalls.MOST; i++) {
            assertThat(early.takes(new TaskId("t" + i), kill("t" + i).build(), T0))
                    .isTrue();
        }

        assertThat(early.takes(new TaskId("more"), kill("more").build(), T0)).isFalse();
        assertThat(early.takes(new TaskId("t0"), kill("t0").build(), T0)).isTrue();
        assertThat(early.due(task -> false, T0.plus(EarlyCalls.LEARNING)))
                .hasSize(EarlyCalls.MOST)
                .startsWith(kill("t0").build(), kill("t1").build());
        assertThat(early.due(task -> true, T0.plus(EarlyCalls.LEARNING))).isEmpty();
    }

    /** The framework was there before; its session has come from another master. */
    private void moved() {
        session.recalled(
                FrameworkEntry.newBuilder()
                        .setInfo(INFO)
                        .setEpoch(7)
                        .setChanged(7)
                        .build(),
                T0);
        connected();
    }

    private void connected() {
        session.subscribe(new FrameworkProtocol.Subscribe(F, false, INFO, List.of(), Optional.empty(), "s1", null), T0);
    }

    private void told(String... tasks) {
        var running = List.of(tasks).stream()
                .map(task -> Task.newBuilder()
                        .setName(task)
                        .setTaskId(new TaskId(task).toProto())
                        .setFrameworkId(F.toProto())
                        .setAgentId(AGENT.toProto())
                        .setState(TaskState.TASK_RUNNING)
                        .build())
                .toList();
        session.tasksTold(new FrameworkProtocol.TasksTold(AGENT, 1, 1, Optional.of(INFO), running), T0);
    }

    private String tick(int second) {
        return ShownEffects.of(session.tick(T0.plusSeconds(second)));
    }

    private String call(Call.Builder call, Instant now) {
        return ShownEffects.of(session.call(call.build(), "s1", now).effects());
    }

    private static Call.Builder kill(String task) {
        return Call.newBuilder()
                .setType(Call.Type.KILL)
                .setFrameworkId(F.toProto())
                .setKill(Call.Kill.newBuilder().setTaskId(new TaskId(task).toProto()));
    }

    private static Call.Builder at(AgentId agent, Call.Builder reconcile) {
        reconcile.getReconcileBuilder().getTasksBuilder(0).setAgentId(agent.toProto());
        return reconcile;
    }

    private static Call.Builder reconcile(String... tasks) {
        var out = Call.Reconcile.newBuilder();
        for (var task : tasks) {
            out.addTasksBuilder().setTaskId(new TaskId(task).toProto());
        }
        return Call.newBuilder()
                .setType(Call.Type.RECONCILE)
                .setFrameworkId(F.toProto())
                .setReconcile(out);
    }
}
