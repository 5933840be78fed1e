package io.baton.resourcemanager.framework;

import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import java.time.Instant;

/**
 * Under which subscription a session speaks for its framework. While its master stood still another session may have taken
 * the scheduler in: that one's subscription is not to be ended by what this one has missed.
 *
 * <p>Pure. Mutable; one owner.
 */
final class OwnEpoch {
    private long epoch;
    private boolean unsure;
    private long foreign;
    private Instant foreignSince = Instant.MIN;

    /** What the registry answered to a subscription. Without an answer it may hold one of which nobody can tell the epoch. */
    void subscribed(Answer answer) {
        if (answer instanceof Answer.Committed committed && committed.result().hasGranted()) {
            epoch = Math.max(epoch, committed.result().getGranted().getEpoch());
            unsure = false;
        } else if (answer instanceof Answer.Unknown) {
            unsure = true;
        }
    }

    /** What the session begins with. */
    void recalled(FrameworkEntry entry) {
        epoch = epoch == 0 ? entry.getEpoch() : epoch;
    }

    /** Whether this is the entry of its own subscription, or has to be taken for it: an older one was restored. */
    boolean isOf(FrameworkEntry entry) {
        return epoch == 0 || unsure || entry.getEpoch() <= epoch;
    }

    /**
     * Asked while no scheduler is here, of what the registry holds: whether to speak for another session's subscription
     * from now on. A session that ended with the scheduler it had let in does not. One that lives subscribes anew if it is
     * taken for ended.
     */
    boolean inherits(FrameworkEntry entry, Instant now) {
        if (isOf(entry)) {
            return false;
        }
        if (entry.getEpoch() != foreign) {
            foreign = entry.getEpoch();
            foreignSince = now;
        }
        if (now.isBefore(foreignSince.plus(Subscription.GRACE))) {
            return false;
        }
        epoch = foreign;
        return true;
    }
}
