package io.baton.executor.launch;

import io.baton.executor.sandbox.SandboxCollector;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What has been done on the host since the agent started, under Mesos's names. Thread-safe. */
public final class HostNumbers {
    private static final String FETCHER = "containerizer/fetcher/";
    private static final double MILLIS_PER_SECOND = 1_000;

    private final LongAdder fetched = new LongAdder();
    private final LongAdder unfetched = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private final LongAdder unremoved = new LongAdder();
    private final LongAdder leftContainers = new LongAdder();
    private final LongAdder leftImages = new LongAdder();
    private volatile int waiting;
    private volatile Duration allowedAge = Duration.ZERO;

    /** All that a task wanted to have fetched is there, or is not. */
    void fetched(boolean all) {
        (all ? fetched : unfetched).increment();
    }

    /** Old sandboxes were looked for. */
    void collected(SandboxCollector.Collected found) {
        removed.add(found.removed());
        unremoved.add(found.failed());
        waiting = found.waiting();
    }

    /** How old a sandbox may be, as full as the disk is. */
    void allowed(Duration age) {
        allowedAge = age;
    }

    /** What a container leaves behind could not be removed. */
    void containerStays() {
        leftContainers.increment();
    }

    /** The place of a container's image could not be removed. */
    void imageStays() {
        leftContainers.increment();
        leftImages.increment();
    }

    /**
     * All of it.
     *
     * @param cacheBytes how much of fetched files may be kept
     * @param cachedBytes how much is
     */
    SortedMap<String, Double> now(long cacheBytes, long cachedBytes) {
        var out = new TreeMap<String, Double>();
        out.put(FETCHER + "cache_size_total_bytes", (double) cacheBytes);
        out.put(FETCHER + "cache_size_used_bytes", (double) cachedBytes);
        out.put(FETCHER + "task_fetches_succeeded", fetched.doubleValue());
        out.put(FETCHER + "task_fetches_failed", unfetched.doubleValue());
        out.put("containerizer/mesos/container_destroy_errors", leftContainers.doubleValue());
        out.put("containerizer/mesos/provisioner/remove_container_errors", leftImages.doubleValue());
        out.put("gc/path_removals_succeeded", removed.doubleValue());
        out.put("gc/path_removals_failed", unremoved.doubleValue());
        out.put("gc/path_removals_pending", (double) waiting);
        out.put("slave/executor_directory_max_allowed_age_secs", allowedAge.toMillis() / MILLIS_PER_SECOND);
        return out;
    }
}
