package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.metrics.RecentTimes;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** What is measured of the registry, under the names that Mesos has for its registrar. Thread-safe. */
final class RegistryNumbers {
    /** The size costs writing the whole state, so it is at most so old. */
    private static final Duration SIZE_KEPT = Duration.ofMinutes(1);

    private static final double NANOS_PER_MILLI = 1e6;

    private final RecentTimes stores = new RecentTimes();
    private final double fetchMillis;
    private long sizedAt;
    private int size = -1;

    /** @param began when the start of the registry did, in {@link System#nanoTime} */
    RegistryNumbers(long began) {
        this.fetchMillis = since(began);
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_MILLI;
    }

    /** Measures how long a change takes, from its proposal to its answer. */
    CompletionStage<Answer> timed(long began, CompletionStage<Answer> change) {
        return change.whenComplete((answer, failure) -> stores.add(since(began)));
    }

    Map<String, Double> of(Replica replica) {
        var out = new TreeMap<String, Double>();
        out.put("registrar/log/ensemble_size", (double) replica.voters().size());
        out.put("registrar/log/recovered", replica.isFresh() ? 1.0 : 0.0);
        out.put("registrar/queued_operations", (double) replica.waiting());
        out.put("registrar/registry_size_bytes", (double) size(replica));
        out.put("registrar/state_fetch_ms", fetchMillis);
        stores.show("registrar/state_store_ms", out);
        return out;
    }

    private synchronized int size(Replica replica) {
        long now = System.nanoTime();
        if (size < 0 || now - sizedAt > SIZE_KEPT.toNanos()) {
            size = replica.save().length;
            sizedAt = now;
        }
        return size;
    }
}
