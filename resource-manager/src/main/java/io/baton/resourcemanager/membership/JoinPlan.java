package io.baton.resourcemanager.membership;

import java.time.Duration;
import java.time.Instant;

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

    private Instant leadsSince = Instant.MAX;
    private Instant askedAt = Instant.MIN;

    /**
     * The next move of a master that is not in a cluster.
     *
     * @param leads whether it leads the registry now
     */
    public Move next(boolean leads, Instant now) {
        if (!leads) {
            leadsSince = Instant.MAX;
        } else if (leadsSince.equals(Instant.MAX)) {
            leadsSince = now;
        } else if (!now.isBefore(leadsSince.plus(BEGIN_AFTER))) {
            return Move.BEGIN;
        }
        if (askedAt.equals(Instant.MIN) || !now.isBefore(askedAt.plus(ASK_AGAIN))) {
            askedAt = now;
            return Move.ASK;
        }
        return Move.WAIT;
    }
}
