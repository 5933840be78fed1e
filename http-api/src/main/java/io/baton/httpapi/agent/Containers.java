package io.baton.httpapi.agent;

import io.baton.core.task.TaskStates;
import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.Quantities;
import io.baton.v1.ContainerStatus;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.agent.Response;
import java.time.Instant;
import java.util.List;

/**
 * Tasks as containers. Their statistics are what they may use; what they do use is not measured yet.
 *
 * <p>Pure.
 */
final class Containers {
    private static final long BYTES_PER_MB = 1024 * 1024;
    private static final double MILLIS_PER_SECOND = 1000;

    private Containers() {}

    private static List<RunningTask> running(AgentSnapshot snapshot) {
        return snapshot.tasks().stream()
                .filter(task -> !task.containerId().isEmpty())
                .filter(task -> !TaskStates.isTerminal(task.task().getState()))
                .toList();
    }

    private static ResourceStatistics statistics(RunningTask task, Instant now) {
        var resources = Quantities.scalars(task.task().getResourcesList());
        long bytes = (long) (resources.getOrDefault("mem", 0.0) * BYTES_PER_MB);
        return ResourceStatistics.newBuilder()
                .setTimestamp(now.toEpochMilli() / MILLIS_PER_SECOND)
                .setCpusSoftLimit(resources.getOrDefault("cpus", 0.0))
                .setMemLimitBytes(bytes)
                .setMemSoftLimitBytes(bytes)
                .build();
    }

    private static ContainerStatus status(RunningTask task) {
        var status = ContainerStatus.newBuilder();
        status.getContainerIdBuilder().setValue(task.containerId());
        return status.build();
    }

    static Response.GetContainers toProto(AgentSnapshot snapshot, Instant now) {
        var out = Response.GetContainers.newBuilder();
        for (var task : running(snapshot)) {
            var container = out.addContainersBuilder()
                    .setFrameworkId(task.task().getFrameworkId())
                    .setExecutorName(task.task().getName())
                    .setContainerStatus(status(task))
                    .setResourceStatistics(statistics(task, now));
            container.getExecutorIdBuilder().setValue(task.executorId());
            container.getContainerIdBuilder().setValue(task.containerId());
        }
        return out.build();
    }

    /** {@code /containers}, and {@code /monitor/statistics}, which is the same with less of it. */
    static void write(JsonText json, AgentSnapshot snapshot, Instant now, boolean whole) {
        json.array(
                running(snapshot),
                task -> json.object(() -> {
                    if (whole) {
                        json.field("container_id", task.containerId());
                    }
                    json.field("executor_id", task.executorId())
                            .field("executor_name", task.task().getName())
                            .field("framework_id", task.frameworkId())
                            .field("source", task.task().getTaskId().getValue())
                            .field("statistics", statistics(task, now));
                    if (whole) {
                        json.field("status", status(task));
                    }
                }));
    }
}
