package io.baton.httpapi.agent;

import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.Quantities;
import io.baton.v1.ContainerStatus;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.agent.Response;
import java.time.Instant;
import java.util.List;

/**
 * Executors as containers, and tasks that have only a command. Their statistics are what they may use; what they do use is
 * not measured yet.
 *
 * <p>Pure.
 */
final class Containers {
    private static final long BYTES_PER_MB = 1024 * 1024;
    private static final double MILLIS_PER_SECOND = 1000;

    private Containers() {}

    private static List<ExecutorView> running(AgentSnapshot snapshot) {
        return ExecutorView.live(snapshot).stream()
                .filter(view -> !view.executor().containerId().isEmpty())
                .filter(view -> view.own() || !view.tasks().isEmpty())
                .toList();
    }

    private static ResourceStatistics statistics(ExecutorView view, Instant now) {
        var resources = Quantities.scalars(view.held());
        long bytes = (long) (resources.getOrDefault("mem", 0.0) * BYTES_PER_MB);
        return ResourceStatistics.newBuilder()
                .setTimestamp(now.toEpochMilli() / MILLIS_PER_SECOND)
                .setCpusSoftLimit(resources.getOrDefault("cpus", 0.0))
                .setMemLimitBytes(bytes)
                .setMemSoftLimitBytes(bytes)
                .build();
    }

    private static ContainerStatus status(ExecutorView view) {
        var status = ContainerStatus.newBuilder();
        status.getContainerIdBuilder().setValue(view.executor().containerId());
        return status.build();
    }

    static Response.GetContainers toProto(AgentSnapshot snapshot, Instant now) {
        var out = Response.GetContainers.newBuilder();
        for (var view : running(snapshot)) {
            var info = view.executor().info();
            out.addContainersBuilder()
                    .setFrameworkId(info.getFrameworkId())
                    .setExecutorId(info.getExecutorId())
                    .setExecutorName(info.getName())
                    .setContainerStatus(status(view))
                    .setResourceStatistics(statistics(view, now))
                    .getContainerIdBuilder()
                    .setValue(view.executor().containerId());
        }
        return out.build();
    }

    /** {@code /containers}, and {@code /monitor/statistics}, which is the same with less of it. */
    static void write(JsonText json, AgentSnapshot snapshot, Instant now, boolean whole) {
        json.array(
                running(snapshot),
                view -> json.object(() -> {
                    if (whole) {
                        json.field("container_id", view.executor().containerId());
                    }
                    json.field("executor_id", view.id())
                            .field("executor_name", view.executor().info().getName())
                            .field("framework_id", view.frameworkId())
                            .field("source", view.executor().info().getSource())
                            .field("statistics", statistics(view, now));
                    if (whole) {
                        json.field("status", status(view));
                    }
                }));
    }
}
