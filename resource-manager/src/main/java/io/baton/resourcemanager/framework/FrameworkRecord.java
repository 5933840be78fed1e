package io.baton.resourcemanager.framework;

import io.baton.core.id.FrameworkId;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DisconnectFramework;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.RemoveFramework;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.v1.FrameworkInfo;
import java.util.Optional;

/** What the registry is to hold of a framework, and which change brings it there. Pure. */
final class FrameworkRecord {
    private FrameworkRecord() {}

    /** A scheduler subscribes, or the framework's description has changed. */
    static Command.Builder subscribe(FrameworkInfo info) {
        return Command.newBuilder()
                .setSubscribeFramework(SubscribeFramework.newBuilder().setInfo(kept(info)));
    }

    /**
     * The registry is small, and its scheduler says all of it again when it is back: of a long description is left out what
     * no master needs until then.
     */
    static FrameworkInfo kept(FrameworkInfo info) {
        if (isShort(info)) {
            return info;
        }
        var bare = info.toBuilder().clearLabels().clearOfferFilters().build();
        return isShort(bare) ? bare : needed(info);
    }

    private static boolean isShort(FrameworkInfo info) {
        return info.getSerializedSize() <= RegistryLimits.KEPT_FRAMEWORK_BYTES;
    }

    /** Who may come back as the framework, until when, what it may not change, and how its tasks' states are told. */
    static FrameworkInfo needed(FrameworkInfo info) {
        var needed = FrameworkInfo.newBuilder()
                .setUser(info.getUser())
                .setName(info.getName())
                .setFailoverTimeout(info.getFailoverTimeout())
                .setCheckpoint(info.getCheckpoint())
                .addAllCapabilities(
                        info.getCapabilitiesList().stream().distinct().toList());
        if (info.hasId()) {
            needed.setId(info.getId());
        }
        if (info.hasPrincipal()) {
            needed.setPrincipal(info.getPrincipal());
        }
        return needed.build();
    }

    /**
     * The framework ends.
     *
     * @param expired the subscription whose failover timeout is over: then only if it is still the newest
     */
    static Command.Builder remove(FrameworkId id, Optional<Long> expired) {
        var remove = RemoveFramework.newBuilder().setFrameworkId(id.toProto());
        expired.ifPresent(remove::setIfDisconnectedSinceEpoch);
        return Command.newBuilder().setRemoveFramework(remove);
    }

    /**
     * What the registry does not yet know; empty if it knows all. Of a framework that it never had it learns nothing: no
     * scheduler of this cluster has subscribed as it. Nor of one that has a newer subscription: that is another session's.
     */
    static Optional<Command.Builder> due(Optional<FrameworkEntry> entry, Subscription now, OwnEpoch own) {
        if (entry.isEmpty() || entry.get().hasRemovedAt() || !own.isOf(entry.get())) {
            return Optional.empty();
        }
        var known = entry.get();
        return switch (now.state()) {
            case CONNECTED ->
                known.hasDisconnectedSince() || !known.getInfo().equals(kept(now.info()))
                        ? Optional.of(subscribe(now.info()))
                        : Optional.empty();
            case RECOVERED, DISCONNECTED ->
                known.hasDisconnectedSince()
                        ? Optional.empty()
                        : Optional.of(Command.newBuilder()
                                .setAt(now.since().toEpochMilli())
                                .setDisconnectFramework(DisconnectFramework.newBuilder()
                                        .setFrameworkId(now.id().toProto())
                                        .setEpoch(known.getEpoch())));
            case UNKNOWN, REMOVED -> Optional.empty();
        };
    }
}
