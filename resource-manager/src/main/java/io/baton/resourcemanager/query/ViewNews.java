package io.baton.resourcemanager.query;

import io.baton.core.id.AgentId;
import io.baton.v1.Task;
import io.baton.v1.TaskStatus;
import io.baton.v1.master.Event;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * What changes of the {@link ClusterView} mean to those who follow the cluster: the events of the operator's stream,
 * gathered while they are wanted. Nothing is told of what has not changed, however often it is said.
 *
 * <p>Pure and mutable; one actor owns it.
 */
final class ViewNews {
    private final List<Event> events = new ArrayList<>();
    private boolean wanted;

    /** Whether anybody listens; what was gathered and not taken is dropped when nobody does. */
    void wanted(boolean now) {
        wanted = now;
        if (!now) {
            events.clear();
        }
    }

    /** The events since the last time, in the order of the changes. */
    List<Event> take() {
        if (events.isEmpty()) {
            return List.of();
        }
        var out = List.copyOf(events);
        events.clear();
        return out;
    }

    /**
     * Its tasks, if it has any, follow by themselves. An agent whose link breaks or comes back is no news.
     *
     * @param before null if it was not known
     */
    void agentSeen(Response.GetAgents.Agent before, Response.GetAgents.Agent now) {
        if (wanted && before == null) {
            events.add(Event.newBuilder()
                    .setType(Event.Type.AGENT_ADDED)
                    .setAgentAdded(Event.AgentAdded.newBuilder().setAgent(now))
                    .build());
        }
    }

    void agentForgotten(AgentId agent) {
        if (wanted) {
            events.add(Event.newBuilder()
                    .setType(Event.Type.AGENT_REMOVED)
                    .setAgentRemoved(Event.AgentRemoved.newBuilder().setAgentId(agent.toProto()))
                    .build());
        }
    }

    /** @param before null if it was not known */
    void frameworkSeen(Response.GetFrameworks.Framework before, Response.GetFrameworks.Framework now) {
        if (!wanted || now.equals(before)) {
            return;
        }
        boolean wasThere = before != null && !before.hasUnregisteredTime();
        var event = Event.newBuilder();
        if (!now.hasUnregisteredTime()) {
            events.add(
                    wasThere
                            ? event.setType(Event.Type.FRAMEWORK_UPDATED)
                                    .setFrameworkUpdated(
                                            Event.FrameworkUpdated.newBuilder().setFramework(now))
                                    .build()
                            : event.setType(Event.Type.FRAMEWORK_ADDED)
                                    .setFrameworkAdded(
                                            Event.FrameworkAdded.newBuilder().setFramework(now))
                                    .build());
        } else if (wasThere) {
            events.add(event.setType(Event.Type.FRAMEWORK_REMOVED)
                    .setFrameworkRemoved(Event.FrameworkRemoved.newBuilder().setFrameworkInfo(now.getFrameworkInfo()))
                    .build());
        }
    }

    /**
     * A new task, and one whose agent can be reached again, is told as it is; of a known one every status since, unless
     * it says the same as the one before it and no check led to it. Facts of another master may bring several statuses at once.
     *
     * @param before null if it was not known
     */
    void taskSeen(Task before, Task now) {
        if (!wanted) {
            return;
        }
        boolean back = before != null && OutOfReach.is(before) && !OutOfReach.is(now);
        if (before == null || back) {
            events.add(Event.newBuilder()
                    .setType(Event.Type.TASK_ADDED)
                    .setTaskAdded(Event.TaskAdded.newBuilder().setTask(OutOfReach.shown(now)))
                    .build());
            return;
        }
        var last = before.getStatusesCount() == 0 ? null : before.getStatuses(before.getStatusesCount() - 1);
        for (int i = known(before, now); i < now.getStatusesCount(); i++) {
            var status = now.getStatuses(i);
            if (last == null || saysMore(last, status)) {
                events.add(updated(now, status, i == now.getStatusesCount() - 1));
            }
            last = status;
        }
    }

    /** How many statuses of the task are no news; one of the same state may have taken the place of the last one. */
    private static int known(Task before, Task now) {
        for (int i = before.getStatusesCount() - 1; i >= 0; i--) {
            int same = now.getStatusesList().lastIndexOf(before.getStatuses(i));
            if (same >= 0) {
                return same + 1;
            }
        }
        return 0;
    }

    private static boolean saysMore(TaskStatus before, TaskStatus now) {
        return before.getState() != now.getState()
                || before.getHealthy() != now.getHealthy()
                || before.hasHealthy() != now.hasHealthy()
                || !before.getCheckStatus().equals(now.getCheckStatus())
                || now.getReason() == TaskStatus.Reason.REASON_TASK_CHECK_STATUS_UPDATED
                || now.getReason() == TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED;
    }

    /**
     * Its state is that of the status, also if the agent is ahead of it: what comes after is told with its own status.
     */
    private static Event updated(Task task, TaskStatus status, boolean newest) {
        boolean acknowledgeable =
                newest && task.hasStatusUpdateUuid() && task.getStatusUpdateState() == status.getState();
        var event = Event.TaskUpdated.newBuilder()
                .setFrameworkId(task.getFrameworkId())
                .setStatus(status)
                .setState(status.getState());
        if (acknowledgeable) {
            event.getStatusBuilder().setUuid(task.getStatusUpdateUuid());
        }
        return Event.newBuilder()
                .setType(Event.Type.TASK_UPDATED)
                .setTaskUpdated(event)
                .build();
    }
}
