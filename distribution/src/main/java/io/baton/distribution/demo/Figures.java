package io.baton.distribution.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Times of one kind, in milliseconds. Not thread-safe. */
final class Figures {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEDIAN = 0.5;
    private static final double LATE = 0.99;

    private final List<Double> millis = new ArrayList<>();

    void add(long nanos) {
        millis.add(nanos / NANOS_PER_MILLI);
    }

    /** The smallest time that this share of all times does not pass; 0 if there are none. */
    double percentile(double share) {
        if (millis.isEmpty()) {
            return 0;
        }
        var sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", percentile(MEDIAN), percentile(LATE));
    }
}
