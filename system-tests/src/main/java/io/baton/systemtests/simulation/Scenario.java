package io.baton.systemtests.simulation;

import java.time.Duration;

/**
 * The size and the temper of one run, drawn from its seed: each run has other faults, so that none hides another.
 *
 * @param faultMillis how long faults go on
 * @param failoverMillis after which a master that is away loses its entities
 * @param downingMillis after which a master that is cut off ends itself
 * @param offerTimeout of the ledgers
 * @param announcesStarting whether agents send TASK_STARTING
 * @param taskMillis mean time between two new tasks of a framework
 * @param workMillis most that a task runs
 * @param killed per mille of the tasks that are killed by their framework
 */
record Scenario(
        int masters,
        int agents,
        int frameworks,
        long faultMillis,
        long failoverMillis,
        long downingMillis,
        Duration offerTimeout,
        boolean announcesStarting,
        long taskMillis,
        long workMillis,
        int killed) {
    static Scenario of(Chance chance) {
        return new Scenario(
                chance.half() ? 3 : 1 + chance.below(4),
                1 + chance.below(4),
                1 + chance.below(2),
                chance.between(120_000, 900_000),
                chance.between(1_000, 8_000),
                chance.between(5_000, 40_000),
                Duration.ofSeconds(chance.between(5, 60)),
                chance.half(),
                chance.between(500, 8_000),
                chance.between(500, 60_000),
                chance.below(200));
    }
}
