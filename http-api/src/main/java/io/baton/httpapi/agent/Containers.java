package io.baton.httpapi.agent;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.httpapi.codec.JsonText;
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
    private static final double MILLIS_PER_SECOND = 1000;

    private Containers() {}

    private static List<ExecutorView> running(AgentSnapshot snapshot) {
        return ExecutorView.live(snapshot).stream()
                .filter(view -> !view.executor().containerId().isEmpty())
                .filter(view -> view.own() || !view.tasks().isEmpty())
                .toList();
    }

    /**
     * What is known of what containers use.
     *
     * @param usage by their ids; those that are not measured are missing
     */
    record Measured(Map<String, ResourceStatistics> usage, AgentHost host, Instant now) {
        private ResourceStatistics of(ExecutorView view) {
            var out = alone(view.executor().containerId()).toBuilder().setTimestamp(seconds());
            ContainerLimits.describe(out, view, host);
            return out.build();
        }

        /** That of a container without limits of its own: only the time, if it is not measured. */
        private ResourceStatistics alone(String container) {
            var used = usage.get(container);
            return used != null
                    ? used
                    : ResourceStatistics.newBuilder().setTimestamp(seconds()).build();
        }

        private double seconds() {
            return now.toEpochMilli() / MILLIS_PER_SECOND;
        }
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
            AgentSnapshot snapshot, Measured measured, List<ContainerStatus> started, Shown shown) {
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
                    .map(view -> Optional.of(nested(one, view, measured)))
                    .orElseGet(() -> shown.standalone() ? Optional.of(own(one, measured)) : Optional.empty())
                    .ifPresent(out::addContainers));
        }
        if (shown.standalone()) {
            started.stream()
                    .filter(one -> !one.getContainerId().hasParent())
                    .forEach(one -> out.addContainers(own(one, measured)));
        }
        for (var view : views) {
            var info = view.executor().info();
            out.addContainersBuilder()
                    .setFrameworkId(info.getFrameworkId())
                    .setExecutorId(info.getExecutorId())
                    .setExecutorName(info.getName())
                    .setContainerStatus(status(view))
                    .setResourceStatistics(measured.of(view))
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
    private static Response.GetContainers.Container own(ContainerStatus one, Measured measured) {
        return Response.GetContainers.Container.newBuilder()
                .setContainerId(one.getContainerId())
                .setContainerStatus(one)
                .setResourceStatistics(measured.alone(one.getContainerId().getValue()))
                .build();
    }

    private static Response.GetContainers.Container nested(ContainerStatus one, ExecutorView view, Measured measured) {
        var info = view.executor().info();
        return own(one, measured).toBuilder()
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
            JsonText json, AgentSnapshot snapshot, Measured measured, boolean whole, Optional<String> wanted) {
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
                            .field("statistics", measured.of(view));
                    if (whole) {
                        json.field("status", status(view));
                    }
                }));
    }
}
