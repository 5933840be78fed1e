package io.baton.benchmarks;

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
        AllocatorHeap.measure(report, 50_000, 200);
        AllocatorFairness.measure(report, full ? 6000 : 3000);
        return report;
    }
}
