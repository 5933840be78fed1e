package io.baton.executor.sandbox;

import java.time.Duration;

/**
 * How long and how many sandboxes of ended tasks are kept.
 *
 * @param maxAge since a sandbox was last changed, on an empty disk
 * @param maxCount most of them
 * @param headroom share of the disk that is to stay free, from 0 to 1
 */
public record SandboxLimits(Duration maxAge, int maxCount, double headroom) {
    /**
     * How old a sandbox may be, as in Mesos: the less is left of the disk beyond the headroom, the younger; nothing is kept
     * when nothing is left.
     *
     * @param used share of the disk that is used, from 0 to 1
     */
    Duration allowedAge(double used) {
        double left = Math.max(0, 1 - headroom - used);
        return Duration.ofMillis((long) (maxAge.toMillis() * left));
    }

    /** Whether the disk is so full that nothing is kept. */
    boolean isShort(double used) {
        return allowedAge(used).isZero();
    }
}
