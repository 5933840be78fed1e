package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import io.baton.v1.master.Event;
import io.baton.v1.master.Response;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What changes of the view are to those who follow it. */
class ViewNewsTest {
    private static final AgentId AGENT = new AgentId("a");
    private static final FrameworkId F = new FrameworkId("f");

    private final ViewNews news = new ViewNews();
    private final ClusterView view = new ClusterView("v", news);

    @BeforeEach
    void listen() {
        news.wanted(true);
    }

    @Test
    void anAgentIsAddedOnceAndRemovedOnce() {
        view.agentSeen(agent(true), true);
        view.agentSeen(agent(false), false);
        view.agentSeen(agent(true), true);
        assertThat(told()).containsExactly("AGENT_ADDED a");

        view.agentForgotten(AGENT);
        view.agentForgotten(AGENT);
        assertThat(told()).containsExactly("AGENT_REMOVED a");

        view.agentSeen(agent(true), true);
        assertThat(told()).containsExactly("AGENT_ADDED a");
    }

    @Test
    void aFrameworkIsUpdatedOnlyWhenItChanges() {
        view.frameworkSeen(framework(true, false));
        view.frameworkSeen(framework(true, false));
        view.frameworkSeen(framework(false, false));
        view.frameworkSeen(framework(false, true));
        view.frameworkSeen(framework(false, true));

        assertThat(told())
                .containsExactly(
                        "FRAMEWORK_ADDED f connected", "FRAMEWORK_UPDATED f disconnected", "FRAMEWORK_REMOVED f");
    }

    @Test
    void aFrameworkThatWasNeverSeenAliveIsNotRemoved() {
        view.frameworkSeen(framework(false, true));

        assertThat(told()).isEmpty();
    }

    @Test
    void everyStatusOfATaskIsToldOnceAlsoIfSeveralComeTogether() {
        view.taskSeen(task(TaskState.TASK_STAGING), false);
        view.taskSeen(task(TaskState.TASK_STARTING, TaskState.TASK_STARTING), false);
        view.taskSeen(task(TaskState.TASK_STARTING, TaskState.TASK_STARTING), false);
        view.taskSeen(
                task(
                        TaskState.TASK_FINISHED,
                        TaskState.TASK_STARTING,
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_FINISHED),
                false);
        view.taskSeen(task(TaskState.TASK_FINISHED, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED), true);

        assertThat(told())
                .containsExactly(
                        "TASK_ADDED t TASK_STAGING",
                        "TASK_UPDATED TASK_STARTING of TASK_STARTING",
                        "TASK_UPDATED TASK_RUNNING of TASK_RUNNING",
                        "TASK_UPDATED TASK_FINISHED of TASK_FINISHED");
    }

    @Test
    void aChangeOfHealthIsToldAndTheNewestStatusHasItsUuid() {
        var running = task(TaskState.TASK_RUNNING, TaskState.TASK_RUNNING);
        view.taskSeen(running, false);
        news.take();
        var uuid = ByteString.copyFromUtf8("0123456789abcdef");
        view.taskSeen(
                running.toBuilder()
                        .addStatuses(
                                status(2, TaskState.TASK_RUNNING).toBuilder().setHealthy(false))
                        .setStatusUpdateState(TaskState.TASK_RUNNING)
                        .setStatusUpdateUuid(uuid)
                        .build(),
                false);

        var events = news.take();
        assertThat(events).hasSize(1);
        var status = events.get(0).getTaskUpdated().getStatus();
        assertThat(status.hasHealthy()).isTrue();
        assertThat(status.getHealthy()).isFalse();
        assertThat(status.getUuid()).isEqualTo(uuid);
    }

    @Test
    void aStatusThatTakesThePlaceOfTheLastOneIsToldIfItSaysMoreOrAsksForIt() {
        view.taskSeen(task(TaskState.TASK_STARTING, TaskState.TASK_STARTING), false);
        news.take();
        for (var second : List.of(1, 2)) {
            view.taskSeen(
                    task(TaskState.TASK_RUNNING, TaskState.TASK_STARTING).toBuilder()
                            .addStatuses(status(10 + second, TaskState.TASK_RUNNING))
                            .build(),
                    false);
        }
        assertThat(told()).containsExactly("TASK_UPDATED TASK_RUNNING of TASK_RUNNING");

        for (var reason : List.of(
                TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED,
                TaskStatus.Reason.REASON_TASK_CHECK_STATUS_UPDATED)) {
            var checked = status(20 + reason.getNumber(), TaskState.TASK_RUNNING).toBuilder()
                    .setReason(reason);
            var next = task(TaskState.TASK_RUNNING, TaskState.TASK_STARTING).toBuilder()
                    .addStatuses(checked)
                    .build();
            view.taskSeen(next, false);
            view.taskSeen(next, false);
            assertThat(told()).as("once").containsExactly("TASK_UPDATED TASK_RUNNING of TASK_RUNNING");
        }
    }

    @Test
    void aTaskWhoseAgentComesBackIsAddedAgainAndAReusedIdIsANewTask() {
        view.taskSeen(task(TaskState.TASK_UNREACHABLE, TaskState.TASK_UNREACHABLE), false);
        view.tasksSeen(new TasksSeen(F, AGENT, List.of(task(TaskState.TASK_RUNNING, TaskState.TASK_UNREACHABLE))));
        view.taskSeen(task(TaskState.TASK_FINISHED, TaskState.TASK_UNREACHABLE, TaskState.TASK_FINISHED), true);
        view.taskSeen(task(TaskState.TASK_STAGING), false);

        assertThat(told())
                .containsExactly(
                        "TASK_ADDED t TASK_UNREACHABLE",
                        "TASK_ADDED t TASK_RUNNING",
                        "TASK_UPDATED TASK_FINISHED of TASK_FINISHED",
                        "TASK_ADDED t TASK_STAGING");
    }

    @Test
    void aTaskIsLostToWhoWasToldSoAndAddedAgainWhenItsAgentComesBack() {
        var away = task(TaskState.TASK_UNREACHABLE, TaskState.TASK_RUNNING, TaskState.TASK_LOST);
        view.taskSeen(task(TaskState.TASK_RUNNING, TaskState.TASK_RUNNING), false);
        view.taskSeen(away, false);
        view.taskSeen(task(TaskState.TASK_RUNNING, TaskState.TASK_RUNNING), false);

        assertThat(told())
                .containsExactly(
                        "TASK_ADDED t TASK_RUNNING",
                        "TASK_UPDATED TASK_LOST of TASK_LOST",
                        "TASK_ADDED t TASK_RUNNING");
    }

    @Test
    void whoHearsOfATaskOutOfReachFirstHearsWhatItsSchedulerWasTold() {
        view.taskSeen(task(TaskState.TASK_UNREACHABLE, TaskState.TASK_LOST), false);

        assertThat(told()).containsExactly("TASK_ADDED t TASK_LOST");
    }

    @Test
    void nothingIsGatheredForNobody() {
        view.agentSeen(agent(true), true);
        news.wanted(false);
        view.frameworkSeen(framework(true, false));

        news.wanted(true);
        assertThat(told()).isEmpty();
    }

    private List<String> told() {
        return news.take().stream().map(ViewNewsTest::shown).toList();
    }

    private static String shown(Event event) {
        var type = event.getType() + " ";
        return switch (event.getType()) {
            case AGENT_ADDED ->
                type + event.getAgentAdded().getAgent().getAgentInfo().getId().getValue();
            case AGENT_REMOVED -> type + event.getAgentRemoved().getAgentId().getValue();
            case FRAMEWORK_ADDED -> type + shown(event.getFrameworkAdded().getFramework());
            case FRAMEWORK_UPDATED -> type + shown(event.getFrameworkUpdated().getFramework());
            case FRAMEWORK_REMOVED ->
                type + event.getFrameworkRemoved().getFrameworkInfo().getId().getValue();
            case TASK_ADDED -> {
                var task = event.getTaskAdded().getTask();
                yield type + task.getTaskId().getValue() + " " + task.getState();
            }
            case TASK_UPDATED ->
                type
                        + event.getTaskUpdated().getStatus().getState()
                        + " of "
                        + event.getTaskUpdated().getState();
            default -> throw new AssertionError(event);
        };
    }

    private static String shown(Response.GetFrameworks.Framework framework) {
        return framework.getFrameworkInfo().getId().getValue()
                + (framework.getConnected() ? " connected" : " disconnected");
    }

    private static Response.GetAgents.Agent agent(boolean active) {
        return Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                .setActive(active)
                .setVersion("1")
                .build();
    }

    private static Response.GetFrameworks.Framework framework(boolean connected, boolean removed) {
        var out = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder().setUser("u").setName("n").setId(F.toProto()))
                .setActive(connected)
                .setConnected(connected)
                .setRecovered(false);
        return (removed ? out.setUnregisteredTime(TimeInfo.newBuilder().setNanoseconds(1)) : out).build();
    }

    /** Its statuses are a second apart, and each state has its own. */
    private static Task task(TaskState state, TaskState... statuses) {
        var out = Task.newBuilder()
                .setName("t")
                .setTaskId(new TaskId("t").toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setState(state);
        Arrays.stream(statuses).forEach(s -> out.addStatuses(status(s.getNumber(), s)));
        return out.build();
    }

    private static TaskStatus status(double at, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(new TaskId("t").toProto())
                .setState(state)
                .setTimestamp(at)
                .build();
    }
}
