package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.OperationUuids;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.OperationUpdate;
import io.baton.link.Register;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.resourcemanager.allocation.Bundles;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.UUID;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reservations and volumes in the books of an agent. */
class LedgerOperationsTest {
    private static final AgentId AGENT = new AgentId("A");
    private static final FrameworkId F = new FrameworkId("f");
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .build();
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final AgentLedger ledger = new AgentLedger(
            AGENT, new LedgerRules("m", Duration.ofMinutes(2), Duration.ofSeconds(75)), new Grant(1, 0, "c"), T0);
    private long proposals;
    private long registrations;

    private List<LedgerEffect> register(Resources now, OperationUpdate... updates) {
        var out = Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").addAllResources(cpus(4).toProto("")))
                .setNumber(registrations + 1)
                .setEpoch(0)
                .setVersion("1")
                .addAllOperations(List.of(updates));
        if (!now.equals(cpus(4))) {
            out.addAllTotalResources(now.toProto(""));
        }
        return ledger.register(out.build(), "10.0.0.1", ++registrations, T0);
    }

    private OfferId offered(String role, Resources part) {
        return ledger.offer(F, role, part, 1, ++proposals, T0).stream()
                .filter(LedgerEffect.Granted.class::isInstance)
                .map(e -> OfferId.fromProto(((LedgerEffect.Granted) e).offer().getId()))
                .findFirst()
                .orElseThrow();
    }

    private static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    private static Resources reserved(double cpus) {
        return cpus(cpus)
                .reservedFor(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole("eng")
                        .build());
    }

    private static Offer.Operation reserve(double cpus, String id) {
        var out = Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE);
        out.getReserveBuilder().addAllResources(reserved(cpus).toProto(""));
        if (!id.isEmpty()) {
            out.setId(OperationID.newBuilder().setValue(id));
        }
        return out.build();
    }

    private static Offer.Operation launch(String id, Resources resources) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder()
                        .addTaskInfos(TaskInfo.newBuilder()
                                .setName(id)
                                .setTaskId(new TaskId(id).toProto())
                                .setAgentId(AGENT.toProto())
                                .addAllResources(resources.toProto(""))))
                .build();
    }

    private static List<ToAgent> frames(List<LedgerEffect> effects) {
        return effects.stream()
                .filter(LedgerEffect.ToLink.class::isInstance)
                .map(e -> ((LedgerEffect.ToLink) e).frame())
                .toList();
    }

    private static List<OperationStatus> told(List<LedgerEffect> effects) {
        return effects.stream()
                .filter(LedgerEffect.Operated.class::isInstance)
                .map(e -> ((LedgerEffect.Operated) e).status())
                .toList();
    }

    private List<LedgerEffect> accept(OfferId offer, Offer.Operation... operations) {
        return ledger.accept(INFO, List.of(offer), List.of(operations), Duration.ZERO);
    }

    private static final ByteString UUID_BYTES = ByteString.copyFromUtf8("0123456789abcdef");
    private static final AgentProtocol.AcknowledgeOperation OF_UPDATE = acknowledgement(Optional.of(UUID_BYTES));

    private static AgentProtocol.AcknowledgeOperation acknowledgement(Optional<ByteString> uuid) {
        return new AgentProtocol.AcknowledgeOperation(F, "o", uuid);
    }

    private static OperationUpdate update(String key, OperationState state) {
        return OperationUpdate.newBuilder()
                .setKey(key)
                .setFrameworkId(F.toProto())
                .setStatus(OperationStatus.newBuilder()
                        .setOperationId(OperationID.newBuilder().setValue("o"))
                        .setUuid(UUID.newBuilder().setValue(UUID_BYTES))
                        .setState(state))
                .build();
    }

    /** @return by what the agent knows the operation "o", which is under way */
    private String reserving() {
        return frames(accept(offered("eng", cpus(4)), reserve(1, "o")))
                .get(0)
                .getOperate()
                .getKey();
    }

    @Test
    void onlyWhatWasNotTouchedIsFilteredNotWhatWasMadeOfIt() {
        register(cpus(4));
        var offer = offered("eng", cpus(2));

        var step = ledger.accept(INFO, List.of(offer), List.of(reserve(0.25, "")), Duration.ofHours(1));

        assertThat(step)
                .contains(new LedgerEffect.ToAllocator(
                        new AllocatorProtocol.Filter(F, "eng", AGENT, cpus(1.75), Duration.ofHours(1), false)));
    }

    @Test
    void whatWasMadeOfTheWholeOfferIsNotFiltered() {
        register(cpus(4));
        var offer = offered("eng", cpus(2));

        var step = ledger.accept(INFO, List.of(offer), List.of(reserve(2, "")), Duration.ofHours(1));

        assertThat(step)
                .contains(new LedgerEffect.ToAllocator(
                        new AllocatorProtocol.Filter(F, "eng", AGENT, Resources.EMPTY, Duration.ZERO, false)));
    }

    @Test
    void aTaskRunsOnWhatWasReservedBeforeItInTheSameAcceptance() {
        register(cpus(4));
        var effects = accept(offered("eng", cpus(4)), reserve(3, ""), launch("t", reserved(2)));

        assertThat(frames(effects))
                .extracting(ToAgent::getMessageCase)
                .containsExactly(ToAgent.MessageCase.OPERATE, ToAgent.MessageCase.RUN);
        assertThat(ledger.total()).isEqualTo(cpus(1).plus(reserved(3)));
        assertThat(ledger.free()).isEqualTo(cpus(1).plus(reserved(1)));
        assertThat(told(effects)).as("it has no id").isEmpty();
    }

    @Test
    void whatTheTypeDoesNotNameIsNotDone() {
        register(cpus(4));
        var empty = reserve(1, "o").toBuilder().setLaunch(Offer.Operation.Launch.getDefaultInstance());
        var full = reserve(1, "p").toBuilder().setLaunch(launch("../x", cpus(1)).getLaunch());

        var effects = accept(offered("eng", cpus(4)), empty.build(), full.build());

        assertThat(frames(effects))
                .extracting(ToAgent::getMessageCase)
                .containsExactly(ToAgent.MessageCase.OPERATE, ToAgent.MessageCase.OPERATE);
        assertThat(ledger.free()).isEqualTo(cpus(2).plus(reserved(2)));
    }

    @Test
    void volumesAreMadeAndDestroyedOnWhatIsOffered() {
        var disk = Bundles.of("disk(eng):10");
        var volume = Bundles.of("disk(eng)[v]<S>:10");
        register(cpus(1).plus(disk));
        var create = Offer.Operation.newBuilder().setType(Offer.Operation.Type.CREATE);
        create.getCreateBuilder().addAllVolumes(volume.toProto(""));
        accept(offered("eng", disk), create.build());
        assertThat(ledger.free()).isEqualTo(cpus(1).plus(volume));

        var destroy = Offer.Operation.newBuilder().setType(Offer.Operation.Type.DESTROY);
        destroy.getDestroyBuilder().addAllVolumes(volume.toProto(""));
        accept(offered("eng", volume), destroy.build());
        assertThat(ledger.free()).isEqualTo(cpus(1).plus(disk));
        assertThat(ledger.total()).isEqualTo(cpus(1).plus(disk));
    }

    private static Resource volume(String container, Volume.Mode mode, String principal) {
        var out = Bundles.of("disk(eng)[v]:10").toProto("").get(0).toBuilder();
        out.getDiskBuilder().getVolumeBuilder().setContainerPath(container).setMode(mode);
        if (!principal.isEmpty()) {
            out.getDiskBuilder().getPersistenceBuilder().setPrincipal(principal);
        }
        return out.build();
    }

    @Test
    void aLaterTaskMountsAVolumeElsewhereAndReadOnly() {
        var made = Resources.fromProto(List.of(volume("data", Volume.Mode.RW, "ops")));
        var wanted = Resources.fromProto(List.of(volume("db", Volume.Mode.RO, "")));
        register(cpus(1).plus(made));

        var effects = accept(offered("eng", cpus(1).plus(made)), launch("t", cpus(1).plus(wanted)));

        assertThat(frames(effects)).singleElement().satisfies(frame -> assertThat(
                        frame.getRun().getTask().getResourcesList())
                .as("as the task says")
                .extracting(r -> r.getDisk().getVolume().getContainerPath())
                .containsExactly("", "db"));
        assertThat(ledger.free()).isEqualTo(Resources.EMPTY);

        ledger.updated(Update.newBuilder()
                .setFrameworkId(F.toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(new TaskId("t").toProto())
                        .setState(TaskState.TASK_FINISHED))
                .setLatestState(TaskState.TASK_FINISHED)
                .build());
        assertThat(ledger.free().toProto(""))
                .as("as it was made")
                .isEqualTo(cpus(1).plus(made).toProto(""));
    }

    @Test
    void anOperatorDestroysAVolumeWithoutKnowingWhereItIsMounted() {
        register(Resources.fromProto(List.of(volume("data", Volume.Mode.RW, "ops"))));
        var destroy = Offer.Operation.newBuilder().setType(Offer.Operation.Type.DESTROY);
        destroy.getDestroyBuilder().addVolumes(volume("db", Volume.Mode.RW, ""));

        assertThat(ledger.operate(destroy.build()).answer().status()).isEqualTo(202);
        assertThat(ledger.total()).isEqualTo(Bundles.of("disk(eng):10"));
    }

    @Test
    void volumesGrowAndShrinkOnWhatIsOfferedAndWhatOperatorsFind() {
        var all = Bundles.of("disk(eng):5 disk(eng)[v]:10");
        register(cpus(1).plus(all));
        var grow = Offer.Operation.newBuilder().setType(Offer.Operation.Type.GROW_VOLUME);
        grow.getGrowVolumeBuilder()
                .setVolume(Bundles.of("disk(eng)[v]:10").toProto("").get(0))
                .setAddition(Bundles.of("disk(eng):5").toProto("").get(0));
        accept(offered("eng", all), grow.build());
        assertThat(ledger.free()).isEqualTo(cpus(1).plus(Bundles.of("disk(eng)[v]:15")));
        assertThat(ledger.operate(grow.build()).answer().status())
                .as("of that size it is not there any more")
                .isEqualTo(409);

        var held = offered("eng", Bundles.of("disk(eng)[v]:15"));
        var shrink = Offer.Operation.newBuilder().setType(Offer.Operation.Type.SHRINK_VOLUME);
        shrink.getShrinkVolumeBuilder()
                .setVolume(Bundles.of("disk(eng)[v]:15").toProto("").get(0))
                .setSubtract(Value.Scalar.newBuilder().setValue(12));
        var ordered = ledger.operate(shrink.build());
        assertThat(ordered.answer().status()).isEqualTo(202);
        assertThat(ordered.effects()).contains(new LedgerEffect.Rescinded(F, List.of(held)));
        assertThat(ledger.total()).isEqualTo(cpus(1).plus(Bundles.of("disk(eng):12 disk(eng)[v]:3")));
    }

    @Test
    void whatDoesNotFitIsRefusedAloneAndToldIfItHasAnId() {
        register(cpus(4));
        var effects = accept(offered("eng", cpus(2)), reserve(3, "o"), reserve(1, ""));

        assertThat(told(effects)).singleElement().satisfies(status -> {
            assertThat(status.getState()).isEqualTo(OperationState.OPERATION_ERROR);
            assertThat(status.getMessage())
                    .startsWith("Operation attempted with invalid resources: ")
                    .contains("cpus:2 does not contain cpus:3");
            assertThat(status.hasUuid()).isFalse();
        });
        assertThat(ledger.total()).isEqualTo(cpus(3).plus(reserved(1)));
    }

    @Test
    void anOfferThatIsOverLeadsToNothing() {
        register(cpus(4));
        var effects = accept(new OfferId("A-O1.1.99"), reserve(1, "o"));

        assertThat(told(effects)).singleElement().satisfies(status -> assertThat(status.getMessage())
                .isEqualTo("Operation attempted with invalid offers: Offer A-O1.1.99 is no longer valid"));
        assertThat(ledger.total()).isEqualTo(cpus(4));
    }

    @Test
    void ofALaunchOnAnOfferThatIsOverOnlyItsTasksAreTold() {
        register(cpus(4));
        var launch = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setId(OperationID.newBuilder().setValue("o"))
                .setLaunch(Offer.Operation.Launch.newBuilder()
                        .addTaskInfos(TaskInfo.newBuilder()
                                .setName("t")
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setAgentId(AgentID.newBuilder().setValue("A"))));

        assertThat(accept(new OfferId("A-O1.1.99"), launch.build()))
                .hasAtLeastOneElementOfType(LedgerEffect.Refused.class)
                .doesNotHaveAnyElementsOfTypes(LedgerEffect.Operated.class, LedgerEffect.Settled.class);
    }

    @Test
    void theSchedulerHearsHowItWentUntilItAcknowledges() {
        register(cpus(4));
        var key = reserving();

        assertThat(told(ledger.operated(update(key, OperationState.OPERATION_FINISHED))))
                .hasSize(1);
        assertThat(ledger.acknowledgeOperation(acknowledgement(Optional.of(ByteString.copyFromUtf8("of another")))))
                .as("another update")
                .isEmpty();
        assertThat(frames(ledger.acknowledgeOperation(OF_UPDATE)))
                .singleElement()
                .satisfies(frame ->
                        assertThat(frame.getAcknowledgeOperation().getKey()).isEqualTo(key));
        assertThat(ledger.acknowledgeOperation(OF_UPDATE)).as("twice").isEmpty();
    }

    /** Its acceptance may be on the way yet, and is not to do what was called unknown. */
    @Test
    void beforeAnOperationIsCalledUnknownTheOfferItWasSentOnEnds() {
        register(cpus(4));
        var offer = offered("*", cpus(1));
        var before = ledger.free();

        var effects = ledger.askOperation(new AgentProtocol.AskOperation(F, "o", Optional.of(offer)));

        assertThat(effects).contains(new LedgerEffect.Rescinded(F, List.of(offer)));
        assertThat(told(effects)).singleElement().satisfies(status -> assertThat(status.getState())
                .isEqualTo(OperationState.OPERATION_UNKNOWN));
        assertThat(ledger.free()).isEqualTo(before.plus(cpus(1)));
    }

    private OperationStatus asked(String operation) {
        return told(ledger.askOperation(new AgentProtocol.AskOperation(F, operation, Optional.empty())))
                .get(0);
    }

    @ParameterizedTest(name = "an agent that {0}: OPERATION_{1}")
    @CsvSource({
        "was never here, UNKNOWN",
        "is awaited, RECOVERING",
        "is here, UNKNOWN",
        "has just gone, RECOVERING",
        "was lost before, UNREACHABLE",
        "is gone, GONE_BY_OPERATOR",
    })
    void saysOfAnUnknownOperationHowItsAgentStands(String agent, String answer) {
        switch (agent) {
            case "was never here" -> ledger.tick(T0);
            case "is awaited" -> ledger.recalled(entry(AgentEntry.State.ADMITTED));
            case "was lost before" -> ledger.recalled(entry(AgentEntry.State.UNREACHABLE));
            default -> register(cpus(4));
        }
        switch (agent) {
            case "has just gone" -> ledger.linkLost(T0);
            case "is gone" -> ledger.gone(List::of);
            default -> ledger.tick(T0);
        }

        assertThat(asked("o").getState()).hasToString("OPERATION_" + answer);
        assertThat(asked("o").getOperationId().getValue()).isEqualTo("o");
    }

    @ParameterizedTest(name = "declared gone: {0}")
    @CsvSource({"false, OPERATION_UNREACHABLE", "true, OPERATION_GONE_BY_OPERATOR"})
    void schedulersHearOfTheirOperationsOnAnAgentThatIsLost(boolean gone, OperationState told) {
        register(cpus(4));
        reserving();
        ledger.linkLost(T0);

        assertThat(told(gone ? ledger.gone(List::of) : ledger.marked(List.of())))
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.getState()).isEqualTo(told);
                    assertThat(status.getOperationId().getValue()).isEqualTo("o");
                });
    }

    @ParameterizedTest(name = "declared gone: {0}")
    @CsvSource({"false, OPERATION_UNREACHABLE", "true, OPERATION_GONE_BY_OPERATOR"})
    void whatWasDoneOnAnAgentThatIsLostIsLostToo(boolean gone, OperationState told) {
        register(cpus(4));
        var done = update(reserving(), OperationState.OPERATION_FINISHED).toBuilder();
        ledger.operated(done.setOperation(reserve(1, "o")).build());
        ledger.linkLost(T0);
        assertThat(asked("o").getState()).isEqualTo(OperationState.OPERATION_FINISHED);

        var heard = gone ? ledger.gone(List::of) : ledger.marked(List.of());

        assertThat(told(heard)).hasSize(1);
        assertThat(asked("o").getState()).isEqualTo(told);
        assertThat(asked("o").getMessage()).isEqualTo("Reconciliation: Agent of the operation is lost");
    }

    private static AgentEntry entry(AgentEntry.State state) {
        return AgentEntry.newBuilder()
                .setInfo(AgentInfo.newBuilder().setHostname("h"))
                .setState(state)
                .setSince(0)
                .setIncarnation(3)
                .setChanged(3)
                .build();
    }

    @Test
    void saysOfAnOperationThatItKnowsHowFarItIs() {
        register(cpus(4));
        var key = reserving();
        assertThat(asked("o").getState()).isEqualTo(OperationState.OPERATION_PENDING);

        ledger.operated(update(key, OperationState.OPERATION_FINISHED));
        assertThat(asked("o").getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(asked("o").hasUuid()).isFalse();
        assertThat(asked("other").getState()).isEqualTo(OperationState.OPERATION_UNKNOWN);
    }

    @Test
    void anAcknowledgementThatNamesNoUpdateIsOfTheOneUnderWay() {
        register(cpus(4));
        var key = reserving();
        ledger.operated(update(key, OperationState.OPERATION_FINISHED));

        assertThat(frames(ledger.acknowledgeOperation(acknowledgement(Optional.empty()))))
                .hasSize(1);
    }

    @Test
    void anAgentThatWillNotDoItRegistersAgainAndCorrectsTheBooks() {
        register(cpus(4));
        accept(offered("eng", cpus(4)), reserve(1, "o"));
        var effects = ledger.operated(update("A-X1.1.1", OperationState.OPERATION_DROPPED));
        assertThat(frames(effects)).singleElement().satisfies(frame -> assertThat(frame.hasRegisterAgain())
                .isTrue());

        register(cpus(4));
        assertThat(ledger.total()).isEqualTo(cpus(4));
    }

    @Test
    void whatTheAgentSaysThereIsReplacesWhatWasBelieved() {
        var effects = register(cpus(3).plus(reserved(1)), update("k", OperationState.OPERATION_FINISHED));

        assertThat(ledger.total()).isEqualTo(cpus(3).plus(reserved(1)));
        assertThat(told(effects)).as("a new session hears of it again").hasSize(1);
    }

    @Test
    void anOperationThatDidNotComeToTheAgentIsDropped() {
        register(cpus(4));
        accept(offered("eng", cpus(4)), reserve(1, "o"));

        assertThat(told(register(cpus(4)))).singleElement().satisfies(status -> assertThat(status.getState())
                .isEqualTo(OperationState.OPERATION_DROPPED));
    }

    @Test
    void anOperationOfWhichTheAgentSaysNothingIsSentAgain() {
        register(cpus(4));
        var first = frames(accept(offered("eng", cpus(4)), reserve(1, ""))).get(0);
        ledger.tick(T0);

        assertThat(frames(ledger.tick(T0.plusSeconds(9)))).isEmpty();
        assertThat(frames(ledger.tick(T0.plusSeconds(10)))).containsExactly(first);
        ledger.operated(OperationUpdate.newBuilder()
                .setKey(first.getOperate().getKey())
                .setStatus(OperationStatus.newBuilder().setState(OperationState.OPERATION_FINISHED))
                .build());
        assertThat(frames(ledger.tick(T0.plusSeconds(30)))).isEmpty();
    }

    @Test
    void anOperatorTakesWhatIsFreeFirstAndThenWhatIsOnOffer() {
        register(cpus(4));
        var old = offered("*", cpus(1));
        offered("*", cpus(1));

        assertThat(ledger.operate(reserve(2, "")).effects())
                .as("free")
                .noneMatch(LedgerEffect.Rescinded.class::isInstance);
        var ordered = ledger.operate(reserve(1, ""));

        assertThat(ordered.answer().status()).isEqualTo(202);
        assertThat(ordered.effects()).contains(new LedgerEffect.Rescinded(F, List.of(old)));
        assertThat(ledger.total()).isEqualTo(cpus(1).plus(reserved(3)));
    }

    @Test
    void anOperatorCannotTakeWhatIsUsedOrNotThere() {
        assertThat(ledger.operate(reserve(1, "")).answer().status())
                .as("unknown")
                .isEqualTo(400);
        register(cpus(4));
        accept(offered("*", cpus(4)), launch("t", cpus(2)));
        var offer = offered("*", cpus(2));

        assertThat(ledger.operate(reserve(3, "")).answer().status()).as("used").isEqualTo(409);
        assertThat(ledger.tick(T0)).contains(new LedgerEffect.Holds(F, List.of(offer)));
        ledger.linkLost(T0);
        assertThat(ledger.operate(reserve(1, "")).answer().status()).as("away").isEqualTo(409);
    }

    @Test
    void aVolumeThatIsThereOrIsNotIsAWrongCall() {
        var disk = Resource.newBuilder().setName("disk").setType(Value.Type.SCALAR);
        disk.getScalarBuilder().setValue(5);
        disk.addReservationsBuilder().setRole("eng").setType(Resource.ReservationInfo.Type.STATIC);
        register(Resources.fromProto(List.of(disk.build())));
        var volume = disk.build().toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId("v");
        volume.getDiskBuilder().getVolumeBuilder().setMode(Volume.Mode.RW).setContainerPath("data");
        var create = Offer.Operation.newBuilder().setType(Offer.Operation.Type.CREATE);
        create.getCreateBuilder().addVolumes(volume);
        var destroy = Offer.Operation.newBuilder().setType(Offer.Operation.Type.DESTROY);
        destroy.getDestroyBuilder().addVolumes(volume);

        assertThat(ledger.operate(destroy.build()).answer().status())
                .as("not there")
                .isEqualTo(400);
        assertThat(ledger.operate(create.build()).answer().status()).isEqualTo(202);
        assertThat(ledger.operate(create.build()).answer().status())
                .as("there already")
                .isEqualTo(400);
        assertThat(ledger.operate(destroy.build()).answer().status()).isEqualTo(202);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            disk(eng)[v]:10          | Persistent volumes in use
            disk(eng)[v]<S>:10       | Persistent volumes in use
            disk(eng)[w]:10          | Persistent volumes not found
            disk(eng)[v]:5           | Persistent volumes not found
            """)
    void anOperatorCannotDestroyAVolumeThatATaskUses(String volume, String problem) {
        var used = Bundles.of(volume.contains("<S>") ? volume : "disk(eng)[v]:10");
        register(cpus(1).plus(used));
        accept(offered("eng", cpus(1).plus(used)), launch("t", cpus(1).plus(used)));
        var destroy = Offer.Operation.newBuilder().setType(Offer.Operation.Type.DESTROY);
        destroy.getDestroyBuilder().addAllVolumes(Bundles.of(volume).toProto(""));

        assertThat(ledger.operate(destroy.build()).answer())
                .isEqualTo(CallAnswer.badRequest("Invalid DESTROY operation: " + problem));
    }

    private static List<Operation> details(List<LedgerEffect> effects) {
        return effects.stream()
                .filter(LedgerEffect.Details.class::isInstance)
                .flatMap(e -> ((LedgerEffect.Details) e).details().operations().stream())
                .toList();
    }

    private static List<OperationState> shown(List<LedgerEffect> effects) {
        return details(effects).stream()
                .map(operation -> operation.getLatestStatus().getState())
                .toList();
    }

    @Test
    void operationsAreShownWithOneUuidAsLongAsTheyAreThere() {
        register(cpus(4));
        var accepted = accept(offered("eng", cpus(4)), reserve(1, "o"));
        var key = frames(accepted).get(0).getOperate().getKey();
        var told = ledger.operated(update(key, OperationState.OPERATION_FINISHED));

        for (var effects : List.of(accepted, told)) {
            assertThat(details(effects)).extracting(Operation::getUuid).containsExactly(OperationUuids.of(key));
        }
    }

    @Test
    void operatorsSeeAnOperationUntilItsSchedulerHasAcknowledgedIt() {
        register(cpus(4));
        var accepted = accept(offered("eng", cpus(4)), reserve(1, "o"));
        var key = frames(accepted).get(0).getOperate().getKey();

        assertThat(shown(accepted)).containsExactly(OperationState.OPERATION_PENDING);
        assertThat(shown(ledger.operated(update(key, OperationState.OPERATION_FINISHED))))
                .containsExactly(OperationState.OPERATION_FINISHED);
        assertThat(ledger.acknowledgeOperation(OF_UPDATE))
                .contains(new LedgerEffect.Details(
                        new ViewProtocol.AgentDetails(AGENT, List.of(), List.of(), List.of())));
    }

    @Test
    void ofARemovedFrameworkNobodyAcknowledgesOperations() {
        register(cpus(4));
        var key = reserving();
        ledger.operated(update(key, OperationState.OPERATION_FINISHED));

        assertThat(ledger.removeFramework(F, T0))
                .contains(new LedgerEffect.Details(
                        new ViewProtocol.AgentDetails(AGENT, List.of(), List.of(), List.of())));
    }

    @Test
    void anAgentThatDoesWhatWasThoughtLostRegistersAgain() {
        register(cpus(4));
        var key = reserving();
        register(cpus(4));

        assertThat(frames(ledger.operated(update(key, OperationState.OPERATION_FINISHED))))
                .anyMatch(ToAgent::hasRegisterAgain);
        assertThat(frames(ledger.operated(update(key, OperationState.OPERATION_FINISHED))))
                .as("a copy")
                .isEmpty();
    }

    @Test
    void theReadModelShowsWhatThereIsNow() {
        register(cpus(4));
        var seen = ledger.operate(reserve(1, "")).effects().stream()
                .filter(LedgerEffect.Seen.class::isInstance)
                .map(e -> ((LedgerEffect.Seen) e).agent())
                .findFirst();
        assertThat(seen)
                .map(a -> Resources.fromProto(a.getTotalResourcesList()))
                .isEqualTo(Optional.of(cpus(3).plus(reserved(1))));
        assertThat(seen.orElseThrow().getTotalResourcesList())
                .as("in both forms")
                .anyMatch(r -> r.getRole().equals("eng") && r.hasReservation() && r.getReservationsCount() == 1);
    }
}
