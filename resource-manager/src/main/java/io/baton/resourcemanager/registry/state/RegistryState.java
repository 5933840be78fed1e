package io.baton.resourcemanager.registry.state;

import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.Granted;
import io.baton.resourcemanager.registry.record.MasterEntry;
import io.baton.resourcemanager.registry.record.OwnerEntry;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.ValueEntry;
import io.baton.v1.MachineID;
import io.baton.v1.Unavailability;
import io.baton.v1.WeightInfo;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.quota.QuotaConfig;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What all masters agree on. The same entries in the same order give the same state and the same results everywhere.
 *
 * <p>Mutable, with one owner: copying it for each command would cost more than all else. What its accessors answer are
 * views that change with it; whoever reads it from another thread needs the owner's lock.
 *
 * @see <a href="file:docs/adr/0010-registry-is-a-raft-log.md">ADR 10: the registry is a Raft log in the masters</a>
 */
public final class RegistryState {
    /** A restored cluster's epochs start this much higher: above any granted after the snapshot was saved. */
    public static final long RESTORE_GAP = 1_000_000_000L;

    private final Epochs epochs = new Epochs();
    private final MasterTable masters = new MasterTable();
    private final AgentTable agents = new AgentTable();
    private final FrameworkTable frameworks = new FrameworkTable();
    private final RoleTable roles = new RoleTable();
    private final MaintenanceTable maintenance = new MaintenanceTable();
    private final ValueTable values = new ValueTable();
    private final RequestLog requests = new RequestLog();
    private final Restore restore = new Restore();
    private String clusterId = "";

    /**
     * Applies one command of the log entry with this index.
     *
     * @param index not lower than that of the last one
     * @throws NewerFormatException if it is of a kind that this version does not know
     */
    public Applied apply(Command command, long index) {
        if (index < epochs.index()) {
            throw new IllegalArgumentException("entry " + index + " comes after entry " + epochs.index());
        }
        epochs.entry(index);
        if (!command.hasRequestId()) {
            return new Applied(index, command, reduce(command));
        }
        var seen = requests.seen(command);
        if (seen.isPresent()) {
            return new Applied(index, command, seen.get());
        }
        if (command.getRequestId().length() > RegistryLimits.NAME_LENGTH) {
            return new Applied(
                    index,
                    command,
                    Results.refused(
                            Refused.Code.INVALID,
                            "a request id has at most " + RegistryLimits.NAME_LENGTH + " characters"));
        }
        var result = reduce(command);
        if (Results.isTaken(result)) {
            requests.remember(command, result);
        }
        return new Applied(index, command, result);
    }

    private Result reduce(Command command) {
        long at = command.getAt();
        var kind = command.getCommandCase();
        if (clusterId.isEmpty()
                && kind != Command.CommandCase.FOUND_CLUSTER
                && kind != Command.CommandCase.RESTORE_PART) {
            return Results.refused(Refused.Code.NOT_FOUNDED, "the cluster has no id yet: its first master is starting");
        }
        return switch (kind) {
            case FOUND_CLUSTER -> found(command.getFoundCluster().getClusterId());
            case JOIN_MASTER -> masters.join(command.getJoinMaster(), at, epochs);
            case MASTER_DOWN -> masters.down(command.getMasterDown(), at);
            case LEAVE_MASTER -> masters.leave(command.getLeaveMaster());
            case ACQUIRE_SHARDS -> masters.acquire(command.getAcquireShards(), epochs);
            case ACQUIRE_ALLOCATOR -> masters.acquire(command.getAcquireAllocator(), epochs);
            case ADMIT_AGENT -> agents.admit(command.getAdmitAgent(), at, epochs);
            case MARK_AGENT_UNREACHABLE -> agents.unreachable(command.getMarkAgentUnreachable(), at, epochs);
            case MARK_AGENT_GONE -> agents.gone(command.getMarkAgentGone().getAgentId(), at, epochs);
            case DRAIN_AGENT -> agents.drain(command.getDrainAgent(), epochs);
            case MARK_AGENT_DRAINED ->
                agents.drained(command.getMarkAgentDrained().getAgentId(), epochs);
            case DEACTIVATE_AGENT ->
                agents.deactivate(command.getDeactivateAgent().getAgentId(), epochs);
            case REACTIVATE_AGENT ->
                agents.reactivate(command.getReactivateAgent().getAgentId(), epochs);
            case SUBSCRIBE_FRAMEWORK -> frameworks.subscribe(command.getSubscribeFramework(), epochs);
            case DISCONNECT_FRAMEWORK -> frameworks.disconnect(command.getDisconnectFramework(), at, epochs);
            case REMOVE_FRAMEWORK -> frameworks.remove(command.getRemoveFramework(), at, epochs);
            case UPDATE_WEIGHTS -> roles.update(command.getUpdateWeights(), epochs);
            case UPDATE_QUOTAS -> roles.update(command.getUpdateQuotas(), epochs);
            case UPDATE_SCHEDULE -> maintenance.update(command.getUpdateSchedule(), epochs);
            case START_MAINTENANCE ->
                maintenance.start(command.getStartMaintenance().getMachinesList(), epochs);
            case STOP_MAINTENANCE ->
                maintenance.stop(command.getStopMaintenance().getMachinesList(), epochs);
            case PUT_VALUE -> values.put(command.getPutValue(), epochs);
            case DELETE_VALUE -> values.delete(command.getDeleteValue(), epochs);
            case RESTORE_PART -> restore.take(command.getRestorePart(), this::restored);
            case COMMAND_NOT_SET -> throw new NewerFormatException("a command of log entry " + epochs.index());
        };
    }

    private Result found(String id) {
        if (clusterId.isEmpty()) {
            if (id.isEmpty() || id.length() > RegistryLimits.NAME_LENGTH) {
                return Results.refused(Refused.Code.INVALID, "a cluster id has 1 to 255 characters");
            }
            clusterId = id;
            epochs.next();
        }
        return Result.newBuilder()
                .setGranted(Granted.newBuilder()
                        .setEpoch(epochs.highest())
                        .setAllocatorEpoch(masters.allocatorEpoch())
                        .setClusterId(clusterId))
                .build();
    }

    /** The masters that are here stay; all else is as it was saved. */
    private void restored(Snapshot saved) {
        long index = epochs.index();
        long highest = Math.max(epochs.highest(), saved.getEpoch()) + RESTORE_GAP;
        var here = Snapshot.newBuilder();
        masters.save(here);
        load(saved.toBuilder()
                .clearMasters()
                .clearShards()
                .clearAllocator()
                .clearRestoring()
                .mergeFrom(here.buildPartial())
                .build());
        epochs.reset(index, highest);
    }

    /** The state as it is, for {@link #load}. */
    public Snapshot save() {
        var snapshot = Snapshot.newBuilder()
                .setFormat(Formats.NEWEST)
                .setIndex(epochs.index())
                .setEpoch(epochs.highest());
        if (!clusterId.isEmpty()) {
            snapshot.setClusterId(clusterId);
        }
        masters.save(snapshot);
        agents.save(snapshot);
        frameworks.save(snapshot);
        roles.save(snapshot);
        maintenance.save(snapshot);
        values.save(snapshot);
        requests.save(snapshot);
        restore.save(snapshot);
        return snapshot.build();
    }

    /** Forgets everything and becomes what was saved. */
    public void load(Snapshot snapshot) {
        clusterId = snapshot.getClusterId();
        masters.load(snapshot);
        agents.load(snapshot);
        frameworks.load(snapshot);
        roles.load(snapshot);
        maintenance.load(snapshot);
        values.load(snapshot);
        requests.load(snapshot);
        restore.load(snapshot);
        epochs.reset(snapshot.getIndex(), snapshot.getEpoch());
    }

    /** Empty before the cluster is founded. */
    public Optional<String> clusterId() {
        return clusterId.isEmpty() ? Optional.empty() : Optional.of(clusterId);
    }

    /** No epoch and no version granted so far is higher; each later one is. */
    public long highestEpoch() {
        return epochs.highest();
    }

    /** Of the last entry applied. */
    public long index() {
        return epochs.index();
    }

    /** By name. */
    public SortedMap<String, MasterEntry> masters() {
        return masters.masters();
    }

    /** By shard; a shard that nobody ever acquired is missing. */
    public SortedMap<String, OwnerEntry> shards() {
        return masters.shards();
    }

    public Optional<OwnerEntry> allocator() {
        return masters.allocator();
    }

    /** By id, tombstones of gone agents included. */
    public SortedMap<String, AgentEntry> agents() {
        return agents.agents();
    }

    /** By id, tombstones of removed frameworks included. */
    public SortedMap<String, FrameworkEntry> frameworks() {
        return frameworks.frameworks();
    }

    /** By role. */
    public SortedMap<String, WeightInfo> weights() {
        return roles.weights();
    }

    /** 0 if no weight was ever set. */
    public long weightsVersion() {
        return roles.weightsVersion();
    }

    /** By role. */
    public SortedMap<String, QuotaConfig> quotas() {
        return roles.quotas();
    }

    /** 0 if no quota was ever set. */
    public long quotasVersion() {
        return roles.quotasVersion();
    }

    public Schedule schedule() {
        return maintenance.schedule();
    }

    /** 0 if there was never a schedule. Also changes when maintenance starts or stops. */
    public long scheduleVersion() {
        return maintenance.version();
    }

    /**
     * When the machine of an agent is to be away, if it is in the schedule.
     *
     * @param ip empty if it is not known: then any machine of that host name is meant
     */
    public Optional<Unavailability> absence(String hostname, String ip) {
        return maintenance.absence(hostname, ip);
    }

    /**
     * Whether the machine of an agent is in maintenance.
     *
     * @param ip empty if it is not known: then any machine of that host name is meant
     */
    public boolean isDown(String hostname, String ip) {
        return maintenance.isDown(hostname, ip);
    }

    /** The same, by where it was when it was admitted last. */
    public boolean isDown(AgentEntry agent) {
        return isDown(agent.getInfo().getHostname(), agent.getIp());
    }

    /** Machines in maintenance, in a fixed order. */
    public SortedMap<String, MachineID> downMachines() {
        return maintenance.down();
    }

    public Optional<ValueEntry> value(String namespace, String key) {
        return values.value(namespace, key);
    }

    /** How many bytes a value of this size adds to those of all; less than 0 if the one in its place is larger. */
    public long valueGrowth(String namespace, String key, int bytes) {
        return values.growth(namespace, key, bytes);
    }

    /** By key; empty if there is no such namespace. */
    public SortedMap<String, ValueEntry> values(String namespace) {
        return values.values(namespace);
    }

    /** How many there are. */
    public int namespaces() {
        return values.namespaces();
    }

    /** Keys and values of all namespaces. */
    public long valueBytes() {
        return values.allBytes();
    }
}
