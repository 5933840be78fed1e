package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.TaskId;
import io.baton.core.task.TaskStates;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.v1.ContainerStatus;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Status updates that the master makes itself: without a uuid, so nobody acknowledges them. */
final class Statuses {
    private Statuses() {}

    private static TaskStatus.Builder masterMade(
            TaskState state, TaskStatus.Reason reason, String message, Instant at) {
        return TaskStatus.newBuilder()
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setMessage(message)
                .setTimestamp(seconds(at));
    }

    static TaskStatus refused(TaskInfo task, TaskStatus why, Instant at) {
        return why.toBuilder()
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .setTimestamp(seconds(at))
                .build();
    }

    static TaskStatus invalid(TaskInfo task, TaskStatus.Reason reason, String why, Instant at) {
        return masterMade(TaskState.TASK_ERROR, reason, why, at)
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .build();
    }

    /** The text of {@link #invalidOffers}, made once for all tasks of a call. */
    static String offersAreInvalid(String why) {
        return "Task launched with invalid offers: " + ForeignText.reason(why);
    }

    /** @param message by {@link #offersAreInvalid} */
    static TaskStatus invalidOffers(FrameworkInfo framework, TaskInfo task, String message, Instant at) {
        return masterMade(
                        TaskStates.asKnownTo(framework, TaskState.TASK_DROPPED),
                        TaskStatus.Reason.REASON_INVALID_OFFERS,
                        message,
                        at)
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .build();
    }

    /** What the scheduler was last told, by the agent or the master, or what is so now if it was told nothing. */
    static TaskStatus latest(FrameworkInfo framework, Task task, Instant at) {
        boolean unreachable = task.getState() == TaskState.TASK_UNREACHABLE;
        var state = task.hasStatusUpdateState() && !unreachable ? task.getStatusUpdateState() : task.getState();
        var status = masterMade(
                        TaskStates.asKnownTo(framework, state),
                        TaskStatus.Reason.REASON_RECONCILIATION,
                        "Reconciliation: Latest task state",
                        at)
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId());
        if (task.getStatusesCount() > 0 && unreachable) {
            var last = task.getStatuses(task.getStatusesCount() - 1);
            if (last.hasUnreachableTime()) {
                status.setUnreachableTime(last.getUnreachableTime());
            }
        }
        return described(status, task).build();
    }

    /** With health and check of the task as last told, and the last that was told of its container, unless it is out of reach. */
    private static TaskStatus.Builder described(TaskStatus.Builder status, Task task) {
        if (task.hasExecutorId()) {
            status.setExecutorId(task.getExecutorId());
        }
        if (task.getStatusesCount() > 0) {
            var last = task.getStatuses(task.getStatusesCount() - 1);
            if (last.hasHealthy()) {
                status.setHealthy(last.getHealthy());
            }
            if (last.hasCheckStatus()) {
                status.setCheckStatus(last.getCheckStatus());
            }
        }
        if (task.getState() != TaskState.TASK_UNREACHABLE) {
            container(task).ifPresent(status::setContainerStatus);
        }
        return status;
    }

    private static Optional<ContainerStatus> container(Task task) {
        for (int i = task.getStatusesCount() - 1; i >= 0; i--) {
            if (task.getStatuses(i).hasContainerStatus()) {
                return Optional.of(task.getStatuses(i).getContainerStatus());
            }
        }
        return Optional.empty();
    }

    /** Nobody knows the task, and its agent cannot be reached. */
    static TaskStatus unknownThere(FrameworkInfo framework, TaskId task, AgentId agent, Instant since, Instant at) {
        return unknown(framework, task, agent, TaskState.TASK_UNREACHABLE, at).toBuilder()
                .setUnreachableTime(TimeInfo.newBuilder().setNanoseconds(nanos(since)))
                .build();
    }

    /** The task has ended, and the scheduler was told. */
    static TaskStatus ended(FrameworkInfo framework, TaskId task, AgentId agent, TaskState end, Instant at) {
        return bare(framework, task, agent, end, "Reconciliation: Latest task state", at);
    }

    /** Nobody knows the task. */
    static TaskStatus unknown(FrameworkInfo framework, TaskId task, AgentId agent, TaskState state, Instant at) {
        var message =
                switch (state) {
                    case TASK_GONE -> "Reconciliation: Task is unknown to the agent";
                    case TASK_UNREACHABLE -> "Reconciliation: Task is unreachable";
                    case TASK_GONE_BY_OPERATOR -> "Reconciliation: Task's agent was declared gone";
                    default -> "Reconciliation: Task is unknown";
                };
        return bare(framework, task, agent, state, message, at);
    }

    private static TaskStatus bare(
            FrameworkInfo framework, TaskId task, AgentId agent, TaskState state, String message, Instant at) {
        var status = masterMade(
                        TaskStates.asKnownTo(framework, state), TaskStatus.Reason.REASON_RECONCILIATION, message, at)
                .setTaskId(task.toProto());
        if (agent != null) {
            status.setAgentId(agent.toProto());
        }
        return status.build();
    }

    static TaskStatus unreachable(FrameworkInfo framework, Task task, Instant at) {
        var status = masterMade(
                TaskStates.asKnownTo(framework, TaskState.TASK_UNREACHABLE),
                TaskStatus.Reason.REASON_AGENT_REMOVED,
                "Agent " + task.getAgentId().getValue() + " cannot be reached",
                at);
        return of(task, status)
                .setUnreachableTime(TimeInfo.newBuilder().setNanoseconds(nanos(at)))
                .build();
    }

    /**
     * The agent is gone for good, or was removed.
     *
     * @param why it was removed; then the task is lost for everybody, as in Mesos
     */
    static TaskStatus agentRemoved(FrameworkInfo framework, Task task, Optional<String> why, Instant at) {
        var state = why.isPresent()
                ? TaskState.TASK_LOST
                : TaskStates.asKnownTo(framework, TaskState.TASK_GONE_BY_OPERATOR);
        var reason = state == TaskState.TASK_LOST
                ? TaskStatus.Reason.REASON_AGENT_REMOVED
                : TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR;
        var message = why.orElse("Agent " + task.getAgentId().getValue() + " was declared gone by an operator");
        return of(task, masterMade(state, reason, message, at)).build();
    }

    private static TaskStatus.Builder of(Task task, TaskStatus.Builder status) {
        if (task.hasExecutorId()) {
            status.setExecutorId(task.getExecutorId());
        }
        return status.setTaskId(task.getTaskId()).setAgentId(task.getAgentId());
    }

    static TaskStatus back(Task task, Instant at) {
        var status = masterMade(task.getState(), TaskStatus.Reason.REASON_AGENT_REREGISTERED, "Agent is back", at)
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId());
        return described(status, task).build();
    }

    /** It was launched, and its agent does not know it. */
    static TaskStatus dropped(FrameworkInfo framework, Task task, Instant at) {
        return masterMade(
                        TaskStates.asKnownTo(framework, TaskState.TASK_DROPPED),
                        TaskStatus.Reason.REASON_AGENT_DISCONNECTED,
                        "The launch did not reach the agent before its link broke; launch it again",
                        at)
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .build();
    }

    static TaskStatus frameworkRemoved(Task task, Instant at) {
        return masterMade(
                        TaskState.TASK_KILLED, TaskStatus.Reason.REASON_FRAMEWORK_REMOVED, "Framework was removed", at)
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .build();
    }

    static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / 1e9;
    }

    static long nanos(Instant at) {
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }
}
