package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.LinkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.Drain;
import io.baton.link.ExecutorEnded;
import io.baton.link.Register;
import io.baton.link.Registered;
import io.baton.link.Update;
import io.baton.resourcemanager.Clocks;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.ownership.RegistryAuthority;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.AcquireShards;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.MarkAgentGone;
import io.baton.resourcemanager.registry.record.MarkAgentUnreachable;
import io.baton.resourcemanager.registry.record.StartMaintenance;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.resourcemanager.registry.record.UpdateSchedule;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.DrainState;
import io.baton.v1.DurationInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.MachineID;
import io.baton.v1.Offer;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentEntityTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final AgentId AGENT = new AgentId("S1");
    private static final LedgerRules RULES = new LedgerRules("m", Duration.ofMinutes(2), Duration.ofSeconds(75));

    private final TestProbe<FrameworkProtocol> framework = KIT.createTestProbe(FrameworkProtocol.class);
    private final TestProbe<LinkProtocol> link = KIT.createTestProbe(LinkProtocol.class);
    private final TestProbe<AllocatorProtocol> allocator = KIT.createTestProbe(AllocatorProtocol.class);
    private final TestProbe<Object> watcher = KIT.createTestProbe();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);
    private final Supplier<Instant> hostClock = () -> now.get().plus(set.get());
    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
    private final MasterMetrics metrics = new MasterMetrics(new PrometheusRegistry());
    private final ActorRef<AgentProtocol> entity = held();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private ActorRef<AgentProtocol> held() {
        registrar.hold();
        return entity(registrar);
    }

    private ActorRef<AgentProtocol> entity(MemoryRegistrar registrar) {
        var neighbours = new Neighbours(
                agent -> KIT.createTestProbe(AgentProtocol.class).ref(),
                id -> framework.ref(),
                allocator.ref(),
                KIT.createTestProbe(ViewProtocol.class).ref(),
                metrics);
        var started = CompletableFuture.completedFuture(registrar);
        var authority = new RegistryAuthority(started, a -> "s", metrics);
        return KIT.spawn(AgentEntity.create(
                AGENT,
                new AgentSurroundings(RULES, authority, started, neighbours, Clocks.going(now::get, hostClock::get))));
    }

    private void register() {
        register(entity);
    }

    private void register(ActorRef<AgentProtocol> entity) {
        register(entity, 1, link.ref());
    }

    private static void register(ActorRef<AgentProtocol> entity, long number, ActorRef<LinkProtocol> from) {
        register(entity, number, from, AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()));
    }

    private static void register(
            ActorRef<AgentProtocol> entity, long number, ActorRef<LinkProtocol> from, AgentInfo.Builder info) {
        var register = Register.newBuilder()
                .setAgentInfo(info)
                .setNumber(number)
                .setEpoch(0)
                .setVersion("0.1.0");
        entity.tell(new AgentProtocol.Register(AGENT, register.build(), "127.0.0.1", from));
    }

    private Registered registered() {
        return registered(link);
    }

    private static Registered registered(TestProbe<LinkProtocol> link) {
        while (true) {
            if (link.receiveMessage(PATIENCE) instanceof LinkProtocol.Send send
                    && send.frame().hasRegistered()) {
                return send.frame().getRegistered();
            }
        }
    }

    private void subscribeFramework() {
        registrar.commit(Command.newBuilder()
                .setSubscribeFramework(SubscribeFramework.newBuilder()
                        .setInfo(FrameworkInfo.newBuilder()
                                .setUser("u")
                                .setName("n")
                                .setId(new FrameworkId("f").toProto()))));
    }

    @Test
    void anAgentIsTakenInUnderTheRegistrysEpochOnceItIsGranted() {
        register();
        link.expectNoMessage(Duration.ofMillis(50));

        registrar.release();

        var registered = registered();
        assertThat(registered.getClusterId()).isEqualTo("c");
        assertThat(registered.getEpoch())
                .isEqualTo(registrar.read(s -> s.shards().get("s").getEpoch()));
    }

    @Test
    void whenItStopsItsLinkIsToldAtOnce() {
        registrar.release();
        register();
        registered();

        KIT.stop(entity);

        assertThat(link.fishForMessage(
                        PATIENCE,
                        message -> message instanceof LinkProtocol.Moved
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore()))
                .last()
                .isEqualTo(new LinkProtocol.Moved(entity));
    }

    @Test
    void whenItStopsWhatItHasOfferedIsTakenBack() {
        var offer = offered();

        KIT.stop(entity);

        assertThat(framework
                        .expectMessageClass(FrameworkProtocol.Rescinded.class, PATIENCE)
                        .offers())
                .containsExactly(OfferId.fromProto(offer.getId()));
    }

    /** Something of the agent, for f. */
    private Offer offered() {
        registrar.release();
        var info = AgentInfo.newBuilder()
                .setHostname("h")
                .setId(AGENT.toProto())
                .addAllResources(Resources.scalars(Map.of("cpus", 1.0)).toProto(""));
        register(entity, 1, link.ref(), info);
        registered();
        entity.tell(
                new AgentProtocol.Propose(new FrameworkId("f"), "*", Resources.scalars(Map.of("cpus", 1.0)), 1, 1, 0));
        return framework
                .expectMessageClass(FrameworkProtocol.Offered.class, PATIENCE)
                .offer();
    }

    /** Its master may stop while the claim, or the agent's admission, is under way. */
    @ParameterizedTest(name = "held at {0}")
    @EnumSource(
            value = Command.CommandCase.class,
            names = {"ACQUIRE_SHARDS", "ADMIT_AGENT"})
    void whenItStopsAnAgentThatWaitsToBeTakenInIsToldAtOnce(Command.CommandCase held) {
        register();
        await().atMost(PATIENCE).until(() -> !registrar.proposed().isEmpty());
        if (held == Command.CommandCase.ADMIT_AGENT) {
            registrar.releaseNext();
            await().atMost(PATIENCE).until(() -> registrar.proposed().stream().anyMatch(Command::hasAdmitAgent));
        }
        link.expectNoMessage(Duration.ofMillis(50));

        KIT.stop(entity);

        link.expectMessage(PATIENCE, new LinkProtocol.Moved(entity));
    }

    @Test
    void anAllocatorThatHasJustBegunHearsOfTheAgentWhenThatIsCalled() {
        registrar.release();
        register();
        registered();
        allocator.fishForMessage(
                PATIENCE,
                m -> m instanceof AllocatorProtocol.AgentChanged
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());

        entity.tell(new AgentProtocol.Wake());

        assertThat(allocator
                        .expectMessageClass(AllocatorProtocol.AgentChanged.class, PATIENCE)
                        .agent())
                .isEqualTo(AGENT);
    }

    /** A master that stood still passes on what the agent said long ago, over a link that is closed by now. */
    @Test
    void anOlderRegistrationThatComesLaterChangesNothing() {
        registrar.release();
        register(entity, 5, link.ref());
        registered();

        var late = KIT.<LinkProtocol>createTestProbe();
        register(entity, 4, late.ref());

        late.expectMessageClass(LinkProtocol.Close.class, PATIENCE);
        register(entity, 5, link.ref());
        registered();
    }

    @Test
    void anAgentWhoseLinkBreaksComesAgainWithoutAVoteToTheSameOwner() {
        registrar.release();
        var first = KIT.<LinkProtocol>createTestProbe();
        register(entity, 1, first.ref());
        first.expectMessageClass(LinkProtocol.Owner.class, PATIENCE);
        first.stop();
        entity.tell(new AgentProtocol.LinkLost(first.ref()));
        registrar.hold();

        register(entity, 2, link.ref());

        registered();
    }

    @Test
    void anUpdateOverAnOldLinkIsNotNews() {
        registrar.release();
        register();
        registered();
        var late = KIT.<LinkProtocol>createTestProbe();

        entity.tell(new AgentProtocol.Updated(update(TaskState.TASK_RUNNING), late.ref()));
        entity.tell(new AgentProtocol.Updated(update(TaskState.TASK_FINISHED), link.ref()));

        assertThat(framework
                        .expectMessageClass(FrameworkProtocol.Updated.class, PATIENCE)
                        .update()
                        .getLatestState())
                .isEqualTo(TaskState.TASK_FINISHED);
    }

    /** An executor of the same id may have been started since: what an older link says is in the registration. */
    @Test
    void theEndOfAnExecutorOverAnOldLinkIsNotNews() {
        registrar.release();
        register();
        registered();
        var late = KIT.<LinkProtocol>createTestProbe();
        var ended = ExecutorEnded.newBuilder().setFrameworkId(new FrameworkId("f").toProto());

        for (var said : Map.of("old", late.ref(), "new", link.ref()).entrySet()) {
            ended.getExecutorIdBuilder().setValue(said.getKey());
            entity.tell(new AgentProtocol.ExecutorEnded(ended.build(), said.getValue()));
        }

        assertThat(framework
                        .expectMessageClass(FrameworkProtocol.ExecutorEnded.class, PATIENCE)
                        .ended()
                        .getExecutorId()
                        .getValue())
                .isEqualTo("new");
        framework.expectNoMessage(Duration.ofMillis(50));
    }

    /** The next owner has had no link of it, and the machine may be in maintenance by its address alone. */
    @Test
    void theRegistryKnowsWhereAnAgentWasAndTheNextOwnerThatItsMachineIsDown() {
        registrar.release();
        register();
        registered();
        assertThat(recorded().getIp()).isEqualTo("127.0.0.1");
        var machine = MachineID.newBuilder().setIp("127.0.0.1");
        var window = Window.newBuilder()
                .addMachineIds(machine)
                .setUnavailability(Unavailability.newBuilder()
                        .setStart(TimeInfo.newBuilder().setNanoseconds(0)));
        registrar.commit(Command.newBuilder()
                .setUpdateSchedule(UpdateSchedule.newBuilder()
                        .setSchedule(Schedule.newBuilder().addWindows(window))));
        assertThat(new RegistryAgents(registrar, AGENT).plan("").down()).isFalse();

        registrar.commit(Command.newBuilder()
                .setStartMaintenance(StartMaintenance.newBuilder().addMachines(machine)));

        assertThat(new RegistryAgents(registrar, AGENT).plan("").down()).isTrue();
        var entry = recorded();
        assertThat(registrar.<Boolean>read(state -> state.isDown(entry))).isTrue();
    }

    @Test
    void whatAnotherRoleTakesBackIsAskedForAndThenTaken() {
        registrar.release();
        var cpus = Resources.scalars(Map.of("cpus", 1.0));
        var id = AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto());
        register(entity, 1, link.ref(), id.addAllResources(cpus.toProto("")));
        var epoch = registered().getEpoch();
        var f = new FrameworkId("f");
        entity.tell(new AgentProtocol.Propose(f, "batch", cpus, epoch, 1, 0));
        var offer = framework
                .expectMessageClass(FrameworkProtocol.Offered.class, PATIENCE)
                .offer();
        entity.tell(new AgentProtocol.Accept(
                FrameworkInfo.newBuilder()
                        .setUser("u")
                        .setName("n")
                        .setId(f.toProto())
                        .build(),
                List.of(OfferId.fromProto(offer.getId())),
                List.of(launch("t", cpus)),
                Duration.ZERO));

        entity.tell(new AgentProtocol.Reclaim(f, "batch", cpus, "prod", Duration.ofSeconds(30), epoch));
        assertThat(framework
                        .expectMessageClass(FrameworkProtocol.InverseOffered.class, PATIENCE)
                        .offers())
                .hasSize(1);
        entity.tell(new AgentProtocol.Preempt(f, "batch", cpus, "prod", 5, epoch));
        var kill = link.fishForMessage(
                PATIENCE,
                m -> m instanceof LinkProtocol.Send send && send.frame().hasKill()
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        assertThat(kill).singleElement().satisfies(m -> assertThat(
                        ((LinkProtocol.Send) m).frame().getKill().getPreempted())
                .contains("role 'prod'"));
        var answer = allocator.fishForMessage(
                PATIENCE,
                m -> m instanceof AllocatorProtocol.Preempted
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        assertThat(answer).containsExactly(new AllocatorProtocol.Preempted(AGENT, 5, 1));
    }

    private static Offer.Operation launch(String task, Resources resources) {
        var launch = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        launch.getLaunchBuilder()
                .addTaskInfos(TaskInfo.newBuilder()
                        .setName(task)
                        .setTaskId(io.baton.v1.TaskID.newBuilder().setValue(task))
                        .setAgentId(AGENT.toProto())
                        .addAllResources(resources.toProto("")));
        return launch.build();
    }

    private static Update update(TaskState state) {
        return Update.newBuilder()
                .setFrameworkId(new FrameworkId("f").toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(io.baton.v1.TaskID.newBuilder().setValue("t"))
                        .setState(state))
                .setLatestState(state)
                .build();
    }

    @Test
    void anAcceptIsAnsweredAtOnceWhileTheAgentIsClaimed() {
        var info = FrameworkInfo.newBuilder()
                .setUser("u")
                .setName("n")
                .setId(new FrameworkId("f").toProto())
                .build();
        var task = TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(io.baton.v1.TaskID.newBuilder().setValue("t"))
                .setAgentId(AGENT.toProto())
                .build();
        var launch = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setId(OperationID.newBuilder().setValue("nobody is told of it"))
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task));
        var reserve = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setId(OperationID.newBuilder().setValue("op"));

        entity.tell(new AgentProtocol.Accept(
                info, List.of(new OfferId("o")), List.of(launch.build(), reserve.build()), Duration.ZERO));

        var refused = framework.expectMessageClass(FrameworkProtocol.TasksRefused.class, PATIENCE);
        assertThat(refused.tasks()).containsExactly(task);
        assertThat(refused.status().getReason()).isEqualTo(Reason.REASON_INVALID_OFFERS);
        assertThat(refused.status().getState()).isEqualTo(TaskState.TASK_LOST);
        var operated = framework.expectMessageClass(FrameworkProtocol.Operated.class, PATIENCE);
        assertThat(operated.status().getOperationId().getValue()).isEqualTo("op");
        assertThat(operated.status().getState()).isEqualTo(OperationState.OPERATION_ERROR);
    }

    @Test
    void anOwnerEndsWhenTheRegistryIsSilentAndTheNextOneClaimsAgain() {
        registrar.release();
        register();
        registered();
        registrar.available(false);

        TIME.timePasses(AgentEntity.TICK);

        watcher.expectTerminated(entity, PATIENCE);
    }

    @Test
    void onlyTheNewestOwnerSaysThatATaskIsGone() {
        var ask = new AgentProtocol.Ask(new FrameworkId("f"), new TaskId("t"), Optional.empty());
        registrar.release();
        register();
        registered();
        registrar.available(false);
        entity.tell(ask);
        framework.expectNoMessage(Duration.ofMillis(50));
        registrar.available(true);
        entity.tell(ask);
        framework.expectMessage(
                new FrameworkProtocol.Unknown(AGENT, new TaskId("t"), Optional.empty(), TaskState.TASK_GONE));

        registrar.commit(Command.newBuilder()
                .setAcquireShards(AcquireShards.newBuilder()
                        .setMaster("m")
                        .setIncarnation(registrar.incarnation())
                        .addShards("s")));
        entity.tell(ask);

        watcher.expectTerminated(entity, PATIENCE);
        framework.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void aClaimThatNobodyGrantsIsMadeAgain() {
        var minority = MemoryRegistrar.alone();
        minority.available(false);
        register(entity(minority));
        await().atMost(PATIENCE).until(() -> passing(minority.proposed().size() > 1));
        minority.available(true);

        await().atMost(PATIENCE)
                .until(() -> passing(minority.read(state -> state.shards().containsKey("s"))));
        registered();
    }

    private static boolean passing(boolean done) {
        TIME.timePasses(AgentClaim.AGAIN);
        return done;
    }

    private AgentEntry recorded() {
        return registrar.read(state -> state.agents().get(AGENT.value()));
    }

    @Test
    void theRegistryTakesAnAgentInOnceAndHoldsItAsItIs() {
        registrar.release();
        register();
        registered();
        assertThat(recorded().getState()).isEqualTo(State.ADMITTED);
        int before = registrar.proposed().size();

        register();
        registered();

        assertThat(registrar.proposed()).as("nothing new to write").hasSize(before);
    }

    @Test
    void withoutAMajorityAnAgentIsSentToAnotherMaster() {
        registrar.release();
        register();
        registered();
        registrar.available(false);

        var changed = AgentInfo.newBuilder().setHostname("other").setId(AGENT.toProto());
        register(entity, 2, link.ref(), changed);

        var refused = link.fishForMessage(
                PATIENCE,
                m -> m instanceof LinkProtocol.Send send && send.frame().hasRefused()
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        assertThat(((LinkProtocol.Send) refused.get(0)).frame().getRefused().getPermanent())
                .isFalse();
        link.expectMessageClass(LinkProtocol.Close.class, PATIENCE);
    }

    @Test
    void anAgentWithoutALinkIsMarkedAndAllFrameworksHearOfIt() {
        registrar.release();
        subscribeFramework();
        register();
        long epoch = registered().getEpoch();
        entity.tell(new AgentProtocol.LinkLost(link.ref()));

        await().atMost(PATIENCE).until(() -> {
            now.updateAndGet(before -> before.plusSeconds(30));
            TIME.timePasses(AgentEntity.TICK);
            return recorded().getState() == State.UNREACHABLE;
        });

        assertThat(framework.expectMessageClass(FrameworkProtocol.AgentLost.class, PATIENCE))
                .isEqualTo(new FrameworkProtocol.AgentLost(
                        AGENT, TaskState.TASK_UNREACHABLE, epoch, List.of(), false, Optional.empty()));
        assertThat(metrics.counts())
                .containsEntry("master/slave_registrations", 1L)
                .containsEntry("master/slave_unreachable_scheduled", 1L)
                .containsEntry("master/slave_unreachable_completed", 1L)
                .containsEntry("master/slave_removals/reason_unhealthy", 1L);

        register(entity, 2, KIT.<LinkProtocol>createTestProbe().ref());

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metrics.counts())
                .containsEntry("master/slave_reregistrations", 1L)
                .containsEntry("master/slave_registrations", 1L));
    }

    @Test
    void anAgentThatWasDeclaredGoneIsToldToEndAndStaysRefused() {
        registrar.release();
        register();
        registered();
        var answers = KIT.createTestProbe(CallAnswer.class);

        entity.tell(new AgentProtocol.MarkGone(answers.ref()));

        assertThat(answers.receiveMessage(PATIENCE)).isEqualTo(CallAnswer.OK);
        assertThat(recorded().getState()).isEqualTo(State.GONE);
        toldGone();
        register();
        toldGone();
        link.expectMessageClass(LinkProtocol.Close.class, PATIENCE);
    }

    @Test
    void whoeverIsNotToldThatAnAgentIsGoneSeesItInTheRegistry() {
        registrar.release();
        subscribeFramework();
        register();
        long epoch = registered().getEpoch();
        registrar.losing(Command.CommandCase.MARK_AGENT_GONE);

        told(new CallAnswer(503, "it may be done"), AgentProtocol.MarkGone::new);
        TIME.timePasses(AgentEntity.TICK);

        toldGone();
        assertThat(framework.expectMessageClass(FrameworkProtocol.AgentLost.class, PATIENCE))
                .isEqualTo(new FrameworkProtocol.AgentLost(
                        AGENT, TaskState.TASK_GONE_BY_OPERATOR, epoch, List.of(), false, Optional.empty()));
        told(CallAnswer.OK, AgentProtocol.MarkGone::new);
        TIME.timePasses(AgentEntity.TICK);
        told(CallAnswer.OK, AgentProtocol.MarkGone::new);
        framework.expectNoMessage(Duration.ofMillis(50));
    }

    private Command.Builder mark() {
        return Command.newBuilder()
                .setMarkAgentUnreachable(MarkAgentUnreachable.newBuilder()
                        .setAgentId(AGENT.toProto())
                        .setIncarnation(recorded().getIncarnation())
                        .setSharePercent(20)
                        .setIntervalMillis(1));
    }

    private long admissions() {
        return registrar.proposed().stream().filter(Command::hasAdmitAgent).count();
    }

    private void loseLink() {
        entity.tell(new AgentProtocol.LinkLost(link.ref()));
        told(CallAnswer.OK, AgentProtocol.Deactivate::new); // By then it is lost.
    }

    private void registerAgain() {
        var again = KIT.<LinkProtocol>createTestProbe();
        register(entity, 2, again.ref());
        registered(again);
    }

    @Test
    void anAgentThatMayHaveBeenMarkedComesAgainByAVoteOnly() {
        registrar.release();
        register();
        registered();
        var mark = mark();
        registrar.doubtful(Command.CommandCase.MARK_AGENT_UNREACHABLE);
        loseLink();
        await().atMost(PATIENCE).until(() -> {
            now.updateAndGet(before -> before.plusSeconds(30));
            TIME.timePasses(AgentEntity.TICK);
            return registrar.proposed().stream().anyMatch(Command::hasMarkAgentUnreachable);
        });
        told(CallAnswer.OK, AgentProtocol.Deactivate::new); // By then it has heard that nobody can say.

        registerAgain();

        assertThat(admissions()).isEqualTo(2);
        assertThat(registrar.commit(mark).hasConflict())
                .as("what comes after all marks nothing")
                .isTrue();
        assertThat(recorded().getState()).isEqualTo(State.ADMITTED);
    }

    @Test
    void anAgentThatIsHereDoesNotStayUnreachable() {
        registrar.release();
        register();
        registered();
        registrar.commit(mark());
        assertThat(recorded().getState()).isEqualTo(State.UNREACHABLE);

        await().atMost(PATIENCE).until(() -> {
            TIME.timePasses(AgentEntity.TICK);
            return recorded().getState() == State.ADMITTED;
        });

        assertThat(recorded().getInfo().getHostname()).isEqualTo("h");
        framework.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void aHostWhoseClockIsSetBackTellsAllTheSame() {
        registrar.release();
        register();
        registered();
        loseLink();
        set.set(Duration.ofHours(-1));

        await().atMost(PATIENCE).until(() -> {
            now.updateAndGet(before -> before.plusSeconds(30));
            TIME.timePasses(AgentEntity.TICK);
            return now.get().isAfter(Instant.parse("2026-01-01T00:10:00Z"))
                    || recorded().getState() == State.UNREACHABLE;
        });

        assertThat(recorded().getState()).isEqualTo(State.UNREACHABLE);
    }

    @Test
    void aHostWhoseClockIsSetForwardLosesNobodyForIt() {
        registrar.release();
        register();
        registered();
        loseLink();
        set.set(Duration.ofHours(1));
        now.updateAndGet(before -> before.plusSeconds(60));

        TIME.timePasses(AgentEntity.TICK);
        registerAgain();

        assertThat(registrar.proposed()).noneMatch(Command::hasMarkAgentUnreachable);
    }

    private void told(CallAnswer answer, Function<ActorRef<CallAnswer>, AgentProtocol> order) {
        var answers = KIT.createTestProbe(CallAnswer.class);
        entity.tell(order.apply(answers.ref()));
        var got = answers.receiveMessage(PATIENCE);
        assertThat(got.status()).isEqualTo(answer.status());
        assertThat(got.message()).contains(answer.message());
    }

    private Optional<DrainConfig> toldToBeEmpty() {
        var frame = new AtomicReference<Drain>();
        link.fishForMessage(PATIENCE, m -> {
            if (m instanceof LinkProtocol.Send send && send.frame().hasDrain()) {
                frame.set(send.frame().getDrain());
                return FishingOutcomes.complete();
            }
            return FishingOutcomes.continueAndIgnore();
        });
        return frame.get().hasConfig() ? Optional.of(frame.get().getConfig()) : Optional.empty();
    }

    @Test
    void anAgentIsDrainedAndCanHaveTasksAgain() {
        registrar.release();
        register();
        registered();
        var config = DrainConfig.newBuilder()
                .setMaxGracePeriod(DurationInfo.newBuilder().setNanoseconds(1))
                .build();

        told(CallAnswer.OK, replyTo -> new AgentProtocol.Drain(config, replyTo));

        assertThat(recorded().getDrain().getState()).isEqualTo(DrainState.DRAINING);
        assertThat(toldToBeEmpty()).contains(config);
        told(CallAnswer.badRequest("still in the DRAINING state"), AgentProtocol.Reactivate::new);
        await().atMost(PATIENCE).until(() -> {
            TIME.timePasses(AgentEntity.TICK);
            return recorded().getDrain().getState() == DrainState.DRAINED;
        });
        told(CallAnswer.OK, AgentProtocol.Reactivate::new);
        assertThat(toldToBeEmpty()).isEmpty();
        assertThat(recorded().getDeactivated()).isFalse();
    }

    @Test
    void anAgentThatIsNotToComeBackIsGoneWhenItIsEmpty() {
        registrar.release();
        register();
        registered();

        told(
                CallAnswer.OK,
                replyTo -> new AgentProtocol.Drain(
                        DrainConfig.newBuilder().setMarkGone(true).build(), replyTo));
        TIME.timePasses(AgentEntity.TICK);

        toldGone();
        assertThat(recorded().getState()).isEqualTo(State.GONE);
    }

    @Test
    void anAgentThatCouldNotBeDeclaredGoneWhenItWasEmptyIsDeclaredGoneLater() {
        registrar.release();
        register();
        registered();
        registrar.failing(Command.CommandCase.MARK_AGENT_GONE);
        told(
                CallAnswer.OK,
                replyTo -> new AgentProtocol.Drain(
                        DrainConfig.newBuilder().setMarkGone(true).build(), replyTo));
        await().atMost(PATIENCE).until(() -> {
            TIME.timePasses(AgentEntity.TICK);
            return registrar.proposed().stream().anyMatch(Command::hasMarkAgentGone);
        });
        assertThat(recorded().getState()).isEqualTo(State.ADMITTED);
        registrar.failing(null);

        await().atMost(PATIENCE).until(() -> {
            TIME.timePasses(AgentEntity.TICK);
            return recorded().getState() == State.GONE;
        });

        toldGone();
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"UNREACHABLE", "GONE"})
    void whatTheOwnerBeforeHadWrittenAndPerhapsNotToldIsToldAgain(State state) {
        registrar.at(now.get().toEpochMilli());
        subscribeFramework();
        var admit = AdmitAgent.newBuilder()
                .setInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()));
        var admitted = registrar.commit(Command.newBuilder().setAdmitAgent(admit));
        registrar.commit(
                state == State.GONE
                        ? Command.newBuilder()
                                .setMarkAgentGone(MarkAgentGone.newBuilder().setAgentId(AGENT.toProto()))
                        : Command.newBuilder()
                                .setMarkAgentUnreachable(MarkAgentUnreachable.newBuilder()
                                        .setAgentId(AGENT.toProto())
                                        .setIncarnation(admitted.getGranted().getEpoch())
                                        .setSharePercent(20)
                                        .setIntervalMillis(1)));
        assertThat(recorded().getState()).isEqualTo(state);

        registrar.release();
        entity.tell(new AgentProtocol.Wake());

        allocator.expectMessage(PATIENCE, new AllocatorProtocol.AgentGone(AGENT, false));
        var lost = framework.expectMessageClass(FrameworkProtocol.AgentLost.class, PATIENCE);
        assertThat(lost.again()).isTrue();
        assertThat(lost.state())
                .isEqualTo(state == State.GONE ? TaskState.TASK_GONE_BY_OPERATOR : TaskState.TASK_UNREACHABLE);
    }

    @Test
    void whatWasWrittenLongAgoIsNotToldAgain() {
        subscribeFramework();
        registrar.commit(Command.newBuilder()
                .setAdmitAgent(AdmitAgent.newBuilder()
                        .setInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))));
        registrar.commit(
                Command.newBuilder().setMarkAgentGone(MarkAgentGone.newBuilder().setAgentId(AGENT.toProto())));
        var since = Instant.ofEpochMilli(recorded().getSince());
        assertThat(recorded().getState()).isEqualTo(State.GONE);
        var agents = new RegistryAgents(registrar, AGENT);

        assertThat(agents.lostAgain(1, since.plusSeconds(599))).hasAtLeastOneElementOfType(LedgerEffect.Lost.class);
        assertThat(agents.lostAgain(1, since.plusSeconds(600)))
                .containsExactly(
                        new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, false)),
                        new LedgerEffect.Forgotten(AGENT));
    }

    @Test
    void whatOperatorsWantIsKnownToTheNextOwner() {
        registrar.release();
        register();
        registered();
        told(CallAnswer.OK, AgentProtocol.Deactivate::new);
        told(CallAnswer.OK, replyTo -> new AgentProtocol.Drain(DrainConfig.getDefaultInstance(), replyTo));

        var next = entity(registrar);
        register(next, 2, link.ref());

        assertThat(registered().hasDrain()).isTrue();
    }

    @Test
    void nobodyPlansForAnAgentThatIsNotKnown() {
        registrar.release();

        told(CallAnswer.badRequest("there is no agent 'S1'"), AgentProtocol.Deactivate::new);
        told(CallAnswer.badRequest("there is no agent 'S1'"), AgentProtocol.Reactivate::new);
    }

    private void schedule(MachineID machine) {
        registrar.propose(Command.newBuilder()
                .setUpdateSchedule(UpdateSchedule.newBuilder()
                        .setSchedule(Schedule.newBuilder()
                                .addWindows(Window.newBuilder()
                                        .addMachineIds(machine)
                                        .setUnavailability(Unavailability.newBuilder()
                                                .setStart(TimeInfo.newBuilder().setNanoseconds(1)))))));
    }

    @Test
    void anAgentOfTheMaintenanceScheduleIsNotDrained() {
        registrar.release();
        register();
        registered();
        schedule(MachineID.newBuilder().setHostname("h").build());

        told(
                CallAnswer.badRequest(
                        "Agent S1 is part of a maintenance schedule under Machine '{\"hostname\":\"h\",\"ip\":\""),
                replyTo -> new AgentProtocol.Drain(DrainConfig.getDefaultInstance(), replyTo));
        assertThat(recorded().hasDrain()).isFalse();
    }

    @Test
    void anAgentEndsWhenItsMachineGoesDown() {
        registrar.release();
        register();
        registered();
        var machine = MachineID.newBuilder().setHostname("H").build();
        schedule(machine);
        registrar.propose(Command.newBuilder()
                .setStartMaintenance(StartMaintenance.newBuilder().addMachines(machine)));

        TIME.timePasses(AgentEntity.TICK);

        toldGone();
        assertThat(recorded().getState()).as("it may come back").isEqualTo(State.ADMITTED);
    }

    private void toldGone() {
        link.fishForMessage(
                PATIENCE,
                m -> m instanceof LinkProtocol.Send send
                                && send.frame().getRefused().getGone()
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    @Test
    void whoWasNeverHereCannotBeDeclaredGone() {
        registrar.release();
        var answers = KIT.createTestProbe(CallAnswer.class);

        entity.tell(new AgentProtocol.MarkGone(answers.ref()));

        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(404);
    }
}
