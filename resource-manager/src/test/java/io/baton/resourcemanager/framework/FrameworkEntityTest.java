package io.baton.resourcemanager.framework;

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
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.Clocks;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DisconnectFramework;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.RestorePart;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.scheduler.Event;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.FishingOutcome;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FrameworkEntityTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    /** By so much the host's clock was set forward. */
    private Duration set = Duration.ZERO;

    private final TestProbe<CallAnswer> answers = KIT.createTestProbe(CallAnswer.class);
    private final TestProbe<StreamProtocol> stream = KIT.createTestProbe(StreamProtocol.class);
    private final TestProbe<Object> watcher = KIT.createTestProbe();
    private final TestProbe<AgentProtocol> agent = KIT.createTestProbe(AgentProtocol.class);
    private final TestProbe<AllocatorProtocol> allocator = KIT.createTestProbe(AllocatorProtocol.class);
    /** Of the newest owner of any agent. */
    private volatile long ownerEpoch;

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private ActorRef<FrameworkProtocol> entity(String id, Tombstones tombstones) {
        return entity(id, tombstones, new Strangers());
    }

    private ActorRef<FrameworkProtocol> entity(String id, Tombstones tombstones, Strangers strangers) {
        var neighbours = new Neighbours(
                any -> agent.ref(),
                framework -> KIT.createTestProbe(FrameworkProtocol.class).ref(),
                allocator.ref(),
                KIT.createTestProbe(ViewProtocol.class).ref(),
                new MasterMetrics(new PrometheusRegistry()));
        return KIT.spawn(FrameworkEntity.create(
                new FrameworkId(id),
                new FrameworkSurroundings(
                        CompletableFuture.completedFuture(registrar),
                        neighbours,
                        tombstones,
                        Clocks.going(() -> now, () -> now.plus(set)),
                        any -> ownerEpoch,
                        new AgentsAway(),
                        new CatchingUp(),
                        strangers)));
    }

    private ActorRef<FrameworkProtocol> removed(String id, Tombstones tombstones) {
        var entity = entity(id, tombstones);
        subscribe(entity, id);
        stream.fishForMessage(PATIENCE, this::untilOwned);
        entity.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
        return entity;
    }

    private FishingOutcome untilOwned(StreamProtocol message) {
        return message instanceof StreamProtocol.Owner
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore();
    }

    private void subscribe(ActorRef<FrameworkProtocol> entity, String id) {
        subscribe(entity, id, "s", stream.ref());
    }

    private static void subscribe(
            ActorRef<FrameworkProtocol> entity, String id, String streamId, ActorRef<StreamProtocol> stream) {
        var framework = new FrameworkId(id);
        var info = FrameworkInfo.newBuilder().setUser("u").setName("n").setId(framework.toProto());
        entity.tell(new FrameworkProtocol.Subscribe(
                framework, true, info.build(), List.of(), Optional.empty(), streamId, stream));
    }

    @Test
    void aStreamThatAsksAgainChangesNothingNotEvenWhenANewerOneHasTakenOver() {
        var entity = entity("again", new Tombstones(2));
        var newer = KIT.createTestProbe(StreamProtocol.class);
        registrar.hold();
        subscribe(entity, "again", "s", stream.ref());
        subscribe(entity, "again", "s", stream.ref());
        await().atMost(PATIENCE).until(() -> !registrar.proposed().isEmpty());
        registrar.release();
        stream.fishForMessage(PATIENCE, this::untilOwned);
        subscribe(entity, "again", "t", newer.ref());
        newer.fishForMessage(PATIENCE, this::untilOwned);
        stream.fishForMessage(
                PATIENCE,
                message -> message instanceof StreamProtocol.Complete
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());

        subscribe(entity, "again", "s", stream.ref());
        entity.tell(new FrameworkProtocol.Teardown(answers.ref()));

        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
        stream.expectNoMessage(Duration.ofMillis(100));
        assertThat(registrar.proposed().stream().filter(Command::hasSubscribeFramework))
                .hasSize(2);
    }

    /** "s" has subscribed, and then "t". */
    private ActorRef<FrameworkProtocol> takenOver(String id, TestProbe<StreamProtocol> newer) {
        var entity = entity(id, new Tombstones(2));
        subscribe(entity, id, "s", stream.ref());
        stream.fishForMessage(PATIENCE, this::untilOwned);
        subscribe(entity, id, "t", newer.ref());
        newer.fishForMessage(PATIENCE, this::untilOwned);
        return entity;
    }

    @Test
    void aNewSchedulerHearsNothingUntilTheStreamOfTheOldOneTakesNoMoreCalls() {
        var newer = KIT.createTestProbe(StreamProtocol.class);
        var entity = takenOver("handed", newer);
        newer.expectNoMessage(Duration.ofMillis(100));

        entity.tell(new FrameworkProtocol.Disconnected("s", false));
        assertThat(newer.expectMessageClass(StreamProtocol.Deliver.class, PATIENCE)
                        .event()
                        .hasSubscribed())
                .isTrue();
    }

    @Test
    void aNewSchedulerDoesNotWaitForAMasterThatIsGone() {
        var newer = KIT.createTestProbe(StreamProtocol.class);
        takenOver("alone", newer);

        TIME.timePasses(SchedulerStreams.HANDOVER);
        assertThat(newer.expectMessageClass(StreamProtocol.Deliver.class, PATIENCE)
                        .event()
                        .hasSubscribed())
                .isTrue();
    }

    @Test
    void aSchedulerThatComesBackDoesNotWaitForItsOwnOldStream() {
        var entity = owned("back");
        entity.tell(new FrameworkProtocol.Disconnected("s", true));
        var newer = KIT.createTestProbe(StreamProtocol.class);

        subscribe(entity, "back", "t", newer.ref());

        newer.fishForMessage(PATIENCE, this::untilOwned);
        assertThat(newer.expectMessageClass(StreamProtocol.Deliver.class, PATIENCE)
                        .event()
                        .hasSubscribed())
                .isTrue();
    }

    @Test
    void theLongestRemovedIsForgottenWhenThereAreTooMany() {
        var tombstones = new Tombstones(2);
        var first = removed("f1", tombstones);
        var second = removed("f2", tombstones);
        var third = removed("f3", tombstones);

        watcher.expectTerminated(first, PATIENCE);
        for (var kept : List.of(second, third)) {
            kept.tell(new FrameworkProtocol.Teardown(answers.ref()));
            assertThat(answers.receiveMessage(PATIENCE).message()).startsWith("No framework found with specified ID");
        }
    }

    @Test
    void aSessionThatNobodyEverHadGoes() {
        var asked = entity("nobody", new Tombstones(2));
        asked.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(400);

        TIME.timePasses(FrameworkEntity.TICK.multipliedBy(Strangers.TICKS_IN_VAIN));

        watcher.expectTerminated(asked, PATIENCE);
    }

    @Test
    void ofMoreSessionsOfMadeUpIdsEachGoesWithItsAnswer() {
        var strangers = new Strangers(2);
        var asked = IntStream.range(0, 5)
                .mapToObj(i -> entity("made-up-" + i, new Tombstones(2), strangers))
                .toList();
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).tell(new FrameworkProtocol.KillTask(new TaskId("t"), answers.ref()));
            assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(404);
            int counted = Math.min(2, i + 1); // Each counts after its answer: the next one must not be quicker.
            await().atMost(PATIENCE).until(() -> strangers.inVain() >= counted);
        }

        asked.subList(2, 5).forEach(entity -> watcher.expectTerminated(entity, PATIENCE));
        await().atMost(PATIENCE).until(() -> strangers.inVain() == 2);
        subscribe(asked.get(0), "made-up-0");
        stream.fishForMessage(PATIENCE, this::untilOwned);
        assertThat(strangers.inVain()).isEqualTo(1);
    }

    @Test
    void aSessionInUseStays() {
        var used = entity("used", new Tombstones(2));
        subscribe(used, "used");
        stream.fishForMessage(PATIENCE, this::untilOwned);

        TIME.timePasses(FrameworkEntity.TICK.multipliedBy(2L * Strangers.TICKS));

        used.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
    }

    private FrameworkEntry recorded(String id) {
        return registrar.read(state -> state.frameworks().get(id));
    }

    @Test
    void theRegistryLearnsWhenASchedulerComesAndGoes() {
        registrar.at(now.toEpochMilli());
        var entity = entity("f", new Tombstones(2));
        subscribe(entity, "f");
        stream.expectMessageClass(StreamProtocol.Owner.class, PATIENCE);
        assertThat(recorded("f").getInfo().getName()).isEqualTo("n");
        assertThat(recorded("f").hasDisconnectedSince()).isFalse();

        entity.tell(new FrameworkProtocol.Disconnected("s", false));

        await().atMost(PATIENCE).until(() -> recorded("f").hasDisconnectedSince());
        assertThat(recorded("f").getDisconnectedSince()).isEqualTo(now.toEpochMilli());
    }

    @Test
    void whenItStopsItsStreamIsToldAtOnce() {
        var entity = owned("f");

        KIT.stop(entity);

        assertThat(stream.fishForMessage(
                        PATIENCE,
                        message -> message instanceof StreamProtocol.Moved
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore()))
                .last()
                .isEqualTo(new StreamProtocol.Moved(entity));
    }

    @Test
    void whenItStopsOneThatWaitsToBeLetInIsToldAtOnce() {
        registrar.hold();
        var entity = entity("f", new Tombstones(2));
        subscribe(entity, "f");
        await().atMost(PATIENCE).until(() -> !registrar.proposed().isEmpty());

        KIT.stop(entity);

        stream.expectMessage(PATIENCE, new StreamProtocol.Moved(entity));
    }

    @Test
    void whenItStopsWhatItsSchedulerWasOfferedGoesBack() {
        var entity = owned("f");
        entity.tell(offered("a-O1.1.1"));
        untilTold(Event.Type.OFFERS);

        KIT.stop(entity);

        agent.expectMessage(
                PATIENCE,
                new AgentProtocol.Decline(new FrameworkId("f"), List.of(new OfferId("a-O1.1.1")), Duration.ZERO));
    }

    /** The owner may have ended without a word, and the next one has nothing for this framework. */
    @Test
    void whatAnOwnerHasOfferedIsTakenBackWhenTheRegistryHasANewerOne() {
        ownerEpoch = 1;
        owned("f").tell(offered("a-O1.1.1"));
        untilTold(Event.Type.OFFERS);

        ownerEpoch = 2;
        TIME.timePasses(FrameworkEntity.TICK);

        assertThat(untilTold(Event.Type.RESCIND).getRescind().getOfferId().getValue())
                .isEqualTo("a-O1.1.1");
    }

    @Test
    void anAllocatorThatHasJustBegunHearsWhatTheFrameworkWantsWhenThatIsCalled() {
        var entity = owned("f");
        allocator.fishForMessage(
                PATIENCE,
                m -> m instanceof AllocatorProtocol.FrameworkChanged
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());

        entity.tell(new FrameworkProtocol.Wake());

        allocator.expectMessageClass(AllocatorProtocol.FrameworkChanged.class, PATIENCE);
    }

    private static FrameworkProtocol offered(String id) {
        var offer = Offer.newBuilder()
                .setId(new OfferId(id).toProto())
                .setFrameworkId(new FrameworkId("f").toProto())
                .setAgentId(new AgentId("a").toProto())
                .setHostname("h")
                .build();
        return new FrameworkProtocol.Offered(offer, 1);
    }

    private Event untilTold(Event.Type type) {
        var told = stream.fishForMessage(
                PATIENCE,
                message -> message instanceof StreamProtocol.Deliver deliver
                                && deliver.event().getType() == type
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        return ((StreamProtocol.Deliver) told.get(told.size() - 1)).event();
    }

    private ActorRef<FrameworkProtocol> owned(String id) {
        registrar.at(now.toEpochMilli());
        var entity = entity(id, new Tombstones(2));
        subscribe(entity, id);
        stream.fishForMessage(PATIENCE, this::untilOwned);
        return entity;
    }

    private void awaitTicks(Callable<Boolean> done) {
        await().atMost(PATIENCE).until(() -> {
            TIME.timePasses(FrameworkEntity.TICK);
            return done.call();
        });
    }

    @Test
    void theLossOfTheMasterThatCarriesTheStreamRemovesNothingAtOnce() {
        var entity = owned("f");
        var began = now;
        stream.stop();
        awaitTicks(() -> recorded("f").hasDisconnectedSince());

        assertThat(recorded("f").getDisconnectedSince())
                .isEqualTo(began.plus(Subscription.GRACE).toEpochMilli());
        KIT.stop(entity, PATIENCE); // Its master goes, too.
        now = began.plus(Subscription.GRACE).minusSeconds(1);
        entity("f", new Tombstones(2)).tell(new FrameworkProtocol.Wake());
        TIME.timePasses(FrameworkEntity.TICK.multipliedBy(3));
        assertThat(recorded("f").hasRemovedAt()).isFalse();
        now = began.plus(Subscription.GRACE);
        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void theEndOfTheMasterThatCarriesTheStreamRemovesNothingAtOnce() {
        owned("f").tell(new FrameworkProtocol.Disconnected("s", true));
        await().atMost(PATIENCE).until(() -> recorded("f").hasDisconnectedSince());

        assertThat(recorded("f").getDisconnectedSince())
                .isEqualTo(now.plus(Subscription.GRACE).toEpochMilli());
    }

    @Test
    void aHostWhoseClockIsSetForwardRemovesNothingForIt() {
        var entity = owned("f");
        entity.tell(new FrameworkProtocol.Disconnected("s", true));
        await().atMost(PATIENCE).until(() -> recorded("f").hasDisconnectedSince());
        set = Duration.ofHours(1);
        now = now.plus(Subscription.GRACE.dividedBy(2));

        afterATick(entity);

        assertThat(recorded("f").hasRemovedAt()).isFalse();
        now = now.plus(Subscription.GRACE.dividedBy(2));
        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void aHostWhoseClockIsSetBackKeepsNothingForIt() {
        var entity = owned("f");
        entity.tell(new FrameworkProtocol.Disconnected("s", true));
        await().atMost(PATIENCE).until(() -> recorded("f").hasDisconnectedSince());
        set = Duration.ofHours(-1);
        now = now.plus(Subscription.GRACE.multipliedBy(2));

        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void whatTheRegistryHoldsIsByTheClockOfTheHost() {
        var entity = owned("f");
        set = Duration.ofHours(1);
        entity.tell(new FrameworkProtocol.Disconnected("s", true));
        await().atMost(PATIENCE).until(() -> recorded("f").hasDisconnectedSince());

        assertThat(recorded("f").getDisconnectedSince())
                .isEqualTo(now.plus(set).plus(Subscription.GRACE).toEpochMilli());
        KIT.stop(entity, PATIENCE);
        var next = entity("f", new Tombstones(2));
        now = now.plus(Subscription.GRACE).minusSeconds(1);
        afterATick(next);
        assertThat(recorded("f").hasRemovedAt()).isFalse();
        now = now.plusSeconds(1);
        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void aSchedulerWithoutFailoverTimeoutThatLeavesIsRemovedAtOnceThoughItsStreamEndsFirst() {
        var entity = owned("f");
        stream.stop();
        entity.tell(new FrameworkProtocol.Disconnected("s", false));

        await().atMost(PATIENCE).until(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void theLossOfTheSessionsMasterRemovesNothingAtOnce() {
        KIT.stop(owned("f"), PATIENCE);
        var began = now;
        entity("f", new Tombstones(2)).tell(new FrameworkProtocol.Wake());
        awaitTicks(() -> recorded("f").hasDisconnectedSince());

        assertThat(recorded("f").getDisconnectedSince())
                .isEqualTo(began.plus(Subscription.GRACE).toEpochMilli());
        now = began.plus(Subscription.GRACE);
        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    /** As if the session of another master had taken its scheduler in. */
    private void subscribesElsewhere(String id) {
        var info = FrameworkInfo.newBuilder().setUser("u").setName("n").setId(new FrameworkId(id).toProto());
        registrar.commit(FrameworkRecord.subscribe(info.build()));
    }

    /** All that the entity was told before has had its effect, as a tick has. */
    private void afterATick(ActorRef<FrameworkProtocol> entity) {
        for (int i = 0; i < 2; i++) {
            entity.tell(new FrameworkProtocol.KillTask(new TaskId("t"), answers.ref()));
            assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(404);
            TIME.timePasses(FrameworkEntity.TICK);
        }
        entity.tell(new FrameworkProtocol.KillTask(new TaskId("t"), answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(404);
    }

    @Test
    void aWokenSessionEndsNoSubscriptionOfAnother() {
        var woken = owned("f");
        subscribesElsewhere("f");

        woken.tell(new FrameworkProtocol.Disconnected("s", false));
        afterATick(woken);

        assertThat(recorded("f").hasDisconnectedSince()).isFalse();
        assertThat(recorded("f").hasRemovedAt()).isFalse();
    }

    @Test
    void aWokenSessionThatWaitedForItsSchedulerRemovesNothingOfAnother() {
        KIT.stop(owned("f"), PATIENCE);
        var woken = entity("f", new Tombstones(2));
        afterATick(woken);
        assertThat(recorded("f").hasDisconnectedSince()).isTrue();
        subscribesElsewhere("f");
        now = now.plus(Subscription.GRACE);

        afterATick(woken);

        assertThat(recorded("f").hasDisconnectedSince()).isFalse();
        assertThat(recorded("f").hasRemovedAt()).isFalse();
    }

    @Test
    void aSubscriptionOfASessionThatIsNoMoreEndsTooWhenItsTimeIsOver() {
        KIT.stop(owned("f"), PATIENCE);
        var session = entity("f", new Tombstones(2));
        afterATick(session);
        subscribesElsewhere("f"); // By what its predecessor had under way, and nobody hears of the scheduler again.
        afterATick(session);
        now = now.plus(Subscription.GRACE);
        var inherited = now;
        awaitTicks(() -> recorded("f").hasDisconnectedSince());
        assertThat(recorded("f").getDisconnectedSince())
                .isEqualTo(inherited.plus(Subscription.GRACE).toEpochMilli());
        assertThat(recorded("f").hasRemovedAt()).isFalse();

        now = now.plus(Subscription.GRACE);
        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void aSessionWhoseEntryWasRestoredStillRemovesItsFramework() {
        var entity = owned("f");
        var saved = registrar.read(RegistryState::save);
        var newer = KIT.createTestProbe(StreamProtocol.class);
        subscribe(entity, "f", "t", newer.ref());
        newer.fishForMessage(PATIENCE, this::untilOwned);
        registrar.commit(Command.newBuilder()
                .setRestorePart(RestorePart.newBuilder()
                        .setRestoreId("r")
                        .setPart(0)
                        .setParts(1)
                        .setPiece(saved.toByteString())));

        entity.tell(new FrameworkProtocol.Disconnected("t", false));

        awaitTicks(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void aSessionWhoseSchedulerIsThereSaysSoIfTheRegistryKnowsOtherwise() {
        var entity = owned("f");
        registrar.commit(Command.newBuilder()
                .setDisconnectFramework(DisconnectFramework.newBuilder()
                        .setFrameworkId(new FrameworkId("f").toProto())
                        .setEpoch(recorded("f").getEpoch())));

        awaitTicks(() -> !recorded("f").hasDisconnectedSince());
        entity.tell(new FrameworkProtocol.Disconnected("s", false));
        await().atMost(PATIENCE).until(() -> recorded("f").hasRemovedAt());
    }

    @Test
    void aFrameworkWhoseTimeEndedWhileNobodyWasThereIsRemoved() {
        registrar.at(now.toEpochMilli());
        var info = FrameworkInfo.newBuilder().setUser("u").setName("n").setId(new FrameworkId("f").toProto());
        var epoch = registrar
                .commit(FrameworkRecord.subscribe(info.setFailoverTimeout(30).build()))
                .getGranted()
                .getEpoch();
        registrar.commit(Command.newBuilder()
                .setDisconnectFramework(DisconnectFramework.newBuilder()
                        .setFrameworkId(info.getId())
                        .setEpoch(epoch)));
        now = now.plusSeconds(29);
        var entity = entity("f", new Tombstones(2));
        entity.tell(new FrameworkProtocol.Wake());
        TIME.timePasses(FrameworkEntity.TICK);
        subscribeAs(entity, "someone else");
        assertThat(error()).isEqualTo("Changing framework's principal is not allowed");
        assertThat(recorded("f").hasRemovedAt()).isFalse();

        now = now.plusSeconds(1);
        await().atMost(PATIENCE).until(() -> {
            TIME.timePasses(FrameworkEntity.TICK);
            return recorded("f").hasRemovedAt();
        });
        var late = entity("f", new Tombstones(2));
        subscribe(late, "f");
        assertThat(error()).isEqualTo("Framework has been removed");
    }

    private void subscribeAs(ActorRef<FrameworkProtocol> entity, String principal) {
        var framework = new FrameworkId("f");
        var info = FrameworkInfo.newBuilder().setUser("u").setName("n").setPrincipal(principal);
        entity.tell(new FrameworkProtocol.Subscribe(
                framework,
                true,
                info.setId(framework.toProto()).build(),
                List.of(),
                Optional.empty(),
                "s",
                stream.ref()));
    }

    private String error() {
        var error = stream.expectMessageClass(StreamProtocol.Deliver.class, PATIENCE);
        stream.expectMessage(PATIENCE, new StreamProtocol.Complete());
        return error.event().getError().getMessage();
    }

    private void awaitEndOfStream() {
        TIME.timePasses(FrameworkEntity.TICK);
        stream.fishForMessage(
                PATIENCE,
                message -> message instanceof StreamProtocol.Complete
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    @Test
    void aRemovalOfWhichNobodyHeardEndsTheSessionAllTheSame() {
        var entity = owned("f");
        registrar.losing(Command.CommandCase.REMOVE_FRAMEWORK);

        entity.tell(new FrameworkProtocol.Teardown(answers.ref()));

        var answer = answers.receiveMessage(PATIENCE);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.message()).contains("it may be done");
        awaitEndOfStream();
        subscribe(entity, "f", "t", stream.ref());
        assertThat(error()).isEqualTo("Framework has been removed");
    }

    @Test
    void aRemovalByAnotherSessionEndsTheOneThatHasTheScheduler() {
        owned("f");
        subscribesElsewhere("f");
        registrar.commit(FrameworkRecord.remove(new FrameworkId("f"), Optional.empty()));

        awaitEndOfStream();
    }

    @Test
    void withoutAMajorityNobodySubscribesAndNothingIsRemoved() {
        var entity = entity("f", new Tombstones(2));
        subscribe(entity, "f");
        stream.expectMessageClass(StreamProtocol.Owner.class, PATIENCE);
        registrar.available(false);

        entity.tell(new FrameworkProtocol.Teardown(answers.ref()));

        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(503);
        var other = entity("g", new Tombstones(2));
        var refused = KIT.createTestProbe(StreamProtocol.class);
        other.tell(new FrameworkProtocol.Subscribe(
                new FrameworkId("g"),
                false,
                FrameworkInfo.newBuilder()
                        .setUser("u")
                        .setName("n")
                        .setId(new FrameworkId("g").toProto())
                        .build(),
                List.of(),
                Optional.empty(),
                "s",
                refused.ref()));
        refused.expectMessage(PATIENCE, new StreamProtocol.Complete());
    }
}
