package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.ExecutorID;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agents that a scheduler has made up. */
class NamedAgentsTest extends SessionFixture {
    private static final ExecutorID EXECUTOR =
            ExecutorID.newBuilder().setValue("e").build();

    static List<String> noIds() {
        return List.of("", ".", "a/b", "x".repeat(300), "x\uD800");
    }

    private List<SessionEffect> kill(String agent) {
        var kill = Call.Kill.newBuilder().setTaskId(new TaskId("t").toProto()).setAgentId(new AgentId(agent).toProto());
        return call(call(Call.Type.KILL).setKill(kill));
    }

    private List<SessionEffect> reconcileAt(String agent) {
        var reconcile = Call.Reconcile.newBuilder();
        reconcile.addTasksBuilder().setTaskId(new TaskId("t").toProto()).setAgentId(new AgentId(agent).toProto());
        return call(call(Call.Type.RECONCILE).setReconcile(reconcile));
    }

    private List<SessionEffect> reconcileOperationAt(String agent) {
        var reconcile = Call.ReconcileOperations.newBuilder();
        reconcile
                .addOperationsBuilder()
                .setOperationId(OperationID.newBuilder().setValue("o"))
                .setAgentId(new AgentId(agent).toProto());
        return call(call(Call.Type.RECONCILE_OPERATIONS).setReconcileOperations(reconcile));
    }

    private List<SessionEffect> call(Call.Builder call) {
        return session.call(call.build(), "s1", T0).effects();
    }

    private static Event told(List<SessionEffect> effects) {
        assertThat(effects).singleElement().isInstanceOf(SessionEffect.Emit.class);
        return ((SessionEffect.Emit) effects.get(0)).event();
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("noIds")
    void whatIsAskedOfAnAgentThatThereCannotBeIsUnknown(String agent) {
        connected(AWARE);
        var named = new AgentId(agent).toProto();

        for (var effects : List.of(kill(agent), reconcileAt(agent))) {
            assertThat(shown(effects)).startsWith("t TASK_UNKNOWN RECONCILIATION");
            assertThat(told(effects).getUpdate().getStatus().getAgentId()).isEqualTo(named);
        }
        var status =
                told(reconcileOperationAt(agent)).getUpdateOperationStatus().getStatus();
        assertThat(status.getState()).isEqualTo(OperationState.OPERATION_UNKNOWN);
        assertThat(status.getAgentId()).isEqualTo(named);
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("noIds")
    void whatIsSaidToAnAgentThatThereCannotBeGoesNowhere(String agent) {
        connected(AWARE);
        var named = new AgentId(agent).toProto();

        assertThat(call(call(Call.Type.SHUTDOWN)
                        .setShutdown(
                                Call.Shutdown.newBuilder().setAgentId(named).setExecutorId(EXECUTOR))))
                .isEmpty();
        assertThat(call(call(Call.Type.MESSAGE)
                        .setMessage(Call.Message.newBuilder()
                                .setAgentId(named)
                                .setExecutorId(EXECUTOR)
                                .setData(ByteString.EMPTY))))
                .isEmpty();
        assertThat(acknowledge("t", "u", "s1", agent)).isEmpty();
    }

    @Test
    void whatIsAskedOfAnAgentThatTheRegistryDoesNotHoldIsUnknown() {
        connected(AWARE);
        var nobody = new AgentId("nobody");
        var task = new SessionEffect.ToNamed(nobody, new AgentProtocol.Ask(F, new TaskId("t"), Optional.empty()));
        var operation = new SessionEffect.ToNamed(nobody, new AgentProtocol.AskOperation(F, "o", Optional.empty()));
        var kill = new SessionEffect.ToNamed(nobody, new AgentProtocol.Kill(F, new TaskId("t"), Optional.empty()));
        assertThat(kill("nobody")).containsExactly(kill, task);
        assertThat(reconcileAt("nobody")).containsExactly(task);
        assertThat(reconcileOperationAt("nobody")).containsExactly(operation);

        assertThat(session.noAgent(kill, T0)).isEmpty();
        var status = told(session.noAgent(task, T0)).getUpdate().getStatus();
        assertThat(shown(session.noAgent(task, T0)))
                .isEqualTo("t TASK_UNKNOWN RECONCILIATION Reconciliation: Task is unknown");
        assertThat(status.getAgentId()).isEqualTo(nobody.toProto());
        var answer =
                told(session.noAgent(operation, T0)).getUpdateOperationStatus().getStatus();
        assertThat(answer.getState()).isEqualTo(OperationState.OPERATION_UNKNOWN);
        assertThat(answer.getAgentId()).isEqualTo(nobody.toProto());
    }

    @Test
    void anAcknowledgementGoesStraightToTheAgentThatHasTheTask() {
        connected(AWARE);
        session.adopted(
                new io.baton.core.protocol.FrameworkProtocol.TasksAdopted(
                        AGENT, new io.baton.core.protocol.Term(1, 1), 0, Optional.empty(), List.of(running("t"))),
                T0);
        var acknowledge = Call.Acknowledge.newBuilder()
                .setAgentId(AGENT.toProto())
                .setTaskId(new TaskId("t").toProto())
                .setUuid(ByteString.copyFromUtf8("u"));

        assertThat(call(call(Call.Type.ACKNOWLEDGE).setAcknowledge(acknowledge)))
                .hasOnlyElementsOfType(SessionEffect.ToAgent.class);
        assertThat(call(call(Call.Type.ACKNOWLEDGE)
                        .setAcknowledge(acknowledge.setAgentId(new AgentId("another").toProto()))))
                .hasOnlyElementsOfType(SessionEffect.ToNamed.class);
    }

    @Test
    void oneQuestionIsUnderWayAtATimeAndNotTooMuchWaitsForIt() {
        var named = new NamedAgents();
        var first = ask(0);
        named.add(first);
        named.add(new SessionEffect.ToNamed(AGENT, new AgentProtocol.TellExecutor(F, EXECUTOR, ByteString.EMPTY)));
        assertThat(named.next()).contains(List.of(first));

        IntStream.rangeClosed(1, NamedAgents.MOST_WAITING + 1).forEach(i -> named.add(ask(i)));
        assertThat(named.next()).isEmpty();
        named.asked();
        assertThat(named.next()).get().satisfies(all -> assertThat(all)
                .hasSize(NamedAgents.MOST_WAITING)
                .startsWith(ask(1)));
        named.asked();
        assertThat(named.next()).isEmpty();
    }

    private static SessionEffect.ToNamed ask(int i) {
        return new SessionEffect.ToNamed(
                new AgentId("a" + i), new AgentProtocol.Ask(F, new TaskId("t"), Optional.empty()));
    }
}
