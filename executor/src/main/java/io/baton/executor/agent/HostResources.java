package io.baton.executor.agent;

import io.baton.core.resource.Conversion;
import io.baton.core.resource.Resources;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.HostState;
import io.baton.executor.record.Operated;
import io.baton.executor.record.OperationAcknowledged;
import io.baton.executor.record.Record;
import io.baton.link.Operate;
import io.baton.link.OperationUpdate;
import io.baton.v1.Offer;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The host's resources as reservations and volumes divide them. The agent is the only one who changes this, and writes
 * each change down before it tells of it.
 *
 * <p>Pure. Mutable, one owner.
 */
public final class HostResources {
    /** How long after it was sent an update that nobody acknowledges is sent again. */
    static final Duration SEND_AGAIN = Duration.ofSeconds(10);

    /** What is reserved on a host, and one operation, have no more than this: each record of an operation holds all of it. */
    static final long MAX_BYTES = 1 << 20;

    /** On a disk that is full so much is written of volumes that are destroyed, and of nothing else: it may make room. */
    static final long MAX_BYTES_ON_FULL_DISK = 64 << 10;

    private static final double MILLIS = 1_000;

    private final Resources configured;
    private final AgentState agent;
    private final HostState state;
    private final Supplier<UUID> uuids;
    /** Volumes that are destroyed, and still hold what they held. */
    private final Set<String> going = new TreeSet<>();
    /** What waits until such a one is gone, and what came after that. */
    private final Deque<Operate> held = new ArrayDeque<>();

    private boolean room = true;
    private long writtenOnFullDisk;
    private boolean connected;
    private Instant sendAt = Instant.MAX;

    /**
     * @param configured what the host has, before any operation
     * @param uuids fresh ones, for updates
     */
    public HostResources(Resources configured, AgentState agent, Supplier<UUID> uuids) {
        this.configured = configured;
        this.agent = agent;
        this.state = agent.host();
        this.uuids = uuids;
    }

    /**
     * Why the agent cannot go on with what was written down, if it cannot: the operator must give the host at least what
     * is reserved on it.
     */
    public static Optional<String> problem(Resources configured, HostState state) {
        var plain = withoutOperations(state.reserved());
        return configured.contains(plain)
                ? Optional.empty()
                : Optional.of("reservations and volumes on this agent need " + plain + ", but it is started with "
                        + configured + ": give it at least that much, or forget them with --recover cleanup");
    }

    /**
     * What was found on a host, with no less disk than is reserved on it: how large a disk seems may change, and nobody
     * has asked for less.
     */
    public static List<Resource> withReservedDisk(List<Resource> found, HostState state) {
        double reserved = state.reserved().millis("disk") / MILLIS;
        return found.stream()
                .map(r -> r.getName().equals("disk") && r.getScalar().getValue() < reserved
                        ? r.toBuilder()
                                .setScalar(Value.Scalar.newBuilder().setValue(reserved))
                                .build()
                        : r)
                .toList();
    }

    /** Volumes are disks again, and nothing is reserved by a call. */
    private static Resources withoutOperations(Resources reserved) {
        return reserved.withoutVolumes().withoutReservationsByCall();
    }

    /** What there is now. */
    public Resources total() {
        return configured.minus(withoutOperations(state.reserved())).plus(state.reserved());
    }

    /** Whether operations have changed anything. */
    boolean isChanged() {
        return !state.reserved().isEmpty();
    }

    /** Whether the journal has room for more than how tasks end. */
    public void room(boolean room) {
        this.room = room;
        if (room) {
            writtenOnFullDisk = 0;
        }
    }

    /** What it takes at most to write down that this was done: with all that is reserved then, and its status. */
    long bytesOf(Operate order) {
        return bytes(state.reserved()) + 3L * order.getSerializedSize();
    }

    /** The agent starts: an earlier one may have ended between the word and the deed. */
    public List<Effect> begin() {
        return removals();
    }

    private List<Effect> removals() {
        var out = new ArrayList<Effect>();
        state.takeDestroyed().forEach((id, disk) -> {
            going.add(id);
            out.add(new Effect.RemoveVolume(id, disk));
        });
        return out;
    }

    /** A destroyed volume holds nothing any more, or what it holds cannot be removed. */
    public List<Effect> removed(String id, Instant now) {
        going.remove(id);
        var out = new ArrayList<Effect>();
        while (!held.isEmpty() && !makesAnew(held.element())) {
            out.addAll(done(held.remove(), now));
        }
        return out;
    }

    /**
     * Does an operation, unless it has been done. That a volume is made anew is not written down before the former one of
     * its name is removed: who reads only that it is there again would leave it what it held.
     */
    public List<Effect> operate(Operate order, Instant now) {
        if (held.isEmpty() && !makesAnew(order)) {
            return done(order, now);
        }
        held.add(order);
        return List.of();
    }

    private boolean makesAnew(Operate order) {
        var operation = order.getOperation();
        return operation.getType() == Offer.Operation.Type.CREATE
                && !going.isEmpty()
                && Conversion.problemOf(operation).isEmpty()
                && !Collections.disjoint(Conversion.of(operation).converted().volumeIds(), going);
    }

    private List<Effect> done(Operate order, Instant now) {
        if (state.knows(order.getKey())) {
            return List.of(new Effect.SendOperation(
                    state.pending(order.getKey()).map(HostResources::update).orElseGet(() -> forgotten(order))));
        }
        boolean told = order.hasFrameworkId() && order.getOperation().hasId();
        if (told && isCrowded(order.getOperation())) {
            return List.of(new Effect.SendOperation(unwritten(
                    order,
                    "the updates of " + state.pending().size()
                            + " operations on this agent wait for their schedulers to acknowledge them")));
        }
        var before = total();
        var problem = problem(order.getOperation(), before);
        var after = problem.isPresent()
                ? before
                : Conversion.of(order.getOperation()).applyTo(before);
        var operated = Operated.newBuilder()
                .setKey(order.getKey())
                .setStatus(status(order.getOperation(), problem).setUuid(uuid()))
                .addAllReserved(reservedOf(after).toProto(""));
        if (order.hasFrameworkId()) {
            operated.setFrameworkId(order.getFrameworkId());
        }
        if (told) {
            operated.setOperation(order.getOperation());
        }
        var record = Record.newBuilder().setOperated(operated).build();
        if (!room && !mayMakeRoom(order.getOperation(), problem, record)) {
            return List.of(new Effect.SendOperation(
                    unwritten(order, problem.orElse("the agent's disk is full: make room on it, or have it made"))));
        }
        state.operated(record.getOperated());
        var effects = new ArrayList<Effect>();
        effects.add(new Effect.Checkpoint(record));
        effects.add(new Effect.SendOperation(update(record.getOperated())));
        effects.addAll(removals());
        sendAt = now.plus(SEND_AGAIN);
        return effects;
    }

    private boolean mayMakeRoom(Offer.Operation operation, Optional<String> problem, Record record) {
        long bytes = writtenOnFullDisk + record.getSerializedSize();
        boolean may = operation.getType() == Offer.Operation.Type.DESTROY
                && problem.isEmpty()
                && bytes <= MAX_BYTES_ON_FULL_DISK;
        if (may) {
            writtenOnFullDisk = bytes;
        }
        return may;
    }

    private Optional<String> problem(Offer.Operation operation, Resources total) {
        if (operation.getSerializedSize() > MAX_BYTES) {
            return Optional.of("the operation has " + operation.getSerializedSize() + " bytes, more than " + MAX_BYTES);
        }
        return Conversion.problemOf(operation)
                .or(() -> Conversion.of(operation).misfit(total, total))
                .or(() -> inUse(operation))
                .or(() -> tooLarge(Conversion.of(operation).applyTo(total)));
    }

    /** To give something back is allowed, however much there is. */
    private Optional<String> tooLarge(Resources after) {
        long bytes = bytes(reservedOf(after));
        return bytes <= MAX_BYTES || bytes <= bytes(state.reserved())
                ? Optional.empty()
                : Optional.of("the reservations and volumes of this agent would have " + bytes
                        + " bytes with their labels, more than " + MAX_BYTES);
    }

    private static long bytes(Resources resources) {
        return resources.toProto("").stream()
                .mapToLong(Resource::getSerializedSize)
                .sum();
    }

    /** The status repeats most of the operation. */
    private boolean isCrowded(Offer.Operation operation) {
        return state.pending().size() >= HostState.MAX_PENDING
                || state.pendingBytes() + 2L * operation.getSerializedSize() > HostState.MAX_PENDING_BYTES;
    }

    /** Masters see to it that this does not happen; but what a task has written cannot be had back. */
    private Optional<String> inUse(Offer.Operation operation) {
        var changed = Conversion.of(operation).consumed().volumeIds();
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        return agent.tasks().stream()
                .filter(entry -> !entry.isTerminal() && uses(entry.task().getResourcesList(), changed))
                .map(entry -> "task '" + entry.task().getTaskId().getValue() + "' uses one of the volumes")
                .findFirst()
                .or(() -> agent.executors().all().stream()
                        .filter(entry -> uses(entry.info().getResourcesList(), changed))
                        .map(entry -> "executor '" + entry.key().executor() + "' uses one of the volumes")
                        .findFirst());
    }

    private static boolean uses(List<Resource> resources, Set<String> volumes) {
        return !Collections.disjoint(Resources.fromProto(resources).volumeIds(), volumes);
    }

    /** It was done or refused, and nobody waits for its update: how it went shows in what there is. */
    private static OperationUpdate forgotten(Operate order) {
        return OperationUpdate.newBuilder()
                .setKey(order.getKey())
                .setStatus(OperationStatus.newBuilder().setState(OperationState.OPERATION_UNKNOWN))
                .build();
    }

    /** It is not done, and that is not kept: without a uuid. */
    private static OperationUpdate unwritten(Operate order, String why) {
        var out = OperationUpdate.newBuilder()
                .setKey(order.getKey())
                .setStatus(status(order.getOperation(), Optional.of(why)));
        if (order.hasFrameworkId()) {
            out.setFrameworkId(order.getFrameworkId());
        }
        return out.build();
    }

    private static OperationStatus.Builder status(Offer.Operation operation, Optional<String> problem) {
        var status = OperationStatus.newBuilder()
                .setState(problem.isPresent() ? OperationState.OPERATION_DROPPED : OperationState.OPERATION_FINISHED);
        problem.ifPresentOrElse(
                status::setMessage,
                () -> status.addAllConvertedResources(
                        Conversion.of(operation).converted().toProto("")));
        if (operation.hasId()) {
            status.setOperationId(operation.getId());
        }
        return status;
    }

    /** What operations have made: all that is reserved by a call, and all volumes, on static reservations too. */
    private static Resources reservedOf(Resources total) {
        var byCall = total.reservedByCall();
        return byCall.plus(total.volumes().minus(byCall));
    }

    private io.baton.v1.UUID uuid() {
        var uuid = uuids.get();
        var bytes =
                ByteBuffer.allocate(16).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return io.baton
                .v1
                .UUID
                .newBuilder()
                .setValue(com.google.protobuf.ByteString.copyFrom(bytes.array()))
                .build();
    }

    private static OperationUpdate update(Operated operated) {
        var out = OperationUpdate.newBuilder().setKey(operated.getKey()).setStatus(operated.getStatus());
        if (operated.hasFrameworkId()) {
            out.setFrameworkId(operated.getFrameworkId());
        }
        if (operated.hasOperation()) {
            out.setOperation(operated.getOperation());
        }
        return out.build();
    }

    /** The scheduler has the update. */
    public List<Effect> acknowledge(String key) {
        if (!state.acknowledged(key)) {
            return List.of();
        }
        var acknowledged = OperationAcknowledged.newBuilder().setKey(key);
        return List.of(new Effect.Checkpoint(
                Record.newBuilder().setOperationAcknowledged(acknowledged).build()));
    }

    /** A master listens. */
    public List<Effect> connected(Instant now) {
        connected = true;
        sendAt = now.plus(SEND_AGAIN);
        return pending();
    }

    public void disconnected() {
        connected = false;
    }

    /** Time goes by. */
    public List<Effect> tick(Instant now) {
        if (!connected || state.pending().isEmpty() || now.isBefore(sendAt)) {
            return List.of();
        }
        sendAt = now.plus(SEND_AGAIN);
        return pending();
    }

    private List<Effect> pending() {
        return state.pending().stream()
                .map(o -> (Effect) new Effect.SendOperation(update(o)))
                .toList();
    }

    /**
     * How operations went whose updates are not acknowledged, for a registration. What is held back counts as not received:
     * the master calls it dropped.
     */
    List<OperationUpdate> updates() {
        held.clear();
        return state.pending().stream().map(HostResources::update).toList();
    }
}
