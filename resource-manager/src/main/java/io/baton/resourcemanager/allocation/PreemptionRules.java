package io.baton.resourcemanager.allocation;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator may set of preemption.
 *
 * @param on whether roles take anything back at all
 * @param priorities by role; a role without one has that of the nearest role above it, or else 0. Only roles of a lower
 *     priority lose anything
 * @param unit what is freed on one agent at a time, unless the framework has a floor of its own; who declines so much of
 *     one agent waits for nothing
 * @param patience how long a framework waits before anything is claimed for it
 * @param deadline how long others have to give it back by themselves
 * @param kills most tasks that are ended within an interval
 * @param interval at least 1 s
 * @param atOnce on how many agents something may be claimed at a time
 */
public record PreemptionRules(
        boolean on,
        SortedMap<String, Integer> priorities,
        OfferFloor.Quantity unit,
        Duration patience,
        Duration deadline,
        int kills,
        Duration interval,
        int atOnce) {

    /** Nothing is taken from anybody. */
    public static final PreemptionRules OFF = new PreemptionRules(
            false,
            Collections.emptySortedMap(),
            new OfferFloor.Quantity(new TreeMap<>(java.util.Map.of("cpus", 1000L, "mem", 1_024_000L))),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            10,
            Duration.ofMinutes(1),
            10);

    /** @throws IllegalArgumentException if the unit is nothing: then nothing would ever be claimed */
    public PreemptionRules {
        if (unit.millis().isEmpty()) {
            throw new IllegalArgumentException("a unit of nothing: name at least one resource");
        }
        priorities = Collections.unmodifiableSortedMap(new TreeMap<>(priorities));
    }

    int priority(String role) {
        for (var path = role; !path.isEmpty(); path = above(path)) {
            var own = priorities.get(path);
            if (own != null) {
                return own;
            }
        }
        return 0;
    }

    private static String above(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** What a client is given at a time: the first set of its own floor, if it has one. */
    SortedMap<String, Long> unitOf(Client client, OfferFloor global) {
        List<OfferFloor.Quantity> own = client.floor == global ? List.of() : client.floor.sets();
        return own.isEmpty() || own.get(0).millis().isEmpty()
                ? unit.millis()
                : own.get(0).millis();
    }
}
