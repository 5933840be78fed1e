package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.AcquireAllocator;
import io.baton.resourcemanager.registry.record.AcquireShards;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.LeaveMaster;
import io.baton.resourcemanager.registry.record.MasterDown;
import io.baton.resourcemanager.registry.record.MasterEntry;
import io.baton.resourcemanager.registry.record.OwnerEntry;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The master processes, and which of them owns which shard and the allocator.
 *
 * <p>The newest claimant always gets what it asks for. That is safe because agents and ledgers refuse what comes with
 * a lower epoch; it is fast because nobody waits for a lease to end.
 */
final class MasterTable {
    private final TreeMap<String, MasterEntry> masters = new TreeMap<>();
    private final TreeMap<String, OwnerEntry> shards = new TreeMap<>();
    private Optional<OwnerEntry> allocator = Optional.empty();

    Result join(JoinMaster command, long at, Epochs epochs) {
        var problem = IdRules.problemOfId(command.getName());
        if (problem.isPresent()) {
            return Results.refused(Refused.Code.INVALID, "master name: " + problem.get());
        }
        if (!masters.containsKey(command.getName()) && masters.size() >= RegistryLimits.MASTERS) {
            return Results.full("masters", RegistryLimits.MASTERS);
        }
        var entry = MasterEntry.newBuilder()
                .setName(command.getName())
                .setIncarnation(epochs.next())
                .setAddresses(command.getAddresses())
                .setVoterId(command.getVoterId())
                .setJoinedAt(at)
                .build();
        masters.put(entry.getName(), entry);
        return Results.granted(entry.getIncarnation(), allocatorEpoch());
    }

    Result down(MasterDown command, long at) {
        for (var master : masters.values()) {
            if (master.getIncarnation() == command.getIncarnation() && !master.hasDownAt()) {
                masters.put(master.getName(), master.toBuilder().setDownAt(at).build());
                break;
            }
        }
        return Results.done();
    }

    Result leave(LeaveMaster command) {
        var master = masters.get(command.getName());
        if (master != null && master.getIncarnation() == command.getIncarnation()) {
            masters.remove(command.getName());
        }
        return Results.done();
    }

    Result acquire(AcquireShards command, Epochs epochs) {
        if (!isCurrent(command.getMaster(), command.getIncarnation())) {
            return stale(command.getMaster(), command.getIncarnation());
        }
        if (command.getShardsCount() == 0 || command.getShardsCount() > RegistryLimits.SHARDS) {
            return Results.refused(
                    Refused.Code.INVALID,
                    "1 to " + RegistryLimits.SHARDS + " shards can be acquired at once, not "
                            + command.getShardsCount());
        }
        long added = command.getShardsList().stream()
                .distinct()
                .filter(shard -> !shards.containsKey(shard))
                .count();
        if (shards.size() + added > RegistryLimits.SHARDS) {
            return Results.full("shards", RegistryLimits.SHARDS);
        }
        for (var shard : command.getShardsList()) {
            if (shard.isEmpty() || shard.length() > RegistryLimits.NAME_LENGTH) {
                return Results.refused(
                        Refused.Code.INVALID,
                        "a shard's name has 1 to " + RegistryLimits.NAME_LENGTH + " characters, not " + shard.length());
            }
        }
        var owner = owner(command.getMaster(), command.getIncarnation(), epochs.next());
        for (var shard : command.getShardsList()) {
            shards.put(shard, owner.toBuilder().setShard(shard).build());
        }
        return Results.granted(owner.getEpoch(), allocatorEpoch());
    }

    Result acquire(AcquireAllocator command, Epochs epochs) {
        if (!isCurrent(command.getMaster(), command.getIncarnation())) {
            return stale(command.getMaster(), command.getIncarnation());
        }
        var owner = owner(command.getMaster(), command.getIncarnation(), epochs.next());
        allocator = Optional.of(owner);
        return Results.granted(owner.getEpoch(), owner.getEpoch());
    }

    private static OwnerEntry owner(String master, long incarnation, long epoch) {
        return OwnerEntry.newBuilder()
                .setMaster(master)
                .setIncarnation(incarnation)
                .setEpoch(epoch)
                .build();
    }

    private boolean isCurrent(String name, long incarnation) {
        var master = masters.get(name);
        return master != null && master.getIncarnation() == incarnation && !master.hasDownAt();
    }

    private Result stale(String name, long incarnation) {
        var master = masters.get(name);
        String why = master == null
                ? "has left"
                : master.getIncarnation() == incarnation
                        ? "was declared down"
                        : "was replaced by incarnation " + master.getIncarnation();
        return Results.refused(
                Refused.Code.STALE,
                "master '" + IdRules.printable(name) + "' of incarnation " + incarnation + " " + why
                        + ": this process must end and start again");
    }

    long allocatorEpoch() {
        return allocator.map(OwnerEntry::getEpoch).orElse(0L);
    }

    SortedMap<String, MasterEntry> masters() {
        return Collections.unmodifiableSortedMap(masters);
    }

    SortedMap<String, OwnerEntry> shards() {
        return Collections.unmodifiableSortedMap(shards);
    }

    Optional<OwnerEntry> allocator() {
        return allocator;
    }

    void save(Snapshot.Builder snapshot) {
        snapshot.addAllMasters(masters.values()).addAllShards(shards.values());
        allocator.ifPresent(snapshot::setAllocator);
    }

    void load(Snapshot snapshot) {
        masters.clear();
        shards.clear();
        snapshot.getMastersList().forEach(master -> masters.put(master.getName(), master));
        snapshot.getShardsList().forEach(shard -> shards.put(shard.getShard(), shard));
        allocator = snapshot.hasAllocator() ? Optional.of(snapshot.getAllocator()) : Optional.empty();
    }
}
