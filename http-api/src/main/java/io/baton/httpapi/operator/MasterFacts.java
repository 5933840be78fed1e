package io.baton.httpapi.operator;

import io.baton.httpapi.status.LogLevel;
import io.baton.v1.MasterInfo;
import io.baton.v1.VersionInfo;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What the master can say of itself.
 *
 * @param version which build this is; its number of digits and dots only
 * @param flags its settings by name, for whoever asks: no secrets
 * @param counters numbers under Mesos's names that only the rest of the process knows, such as
 *     {@code allocator/mesos/allocation_runs}; they replace those that the edge would make itself
 * @param log how much of it there is
 */
public record MasterFacts(
        Supplier<MasterInfo> master,
        VersionInfo version,
        Instant startTime,
        SortedMap<String, String> flags,
        Supplier<Map<String, Double>> counters,
        LogLevel log) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Seconds since 1970, as Mesos writes times. */
    public double startSeconds() {
        return startTime.getEpochSecond() + startTime.getNano() / NANOS_PER_SECOND;
    }
}
