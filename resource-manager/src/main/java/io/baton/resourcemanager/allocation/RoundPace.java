package io.baton.resourcemanager.allocation;

import java.time.Duration;
import java.time.Instant;

/**
 * When the allocator makes a round. What changes after a quiet while is decided at once. The more rounds follow each other
 * closely the further they are apart, so that each decides more: with hundreds of tasks ending in a second, one offer of ten
 * tasks' resources takes a tenth of the messages of ten offers.
 *
 * <p>Pure and mutable; one actor owns it.
 */
final class RoundPace {
    /** Rounds are at least this far apart: what changes meanwhile is decided together. */
    static final Duration LEAST = Duration.ofMillis(4);

    /** Nothing waits longer for a round. */
    static final Duration MOST = Duration.ofMillis(20);

    private Duration pause = LEAST;
    private Instant last = Instant.EPOCH;

    /** How long what has changed now has to wait; zero if it does not. */
    Duration wait(Instant now) {
        var since = since(now);
        return since.compareTo(pause) >= 0 ? Duration.ZERO : pause.minus(since);
    }

    /** A round is made now. */
    void round(Instant now) {
        boolean busy = since(now).compareTo(pause.multipliedBy(2)) < 0;
        var longer = pause.multipliedBy(2).compareTo(MOST) < 0 ? pause.multipliedBy(2) : MOST;
        pause = busy ? longer : LEAST;
        last = now;
    }

    /** A clock that was set back counts as no time. */
    private Duration since(Instant now) {
        var since = Duration.between(last, now);
        return since.isNegative() ? Duration.ZERO : since;
    }
}
