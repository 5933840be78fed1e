package io.baton.resourcemanager.registry.state;

import io.baton.resourcemanager.registry.record.MarkAgentUnreachable;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.UnreachableLimit;

/**
 * How many agents may be marked unreachable: a share of all at once, then one for each interval.
 *
 * <p>If most agents seem to be lost, then more likely the network or the masters are ill, and to declare all their
 * tasks lost would make it worse. The clock that counts is the proposer's. If it jumps, the allowance is at most that
 * share once more.
 */
final class UnreachableMarks {
    private static final long ONE = 1_000;
    private static final int PERCENT = 100;
    private static final long LONGEST_INTERVAL = 24L * 3600 * 1000;

    /** Thousandths of a mark; negative before the first one. */
    private long allowance = -1;

    private long lastAt;

    /**
     * @param agents that are admitted: those that are away already say nothing of the network
     * @return 0 if the mark is granted, else how many milliseconds to wait
     */
    long take(long at, int agents, MarkAgentUnreachable command) {
        long share = Math.min(command.getSharePercent(), PERCENT);
        long most = Math.max(ONE, agents * share * ONE / PERCENT);
        long interval = Math.max(1, Math.min(LONGEST_INTERVAL, command.getIntervalMillis()));
        long passed = Math.max(0, Math.min(at - lastAt, interval * (most / ONE + 1)));
        allowance = allowance < 0 ? most : Math.min(most, allowance + passed * ONE / interval);
        lastAt = at;
        if (allowance < ONE) {
            return Math.max(1, (ONE - allowance) * interval / ONE);
        }
        allowance -= ONE;
        return 0;
    }

    void save(Snapshot.Builder snapshot) {
        if (allowance >= 0) {
            snapshot.setUnreachableLimit(
                    UnreachableLimit.newBuilder().setLastAt(lastAt).setAllowance(allowance));
        }
    }

    void load(Snapshot snapshot) {
        var limit = snapshot.getUnreachableLimit();
        allowance = snapshot.hasUnreachableLimit() ? limit.getAllowance() : -1;
        lastAt = snapshot.hasUnreachableLimit() ? limit.getLastAt() : 0;
    }
}
