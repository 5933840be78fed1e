package io.baton.resourcemanager.membership;

import java.time.Duration;
import java.util.Optional;

/**
 * How a master whose directory knows the registry comes into the cluster: it asks the others whether they are in one, and
 * begins one itself if none is and it leads the registry.
 *
 * <p>Pure. Mutable; one owner.
 *
 * @see <a href="file:docs/adr/0020-the-registry-begins-the-cluster.md">ADR 20: the registry begins the cluster</a>
 */
public final class JoinPlan {
    /** How long a master that leads the registry looks for a cluster before it begins one. */
    public static final Duration BEGIN_AFTER = Duration.ofMillis(1_500);

    /** Who was not in a cluster when it was asked is asked again after so long. */
    public static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    /** What to do now. */
    public enum Move {
        /** Nothing. */
        WAIT,
        /** Ask the others. */
        ASK,
        /** Begin a cluster, which the others join. */
        BEGIN
    }

    private Optional<Duration> leadsSince = Optional.empty();
    private Optional<Duration> askedAt = Optional.empty();

    /**
     * The next move of a master that is not in a cluster.
     *
     * @param leads whether it leads the registry now
     * @param uptime since any moment, by a clock that nobody sets
     */
    public Move next(boolean leads, Duration uptime) {
        leadsSince = leads ? leadsSince.or(() -> Optional.of(uptime)) : Optional.empty();
        if (isPast(leadsSince, BEGIN_AFTER, uptime)) {
            return Move.BEGIN;
        }
        if (askedAt.isEmpty() || isPast(askedAt, ASK_AGAIN, uptime)) {
            askedAt = Optional.of(uptime);
            return Move.ASK;
        }
        return Move.WAIT;
    }

    private static boolean isPast(Optional<Duration> since, Duration time, Duration now) {
        return since.filter(s -> now.minus(s).compareTo(time) >= 0).isPresent();
    }
}
