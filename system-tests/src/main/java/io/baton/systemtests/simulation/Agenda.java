package io.baton.systemtests.simulation;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * The virtual clock and what is to happen when. What is due at the same time happens in the order it was planned.
 *
 * <p>A wheel: each of the next {@value #NEAR_MILLIS} milliseconds has a queue of its own, since nearly everything is due
 * within few. What is later waits in a heap until its millisecond comes near, which is before anything can be planned for
 * it directly, so that the order holds.
 */
final class Agenda {
    private static final long BEGIN_MILLIS = 1_700_000_000_000L;

    /** A power of two. */
    private static final int NEAR_MILLIS = 1024;

    private record Later(long at, long number, Runnable action) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final List<Queue<Runnable>> near = new ArrayList<>(NEAR_MILLIS);
    private final BitSet planned = new BitSet(NEAR_MILLIS);
    private final PriorityQueue<Later> later = new PriorityQueue<>();
    private long now;
    private long numbers;
    private long steps;

    Agenda() {
        for (int i = 0; i < NEAR_MILLIS; i++) {
            near.add(new ArrayDeque<>(2));
        }
    }

    /** Milliseconds since the run began. */
    long now() {
        return now;
    }

    Instant instant() {
        return Instant.ofEpochMilli(BEGIN_MILLIS + now);
    }

    /** Plans something in so many milliseconds; 0 is after all that is due now. */
    void in(long millis, Runnable action) {
        if (millis < 0) {
            throw new IllegalArgumentException("in " + millis + " ms");
        }
        if (millis < NEAR_MILLIS) {
            put(now + millis, action);
        } else {
            later.add(new Later(now + millis, numbers++, action));
        }
    }

    private void put(long at, Runnable action) {
        int slot = slot(at);
        near.get(slot).add(action);
        planned.set(slot);
    }

    private static int slot(long at) {
        return (int) (at & NEAR_MILLIS - 1);
    }

    /** Does what is next, and moves the clock there. Nothing if that is later than the limit. */
    boolean step(long limit) {
        long next = next();
        if (next > limit) {
            moveTo(Math.max(now, limit));
            return false;
        }
        moveTo(next);
        int slot = slot(now);
        var queue = near.get(slot);
        var action = queue.remove();
        if (queue.isEmpty()) {
            planned.clear(slot);
        }
        steps++;
        action.run();
        return true;
    }

    /** When something is due next; never, if nothing is. */
    private long next() {
        int from = slot(now);
        int slot = planned.nextSetBit(from);
        if (slot < 0) {
            slot = planned.nextSetBit(0);
        }
        if (slot >= 0) {
            return now + slot(slot - from);
        }
        return later.isEmpty() ? Long.MAX_VALUE : later.element().at;
    }

    private void moveTo(long to) {
        now = to;
        while (!later.isEmpty() && later.element().at - now < NEAR_MILLIS) {
            var due = later.remove();
            put(due.at, due.action);
        }
    }

    long steps() {
        return steps;
    }
}
