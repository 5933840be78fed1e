package io.baton.resourcemanager.query;

import io.baton.core.id.FrameworkId;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Instant;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** The frameworks that the registry has as removed, and when that was. Pure. */
final class RemovedFrameworks {
    private RemovedFrameworks() {}

    /** @param among these; one that the registry does not know any more may be removed or not */
    static SortedMap<FrameworkId, Instant> before(Instant time, Collection<FrameworkId> among, RegistryState state) {
        var out = new TreeMap<FrameworkId, Instant>();
        for (var framework : among) {
            var entry = state.frameworks().get(framework.value());
            if (entry != null && entry.hasRemovedAt()) {
                var at = Instant.ofEpochMilli(entry.getRemovedAt());
                if (at.isBefore(time)) {
                    out.put(framework, at);
                }
            }
        }
        return out;
    }
}
