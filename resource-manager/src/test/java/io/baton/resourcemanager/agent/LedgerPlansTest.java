package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.Register;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.DrainInfo;
import io.baton.v1.DrainState;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.Offer;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.allocator.InverseOfferStatus;
import io.baton.v1.master.Response.GetAgents.Agent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the books of an agent make of what operators want of it. */
class LedgerPlansTest {
    private static final AgentId AGENT = new AgentId("A");
    private static final FrameworkId F = new FrameworkId("f");
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .build();
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Unavailability AWAY = Unavailability.newBuilder()
            .setStart(TimeInfo.newBuilder().setNanoseconds(7))
            .build();
    private static final LedgerRules RULES = new LedgerRules("m", Duration.ofMinutes(2), Duration.ofSeconds(75));
    private static final DrainConfig CONFIG = DrainConfig.getDefaultInstance();

    private final AgentLedger ledger = new AgentLedger(AGENT, RULES, new Grant(1, 0, "c"), T0);
    private long proposals;
    private long registrations;

    @BeforeEach
    void isThere() {
        register();
    }

    private List<LedgerEffect> register() {
        var register = registration(registrations + 1);
        return ledger.register(register.build(), "10.0.0.1", ++registrations, T0);
    }

    private static Register.Builder registration(long number) {
        return Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").addAllResources(cpus(4).toProto("")))
                .setNumber(number)
                .setEpoch(0)
                .setVersion("1");
    }

    private static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    private static HostPlan plan(boolean deactivated, DrainInfo drain, Unavailability away, boolean down) {
        return new HostPlan(deactivated, Optional.ofNullable(drain), Optional.ofNullable(away), down);
    }

    private static HostPlan draining(boolean markGone) {
        return plan(true, drain(DrainState.DRAINING, markGone), null, false);
    }

    private static DrainInfo drain(DrainState state, boolean markGone) {
        return DrainInfo.newBuilder()
                .setState(state)
                .setConfig(CONFIG.toBuilder().setMarkGone(markGone))
                .build();
    }

    private static HostPlan away() {
        return plan(false, null, AWAY, false);
    }

    private Optional<Offer> offered() {
        return of(LedgerEffect.Granted.class, ledger.offer(F, "*", cpus(1), 1, ++proposals, T0)).stream()
                .map(LedgerEffect.Granted::offer)
                .findFirst();
    }

    private void launch(String task) {
        var offer = OfferId.fromProto(offered().orElseThrow().getId());
        var launch = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        launch.getLaunchBuilder()
                .addTaskInfos(TaskInfo.newBuilder()
                        .setName(task)
                        .setTaskId(new TaskId(task).toProto())
                        .setAgentId(AGENT.toProto())
                        .addAllResources(cpus(1).toProto("")));
        ledger.accept(INFO, List.of(offer), List.of(launch.build()), Duration.ZERO);
    }

    private List<LedgerEffect> ends(String task) {
        return ledger.updated(Update.newBuilder()
                .setFrameworkId(F.toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(new TaskId(task).toProto())
                        .setState(TaskState.TASK_KILLED)
                        .setUuid(ByteString.copyFromUtf8("u")))
                .setLatestState(TaskState.TASK_KILLED)
                .build());
    }

    private static <T extends LedgerEffect> List<T> of(Class<T> kind, List<LedgerEffect> effects) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<ToAgent> frames(List<LedgerEffect> effects) {
        return of(LedgerEffect.ToLink.class, effects).stream()
                .map(LedgerEffect.ToLink::frame)
                .toList();
    }

    private static Agent seen(List<LedgerEffect> effects) {
        return of(LedgerEffect.Seen.class, effects).get(0).agent();
    }

    private static Resources free(List<LedgerEffect> effects) {
        return of(LedgerEffect.ToAllocator.class, effects).stream()
                .filter(e -> e.message() instanceof AllocatorProtocol.AgentChanged)
                .map(e -> ((AllocatorProtocol.AgentChanged) e.message()).free())
                .reduce((older, newer) -> newer)
                .orElseThrow();
    }

    private static List<InverseOffer> asked(List<LedgerEffect> effects) {
        return of(LedgerEffect.ToFramework.class, effects).stream()
                .filter(e -> e.message() instanceof FrameworkProtocol.InverseOffered)
                .flatMap(e -> ((FrameworkProtocol.InverseOffered) e.message()).offers().stream())
                .toList();
    }

    private static List<OfferId> askedNoMore(List<LedgerEffect> effects) {
        return of(LedgerEffect.ToFramework.class, effects).stream()
                .filter(e -> e.message() instanceof FrameworkProtocol.InverseRescinded)
                .flatMap(e -> ((FrameworkProtocol.InverseRescinded) e.message()).offers().stream())
                .toList();
    }

    @Test
    void nothingOfADeactivatedAgentIsOfferedAndItsTasksGoOn() {
        launch("t");
        var offer = OfferId.fromProto(offered().orElseThrow().getId());

        var effects = ledger.planned(plan(true, null, null, false), T0);

        assertThat(effects).contains(new LedgerEffect.Rescinded(F, List.of(offer)));
        assertThat(free(effects)).isEqualTo(Resources.EMPTY);
        assertThat(frames(effects)).as("what the agent hears").isEmpty();
        assertThat(seen(effects).getActive()).isFalse();
        assertThat(seen(effects).getDeactivated()).isTrue();
        assertThat(offered()).isEmpty();
        assertThat(ledger.planned(plan(true, null, null, false), T0))
                .as("again")
                .isEmpty();
        assertThat(free(ledger.planned(HostPlan.NONE, T0))).isEqualTo(cpus(3));
        assertThat(offered()).isPresent();
    }

    @Test
    void whatOperatorsWantIsShownWhileTheLinkIsAway() {
        ledger.linkLost(T0);

        var effects = ledger.planned(draining(false), T0);

        assertThat(seen(effects).getDrainInfo().getState()).isEqualTo(DrainState.DRAINING);
        assertThat(seen(effects).getDeactivated()).isTrue();
        assertThat(seen(effects).getActive()).isFalse();
        assertThat(seen(ledger.planned(HostPlan.NONE, T0)).hasDrainInfo()).isFalse();
    }

    @ParameterizedTest(name = "declared gone: {0}")
    @ValueSource(booleans = {false, true})
    void anAgentThatIsLostIsNotShownAgainForAPlan(boolean gone) {
        ledger.planned(draining(false), T0);
        ledger.linkLost(T0);
        assertThat(gone ? ledger.gone(List::of) : ledger.marked(List.of())).contains(new LedgerEffect.Forgotten(AGENT));

        assertThat(ledger.planned(HostPlan.NONE, T0)).noneMatch(LedgerEffect.Seen.class::isInstance);
    }

    @Test
    void whatARemovedFrameworkRanIsOfferedTogetherWithTheRest() {
        launch("t1");
        launch("t2");

        assertThat(free(ledger.removeFramework(F, T0))).isEqualTo(Resources.EMPTY);
        assertThat(offered()).isEmpty();
        assertThat(free(ledger.tick(T0.plusSeconds(1)))).isEqualTo(Resources.EMPTY);
        assertThat(free(ends("t1"))).isEqualTo(Resources.EMPTY);
        assertThat(free(ends("t2"))).isEqualTo(cpus(4));
        assertThat(offered()).isPresent();
    }

    @Test
    void nobodyWaitsLongForWhatARemovedFrameworkRuns() {
        launch("t");
        ledger.removeFramework(F, T0);
        var due = T0.plus(Upkeep.CLEARING);

        assertThat(free(ledger.tick(due.minusMillis(1)))).isEqualTo(Resources.EMPTY);
        assertThat(free(ledger.tick(due))).isEqualTo(cpus(3));
        assertThat(free(ledger.removeFramework(F, due))).as("told again").isEqualTo(cpus(3));
        assertThat(free(ends("t"))).isEqualTo(cpus(4));
    }

    @Test
    void aRemovedFrameworkThatRunsNothingHoldsNothingUp() {
        offered();

        assertThat(free(ledger.removeFramework(F, T0))).isEqualTo(cpus(4));
    }

    @Test
    void aDrainingAgentIsToldUntilItIsEmpty() {
        launch("t");
        var effects = ledger.planned(draining(false), T0);

        assertThat(frames(effects)).singleElement().satisfies(frame -> {
            assertThat(frame.getDrain().hasConfig()).isTrue();
            assertThat(frame.getDrain().getEpoch()).isEqualTo(1);
        });
        assertThat(seen(effects).getDrainInfo().getState()).isEqualTo(DrainState.DRAINING);
        assertThat(seen(effects).getEstimatedDrainStartTime().getNanoseconds()).isPositive();
        assertThat(frames(ledger.tick(T0.plusSeconds(9)))).noneMatch(ToAgent::hasDrain);
        assertThat(frames(ledger.tick(T0.plusSeconds(10)))).anyMatch(ToAgent::hasDrain);
        assertThat(of(LedgerEffect.Drained.class, ledger.tick(T0.plusSeconds(11))))
                .isEmpty();
    }

    @Test
    void anAgentIsDrainedWhenTheEndsOfItsTasksAreAcknowledged() {
        launch("t");
        ledger.planned(draining(true), T0);
        ends("t");
        assertThat(ledger.tick(T0)).as("not acknowledged").noneMatch(LedgerEffect.Drained.class::isInstance);

        ledger.acknowledge(F, new TaskId("t"), ByteString.copyFromUtf8("u"));

        assertThat(ledger.tick(T0)).contains(new LedgerEffect.Drained(true));
    }

    @Test
    void nobodyAcknowledgesForARemovedFramework() {
        launch("t");
        ledger.planned(draining(false), T0);
        ends("t");
        ledger.removeFramework(F, T0);

        assertThat(ledger.tick(T0)).contains(new LedgerEffect.Drained(false));
    }

    @Test
    void anAgentThatRegistersHearsThatItIsToBeEmpty() {
        ledger.planned(draining(false), T0);
        assertThat(frames(register()).get(0).getRegistered().hasDrain()).isTrue();

        ledger.planned(plan(true, drain(DrainState.DRAINED, false), null, false), T0);
        assertThat(frames(register()).get(0).getRegistered().hasDrain())
                .as("and stay so")
                .isTrue();
        assertThat(frames(ledger.planned(HostPlan.NONE, T0)))
                .singleElement()
                .satisfies(frame -> assertThat(frame.getDrain().hasConfig()).isFalse());
        assertThat(frames(register()).get(0).getRegistered().hasDrain()).isFalse();
    }

    @Test
    void offersCarryWhenTheMachineIsToBeAway() {
        var older = OfferId.fromProto(offered().orElseThrow().getId());

        assertThat(ledger.planned(away(), T0)).contains(new LedgerEffect.Rescinded(F, List.of(older)));
        assertThat(offered().orElseThrow().getUnavailability()).isEqualTo(AWAY);
        ledger.planned(HostPlan.NONE, T0);
        assertThat(offered().orElseThrow().hasUnavailability()).isFalse();
    }

    @Test
    void frameworksWithSomethingThereAreAskedToLeaveAndAskedAgainUntilTheyAnswer() {
        launch("t");
        ledger.planned(away(), T0);

        var first = asked(ledger.tick(T0));
        assertThat(first).singleElement().satisfies(offer -> {
            assertThat(offer.getFrameworkId()).isEqualTo(F.toProto());
            assertThat(offer.getAgentId()).isEqualTo(AGENT.toProto());
            assertThat(offer.getUnavailability()).isEqualTo(AWAY);
        });
        assertThat(asked(ledger.tick(T0.plusSeconds(1)))).isEqualTo(first);

        var id = OfferId.fromProto(first.get(0).getId());
        var answered = ledger.inverseAnswered(
                new AgentProtocol.AnswerInverse(F, List.of(id), false, Duration.ofSeconds(5)), T0);

        assertThat(of(LedgerEffect.Details.class, answered).get(0).details().responses())
                .singleElement()
                .satisfies(status -> assertThat(status.getStatus()).isEqualTo(InverseOfferStatus.Status.DECLINE));
        assertThat(asked(ledger.tick(T0.plusSeconds(4)))).isEmpty();
        assertThat(asked(ledger.tick(T0.plusSeconds(5))))
                .singleElement()
                .satisfies(offer -> assertThat(OfferId.fromProto(offer.getId())).isNotEqualTo(id));
    }

    @Test
    void aFrameworkThatIsRevivedIsAskedAgainAtOnce() {
        launch("t");
        ledger.planned(away(), T0);
        var id = OfferId.fromProto(asked(ledger.tick(T0)).get(0).getId());
        ledger.inverseAnswered(new AgentProtocol.AnswerInverse(F, List.of(id), true, Duration.ofHours(1)), T0);
        assertThat(asked(ledger.tick(T0.plusSeconds(1)))).isEmpty();

        ledger.inverseAnswered(new AgentProtocol.AnswerInverse(F, List.of(), true, Duration.ZERO), T0);

        assertThat(asked(ledger.tick(T0.plusSeconds(2)))).hasSize(1);
    }

    @Test
    void anInverseOfferEndsWithItsReasonItsTimeOrTheLastTask() {
        launch("t");
        ledger.planned(away(), T0);
        var first = OfferId.fromProto(asked(ledger.tick(T0)).get(0).getId());
        assertThat(askedNoMore(ledger.planned(HostPlan.NONE, T0)))
                .as("no longer away")
                .containsExactly(first);

        ledger.planned(away(), T0);
        var second = OfferId.fromProto(asked(ledger.tick(T0)).get(0).getId());
        var late = ledger.tick(T0.plusSeconds(120));
        assertThat(askedNoMore(late)).as("no answer").containsExactly(second);
        var third = OfferId.fromProto(asked(late).get(0).getId());
        assertThat(third).isNotEqualTo(second);

        ends("t");
        var last = ledger.tick(T0.plusSeconds(121));
        assertThat(askedNoMore(last)).as("nothing left").containsExactly(third);
        assertThat(asked(last)).isEmpty();
    }

    @Test
    void anAnswerToAnInverseOfferThatIsOverIsIgnored() {
        launch("t");
        ledger.planned(away(), T0);
        ledger.tick(T0);

        assertThat(ledger.inverseAnswered(
                        new AgentProtocol.AnswerInverse(F, List.of(new OfferId("x")), true, Duration.ZERO), T0))
                .isEmpty();
    }

    @Test
    void anAgentWhoseMachineGoesDownEndsAndIsNotLetInBeforeItIsUp() {
        launch("t");
        ledger.planned(plan(false, null, AWAY, true), T0);

        var effects = ledger.down(List::of);

        assertThat(frames(effects)).anyMatch(f -> f.getRefused().getGone());
        assertThat(effects)
                .contains(
                        new LedgerEffect.Lost(
                                F,
                                TaskState.TASK_GONE_BY_OPERATOR,
                                1,
                                List.of(new TaskId("t")),
                                false,
                                Optional.of("Agent h removed: Operator initiated 'Machine DOWN'")),
                        new LedgerEffect.Forgotten(AGENT),
                        new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, false)));
        assertThat(ledger.down(List::of)).as("once").isEmpty();
        assertThat(of(LedgerEffect.Answer.class, ledger.ask(F, new TaskId("x"), Optional.empty())))
                .as("of a task that nobody knows")
                .containsExactly(new LedgerEffect.Answer(F, new TaskId("x"), Optional.empty(), TaskState.TASK_UNKNOWN));
        ledger.admitted(1);
        ledger.planned(plan(false, null, AWAY, true), T0.plusSeconds(1000));
        assertThat(ledger.tick(T0.plusSeconds(1000)))
                .as("not missed before it may be back")
                .noneMatch(LedgerEffect.Mark.class::isInstance);
        assertThat(frames(register())).singleElement().satisfies(frame -> {
            assertThat(frame.getRefused().getPermanent()).isFalse();
            assertThat(frame.getRefused().getReason()).contains("maintenance");
        });

        ledger.planned(HostPlan.NONE, T0.plusSeconds(1001));
        assertThat(ledger.tick(T0.plusSeconds(1002))).noneMatch(LedgerEffect.Mark.class::isInstance);
        assertThat(ledger.tick(T0.plusSeconds(1076))).anyMatch(LedgerEffect.Mark.class::isInstance);
        assertThat(frames(register()).get(0).hasRegistered()).isTrue();
    }

    @ParameterizedTest(name = "its owner is new: {0}")
    @ValueSource(booleans = {false, true})
    void anAgentThatIsAwayWhenItsMachineGoesDownEndsAsWellAndItsTasksAreOver(boolean fresh) {
        launch("t");
        ledger.linkLost(T0);
        var owner = fresh ? new AgentLedger(AGENT, RULES, new Grant(2, 0, "c"), T0) : ledger;
        owner.recalled(AgentEntry.newBuilder()
                .setInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                .setState(AgentEntry.State.ADMITTED)
                .setSince(0)
                .setIncarnation(3)
                .setChanged(3)
                .build());
        owner.planned(plan(false, null, AWAY, true), T0);

        var effects = owner.down(() -> List.of(F));

        assertThat(frames(effects)).isEmpty();
        var gone = new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, false));
        assertThat(effects).contains(gone);
        assertThat(of(LedgerEffect.Lost.class, effects)).singleElement().satisfies(lost -> {
            assertThat(lost.framework()).isEqualTo(F);
            assertThat(lost.tasks()).isEqualTo(fresh ? List.of() : List.of(new TaskId("t")));
            assertThat(lost.again()).isEqualTo(fresh);
        });
        assertThat(owner.down(() -> List.of(F))).as("once").isEmpty();
        assertThat(owner.tick(T0.plusSeconds(1)))
                .filteredOn(LedgerEffect.ToAllocator.class::isInstance)
                .containsExactly(gone);

        var task = Task.newBuilder()
                .setName("t")
                .setTaskId(new TaskId("t").toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto());
        var running = registration(2).addTasks(task.setState(TaskState.TASK_RUNNING));
        assertThat(frames(owner.register(running.build(), "10.0.0.1", 2, T0)))
                .singleElement()
                .satisfies(frame -> assertThat(frame.getRefused().getGone()).isTrue());
        var ended = registration(3).addTasks(task.setState(TaskState.TASK_KILLED));
        assertThat(frames(owner.register(ended.build(), "10.0.0.1", 3, T0)))
                .singleElement()
                .satisfies(frame -> assertThat(frame.getRefused().getGone()).isFalse());
        owner.admitted(4);
        assertThat(owner.down(() -> List.of(F)))
                .as("once, however often it asks")
                .isEmpty();
        owner.planned(plan(false, null, AWAY, true), T0.plusSeconds(1000));
        owner.planned(HostPlan.NONE, T0.plusSeconds(1001));
        assertThat(owner.tick(T0.plusSeconds(1002)))
                .as("it has time to come back")
                .noneMatch(LedgerEffect.Mark.class::isInstance);
    }

    @Test
    void whatHasEndedWithItsMachineIsNotNamedAgainWhenTheAgentDoesNotComeBack() {
        launch("t");
        ledger.planned(plan(false, null, AWAY, true), T0);
        ledger.down(() -> List.of(F));

        assertThat(ledger.free()).isEqualTo(ledger.total());
        assertThat(of(LedgerEffect.Lost.class, ledger.marked(List.of(F))))
                .containsExactly(new LedgerEffect.Lost(F, TaskState.TASK_UNREACHABLE, 1, List.of(), false));
        ledger.planned(HostPlan.NONE, T0);
        assertThat(of(LedgerEffect.Adopted.class, register()))
                .as("who has not heard it hears it now")
                .singleElement()
                .satisfies(adopted -> assertThat(adopted.tasks().tasks()).isEmpty());
    }
}
