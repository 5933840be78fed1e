package io.baton.benchmarks.failover;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** How long something stays out around a fault, and how much is done meanwhile. */
final class Gaps {
    private static final long OBSERVED_MILLIS = 10_000;

    /** A fault, or the end of one. */
    interface Act {
        void done() throws IOException, InterruptedException;
    }

    private final Site site;
    private final History history;
    private final Writes writes;

    Gaps(Site site, History history, Writes writes) {
        this.site = site;
        this.history = history;
        this.writes = writes;
    }

    /** @return for how long, around the act, some framework or the offers of some agent stayed out, in seconds */
    double around(Act act) throws IOException, InterruptedException {
        history.forgetGaps();
        writes.forgetGaps();
        act.done();
        Site.pause(OBSERVED_MILLIS);
        site.await("offers flow again", () -> history.openGapSeconds() < 2);
        return history.longestGapSeconds();
    }

    /** @return how many tasks ended in a second while that was done, as their schedulers were told */
    double ends(Act meanwhile) throws IOException, InterruptedException {
        int before = history.ended();
        long start = System.nanoTime();
        meanwhile.done();
        return (history.ended() - before) * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
    }
}
