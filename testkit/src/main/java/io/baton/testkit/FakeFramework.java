package io.baton.testkit;

import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the master knows of one framework. */
final class FakeFramework {
    private final String id;
    private final Map<String, FakeTask> tasks = new LinkedHashMap<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final TreeSet<String> suppressed = new TreeSet<>();
    private FrameworkInfo info;
    private EventSink sink;
    /** How many offers were made in a role: the one that had the fewest is next. */
    private final Map<String, Integer> offers = new HashMap<>();

    private int streams;

    /** This much of an agent is not wanted in a role for a while; more of it is. */
    private record Refusal(String agentId, String role, Amounts amounts, long untilNanos) {
        boolean isOf(String agent, String itsRole) {
            return agentId.equals(agent) && role.equals(itsRole);
        }
    }

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

    private static boolean multiRole(FrameworkInfo info) {
        return info.getCapabilitiesList().stream()
                .anyMatch(c -> c.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
    }

    @SuppressWarnings("deprecation") // The single role of frameworks without MULTI_ROLE.
    private static List<String> roles(FrameworkInfo info) {
        return multiRole(info) ? info.getRolesList() : List.of(info.getRole());
    }

    /** What is wrong with the roles of a framework, if anything; in the words of masters. */
    @SuppressWarnings("deprecation") // As above.
    static Optional<String> problemOfRoles(FrameworkInfo info) {
        if (multiRole(info) && info.hasRole()) {
            return Optional.of(
                    "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable; use 'roles'");
        }
        if (!multiRole(info) && info.getRolesCount() > 0) {
            return Optional.of(
                    "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable; use 'role'");
        }
        return roles(info).stream()
                .flatMap(role -> NameRules.problemOfRole(role).stream())
                .findFirst();
    }

    private List<String> roles() {
        return roles(info);
    }

    void suppress(Collection<String> some) {
        suppressed.addAll(some.isEmpty() ? roles() : some);
    }

    void revive(Collection<String> some) {
        var revived = some.isEmpty() ? roles() : some;
        suppressed.removeAll(revived);
        refusals.removeIf(refusal -> revived.contains(refusal.role));
    }

    void refuse(String agentId, String role, Amounts amounts, double seconds, long nowNanos) {
        if (!amounts.isEmpty()) {
            var until = nowNanos + (long) (seconds * 1e9);
            refusals.removeIf(old -> old.untilNanos - nowNanos <= 0
                    || old.isOf(agentId, role) && old.untilNanos - until <= 0 && amounts.covers(old.amounts));
            refusals.add(new Refusal(agentId, role, amounts.copy(), until));
        }
    }

    /** An offer is made in a role. */
    void offered(String role) {
        offers.merge(role, 1, Integer::sum);
    }

    /** The role to offer this much of an agent to; null if it wants none of it now. */
    String wants(String agentId, Amounts free, long nowNanos) {
        return sink == null
                ? null
                : roles().stream()
                        .filter(role -> !suppressed.contains(role) && !refuses(agentId, role, free, nowNanos))
                        .min(Comparator.comparingInt(role -> offers.getOrDefault(role, 0)))
                        .orElse(null);
    }

    private boolean refuses(String agentId, String role, Amounts free, long nowNanos) {
        return refusals.stream()
                .anyMatch(refusal -> refusal.isOf(agentId, role)
                        && nowNanos - refusal.untilNanos < 0
                        && refusal.amounts.covers(free));
    }
}
