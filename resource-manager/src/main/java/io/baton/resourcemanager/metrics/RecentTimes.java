package io.baton.resourcemanager.metrics;

import java.util.Arrays;
import java.util.Map;

/** The times of the newest events of one kind, for percentiles under Mesos's names. Thread-safe. */
public final class RecentTimes {
    /** How many are kept; Mesos keeps those of an hour, at most a thousand. */
    static final int KEPT = 1_000;

    private static final Map<String, Double> RANKS =
            Map.of("p50", 0.5, "p90", 0.9, "p95", 0.95, "p99", 0.99, "p999", 0.999, "p9999", 0.9999);

    private final double[] millis = new double[KEPT];
    private long count;

    public synchronized void add(double time) {
        millis[(int) (count % KEPT)] = time;
        count++;
    }

    /** Adds what is known: nothing before the first event. */
    public void show(String name, Map<String, Double> out) {
        double[] sorted;
        double last;
        synchronized (this) {
            out.put(name + "/count", (double) count);
            if (count == 0) {
                return;
            }
            sorted = Arrays.copyOf(millis, (int) Math.min(count, KEPT));
            last = millis[(int) ((count - 1) % KEPT)];
        }
        Arrays.sort(sorted);
        out.put(name, last);
        out.put(name + "/min", sorted[0]);
        out.put(name + "/max", sorted[sorted.length - 1]);
        RANKS.forEach((rank, share) -> out.put(name + "/" + rank, at(sorted, share)));
    }

    /** Between the two nearest, as far as the share is from them. */
    private static double at(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
