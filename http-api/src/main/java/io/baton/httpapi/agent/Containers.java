package io.baton.httpapi.agent;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.Quantities;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerStatus;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.TaskStatus;
import io.baton.v1.agent.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Executors as containers, and tasks that have only a command. Their statistics are what they may use and, where the agent
 * can measure it, what they do use.
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

    private static ResourceStatistics statistics(
            ExecutorView view, Map<String, ResourceStatistics> usage, Instant now) {
        var resources = Quantities.scalars(view.held());
        long bytes = (long) (resources.getOrDefault("mem", 0.0) * BYTES_PER_MB);
        var used = usage.get(view.executor().containerId());
        var out = used == null ? ResourceStatistics.newBuilder() : used.toBuilder();
        if (resources.containsKey("disk")) {
            out.setDiskLimitBytes((long) (resources.get("disk") * BYTES_PER_MB));
        }
        return out.setTimestamp(now.toEpochMilli() / MILLIS_PER_SECOND)
                .setCpusSoftLimit(resources.getOrDefault("cpus", 0.0))
                .setMemLimitBytes(bytes)
                .setMemSoftLimitBytes(bytes)
                .build();
    }

    private static ContainerStatus status(ExecutorView view) {
        var status = ContainerStatus.newBuilder();
        status.getContainerIdBuilder().setValue(view.executor().containerId());
        pid(view.tasks().stream()).ifPresent(status::setExecutorPid);
        return status.build();
    }

    /** Of its process, as the tasks' updates say it. */
    private static Optional<Integer> pid(Stream<RunningTask> tasks) {
        return tasks.flatMap(task -> task.task().getStatusesList().stream())
                .map(TaskStatus::getContainerStatus)
                .filter(ContainerStatus::hasExecutorPid)
                .map(ContainerStatus::getExecutorPid)
                .findFirst();
    }

    /**
     * What is shown beside executors.
     *
     * @param nested containers in others, and the tasks of groups
     * @param standalone containers of their own
     */
    record Shown(boolean nested, boolean standalone) {}

    /**
     * @param started by call, and they run
     */
    static Response.GetContainers toProto(
            AgentSnapshot snapshot,
            Map<String, ResourceStatistics> usage,
            List<ContainerStatus> started,
            Shown shown,
            Instant now) {
        var out = Response.GetContainers.newBuilder();
        var views = running(snapshot);
        if (shown.nested()) {
            var all = new ArrayList<ContainerStatus>();
            for (var view : views) {
                view.tasks().stream()
                        .filter(task ->
                                !task.containerId().equals(view.executor().containerId()))
                        .forEach(task -> all.add(child(task, view.executor().containerId())));
            }
            all.addAll(started);
            all.stream().filter(one -> one.getContainerId().hasParent()).forEach(one -> owner(
                            one.getContainerId(), views)
                    .map(view -> Optional.of(nested(one, view, usage, now)))
                    .orElseGet(() -> shown.standalone() ? Optional.of(own(one, usage, now)) : Optional.empty())
                    .ifPresent(out::addContainers));
        }
        if (shown.standalone()) {
            started.stream()
                    .filter(one -> !one.getContainerId().hasParent())
                    .forEach(one -> out.addContainers(own(one, usage, now)));
        }
        for (var view : views) {
            var info = view.executor().info();
            out.addContainersBuilder()
                    .setFrameworkId(info.getFrameworkId())
                    .setExecutorId(info.getExecutorId())
                    .setExecutorName(info.getName())
                    .setContainerStatus(status(view))
                    .setResourceStatistics(statistics(view, usage, now))
                    .getContainerIdBuilder()
                    .setValue(view.executor().containerId());
        }
        return out.build();
    }

    private static ContainerStatus child(RunningTask task, String parent) {
        var status = ContainerStatus.newBuilder();
        status.getContainerIdBuilder()
                .setValue(task.containerId())
                .getParentBuilder()
                .setValue(parent);
        pid(Stream.of(task)).ifPresent(status::setExecutorPid);
        return status.build();
    }

    /** The executor at the outermost end of a chain of parents. */
    private static Optional<ExecutorView> owner(ContainerID id, List<ExecutorView> views) {
        var outermost = ContainerProtocol.outermost(id).getValue();
        return views.stream()
                .filter(view -> view.executor().containerId().equals(outermost))
                .findFirst();
    }

    /** Of no framework. */
    private static Response.GetContainers.Container own(
            ContainerStatus one, Map<String, ResourceStatistics> usage, Instant now) {
        return Response.GetContainers.Container.newBuilder()
                .setContainerId(one.getContainerId())
                .setContainerStatus(one)
                .setResourceStatistics(used(one.getContainerId(), usage, now))
                .build();
    }

    /** That of a container without limits of its own: only the time, if it is not measured. */
    private static ResourceStatistics used(ContainerID id, Map<String, ResourceStatistics> usage, Instant now) {
        var used = usage.get(id.getValue());
        return used != null
                ? used
                : ResourceStatistics.newBuilder()
                        .setTimestamp(now.toEpochMilli() / MILLIS_PER_SECOND)
                        .build();
    }

    private static Response.GetContainers.Container nested(
            ContainerStatus one, ExecutorView view, Map<String, ResourceStatistics> usage, Instant now) {
        var info = view.executor().info();
        return own(one, usage, now).toBuilder()
                .setFrameworkId(info.getFrameworkId())
                .setExecutorId(info.getExecutorId())
                .setExecutorName(info.getName())
                .build();
    }

    /**
     * {@code /containers}, and {@code /monitor/statistics}, which is the same with less of it.
     *
     * @param wanted the only one that is to be shown, by its id
     */
    static void write(
            JsonText json,
            AgentSnapshot snapshot,
            Map<String, ResourceStatistics> usage,
            Instant now,
            boolean whole,
            Optional<String> wanted) {
        json.array(
                running(snapshot).stream()
                        .filter(view -> wanted.isEmpty()
                                || wanted.get().equals(view.executor().containerId()))
                        .toList(),
                view -> json.object(() -> {
                    if (whole) {
                        json.field("container_id", view.executor().containerId());
                    }
                    json.field("executor_id", view.id())
                            .field("executor_name", view.executor().info().getName())
                            .field("framework_id", view.frameworkId())
                            .field("source", view.executor().info().getSource())
                            .field("statistics", statistics(view, usage, now));
                    if (whole) {
                        json.field("status", status(view));
                    }
                }));
    }
}
