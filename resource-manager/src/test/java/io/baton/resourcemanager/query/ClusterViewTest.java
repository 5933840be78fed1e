package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TimeInfo;
import io.baton.v1.master.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClusterViewTest {
    private static final AgentId AGENT = new AgentId("a");
    private final ClusterView view = new ClusterView("v", new ViewNews());

    @Test
    void forgetsTheFrameworksThatEndedFirst() {
        view.frameworkSeen(framework("long-lived", false));
        for (int i = 0; i < ClusterView.MAX_COMPLETED_FRAMEWORKS; i++) {
            view.frameworkSeen(framework("f" + i, true));
        }
        view.frameworkSeen(framework("long-lived", true));

        assertThat(view.state().state().getGetFrameworks().getCompletedFrameworksList())
                .extracting(f -> f.getFrameworkInfo().getId().getValue())
                .hasSize(ClusterView.MAX_COMPLETED_FRAMEWORKS)
                .contains("long-lived")
                .doesNotContain("f0");
    }

    @Test
    void countsWhatLiveTasksUseAndOffersHold() {
        view.agentSeen(
                Response.GetAgents.Agent.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                        .setActive(true)
                        .setVersion("1")
                        .build(),
                true);
        view.frameworkSeen(framework("f", false));
        view.taskSeen(task("t1", TaskState.TASK_RUNNING), false);
        view.taskSeen(task("t2", TaskState.TASK_FINISHED), false);
        view.taskSeen(task("t3", TaskState.TASK_FINISHED), true);
        view.offerSeen(Offer.newBuilder()
                .setId(new OfferId("o").toProto())
                .setFrameworkId(new FrameworkId("f").toProto())
                .setAgentId(AGENT.toProto())
                .setHostname("h")
                .addAllResources(cpus(2))
                .build());

        var state = view.state().state();
        assertThat(state.getGetAgents().getAgents(0).getAllocatedResourcesList())
                .isEqualTo(cpus(1));
        assertThat(state.getGetAgents().getAgents(0).getOfferedResourcesList()).isEqualTo(cpus(2));
        assertThat(state.getGetFrameworks().getFrameworks(0).getOffersCount()).isEqualTo(1);
        assertThat(state.getGetTasks().getTasksCount()).isEqualTo(2);
        assertThat(state.getGetTasks().getCompletedTasksCount()).isEqualTo(1);

        view.offersGone(List.of(new OfferId("o"), new OfferId("unknown")));
        assertThat(view.state().offers()).isEmpty();
    }

    /** The masters of both its session and its agent's owner may be gone: nobody is left to say that the offer is over. */
    @Test
    void whatAnOwnerHasOfferedIsOverWhenANewerOneIsThere() {
        for (var id : List.of("a-O1.1.1", "a-O2.1.1", "o")) {
            view.offerSeen(Offer.newBuilder()
                    .setId(new OfferId(id).toProto())
                    .setFrameworkId(new FrameworkId("f").toProto())
                    .setAgentId(AGENT.toProto())
                    .setHostname("h")
                    .build());
        }

        view.owned(agent -> 1);
        assertThat(view.state().offers()).hasSize(3);
        view.owned(agent -> agent.equals(AGENT) ? 2 : 9);
        assertThat(view.state().offers())
                .extracting(offer -> offer.getId().getValue())
                .containsExactly("a-O2.1.1", "o");
    }

    @Test
    void showsTheSamePictureUntilSomethingChanges() {
        view.taskSeen(task("t1", TaskState.TASK_STAGING), false);
        var before = view.state();
        assertThat(view.state()).isSameAs(before);

        view.taskSeen(task("t1", TaskState.TASK_RUNNING), false);

        assertThat(view.state().version()).isNotEqualTo(before.version());
        assertThat(before.state().getGetTasks().getTasks(0).getState()).isEqualTo(TaskState.TASK_STAGING);
        assertThat(view.state().state().getGetTasks().getTasks(0).getState()).isEqualTo(TaskState.TASK_RUNNING);
    }

    @Test
    void showsExecutorsOfFrameworksAndWhatTheyHold() {
        view.agentSeen(
                Response.GetAgents.Agent.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                        .setActive(true)
                        .setVersion("1")
                        .build(),
                true);
        view.taskSeen(task("t1", TaskState.TASK_RUNNING), false);
        view.executorsSeen(AGENT, List.of(executor("e")));

        var shown = view.state().state();
        assertThat(shown.getGetExecutors().getExecutorsList())
                .extracting(e -> e.getExecutorInfo().getExecutorId().getValue())
                .containsExactly("e");
        assertThat(shown.getGetExecutors().getExecutors(0).getAgentId()).isEqualTo(AGENT.toProto());
        assertThat(shown.getGetAgents().getAgents(0).getAllocatedResourcesList())
                .isEqualTo(cpus(3));

        view.executorsSeen(AGENT, List.of());
        assertThat(view.state().state().getGetExecutors().getExecutorsList()).isEmpty();

        view.executorsSeen(AGENT, List.of(executor("e")));
        view.agentForgotten(AGENT);
        assertThat(view.state().state().getGetExecutors().getExecutorsList()).isEmpty();
    }

    @Test
    void whatIsHeldIsShownForEachRole() {
        view.agentSeen(
                Response.GetAgents.Agent.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                        .setActive(true)
                        .setVersion("1")
                        .build(),
                true);
        for (var role : List.of("b", "a", "b")) {
            var task = task("t" + role, TaskState.TASK_RUNNING).toBuilder().clearResources();
            cpus(1).forEach(resource -> {
                var allocated = resource.toBuilder();
                allocated.getAllocationInfoBuilder().setRole(role);
                task.addResources(allocated);
            });
            view.taskSeen(task.build(), false);
        }

        assertThat(usedOfAgent())
                .extracting(r ->
                        r.getAllocationInfo().getRole() + " " + r.getScalar().getValue())
                .containsExactly("a 1.0", "b 1.0");
    }

    private List<Resource> usedOfAgent() {
        return view.state().state().getGetAgents().getAgents(0).getAllocatedResourcesList();
    }

    @Test
    void whatIsInUseFollowsEachChange() {
        var agent = Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                .setActive(true)
                .setVersion("1");
        view.taskSeen(task("t1", TaskState.TASK_STAGING), false);
        view.agentSeen(agent.build(), true);
        view.frameworkSeen(framework("f", false));
        assertThat(usedOfAgent()).as("tasks known before their agent").isEqualTo(cpus(1));

        view.taskSeen(task("t2", TaskState.TASK_RUNNING), false);
        assertThat(usedOfAgent()).isEqualTo(cpus(2));
        view.taskSeen(task("t1", TaskState.TASK_UNREACHABLE), false);
        assertThat(usedOfAgent()).isEqualTo(cpus(1));
        view.taskSeen(task("t1", TaskState.TASK_RUNNING), false);
        view.taskSeen(task("t1", TaskState.TASK_RUNNING), false);
        assertThat(usedOfAgent()).as("the same again").isEqualTo(cpus(2));
        view.agentSeen(agent.setDeactivated(true).build(), true);
        assertThat(usedOfAgent()).as("the agent has changed").isEqualTo(cpus(2));
        view.tasksSeen(new TasksSeen(
                new FrameworkId("f"),
                AGENT,
                List.of(task("t2", TaskState.TASK_RUNNING), task("t3", TaskState.TASK_FINISHED))));
        assertThat(usedOfAgent()).as("what the agent lists").isEqualTo(cpus(1));
        assertThat(view.state().state().getGetFrameworks().getFrameworks(0).getAllocatedResourcesList())
                .isEqualTo(cpus(1));
        view.taskSeen(task("t2", TaskState.TASK_FINISHED), true);
        assertThat(usedOfAgent()).isEmpty();
        assertThat(view.state().state().getGetFrameworks().getFrameworks(0).getAllocatedResourcesList())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"TASK_UNREACHABLE", "TASK_LOST"})
    void aTaskOutOfReachIsShownInTheStateThatItsSchedulerWasTold(TaskState told) {
        var task = task("t1", TaskState.TASK_UNREACHABLE).toBuilder();
        task.addStatusesBuilder().setTaskId(task.getTaskId()).setState(told);
        view.taskSeen(task.build(), false);

        var tasks = view.state().state().getGetTasks();
        assertThat(tasks.getTasksList()).isEmpty();
        assertThat(tasks.getUnreachableTasksList()).extracting(Task::getState).containsExactly(told);
    }

    @Test
    void anAgentOfWhichNothingHasChangedIsTheSameInTheNextPicture() {
        view.agentSeen(
                Response.GetAgents.Agent.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                        .setActive(true)
                        .setVersion("1")
                        .build(),
                true);
        view.taskSeen(task("t1", TaskState.TASK_RUNNING), false);
        var before = view.state().state().getGetAgents().getAgents(0);

        view.taskSeen(
                task("t1", TaskState.TASK_RUNNING).toBuilder().setName("again").build(), false);

        assertThat(view.state().state().getGetAgents().getAgents(0)).isSameAs(before);
    }

    private static ExecutorInfo executor(String id) {
        return ExecutorInfo.newBuilder()
                .setExecutorId(ExecutorID.newBuilder().setValue(id))
                .setFrameworkId(new FrameworkId("f").toProto())
                .addAllResources(cpus(2))
                .build();
    }

    private static Response.GetFrameworks.Framework framework(String id, boolean removed) {
        var out = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder().setUser("u").setName("n").setId(new FrameworkId(id).toProto()))
                .setActive(!removed)
                .setConnected(!removed)
                .setRecovered(false);
        return (removed ? out.setUnregisteredTime(TimeInfo.newBuilder().setNanoseconds(1)) : out).build();
    }

    private static Task task(String id, TaskState state) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setFrameworkId(new FrameworkId("f").toProto())
                .setAgentId(AGENT.toProto())
                .setState(state)
                .addAllResources(cpus(1))
                .build();
    }

    private static List<Resource> cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus)).toProto("");
    }
}
