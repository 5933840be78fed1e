package io.baton.testkit;

import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the master knows of one framework. */
final class FakeFramework {
    private final String id;
    private final Map<String, FakeTask> tasks = new LinkedHashMap<>();
    private final Map<String, Long> refusedUntilNanos = new HashMap<>();
    private final TreeSet<String> suppressed = new TreeSet<>();
    private FrameworkInfo info;
    private EventSink sink;
    private int streams;

    FakeFramework(String id, FrameworkInfo info) {
        this.id = id;
        this.info = info;
    }

    String id() {
        return id;
    }

    FrameworkInfo info() {
        return info;
    }

    void info(FrameworkInfo changed) {
        info = changed;
    }

    Map<String, FakeTask> tasks() {
        return tasks;
    }

    /** The live stream; null while disconnected. */
    EventSink sink() {
        return sink;
    }

    void connect(EventSink stream, Collection<String> suppressedRoles) {
        sink = stream;
        streams++;
        suppressed.clear();
        suppressed.addAll(suppressedRoles);
        refusedUntilNanos.clear();
    }

    /** How many it has had so far. */
    int streams() {
        return streams;
    }

    void disconnect() {
        sink = null;
    }

    void send(Event event) {
        if (sink != null) {
            sink.send(event);
        }
    }

    boolean can(FrameworkInfo.Capability.Type capability) {
        return info.getCapabilitiesList().stream().anyMatch(c -> c.getType() == capability);
    }

    @SuppressWarnings("deprecation") // The single role of frameworks without MULTI_ROLE.
    List<String> roles() {
        return info.getRolesCount() > 0 ? info.getRolesList() : List.of(info.getRole());
    }

    void suppress(Collection<String> some) {
        suppressed.addAll(some.isEmpty() ? roles() : some);
    }

    void revive(Collection<String> some) {
        suppressed.removeAll(some.isEmpty() ? roles() : some);
        refusedUntilNanos.clear();
    }

    void refuse(String agentId, double seconds, long nowNanos) {
        refusedUntilNanos.put(agentId, nowNanos + (long) (seconds * 1e9));
    }

    /** The role to offer this agent to; null if it wants none of it now. */
    String wants(String agentId, long nowNanos) {
        var until = refusedUntilNanos.get(agentId);
        if (sink == null || (until != null && nowNanos < until)) {
            return null;
        }
        return roles().stream()
                .filter(role -> !suppressed.contains(role))
                .findFirst()
                .orElse(null);
    }
}
