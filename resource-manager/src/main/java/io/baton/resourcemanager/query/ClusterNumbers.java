package io.baton.resourcemanager.query;

import io.baton.core.protocol.ViewProtocol.Counted;
import io.baton.core.protocol.ViewProtocol.Numbers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the masters have counted, and their sum. A master that has ended has counted all the same: its counts stay, its
 * gauges go.
 *
 * <p>Pure and mutable; one actor owns it.
 */
final class ClusterNumbers {
    /** Most processes whose counts are kept apart; those of older ones are added up. */
    static final int MOST_PROCESSES = 32;

    private final Map<String, SortedMap<String, Long>> counts = new LinkedHashMap<>();
    private final Map<String, SortedMap<String, Double>> gauges = new LinkedHashMap<>();
    private final SortedMap<String, Long> former = new TreeMap<>();
    private final SortedMap<String, Long> told = new TreeMap<>();

    void take(Counted said) {
        var theirs = counts.remove(said.master());
        counts.put(said.master(), theirs == null ? new TreeMap<>() : theirs);
        counts.get(said.master()).putAll(said.counts());
        gauges.remove(said.master());
        gauges.put(said.master(), said.gauges());
        if (counts.size() > MOST_PROCESSES) {
            var oldest = counts.keySet().iterator().next();
            counts.remove(oldest).forEach((name, count) -> former.merge(name, count, Long::sum));
            gauges.remove(oldest);
        }
    }

    /** Only so many masters are there now: gauges of those that were heard of longest ago are of none of them. */
    void masters(int others) {
        for (var names = gauges.keySet().iterator(); gauges.size() > others && names.hasNext(); ) {
            names.next();
            names.remove();
        }
    }

    /** Its numbers are shown no more. */
    void forget(String frameworkId) {
        var prefix = Numbers.ofFramework(frameworkId);
        counts.values().forEach(one -> one.keySet().removeIf(name -> name.startsWith(prefix)));
        former.keySet().removeIf(name -> name.startsWith(prefix));
        told.keySet().removeIf(name -> name.startsWith(prefix));
    }

    /** What of this process's counts the others have not been told. */
    SortedMap<String, Long> news(SortedMap<String, Long> now) {
        var out = new TreeMap<String, Long>();
        now.forEach((name, count) -> {
            if (!count.equals(told.put(name, count))) {
                out.put(name, count);
            }
        });
        return out;
    }

    /** Together with what this process counts and measures. */
    Numbers sum(SortedMap<String, Long> own, SortedMap<String, Double> measured) {
        var out = new TreeMap<String, Double>();
        own.forEach((name, count) -> out.merge(name, (double) count, Double::sum));
        former.forEach((name, count) -> out.merge(name, (double) count, Double::sum));
        counts.values().forEach(one -> one.forEach((name, count) -> out.merge(name, (double) count, Double::sum)));
        gauges.values().forEach(one -> one.forEach(out::putIfAbsent));
        out.putAll(measured);
        return new Numbers(Collections.unmodifiableSortedMap(out));
    }
}
