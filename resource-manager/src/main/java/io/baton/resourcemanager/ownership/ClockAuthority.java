package io.baton.resourcemanager.ownership;

import io.baton.core.id.AgentId;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Grants every claim, with the time as the epoch: for one master alone, or as many as have the same clock. */
public final class ClockAuthority implements Authority {
    private final String clusterId;
    private final Clock clock;
    private final AtomicLong epochs = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();

    public ClockAuthority(String clusterId, Clock clock) {
        this.clusterId = clusterId;
        this.clock = clock;
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public CompletionStage<Long> acquire(AgentId agent) {
        return CompletableFuture.completedFuture(next());
    }

    private long next() {
        return epochs.updateAndGet(last -> Math.max(last + 1, clock.millis()));
    }

    @Override
    public boolean holds(AgentId agent, long epoch) {
        return true;
    }

    @Override
    public void lost(AgentId agent, long newer) {
        // The next claim is above it, whatever the clocks say.
        epochs.updateAndGet(last -> Math.max(last, newer));
    }

    @Override
    public CompletionStage<Long> acquireAllocator() {
        return CompletableFuture.completedFuture(next());
    }

    @Override
    public boolean holdsAllocator(long epoch) {
        return true;
    }

    @Override
    public long nextNumber() {
        return numbers.incrementAndGet();
    }
}
