package io.baton.httpapi.agent;

import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.httpapi.operator.Quantities;
import io.baton.v1.ResourceStatistics;

/**
 * What a container may use, as Mesos shows it: by the limits of its tasks, where they have any, and else by what they asked
 * for. Tasks in a container that they share with their executor have none of their own.
 *
 * <p>Pure.
 */
final class ContainerLimits {
    private static final long BYTES_PER_MB = 1024 * 1024;

    private final ExecutorView view;

    private ContainerLimits(ExecutorView view) {
        this.view = view;
    }

    static void describe(ResourceStatistics.Builder out, ExecutorView view, AgentHost host) {
        var limits = new ContainerLimits(view);
        var held = Quantities.scalars(view.held());
        double cpus = held.getOrDefault("cpus", 0.0);
        out.setCpusSoftLimit(cpus);
        if (limits.areAny("cpus")) {
            double most = limits.most("cpus");
            out.setCpusLimit(Double.isInfinite(most) ? host.cpus() : most);
        } else if (host.cpuQuotas()) {
            out.setCpusLimit(cpus);
        }
        double mem = held.getOrDefault("mem", 0.0);
        double mostMem = limits.areAny("mem") ? limits.most("mem") : mem;
        out.setMemSoftLimitBytes((long) (mem * BYTES_PER_MB))
                .setMemLimitBytes(Double.isInfinite(mostMem) ? host.memoryBytes() : (long) (mostMem * BYTES_PER_MB));
        if (held.containsKey("disk")) {
            out.setDiskLimitBytes((long) (held.get("disk") * BYTES_PER_MB));
        }
    }

    private boolean areAny(String name) {
        return view.tasks().stream().anyMatch(task -> hasOwn(task, name));
    }

    private boolean hasOwn(RunningTask task, String name) {
        boolean shares = view.own() && task.containerId().equals(view.executor().containerId());
        return !shares && task.task().containsLimits(name);
    }

    private double most(String name) {
        double sum = view.own()
                ? Quantities.scalars(view.executor().info().getResourcesList()).getOrDefault(name, 0.0)
                : 0;
        for (var task : view.tasks()) {
            sum += hasOwn(task, name)
                    ? task.task().getLimitsOrThrow(name).getValue()
                    : Quantities.scalars(task.task().getResourcesList()).getOrDefault(name, 0.0);
        }
        return sum;
    }
}
