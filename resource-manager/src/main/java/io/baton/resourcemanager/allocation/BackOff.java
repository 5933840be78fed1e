package io.baton.resourcemanager.allocation;

import io.baton.core.protocol.AllocatorProtocol.Filter;

/**
 * How long a filter lasts. Who has declined everything several times over is asked less and less often, so that the
 * others are asked sooner; taking anything, or a REVIVE, ends that. A framework alone is asked as it wishes, but not again and
 * again without a pause: that it has no filter means the next batch, as in Mesos.
 */
final class BackOff {
    /** So many times the whole cluster is declined before anything is done about it. */
    static final int ROUNDS = 3;

    /** A filter is lengthened at most this much, and never beyond {@link #MAX_MILLIS}. */
    static final int MAX_DOUBLINGS = 4;

    static final long MAX_MILLIS = 60_000;

    private final boolean on;

    BackOff(boolean on) {
        this.on = on;
    }

    /** In milliseconds, 0 for no filter; never less than the framework asks for. */
    long lifetime(Client client, Filter filter, int agents, int frameworks) {
        long asked = filter.lifetime().compareTo(Allocator.MAX_FILTER) > 0
                ? Allocator.MAX_FILTER.toMillis()
                : filter.lifetime().toMillis();
        client.declines = filter.whole() ? client.declines + 1 : 0;
        int rounds = client.declines / Math.max(1, agents);
        boolean often = filter.whole() && rounds > ROUNDS;
        long least = filter.lifetime().isZero() && !often ? 0 : Math.max(Allocator.MIN_FILTER.toMillis(), asked);
        if (!on || !often || frameworks < 2 || asked >= MAX_MILLIS) {
            return least;
        }
        int doublings = Math.min(MAX_DOUBLINGS, rounds - ROUNDS);
        return Math.min(MAX_MILLIS, least << doublings);
    }
}
