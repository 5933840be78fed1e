package io.baton.resourcemanager.metrics;

import io.baton.core.protocol.ViewProtocol.Numbers;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What this process has counted since it started, for {@code /metrics/snapshot}: under Mesos's names, and for each
 * framework under {@link Numbers#ofFramework}. Thread-safe; whoever counts often keeps the {@link LongAdder}.
 */
public final class MasterNumbers {
    private final String master = UUID.randomUUID().toString();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Names this process: no other one has this name. */
    public String master() {
        return master;
    }

    public LongAdder counter(String name) {
        return counts.computeIfAbsent(name, n -> new LongAdder());
    }

    public void add(String name, long count) {
        counter(name).add(count);
    }

    public void add(String name) {
        add(name, 1);
    }

    /** The framework has ended: its numbers are shown no more. What was counted under other names stays. */
    public void forget(String frameworkId) {
        var prefix = Numbers.ofFramework(frameworkId);
        counts.keySet().removeIf(name -> name.startsWith(prefix));
    }

    public SortedMap<String, Long> now() {
        var out = new TreeMap<String, Long>();
        counts.forEach((name, count) -> out.put(name, count.sum()));
        return out;
    }
}
