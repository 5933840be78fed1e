package io.baton.systemtests.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** All the luck of one run. The same seed gives the same luck. */
final class Chance {
    private static final int PER_MILLE = 1000;

    private final SplittableRandom random;

    Chance(long seed) {
        this(new SplittableRandom(seed));
    }

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** From 0 to one less than the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    boolean perMille(int parts) {
        return parts > 0 && random.nextInt(PER_MILLE) < parts;
    }

    boolean half() {
        return random.nextBoolean();
    }

    /** From 0 to 1. */
    double fraction() {
        return random.nextDouble();
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** Luck of its own, for a part that must not disturb the others. */
    SplittableRandom split() {
        return random.split();
    }
}
