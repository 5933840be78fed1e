package io.baton.systemtests.simulation;

import java.time.Instant;
import java.util.PriorityQueue;

/** The virtual clock and what is to happen when. What is due at the same time happens in the order it was planned. */
final class Agenda {
    private static final long BEGIN_MILLIS = 1_700_000_000_000L;

    private record Entry(long at, long number, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long now;
    private long planned;
    private long steps;

    /** Milliseconds since the run began. */
    long now() {
        return now;
    }

    Instant instant() {
        return Instant.ofEpochMilli(BEGIN_MILLIS + now);
    }

    /** Plans something in so many milliseconds; 0 is after all that is due now. */
    void in(long millis, Runnable action) {
        entries.add(new Entry(now + millis, planned++, action));
    }

    /** Does what is next, and moves the clock there. Nothing if that is later than the limit. */
    boolean step(long limit) {
        var next = entries.peek();
        if (next == null || next.at > limit) {
            now = Math.max(now, limit);
            return false;
        }
        entries.remove();
        now = next.at;
        steps++;
        next.action.run();
        return true;
    }

    long steps() {
        return steps;
    }
}
