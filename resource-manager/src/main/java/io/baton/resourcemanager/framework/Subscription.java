package io.baton.resourcemanager.framework;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.state.Remains;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TimeInfo;
import io.baton.v1.master.Response;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.OfferConstraints;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who a framework is and whether its scheduler is there.
 *
 * @param streamId of the live stream or, while DISCONNECTED, of the last one; else empty
 * @param deadline when a framework without a scheduler is removed; far away while one is there
 */
record Subscription(
        State state,
        FrameworkInfo info,
        List<String> suppressed,
        Optional<OfferConstraints> constraints,
        String streamId,
        Times times,
        Instant deadline) {
    /**
     * A scheduler that lost its stream because a master went has so long at least to find another one: as long as an agent
     * may be away. In Mesos it does not disconnect then, so that a failover timeout of 0 ends nothing.
     */
    static final Duration GRACE = Duration.ofSeconds(75);

    /** Where a framework stands. RECOVERED: agents run tasks of it, its scheduler has not been seen. */
    enum State {
        UNKNOWN,
        RECOVERED,
        CONNECTED,
        DISCONNECTED,
        REMOVED
    }

    /** Absent ones have not come. */
    record Times(Optional<Instant> registered, Optional<Instant> reregistered, Optional<Instant> unregistered) {
        static final Times NONE = new Times(Optional.empty(), Optional.empty(), Optional.empty());
    }

    static final Subscription NONE = new Subscription(
            State.UNKNOWN,
            FrameworkInfo.getDefaultInstance(),
            List.of(),
            Optional.empty(),
            "",
            Times.NONE,
            Instant.MAX);

    boolean connected() {
        return state == State.CONNECTED;
    }

    /** Whether there is such a framework. */
    boolean isKnown() {
        return state != State.UNKNOWN && state != State.REMOVED;
    }

    /** Why a scheduler with this description may not come back; empty if it may. */
    Optional<String> problemOfReturn(FrameworkInfo description) {
        if (state == State.REMOVED) {
            return Optional.of("Framework has been removed");
        }
        if (isKnown() && !description.getPrincipal().equals(info.getPrincipal())) {
            return Optional.of("Changing framework's principal is not allowed");
        }
        return Optional.empty();
    }

    /** What the allocator is told, again and again: it has no use for labels. */
    AllocatorProtocol.FrameworkChanged wants(FrameworkId id) {
        var plain = info.hasLabels() ? info.toBuilder().clearLabels().build() : info;
        return new AllocatorProtocol.FrameworkChanged(id, plain, roles(), suppressed, constraints);
    }

    FrameworkId id() {
        return FrameworkId.fromProto(info.getId());
    }

    List<String> roles() {
        return FrameworkRoles.of(info);
    }

    /** A scheduler is there. What a framework may not change keeps its value. */
    Subscription connected(
            FrameworkInfo sent, List<String> suppress, Optional<OfferConstraints> only, String stream, Instant now) {
        var again = state != State.UNKNOWN && state != State.RECOVERED;
        var next = merged(sent);
        var when = again
                ? new Times(times.registered, Optional.of(now), Optional.empty())
                : new Times(Optional.of(now), Optional.of(now), Optional.empty());
        return new Subscription(State.CONNECTED, next, List.copyOf(suppress), only, stream, when, Instant.MAX);
    }

    /** What a scheduler that subscribes would describe: what a framework may not change keeps its value. */
    FrameworkInfo merged(FrameworkInfo sent) {
        return state == State.UNKNOWN ? sent : keepingFixed(sent);
    }

    private FrameworkInfo keepingFixed(FrameworkInfo sent) {
        return sent.toBuilder()
                .setUser(info.getUser())
                .setCheckpoint(info.getCheckpoint())
                .build();
    }

    Subscription updated(Call.UpdateFramework update) {
        return updated(update.getFrameworkInfo(), update.getSuppressedRolesList(), UpdateRules.constraints(update));
    }

    Subscription updated(FrameworkInfo next, List<String> suppress, Optional<OfferConstraints> only) {
        return new Subscription(state, next, List.copyOf(suppress), only, streamId, times, deadline);
    }

    /**
     * Said again of the same stream it may shorten the time, never lengthen it.
     *
     * @param byMaster the scheduler did not leave
     */
    Subscription disconnected(boolean byMaster, Instant now) {
        var end = now.plus(byMaster ? atLeastGrace() : failoverTimeout());
        return new Subscription(State.DISCONNECTED, info, suppressed, constraints, streamId, times, earlier(end));
    }

    private Instant earlier(Instant end) {
        return end.isBefore(deadline) ? end : deadline;
    }

    /**
     * What the registry holds of it, as a session begins. Whoever was its scheduler has to come back; its time runs from
     * when it went, or from now if nobody saw that: then the master of its session went.
     */
    static Subscription recalled(FrameworkEntry entry, Instant now) {
        var known = new Subscription(
                State.RECOVERED, entry.getInfo(), List.of(), Optional.empty(), "", Times.NONE, Instant.MAX);
        if (entry.hasRemovedAt()) {
            return known.removed(Instant.ofEpochMilli(entry.getRemovedAt()));
        }
        return entry.hasDisconnectedSince() ? known.awaySince(entry) : known.until(now.plus(known.atLeastGrace()));
    }

    /** The registry knows since when nobody is there. */
    Subscription awaySince(FrameworkEntry entry) {
        var since = Instant.ofEpochMilli(entry.getDisconnectedSince());
        return until(earlier(since.plus(failoverTimeout())));
    }

    private Subscription until(Instant end) {
        return new Subscription(state, info, suppressed, constraints, streamId, times, end);
    }

    /** From when the failover timeout runs, while no scheduler is there: later than it went if it has {@link #GRACE}. */
    Instant since() {
        return deadline.minus(failoverTimeout());
    }

    /** An agent knows the framework and the master did not. */
    Subscription recovered(FrameworkInfo known, Instant now) {
        var next = new Subscription(State.RECOVERED, known, suppressed, constraints, "", times, now);
        return next.until(now.plus(next.atLeastGrace()));
    }

    /** Only remembered, as are {@link Tombstones#LIMIT} others. */
    Subscription removed(Instant now) {
        return new Subscription(
                State.REMOVED, Remains.of(info), List.of(), Optional.empty(), "", endedAt(now), Instant.MAX);
    }

    private Times endedAt(Instant now) {
        return new Times(times.registered, times.reregistered, Optional.of(now));
    }

    /** What is shown of a framework that is removed now, which is more than {@link #removed} remembers. */
    Response.GetFrameworks.Framework last(Instant now) {
        return new Subscription(State.REMOVED, info, suppressed, constraints, "", endedAt(now), Instant.MAX).toProto();
    }

    private Duration atLeastGrace() {
        return failoverTimeout().compareTo(GRACE) < 0 ? GRACE : failoverTimeout();
    }

    private Duration failoverTimeout() {
        double seconds =
                Math.min(info.getFailoverTimeout(), Duration.ofDays(36_500).toSeconds());
        return Duration.ofNanos((long) (Math.max(0, seconds) * 1e9));
    }

    Subscription suppress(List<String> roles) {
        var next = new ArrayList<>(suppressed);
        roles.stream().filter(r -> !next.contains(r)).forEach(next::add);
        return updated(info, next, constraints);
    }

    Subscription revive(List<String> roles) {
        return updated(info, suppressed.stream().filter(r -> !roles.contains(r)).toList(), constraints);
    }

    Response.GetFrameworks.Framework toProto() {
        var out = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(info)
                .setActive(connected())
                .setConnected(connected())
                .setRecovered(state == State.RECOVERED);
        times.registered.ifPresent(t -> out.setRegisteredTime(time(t)));
        times.reregistered.ifPresent(t -> out.setReregisteredTime(time(t)));
        times.unregistered.ifPresent(t -> out.setUnregisteredTime(time(t)));
        out.setOfferConstraints(constraints.orElse(OfferConstraints.getDefaultInstance()));
        return out.build();
    }

    private static TimeInfo time(Instant at) {
        return TimeInfo.newBuilder().setNanoseconds(Statuses.nanos(at)).build();
    }
}
