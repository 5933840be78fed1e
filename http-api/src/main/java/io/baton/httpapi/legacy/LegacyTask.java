package io.baton.httpapi.legacy;

import io.baton.httpapi.codec.JsonText;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A task in the old vocabulary. */
public final class LegacyTask {
    /** The states that summaries count, in the order they are written. */
    private static final List<TaskState> COUNTED = List.of(
            TaskState.TASK_STAGING,
            TaskState.TASK_STARTING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_KILLING,
            TaskState.TASK_FINISHED,
            TaskState.TASK_KILLED,
            TaskState.TASK_FAILED,
            TaskState.TASK_LOST,
            TaskState.TASK_ERROR,
            TaskState.TASK_UNREACHABLE);

    private LegacyTask() {}

    public static void write(JsonText json, Task task) {
        json.object(() -> {
            json.field("id", task.getTaskId().getValue())
                    .field("name", task.getName())
                    .field("framework_id", task.getFrameworkId().getValue())
                    .field("executor_id", task.getExecutorId().getValue())
                    .field("slave_id", task.getAgentId().getValue())
                    .field("state", task.getState().name());
            LegacyResources.write(json, "resources", task.getResourcesList());
            if (task.getLimitsCount() > 0) {
                json.object("limits", () -> new TreeMap<>(task.getLimitsMap())
                        .forEach((name, limit) -> limit(json.name(name), limit.getValue())));
            }
            LegacyResources.role(json, task.getResourcesList());
            json.array("statuses", task.getStatusesList(), status -> status(json, status));
            if (task.hasUser()) {
                json.field("user", task.getUser());
            }
            labels(json, task.hasLabels(), task.getLabels());
            if (task.hasDiscovery()) {
                json.field("discovery", task.getDiscovery());
            }
            if (task.hasContainer()) {
                json.field("container", task.getContainer());
            }
            if (task.hasHealthCheck()) {
                json.field("health_check", task.getHealthCheck());
            }
        });
    }

    /**
     * A task that waits for its executor: in Mesos another message, with less to show.
     *
     * @param hasExecutor whether the task names one
     */
    public static void queued(JsonText json, Task task, boolean hasExecutor) {
        json.object(() -> {
            json.field("id", task.getTaskId().getValue())
                    .field("name", task.getName())
                    .field("slave_id", task.getAgentId().getValue());
            LegacyResources.write(json, "resources", task.getResourcesList());
            LegacyResources.role(json, task.getResourcesList());
            if (hasExecutor) {
                json.field("executor_id", task.getExecutorId().getValue());
            }
            if (task.hasDiscovery()) {
                json.field("discovery", task.getDiscovery());
            }
        });
    }

    /** That there is none is told in the word of the v1 API. */
    private static void limit(JsonText json, double value) {
        if (Double.isInfinite(value)) {
            json.text("Infinity");
        } else {
            json.number(value);
        }
    }

    private static void status(JsonText json, TaskStatus status) {
        json.object(() -> {
            json.field("state", status.getState().name()).field("timestamp", status.getTimestamp());
            labels(json, status.hasLabels(), status.getLabels());
            if (status.hasContainerStatus()) {
                json.field("container_status", status.getContainerStatus());
            }
            if (status.hasHealthy()) {
                json.field("healthy", status.getHealthy());
            }
            if (status.hasMessage()) {
                json.field("message", status.getMessage());
            }
        });
    }

    public static void labels(JsonText json, boolean there, Labels labels) {
        if (there) {
            json.array("labels", labels.getLabelsList(), (Label label) -> json.message(label));
        }
    }

    /** When it was first heard of, in seconds since 1970; 0 if never. */
    static double started(Task task) {
        return task.getStatusesCount() == 0 ? 0 : task.getStatuses(0).getTimestamp();
    }

    static Map<TaskState, Integer> count(Iterable<Task> tasks) {
        var counts = new TreeMap<TaskState, Integer>();
        tasks.forEach(task -> counts.merge(task.getState(), 1, Integer::sum));
        return counts;
    }

    static void counts(JsonText json, Map<TaskState, Integer> counts) {
        COUNTED.forEach(state -> json.field(state.name(), (long) counts.getOrDefault(state, 0)));
    }
}
