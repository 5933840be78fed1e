package io.baton.executor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.resource.Resources;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.HostState;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.executor.record.Record;
import io.baton.link.Operate;
import io.baton.link.OperationUpdate;
import io.baton.v1.AgentID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HostResourcesTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Resources HOST = Resources.scalars(Map.of("cpus", 4.0, "disk", 100.0));

    private final List<Record> written = new ArrayList<>();
    private final HostResources host = over(new AgentState());

    private static HostResources over(AgentState state) {
        return new HostResources(HOST, state, () -> new UUID(1, 2));
    }

    /** An agent that starts on what this one has written down. */
    private static AgentState restarted(List<Record> records) {
        var state = new AgentState();
        records.forEach(state::apply);
        return state;
    }

    private List<Effect> done(List<Effect> effects) {
        effects.forEach(effect -> {
            if (effect instanceof Effect.Checkpoint checkpoint) {
                written.add(checkpoint.record());
            } else if (effect instanceof Effect.RemoveVolume remove) {
                done(host.removed(remove.id(), T0));
            }
        });
        return effects;
    }

    private static List<OperationUpdate> sent(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.SendOperation.class::isInstance)
                .map(e -> ((Effect.SendOperation) e).update())
                .toList();
    }

    private static Resources reserved(String name, double value) {
        return Resources.scalars(Map.of(name, value))
                .reservedFor(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole("eng")
                        .build());
    }

    private static Resource volume(String id) {
        return reserved("disk", 10).toProto("").get(0).toBuilder()
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                        .setVolume(Volume.newBuilder().setMode(Volume.Mode.RW).setContainerPath("data")))
                .build();
    }

    private static Operate order(String key, Offer.Operation.Type type, String id, List<Resource> resources) {
        var operation = Offer.Operation.newBuilder().setType(type);
        switch (type) {
            case RESERVE -> operation.getReserveBuilder().addAllResources(resources);
            case UNRESERVE -> operation.getUnreserveBuilder().addAllResources(resources);
            case CREATE -> operation.getCreateBuilder().addAllVolumes(resources);
            default -> operation.getDestroyBuilder().addAllVolumes(resources);
        }
        var out = Operate.newBuilder().setEpoch(1).setKey(key);
        if (!id.isEmpty()) {
            operation.setId(OperationID.newBuilder().setValue(id));
            out.setFrameworkId(FrameworkID.newBuilder().setValue("f"));
        }
        return out.setOperation(operation).build();
    }

    private static Operate reserve(String key, String id, double cpus) {
        return order(
                key, Offer.Operation.Type.RESERVE, id, reserved("cpus", cpus).toProto(""));
    }

    @Test
    void isWrittenDownBeforeItIsTold() {
        var effects = done(host.operate(reserve("k", "o", 1), T0));

        assertThat(effects.get(0)).isInstanceOf(Effect.Checkpoint.class);
        assertThat(sent(effects)).singleElement().satisfies(update -> {
            assertThat(update.getStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
            assertThat(update.getStatus().getOperationId().getValue()).isEqualTo("o");
            assertThat(update.getStatus().getUuid().getValue().size()).isEqualTo(16);
        });
        assertThat(host.total().contains(reserved("cpus", 1))).isTrue();
        assertThat(host.total().scalarMillis()).isEqualTo(HOST.scalarMillis());
    }

    @Test
    void aDuplicateIsAnsweredAgainAndNotDoneAgain() {
        done(host.operate(reserve("k", "o", 1), T0));
        var again = host.operate(reserve("k", "o", 1), T0);

        assertThat(sent(again)).hasSize(1);
        assertThat(again).noneMatch(Effect.Checkpoint.class::isInstance);
        assertThat(host.total().millis("cpus")).isEqualTo(4000);
        assertThat(host.total().reservedByCall()).isEqualTo(reserved("cpus", 1));
    }

    @Test
    void whatThereIsNotEnoughForIsDropped() {
        var effects = done(host.operate(reserve("k", "o", 5), T0));

        assertThat(sent(effects).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(host.total()).isEqualTo(HOST);
    }

    /** Masters refuse it; older ones did not. */
    @Test
    void aReservationThatMakesMoreThanThereWasIsDropped() {
        done(host.operate(reserve("k1", "", 1), T0));
        var more = reserve("k2", "o", 100).toBuilder();
        more.getOperationBuilder()
                .getReserveBuilder()
                .addAllSource(reserved("cpus", 1).toProto(""));

        var effects = done(host.operate(more.build(), T0));

        assertThat(sent(effects).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(host.total().reservedByCall()).isEqualTo(reserved("cpus", 1));
        assertThat(HostResources.problem(HOST, restarted(written).host())).isEmpty();
    }

    @Test
    void aRestartKnowsReservationsVolumesAndWhatIsNotAcknowledged() {
        done(host.operate(reserve("k1", "o", 1), T0));
        done(host.operate(
                order(
                        "k2",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 10).toProto("")),
                T0));
        done(host.operate(order("k3", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));

        var state = restarted(written);
        for (var records : List.of(written, state.records())) {
            var again = over(restarted(records));
            assertThat(again.total()).isEqualTo(host.total());
            assertThat(again.updates()).extracting(OperationUpdate::getKey).containsExactly("k1");
            assertThat(sent(again.operate(reserve("k1", "o", 1), T0)))
                    .as("known")
                    .hasSize(1);
            assertThat(again.total()).isEqualTo(host.total());
        }
    }

    @Test
    void anUpdateIsSentUntilItIsAcknowledged() {
        host.connected(T0);
        done(host.operate(reserve("k", "o", 1), T0));
        assertThat(host.tick(T0.plusSeconds(9))).isEmpty();
        assertThat(sent(host.tick(T0.plusSeconds(10)))).hasSize(1);
        host.disconnected();
        assertThat(host.tick(T0.plusSeconds(60))).isEmpty();
        assertThat(sent(host.connected(T0.plusSeconds(70)))).hasSize(1);

        done(host.acknowledge("k"));
        assertThat(host.tick(T0.plusSeconds(200))).isEmpty();
        assertThat(host.acknowledge("k")).as("twice").isEmpty();
        assertThat(over(restarted(written)).updates()).isEmpty();
    }

    @Test
    void anOperationWithoutAnIdIsToldOnce() {
        host.connected(T0);
        assertThat(sent(done(host.operate(reserve("k", "", 1), T0)))).hasSize(1);
        assertThat(host.tick(T0.plusSeconds(60))).isEmpty();
    }

    @Test
    void aVolumeThatIsDestroyedIsRemovedFromTheDisk() {
        done(host.operate(
                order(
                        "k1",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 10).toProto("")),
                T0));
        done(host.operate(order("k2", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));
        assertThat(done(host.operate(order("k3", Offer.Operation.Type.DESTROY, "", List.of(volume("v"))), T0)))
                .contains(new Effect.RemoveVolume("eng/v"));
        assertThat(host.total().volumes().isEmpty()).isTrue();
    }

    private static Operate shrink(String key, Resource volume, double less) {
        var operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.SHRINK_VOLUME);
        operation
                .getShrinkVolumeBuilder()
                .setVolume(volume)
                .setSubtract(Value.Scalar.newBuilder().setValue(less));
        return Operate.newBuilder()
                .setEpoch(1)
                .setKey(key)
                .setOperation(operation)
                .build();
    }

    @Test
    void aVolumeOfAnotherSizeKeepsWhatItHolds() {
        var disk = reserved("disk", 10).toProto("");
        done(host.operate(order("k1", Offer.Operation.Type.RESERVE, "", disk), T0));
        done(host.operate(order("k2", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));
        var effects = done(host.operate(shrink("k3", volume("v"), 4), T0));

        assertThat(sent(effects).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(effects).noneMatch(Effect.RemoveVolume.class::isInstance);
        assertThat(host.total().volumes().millis("disk")).isEqualTo(6_000);
        assertThat(over(restarted(written)).begin()).isEmpty();
        assertThat(over(restarted(written)).total()).isEqualTo(host.total());
    }

    @Test
    void aVolumeWhoseRemovalWasCutOffIsRemovedByTheNextAgent() {
        var disk = reserved("disk", 10).toProto("");
        done(host.operate(order("k1", Offer.Operation.Type.RESERVE, "", disk), T0));
        done(host.operate(order("k2", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));
        done(host.operate(order("k3", Offer.Operation.Type.DESTROY, "", List.of(volume("v"))), T0));

        assertThat(over(restarted(written)).begin()).containsExactly(new Effect.RemoveVolume("eng/v"));

        done(host.operate(order("k4", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));
        assertThat(over(restarted(written)).begin()).as("made anew since").isEmpty();
    }

    @Test
    void aVolumeThatWasMadeAnewOutlivesACompaction() {
        var disk = reserved("disk", 10).toProto("");
        done(host.operate(order("k1", Offer.Operation.Type.RESERVE, "", disk), T0));
        done(host.operate(order("k2", Offer.Operation.Type.CREATE, "o2", List.of(volume("v"))), T0));
        done(host.operate(order("k3", Offer.Operation.Type.DESTROY, "o3", List.of(volume("v"))), T0));
        done(host.operate(order("k4", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));

        var compacted = restarted(restarted(written).records());

        assertThat(over(compacted).total()).isEqualTo(host.total());
        assertThat(over(compacted).begin()).isEmpty();
    }

    @Test
    void aVolumeThatATaskUsesIsNotDestroyed() {
        var state = new AgentState();
        var busy = over(state);
        done(busy.operate(
                order(
                        "k1",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 10).toProto("")),
                T0));
        done(busy.operate(order("k2", Offer.Operation.Type.CREATE, "", List.of(volume("v"))), T0));
        state.apply(Record.newBuilder()
                .setAccepted(Accepted.newBuilder()
                        .setFramework(FrameworkInfo.newBuilder()
                                .setUser("u")
                                .setName("n")
                                .setId(FrameworkID.newBuilder().setValue("f")))
                        .setTask(TaskInfo.newBuilder()
                                .setName("t")
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setAgentId(AgentID.newBuilder().setValue("a"))
                                .addResources(volume("v")))
                        .setContainerId("c")
                        .setSandbox("/s")
                        .setBootId("b")
                        .setAcceptedAt(0))
                .build());

        var shrunk = done(busy.operate(shrink("k0", volume("v"), 1), T0));
        assertThat(sent(shrunk).get(0).getStatus().getMessage()).contains("task 't' uses");

        var effects = done(busy.operate(order("k3", Offer.Operation.Type.DESTROY, "o", List.of(volume("v"))), T0));

        assertThat(effects).noneMatch(Effect.RemoveVolume.class::isInstance);
        assertThat(sent(effects).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(sent(effects).get(0).getStatus().getMessage()).contains("task 't' uses");
    }

    @Test
    void aDuplicateOfWhichNothingIsKnownAnyMoreSaysSo() {
        done(host.operate(reserve("k", "", 1), T0));

        var again = host.operate(reserve("k", "", 1), T0);

        assertThat(sent(again).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_UNKNOWN);
        assertThat(host.total().reservedByCall()).isEqualTo(reserved("cpus", 1));
    }

    @Test
    void noMoreThanSoManyUpdatesWaitForSchedulers() {
        for (int i = 0; i < HostState.MAX_PENDING; i++) {
            done(host.operate(reserve("k" + i, "o" + i, 0.001), T0));
        }
        var more = host.operate(reserve("more", "o", 0.001), T0);

        assertThat(more).hasSize(1);
        assertThat(sent(more).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(sent(more).get(0).getStatus().hasUuid()).as("kept").isFalse();
        done(host.acknowledge("k0"));
        assertThat(sent(host.operate(reserve("more", "o", 0.001), T0))
                        .get(0)
                        .getStatus()
                        .getState())
                .isEqualTo(OperationState.OPERATION_FINISHED);
    }

    private static Operate labelled(String key, String id, double cpus, int bytes) {
        var resource = reserved("cpus", cpus).toProto("").get(0).toBuilder();
        resource.getReservationBuilder()
                .getLabelsBuilder()
                .addLabelsBuilder()
                .setKey(key)
                .setValue("v".repeat(bytes));
        return order(key, Offer.Operation.Type.RESERVE, id, List.of(resource.build()));
    }

    private OperationState state(Operate order) {
        return sent(done(host.operate(order, T0))).get(0).getStatus().getState();
    }

    @Test
    void whatIsReservedHasALimitInBytes() {
        assertThat(state(labelled("k1", "", 1, 6 << 20))).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(state(labelled("k2", "", 1, 600_000))).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(state(labelled("k3", "", 1, 600_000))).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(written)
                .allSatisfy(record -> assertThat(record.getSerializedSize()).isLessThan(3 << 20));

        var back = labelled("k2", "", 1, 600_000).getOperation().getReserve().getResourcesList();
        assertThat(state(order("k4", Offer.Operation.Type.UNRESERVE, "", back)))
                .isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(state(labelled("k5", "", 1, 600_000))).isEqualTo(OperationState.OPERATION_FINISHED);
    }

    @Test
    void updatesThatWaitHaveALimitInBytes() {
        long finished = 0;
        for (int i = 0; i < 400; i++) {
            finished += state(labelled("k" + i, "o" + i, 0.001, 30_000)) == OperationState.OPERATION_FINISHED ? 1 : 0;
        }

        assertThat(finished).isBetween(20L, 40L);
        assertThat(host.updates().stream()
                        .mapToLong(OperationUpdate::getSerializedSize)
                        .sum())
                .isLessThan(HostState.MAX_PENDING_BYTES + 10_000);
    }

    @Test
    void updatesThatWaitDoNotHoldWhatIsReserved() {
        for (int i = 0; i < 10; i++) {
            done(host.operate(labelled("k" + i, "o" + i, 0.001, 10_000), T0));
        }

        var records = restarted(written).records();

        assertThat(records.stream().mapToLong(Record::getSerializedSize).sum()).isLessThan(350_000);
        assertThat(over(restarted(records)).total()).isEqualTo(host.total());
        assertThat(over(restarted(records)).updates()).isEqualTo(host.updates());
    }

    @Test
    void aHostWithLessThanIsReservedOnItSaysSo() {
        done(host.operate(reserve("k", "", 3), T0));
        var state = restarted(written);

        assertThat(HostResources.problem(HOST, state.host())).isEmpty();
        assertThat(HostResources.problem(Resources.scalars(Map.of("cpus", 2.0)), state.host()))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("need cpus:3").contains("--recover cleanup"));
    }

    @Test
    void aRemovedFrameworkHearsNothingMore() {
        done(host.operate(reserve("k", "o", 1), T0));
        var state = restarted(written);
        state.apply(io.baton.executor.checkpoint.Records.frameworkRemoved(new io.baton.core.id.FrameworkId("f")));
        assertThat(over(state).updates()).isEmpty();
        assertThat(over(state).total()).as("its reservations stay").isEqualTo(host.total());
    }

    private static Operate create(String key, Resource volume) {
        return order(key, Offer.Operation.Type.CREATE, "", List.of(volume));
    }

    private static Operate destroy(String key, Resource volume) {
        return order(key, Offer.Operation.Type.DESTROY, "", List.of(volume));
    }

    private void reserveDisk() {
        done(host.operate(
                order(
                        "k1",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 20).toProto("")),
                T0));
    }

    /** Else an agent that ends in between would never empty it. */
    @Test
    void aVolumeIsMadeAnewOnceTheFormerOneIsGone() {
        reserveDisk();
        done(host.operate(create("k2", volume("v")), T0));
        host.operate(destroy("k3", volume("v")), T0);

        assertThat(host.operate(create("k4", volume("v")), T0)).isEmpty();
        assertThat(host.operate(create("k5", volume("w")), T0))
                .as("in their order")
                .isEmpty();
        assertThat(host.total().volumes().isEmpty()).isTrue();

        var effects = done(host.removed("eng/v", T0));
        assertThat(sent(effects)).extracting(OperationUpdate::getKey).containsExactly("k4", "k5");
        assertThat(host.total().volumes().volumeIds()).containsExactly("eng/v", "eng/w");
        assertThat(host.removed("eng/v", T0)).isEmpty();
    }

    /** Of what is in no registration the master says that it was dropped. */
    @Test
    void whatIsHeldBackWhenTheAgentRegistersIsNotDoneLater() {
        reserveDisk();
        done(host.operate(create("k2", volume("v")), T0));
        host.operate(destroy("k3", volume("v")), T0);
        host.operate(create("k4", volume("v")), T0);

        assertThat(host.updates()).extracting(OperationUpdate::getKey).doesNotContain("k4");

        assertThat(host.removed("eng/v", T0)).isEmpty();
        assertThat(host.total().volumes().isEmpty()).isTrue();
    }

    @Test
    void aVolumeIsRemovedFromTheDiskThatItIsOn() {
        var source = DiskInfo.Source.newBuilder()
                .setType(DiskInfo.Source.Type.MOUNT)
                .setMount(DiskInfo.Source.Mount.newBuilder().setRoot("/data1"))
                .build();
        var disk = Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(10))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.STATIC)
                        .setRole("eng"))
                .setDisk(DiskInfo.newBuilder().setSource(source))
                .build();
        var volume = disk.toBuilder();
        volume.setDisk(volume("v").getDisk().toBuilder().setSource(source));
        var mounted = new HostResources(Resources.fromProto(List.of(disk)), new AgentState(), () -> new UUID(1, 2));
        mounted.operate(create("k1", volume.build()), T0);

        var effects = mounted.operate(destroy("k2", volume.build()), T0);

        assertThat(effects).contains(new Effect.RemoveVolume("eng/v", Optional.of(source)));
    }

    @Test
    void aVolumeThatAnExecutorUsesIsNotDestroyed() {
        var state = new AgentState();
        var busy = over(state);
        busy.operate(
                order(
                        "k1",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 10).toProto("")),
                T0);
        busy.operate(create("k2", volume("v")), T0);
        state.apply(Record.newBuilder()
                .setExecutorAccepted(ExecutorAccepted.newBuilder()
                        .setFramework(FrameworkInfo.newBuilder()
                                .setUser("u")
                                .setName("n")
                                .setId(FrameworkID.newBuilder().setValue("f")))
                        .setExecutor(BooksProbe.executor("e", ExecutorInfo.Type.CUSTOM).toBuilder()
                                .addResources(volume("v")))
                        .setContainerId("c")
                        .setSandbox("/s")
                        .setBootId("b")
                        .setAcceptedAt(0)
                        .setAgentId(AgentID.newBuilder().setValue("a")))
                .build());

        var effects = busy.operate(order("k3", Offer.Operation.Type.DESTROY, "o", List.of(volume("v"))), T0);

        assertThat(effects).noneMatch(Effect.RemoveVolume.class::isInstance);
        assertThat(sent(effects).get(0).getStatus().getState()).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(sent(effects).get(0).getStatus().getMessage()).contains("executor 'e' uses");
    }

    private static List<OperationState> states(List<Effect> effects) {
        return sent(effects).stream().map(u -> u.getStatus().getState()).toList();
    }

    @Test
    void onAFullDiskNothingIsDoneThatMakesNoRoom() {
        done(host.operate(
                order(
                        "d",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 50).toProto("")),
                T0));
        for (var id : List.of("v1", "v2")) {
            done(host.operate(order("c" + id, Offer.Operation.Type.CREATE, "", List.of(volume(id))), T0));
        }
        host.room(false);
        int before = written.size();

        for (int i = 0; i < 500; i++) {
            var effects = done(host.operate(reserve("k" + i, i % 2 == 0 ? "o" : "", 1), T0));
            assertThat(states(effects)).containsExactly(OperationState.OPERATION_DROPPED);
            assertThat(sent(effects).get(0).getStatus().getMessage()).contains("disk is full");
            assertThat(sent(effects).get(0).getStatus().hasUuid()).isFalse();
        }
        assertThat(written).hasSize(before);

        var destroyed = done(host.operate(order("x", Offer.Operation.Type.DESTROY, "o", List.of(volume("v1"))), T0));
        assertThat(states(destroyed)).containsExactly(OperationState.OPERATION_FINISHED);
        assertThat(destroyed).anyMatch(Effect.RemoveVolume.class::isInstance);
        var missing = done(host.operate(order("y", Offer.Operation.Type.DESTROY, "o", List.of(volume("v9"))), T0));
        assertThat(states(missing)).containsExactly(OperationState.OPERATION_DROPPED);
        assertThat(written).hasSize(before + 1);

        host.room(true);
        assertThat(states(done(host.operate(reserve("again", "o", 1), T0))))
                .containsExactly(OperationState.OPERATION_FINISHED);
    }

    @Test
    void onAFullDiskNoMoreIsWrittenOfDestroyedVolumesThanHasRoom() {
        var label = "v".repeat(30_000);
        var reservation = ReservationInfo.newBuilder()
                .setType(ReservationInfo.Type.DYNAMIC)
                .setRole("eng");
        reservation.getLabelsBuilder().addLabelsBuilder().setKey("k").setValue(label);
        done(host.operate(
                order(
                        "l",
                        Offer.Operation.Type.RESERVE,
                        "",
                        Resources.scalars(Map.of("cpus", 1.0))
                                .reservedFor(reservation.build())
                                .toProto("")),
                T0));
        done(host.operate(
                order(
                        "d",
                        Offer.Operation.Type.RESERVE,
                        "",
                        reserved("disk", 50).toProto("")),
                T0));
        var ids = List.of("v1", "v2", "v3", "v4", "v5");
        ids.forEach(
                id -> done(host.operate(order("c" + id, Offer.Operation.Type.CREATE, "", List.of(volume(id))), T0)));
        host.room(false);
        int before = written.size();

        ids.forEach(
                id -> done(host.operate(order("x" + id, Offer.Operation.Type.DESTROY, "", List.of(volume(id))), T0)));

        assertThat(written.subList(before, written.size()).stream()
                        .mapToLong(Record::getSerializedSize)
                        .sum())
                .isBetween(1L, HostResources.MAX_BYTES_ON_FULL_DISK);
    }
}
