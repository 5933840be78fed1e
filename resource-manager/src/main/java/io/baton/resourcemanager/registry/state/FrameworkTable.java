package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.DisconnectFramework;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.RemoveFramework;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The frameworks: whose scheduler is connected, since when not, and which ids are spent. */
final class FrameworkTable {
    private final TreeMap<String, FrameworkEntry> frameworks = new TreeMap<>();
    private final TreeMap<Long, String> removed = new TreeMap<>();

    Result subscribe(SubscribeFramework command, Epochs epochs) {
        var info = command.getInfo();
        var id = info.getId().getValue();
        var problem = IdRules.problemOfId(id);
        if (problem.isPresent()) {
            return Results.refused(Refused.Code.INVALID, "framework id: " + problem.get());
        }
        if (info.getSerializedSize() > RegistryLimits.DESCRIPTION_BYTES) {
            return Results.refused(
                    Refused.Code.FULL,
                    "FrameworkInfo takes " + info.getSerializedSize() + " bytes, more than "
                            + RegistryLimits.DESCRIPTION_BYTES + ": give it fewer labels");
        }
        var known = frameworks.get(id);
        if (known != null && known.hasRemovedAt()) {
            return Results.refused(
                    Refused.Code.REMOVED,
                    "framework '" + IdRules.printable(id) + "' has been removed: subscribe without an id");
        }
        if (known == null && frameworks.size() - removed.size() >= RegistryLimits.FRAMEWORKS) {
            return Results.full("frameworks", RegistryLimits.FRAMEWORKS);
        }
        long epoch = epochs.next();
        frameworks.put(
                id,
                FrameworkEntry.newBuilder()
                        .setInfo(info)
                        .setEpoch(epoch)
                        .setChanged(epoch)
                        .build());
        return Results.granted(epoch, 0);
    }

    Result disconnect(DisconnectFramework command, long at, Epochs epochs) {
        var id = command.getFrameworkId().getValue();
        var known = frameworks.get(id);
        if (known == null) {
            return notFound(id);
        }
        if (known.getEpoch() != command.getEpoch()) {
            return Results.conflict(known.getEpoch());
        }
        if (known.hasRemovedAt() || known.hasDisconnectedSince()) {
            return Results.done();
        }
        frameworks.put(
                id,
                known.toBuilder()
                        .setDisconnectedSince(at)
                        .setChanged(epochs.next())
                        .build());
        return Results.done();
    }

    Result remove(RemoveFramework command, long at, Epochs epochs) {
        var id = command.getFrameworkId().getValue();
        var known = frameworks.get(id);
        if (known == null) {
            return notFound(id);
        }
        if (known.hasRemovedAt()) {
            return Results.done();
        }
        if (command.hasIfDisconnectedSinceEpoch()
                && (known.getEpoch() != command.getIfDisconnectedSinceEpoch() || !known.hasDisconnectedSince())) {
            return Results.conflict(known.getEpoch());
        }
        long changed = epochs.next();
        frameworks.put(
                id, known.toBuilder().setRemovedAt(at).setChanged(changed).build());
        removed.put(changed, id);
        if (removed.size() > RegistryLimits.REMOVED_FRAMEWORKS) {
            frameworks.remove(removed.pollFirstEntry().getValue());
        }
        return Results.done();
    }

    private static Result notFound(String id) {
        return Results.refused(
                Refused.Code.NOT_FOUND,
                "there is no framework '" + IdRules.printable(id) + "': list them for their ids");
    }

    SortedMap<String, FrameworkEntry> frameworks() {
        return Collections.unmodifiableSortedMap(frameworks);
    }

    void save(Snapshot.Builder snapshot) {
        snapshot.addAllFrameworks(frameworks.values());
    }

    void load(Snapshot snapshot) {
        frameworks.clear();
        removed.clear();
        for (var framework : snapshot.getFrameworksList()) {
            var id = framework.getInfo().getId().getValue();
            frameworks.put(id, trimmed(framework));
            if (framework.hasRemovedAt()) {
                removed.put(framework.getChanged(), id);
            }
        }
    }

    /**
     * A large tombstone loses what no command is judged by. Masters of earlier versions wrote them; what a master does here
     * another one, which has not loaded since, need not have done (ADR 10).
     */
    private static FrameworkEntry trimmed(FrameworkEntry entry) {
        return entry.hasRemovedAt() && entry.getInfo().getSerializedSize() > RegistryLimits.KEPT_FRAMEWORK_BYTES
                ? entry.toBuilder().setInfo(Remains.of(entry.getInfo())).build()
                : entry;
    }
}
