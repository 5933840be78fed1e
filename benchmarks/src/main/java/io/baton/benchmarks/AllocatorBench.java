package io.baton.benchmarks;

import io.baton.resourcemanager.allocation.AllocationRules;
import java.io.IOException;

/** {@code baton bench allocator}: the allocator by itself, with ledgers and schedulers simulated around it. */
final class AllocatorBench {
    private AllocatorBench() {}

    static Report run(boolean full) throws IOException {
        var report = new Report("allocator")
                .condition("real", "the allocator, single threaded; CPU time and bytes of its thread")
                .condition("simulated", "ledgers and schedulers; no actors, no network")
                .condition("agents", "24 cpus, 48 GB, 1 TB disk, 1001 ports each; frameworks spread over 8 roles");
        var speed = new AllocatorSpeed(report);
        int times = full ? 11 : 5;
        speed.fullRound("full_round_10k_100", 10_000, 100, times);
        speed.fullRound("full_round_50k_200", 50_000, 200, full ? 5 : 3);
        speed.freed("freed_decision_1k", 1_000, 200, 20_000);
        speed.freed("freed_decision", 10_000, 200, 20_000);
        speed.freed("freed_decision_50k", 50_000, 200, 20_000);
        speed.declineStorm(5_000, 50, full ? 10 : 3);
        shapes(report, full);
        AllocatorHeap.measure(report, 50_000, 200);
        AllocatorFairness.measure(report, full ? 6000 : 3000);
        return report;
    }

    /** Mesos's own, with agents and frameworks in numbers from its lists; each once, after a smaller one. */
    private static void shapes(Report report, boolean full) {
        measure(new Report("warm-up"), 1_000, 1_000, 50);
        int filtered = full ? 10_000 : 2_000;
        measure(report, 10_000, filtered, 200);
        report.condition(
                "Mesos's shapes",
                "agents x frameworks: 10,000 x 200; declines and labels " + filtered
                        + " x 200; backlog, extreme_suppress and gauges x 1,000");
    }

    private static void measure(Report report, int agents, int filtered, int frameworks) {
        var shapes = new AllocatorShapes(report);
        shapes.addAndUpdate(agents, frameworks);
        shapes.declines(filtered, frameworks);
        shapes.labels(filtered, frameworks);
        shapes.suppress(agents, frameworks);
        shapes.extremeSuppress(agents, 5 * frameworks);
        shapes.volumes(agents, frameworks);
        var events = new AllocatorEvents(report);
        events.backlog(agents, 5 * frameworks);
        events.failover(filtered, frameworks);
        events.reservations(frameworks);
        events.gauges(5 * frameworks);
        events.manyKinds();
        var quotas = new AllocatorQuotas(report);
        for (var order : AllocationRules.Order.values()) {
            quotas.largeAndSmall(order);
            quotas.with(order, false);
            quotas.with(order, true);
        }
    }
}
