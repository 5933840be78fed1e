package io.baton.executor.cgroup;

import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the processes of one container may use. Pure.
 *
 * @param cpuShares the weight against others: 1,024 for a whole cpu
 * @param cpuQuotaMicros of cpu time in each {@link #PERIOD_MICROS}; none: as much as there is
 * @param memoryBytes none: as much as there is
 * @param processes threads count too; none: as many as the host allows
 */
public record Limits(long cpuShares, OptionalLong cpuQuotaMicros, OptionalLong memoryBytes, OptionalLong processes) {
    /** The kernel's period of cpu quotas (Mesos). */
    static final long PERIOD_MICROS = 100_000;

    /** With less than this no program starts (Mesos). */
    static final long MIN_MEMORY_BYTES = 32L << 20;

    private static final long SHARES_PER_CPU = 1_024;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long MIN_QUOTA_MICROS = 1_000;
    private static final long BYTES_PER_MB = 1 << 20;

    /** What a task may use, by its resources and, where it has them, its limits beyond these. */
    public static Limits of(TaskInfo task, IsolationSettings settings) {
        return of(task.getResourcesList(), task.getLimitsMap(), settings);
    }

    /** What is given to a container that several things share, an executor and its tasks, say. */
    public static Limits of(List<Resource> resources, IsolationSettings settings) {
        return of(resources, Map.of(), settings);
    }

    private static Limits of(List<Resource> resources, Map<String, Value.Scalar> limits, IsolationSettings settings) {
        double cpus = sum(resources, "cpus");
        double mem = sum(resources, "mem");
        double most = limits.containsKey("cpus")
                ? limits.get("cpus").getValue()
                : settings.cfs() ? cpus : Double.POSITIVE_INFINITY;
        double mostMem = limits.containsKey("mem") ? limits.get("mem").getValue() : mem;
        return new Limits(
                Math.min(MAX_SHARES, Math.max(MIN_SHARES, (long) (cpus * SHARES_PER_CPU))),
                Double.isInfinite(most) || most <= 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.max(MIN_QUOTA_MICROS, (long) (most * PERIOD_MICROS))),
                Double.isInfinite(mostMem) || mostMem <= 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.max(MIN_MEMORY_BYTES, (long) (mostMem * BYTES_PER_MB))),
                settings.processes() > 0 ? OptionalLong.of(settings.processes()) : OptionalLong.empty());
    }

    private static double sum(List<Resource> resources, String name) {
        return resources.stream()
                .filter(r -> r.getName().equals(name))
                .mapToDouble(r -> r.getScalar().getValue())
                .sum();
    }

    /** The same with another limit of memory. */
    Limits withMemory(long bytes) {
        return new Limits(cpuShares, cpuQuotaMicros, OptionalLong.of(bytes), processes);
    }

    /** The weight as version 2 counts it: from 1 to 10,000, a whole cpu being 39. */
    long cpuWeight() {
        return 1 + (cpuShares - MIN_SHARES) * 9_999 / (MAX_SHARES - MIN_SHARES);
    }
}
