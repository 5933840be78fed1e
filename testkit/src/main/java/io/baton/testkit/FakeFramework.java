package io.baton.testkit;

import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the master knows of one framework. */
final class FakeFramework {
    private final String id;
    private final Map<String, FakeTask> tasks = new LinkedHashMap<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final TreeSet<String> suppressed = new TreeSet<>();
    private FrameworkInfo info;
    private EventSink sink;
    private int streams;

    /** This much of an agent is not wanted for a while; more of it is. */
    private record Refusal(String agentId, Amounts amounts, long untilNanos) {}

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

    /** What it is, and which of its roles want no offers: all that a subscription or an update says. */
    void update(FrameworkInfo changed, Collection<String> suppressedRoles) {
        info = changed.toBuilder().setId(FrameworkID.newBuilder().setValue(id)).build();
        suppressed.clear();
        suppressed.addAll(suppressedRoles);
    }

    Map<String, FakeTask> tasks() {
        return tasks;
    }

    List<FakeTask> tasksOn(String agentId) {
        return tasks.values().stream()
                .filter(task -> task.agentId().getValue().equals(agentId))
                .toList();
    }

    /** The live stream; null while disconnected. */
    EventSink sink() {
        return sink;
    }

    void connect(EventSink stream) {
        sink = stream;
        streams++;
        refusals.clear();
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
        refusals.clear();
    }

    void refuse(String agentId, Amounts amounts, double seconds, long nowNanos) {
        if (!amounts.isEmpty()) {
            var until = nowNanos + (long) (seconds * 1e9);
            refusals.removeIf(old -> old.untilNanos - nowNanos <= 0
                    || old.agentId.equals(agentId) && old.untilNanos - until <= 0 && amounts.covers(old.amounts));
            refusals.add(new Refusal(agentId, amounts.copy(), until));
        }
    }

    /** The role to offer this much of an agent to; null if it wants none of it now. */
    String wants(String agentId, Amounts free, long nowNanos) {
        if (sink == null
                || refusals.stream()
                        .anyMatch(refusal -> refusal.agentId.equals(agentId)
                                && nowNanos - refusal.untilNanos < 0
                                && refusal.amounts.covers(free))) {
            return null;
        }
        return roles().stream()
                .filter(role -> !suppressed.contains(role))
                .findFirst()
                .orElse(null);
    }
}
