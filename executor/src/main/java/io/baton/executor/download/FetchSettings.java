package io.baton.executor.download;

import io.baton.executor.fetch.FetchTargets;
import java.time.Duration;

/**
 * How files are fetched.
 *
 * @param concurrency tasks that are fetched for at a time; others wait their turn
 * @param timeLimit for all of a task's files together, from when its turn has come
 * @param stallTimeout how long a source may send next to nothing
 * @param maxBytes for all of a task's files together, unpacked ones included
 * @param cacheBytes for all files that are kept for later tasks; 0 to keep none
 */
public record FetchSettings(
        FetchTargets targets,
        int concurrency,
        Duration timeLimit,
        Duration stallTimeout,
        long maxBytes,
        long cacheBytes) {}
