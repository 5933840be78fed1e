package io.baton.resourcemanager.membership;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which masters the others go on without, as the registry's leader decides it. The leader has a majority behind it, or
 * it could not have the decision written down; so two parts of a cluster never decide against each other. A leader that
 * has stood still takes nobody for silent by what it did not hear meanwhile.
 *
 * <p>Pure. Mutable; one owner.
 */
final class Outages {
    /** A voter that has not answered the leader for so long, while its process cannot be reached, is out. */
    static final Duration SILENT = Duration.ofMillis(600);

    /**
     * A voter that has not answered the leader for so long is out, whatever the cluster says: it owns nothing without the
     * registry, and of a cluster that it has left or that is gone it is not heard any more.
     */
    static final Duration GONE = Duration.ofSeconds(5);

    /**
     * Masters that do not reach each other, while the leader hears from both, get so long. Shorter than what the
     * split-brain resolver waits: it would end both.
     */
    static final Duration BROKEN_LINK = Duration.ofMillis(1_200);

    /**
     * A leader that has not looked for so long has stood still, and listens anew from then on. Less than what the failure
     * detector waits, which has stood still with it; and more than what a busy host keeps a process waiting now and then: one
     * that is late with each look would never decide.
     */
    static final Duration STOOD_STILL = Duration.ofSeconds(1);

    /**
     * Another master, as the leader sees it.
     *
     * @param incarnation of its last start that the registry knows
     * @param unreachable whether some other member does not reach it
     * @param silence how long its voter has not answered the leader; zero if that is not known
     */
    record Sight(long incarnation, boolean unreachable, Duration silence) {
        /** @param listens since when this leader has listened without a break */
        private boolean isOut(Instant listens, Instant now) {
            return isSilentFor(GONE, listens, now) || unreachable && isSilentFor(SILENT, listens, now);
        }

        private boolean isSilentFor(Duration time, Instant listens, Instant now) {
            return silence.compareTo(time) >= 0 && !listens.isAfter(now.minus(time));
        }
    }

    private final Map<Long, Instant> since = new HashMap<>();
    private Instant listens = Instant.MIN;
    private Instant looked = Instant.MAX;

    /**
     * Whether a voter is to stand for election at once: it cannot reach the leader, and is the first of those that it can
     * reach. Were there two, neither might have a majority.
     *
     * @param unreachable by voter, whether this member does not reach it
     */
    static boolean succeeds(String self, String leader, SortedMap<String, Boolean> unreachable) {
        var first = unreachable.entrySet().stream()
                .filter(voter -> !voter.getValue())
                .map(Map.Entry::getKey)
                .findFirst();
        return unreachable.getOrDefault(leader, false) && first.equals(Optional.of(self));
    }

    /** Somebody else leads: what was seen is forgotten. Whoever leads next has looked now, and may yet stand still before it does. */
    void notLeading(Instant now) {
        since.clear();
        listens = Instant.MIN;
        looked = now;
    }

    /**
     * What the leader sees now.
     *
     * @param others by name, all masters but the leader that the registry does not hold down
     * @return incarnations of the masters to go on without
     */
    Set<Long> decide(SortedMap<String, Sight> others, Instant now) {
        if (looked.isBefore(now.minus(STOOD_STILL))) {
            since.clear();
            listens = now;
        }
        looked = now;
        var unreachable = new TreeSet<Long>();
        others.values().stream().filter(Sight::unreachable).forEach(master -> unreachable.add(master.incarnation()));
        since.keySet().retainAll(unreachable);
        unreachable.forEach(incarnation -> since.putIfAbsent(incarnation, now));
        var out = new TreeSet<Long>();
        var heard = new TreeMap<String, Long>();
        others.forEach((name, master) -> {
            if (master.isOut(listens, now)) {
                out.add(master.incarnation());
            } else if (master.unreachable()
                    && !now.isBefore(since.get(master.incarnation()).plus(BROKEN_LINK))) {
                heard.put(name, master.incarnation());
            }
        });
        if (!heard.isEmpty()) { // One end of a broken link is enough; the other may be fine when it is gone.
            out.add(heard.lastEntry().getValue());
        }
        return out;
    }
}
