package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.ExecutorEnded;
import io.baton.link.Register;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An executor's resources are taken once, whoever uses it, until it is over. */
class HostedExecutorsTest {
    private static final AgentId AGENT = new AgentId("m-S0");
    private static final FrameworkId F = new FrameworkId("f");
    private static final FrameworkInfo FRAMEWORK = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .build();
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final ExecutorInfo EXECUTOR = executor(0.5);

    private final AgentLedger ledger = new AgentLedger(
            AGENT, new LedgerRules("m", Duration.ofSeconds(60), Duration.ofSeconds(75)), new Grant(7, 0, "c"), T0);
    private long proposals;

    @BeforeEach
    void register() {
        register(List.of());
    }

    private void register(List<ExecutorInfo> executors) {
        var register = Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").addAllResources(cpus(4).toProto("")))
                .setNumber(1)
                .setEpoch(0)
                .setVersion("0.1.0")
                .addAllExecutors(executors)
                .build();
        ledger.register(register, "10.0.0.1", ++proposals, T0);
    }

    private static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    private static ExecutorInfo executor(double cpus) {
        return ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.DEFAULT)
                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                .setFrameworkId(F.toProto())
                .addAllResources(cpus(cpus).toProto(""))
                .build();
    }

    private static TaskInfo task(String id, double cpus, ExecutorInfo executor) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setAgentId(AGENT.toProto())
                .addAllResources(cpus(cpus).toProto(""))
                .setExecutor(executor)
                .build();
    }

    private static Offer.Operation group(TaskInfo... tasks) {
        var out = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH_GROUP);
        var group = out.getLaunchGroupBuilder();
        group.setExecutor(tasks[0].getExecutor());
        for (var task : tasks) {
            group.getTaskGroupBuilder().addTasks(task);
        }
        return out.build();
    }

    private static Offer.Operation launch(TaskInfo... tasks) {
        var out = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        out.getLaunchBuilder().addAllTaskInfos(List.of(tasks));
        return out.build();
    }

    private String accept(double offered, Offer.Operation... operations) {
        var offer = offer(offered);
        return shown(ledger.accept(
                FRAMEWORK, List.of(OfferId.fromProto(offer.getId())), List.of(operations), Duration.ZERO));
    }

    private Offer offer(double cpus) {
        return ledger.offer(F, "*", cpus(cpus), 1, ++proposals, T0).stream()
                .filter(LedgerEffect.Granted.class::isInstance)
                .map(e -> ((LedgerEffect.Granted) e).offer())
                .findFirst()
                .orElseThrow();
    }

    private static String shown(List<LedgerEffect> effects) {
        var out = new ArrayList<String>();
        for (var effect : effects) {
            if (effect instanceof LedgerEffect.ToLink e) {
                out.add(text(e.frame()));
            } else if (effect instanceof LedgerEffect.Refused e) {
                out.add("refuse " + e.tasks().size() + " "
                        + e.status().getReason().name().replace("REASON_", ""));
            }
        }
        return String.join(", ", out);
    }

    private static String text(ToAgent frame) {
        boolean starts =
                frame.getRun().getLaunchExecutor() || frame.getRunGroup().getLaunchExecutor();
        var what = frame.hasRun()
                ? "run " + frame.getRun().getTask().getTaskId().getValue()
                : "group of " + frame.getRunGroup().getTasksCount();
        return starts ? what + " and start" : what;
    }

    @Test
    void aGroupTakesItsExecutorsResourcesOnce() {
        assertThat(accept(4, group(task("a", 1, EXECUTOR), task("b", 1, EXECUTOR))))
                .isEqualTo("group of 2 and start");
        assertThat(ledger.free()).isEqualTo(cpus(1.5));
    }

    @Test
    void aFurtherGroupTakesOnlyWhatItsTasksNeed() {
        accept(2, group(task("a", 1, EXECUTOR)));

        assertThat(accept(1, group(task("b", 1, EXECUTOR)))).isEqualTo("group of 1");
        assertThat(ledger.free()).isEqualTo(cpus(1.5));
    }

    @Test
    void tasksOfOneLaunchShareTheirExecutor() {
        assertThat(accept(2.5, launch(task("a", 1, EXECUTOR), task("b", 1, EXECUTOR))))
                .isEqualTo("run a and start, run b");
    }

    @Test
    void aGroupFitsAsAWholeOrNotAtAll() {
        assertThat(accept(2, group(task("a", 1, EXECUTOR), task("b", 1, EXECUTOR))))
                .isEqualTo("refuse 2 TASK_GROUP_INVALID");
        assertThat(ledger.free()).isEqualTo(cpus(4));
    }

    @Test
    void anotherExecutorUnderTheSameIdIsRefused() {
        accept(2, group(task("a", 1, EXECUTOR)));

        assertThat(accept(2, group(task("b", 1, executor(0.25))))).isEqualTo("refuse 1 TASK_GROUP_INVALID");
        assertThat(accept(2, launch(task("c", 1, executor(0.25))))).isEqualTo("refuse 1 TASK_INVALID");
    }

    @Test
    void theExecutorsResourcesAreFreeWhenItIsOverAndItsFrameworkHears() {
        accept(2, group(task("a", 1, EXECUTOR)));
        ledger.updated(Update.newBuilder()
                .setFrameworkId(F.toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(new TaskId("a").toProto())
                        .setState(TaskState.TASK_FINISHED))
                .setLatestState(TaskState.TASK_FINISHED)
                .build());
        assertThat(ledger.free()).isEqualTo(cpus(3.5));
        var ended = ExecutorEnded.newBuilder()
                .setFrameworkId(F.toProto())
                .setExecutorId(EXECUTOR.getExecutorId())
                .setStatus(0)
                .build();

        assertThat(ledger.executorEnded(ended))
                .contains(new LedgerEffect.ToFramework(F, new FrameworkProtocol.ExecutorEnded(AGENT, ended)));
        assertThat(ledger.free()).isEqualTo(cpus(4));
        ledger.executorEnded(ended);
        assertThat(ledger.free()).as("a copy").isEqualTo(cpus(4));
    }

    @Test
    void aRegistrationBringsTheExecutorsThatAreThere() {
        register(List.of(EXECUTOR));

        assertThat(ledger.free()).isEqualTo(cpus(3.5));
        assertThat(accept(1, group(task("a", 1, EXECUTOR)))).isEqualTo("group of 1");
    }

    @Test
    void anOfferNamesTheFrameworksExecutors() {
        accept(2, group(task("a", 1, EXECUTOR)));

        assertThat(offer(1).getExecutorIdsList()).containsExactly(EXECUTOR.getExecutorId());
    }
}
