package io.baton.resourcemanager.membership;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which masters the others go on without, as the registry's leader decides it. The leader has a majority behind it, or
 * it could not have the decision written down; so two parts of a cluster never decide against each other.
 *
 * <p>Pure. Mutable; one owner.
 */
final class Outages {
    /** A voter that has not answered the leader for so long, while its process cannot be reached, is out. */
    static final Duration SILENT = Duration.ofMillis(600);

    /**
     * Masters that do not reach each other, while the leader hears from both, get so long. Shorter than what the
     * split-brain resolver waits: it would end both.
     */
    static final Duration BROKEN_LINK = Duration.ofMillis(1_200);

    private final Map<Long, Instant> since = new HashMap<>();

    /** Somebody else leads: what was seen is forgotten. */
    void notLeading() {
        since.clear();
    }

    /**
     * What the leader sees now.
     *
     * @param unreachable incarnations, by name, of all masters but the leader that some other one does not reach
     * @param silence how long each master's voter has not answered the leader, by name; none if that is not known
     * @return incarnations of the masters to go on without
     */
    Set<Long> decide(SortedMap<String, Long> unreachable, Map<String, Duration> silence, Instant now) {
        since.keySet().retainAll(unreachable.values());
        unreachable.values().forEach(incarnation -> since.putIfAbsent(incarnation, now));
        var out = new TreeSet<Long>();
        var heard = new TreeMap<String, Long>();
        unreachable.forEach((name, incarnation) -> {
            boolean silent = silence.getOrDefault(name, Duration.ZERO).compareTo(SILENT) >= 0;
            if (silent) {
                out.add(incarnation);
            } else if (!now.isBefore(since.get(incarnation).plus(BROKEN_LINK))) {
                heard.put(name, incarnation);
            }
        });
        if (!heard.isEmpty()) { // One end of a broken link is enough; the other may be fine when it is gone.
            out.add(heard.lastEntry().getValue());
        }
        return out;
    }
}
