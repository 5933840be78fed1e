package io.baton.sdk.session;

import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling, bounded, and different for everyone. */
final class Backoff {
    private static final int MOST_DOUBLINGS = 20;

    private final long firstMillis;
    private final long maxMillis;
    private final RandomGenerator random;

    Backoff(long firstMillis, long maxMillis, RandomGenerator random) {
        this.firstMillis = firstMillis;
        this.maxMillis = maxMillis;
        this.random = random;
    }

    /**
     * @param failures how often it failed so far, at least 1
     * @return between half and the whole of {@code first * 2^(failures-1)}, never more than the maximum
     */
    long millis(int failures) {
        var whole = Math.min(maxMillis, firstMillis << Math.min(failures - 1, MOST_DOUBLINGS));
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }

    /** @return up to so many, the bound included */
    long jitter(long most) {
        return random.nextLong(most + 1);
    }
}
