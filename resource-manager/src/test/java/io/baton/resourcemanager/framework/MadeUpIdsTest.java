package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What calls may do that name agents and frameworks which there are not: nothing that lasts. */
class MadeUpIdsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId REAL = new AgentId("real");
    private static final int MANY = 5_000;

    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
    private final MasterMetrics metrics = new MasterMetrics(new PrometheusRegistry());
    private final TestProbe<StreamProtocol> stream = KIT.createTestProbe(StreamProtocol.class);
    private final TestProbe<CallAnswer> answers = KIT.createTestProbe(CallAnswer.class);
    private final TestProbe<AgentProtocol> agent = KIT.createTestProbe(AgentProtocol.class);
    private final Set<AgentId> started = ConcurrentHashMap.newKeySet();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private ActorRef<FrameworkProtocol> entity(FrameworkId id) {
        var neighbours = new Neighbours(
                named -> {
                    started.add(named);
                    return agent.ref();
                },
                framework -> KIT.createTestProbe(FrameworkProtocol.class).ref(),
                KIT.createTestProbe(AllocatorProtocol.class).ref(),
                KIT.createTestProbe(ViewProtocol.class).ref(),
                metrics);
        return KIT.spawn(FrameworkEntity.create(
                id,
                new FrameworkSurroundings(
                        CompletableFuture.completedFuture(registrar),
                        neighbours,
                        new Tombstones(2),
                        SteadyClock.ofHost(),
                        agent -> 0)));
    }

    private ActorRef<FrameworkProtocol> subscribed() {
        var entity = entity(F);
        var info = FrameworkInfo.newBuilder()
                .setUser("u")
                .setName("n")
                .setId(F.toProto())
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build();
        entity.tell(new FrameworkProtocol.Subscribe(F, true, info, List.of(), Optional.empty(), "s", stream.ref()));
        assertThat(event().hasSubscribed()).isTrue();
        entity.tell(new FrameworkProtocol.HasRoom("s", 2 * MANY, 2L * MANY));
        return entity;
    }

    private Event event() {
        while (true) {
            if (stream.receiveMessage(PATIENCE) instanceof StreamProtocol.Deliver delivered) {
                return delivered.event();
            }
        }
    }

    private void admit(AgentId id) {
        registrar.commit(Command.newBuilder()
                .setAdmitAgent(AdmitAgent.newBuilder()
                        .setInfo(AgentInfo.newBuilder().setHostname("h").setId(id.toProto()))));
    }

    private int invoke(ActorRef<FrameworkProtocol> entity, FrameworkId id, Call.Builder call) {
        entity.tell(new FrameworkProtocol.Invoke(
                call.setFrameworkId(id.toProto()).build(), "s", Optional.empty(), answers.ref()));
        return answers.receiveMessage(PATIENCE).status();
    }

    private static Call.Builder reconcile(List<String> agents) {
        var call = Call.newBuilder().setType(Call.Type.RECONCILE);
        agents.forEach(named -> call.getReconcileBuilder()
                .addTasksBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t at " + named))
                .setAgentId(new AgentId(named).toProto()));
        return call;
    }

    private static Call.Builder shutdown(String named) {
        var call = Call.newBuilder().setType(Call.Type.SHUTDOWN);
        call.getShutdownBuilder()
                .setAgentId(new AgentId(named).toProto())
                .setExecutorId(ExecutorID.newBuilder().setValue("e"));
        return call;
    }

    @Test
    void tasksOfAgentsThatThereAreNotAreUnknownAndNobodyIsStartedForThem() {
        var entity = subscribed();
        int before = registrar.newestReads();
        var madeUp = IntStream.range(0, MANY).mapToObj(i -> "made-up-" + i).toList();

        assertThat(invoke(entity, F, reconcile(madeUp))).isEqualTo(202);

        var told = new HashSet<String>();
        for (int i = 0; i < MANY; i++) {
            var status = event().getUpdate().getStatus();
            assertThat(status.getState()).isEqualTo(TaskState.TASK_UNKNOWN);
            told.add(status.getAgentId().getValue());
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(madeUp);
        assertThat(started).isEmpty();
        assertThat(registrar.newestReads() - before)
                .as("rounds to the registry's leader: one for the first, one for all the others")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsSaidToAgentsThatThereAreNotGoesNowhere() {
        var entity = subscribed();

        assertThat(invoke(entity, F, shutdown("made up"))).isEqualTo(202);
        assertThat(invoke(entity, F, reconcile(List.of("made up")))).isEqualTo(202);

        assertThat(event().getUpdate().getStatus().getState()).isEqualTo(TaskState.TASK_UNKNOWN);
        assertThat(started).isEmpty();
    }

    @Test
    void anAgentThatTheRegistryHoldsIsToldAtOnce() {
        admit(REAL);
        var entity = subscribed();
        int before = registrar.newestReads();

        assertThat(invoke(entity, F, reconcile(List.of("real")))).isEqualTo(202);

        agent.expectMessageClass(AgentProtocol.Ask.class, PATIENCE);
        assertThat(registrar.newestReads()).isEqualTo(before);
    }

    @Test
    void anAgentOfWhichThisMastersCopyHasNotHeardIsToldWhenItHas() {
        var entity = subscribed();
        registrar.holdReads();
        int before = registrar.newestReads();
        assertThat(invoke(entity, F, reconcile(List.of("real")))).isEqualTo(202);
        assertThat(invoke(entity, F, shutdown("real"))).isEqualTo(202);
        assertThat(invoke(entity, F, Call.newBuilder().setType(Call.Type.REVIVE)))
                .as("by now both have had their effect")
                .isEqualTo(202);
        await().atMost(PATIENCE).until(() -> registrar.newestReads() > before);
        assertThat(started).isEmpty();

        admit(REAL);
        registrar.releaseRead();
        agent.expectMessageClass(AgentProtocol.Ask.class, PATIENCE);
        await().atMost(PATIENCE).until(() -> registrar.newestReads() > before + 1);
        registrar.releaseRead();
        agent.expectMessageClass(AgentProtocol.ShutdownExecutor.class, PATIENCE);
    }

    @Test
    void withoutAMajorityNobodySaysThatThereIsNoSuchAgent() {
        var entity = subscribed();
        registrar.available(false);
        int before = registrar.newestReads();

        assertThat(invoke(entity, F, reconcile(List.of("perhaps")))).isEqualTo(202);
        await().atMost(PATIENCE).until(() -> registrar.newestReads() > before);
        registrar.available(true);
        assertThat(invoke(entity, F, reconcile(List.of("none")))).isEqualTo(202);

        assertThat(event().getUpdate().getStatus().getAgentId().getValue()).isEqualTo("none");
        assertThat(started).isEmpty();
    }

    @Test
    void aCallOfAFrameworkThatThereIsNotLeavesNoNumbers() {
        var nobody = new FrameworkId("nobody");
        var call = Call.newBuilder().setType(Call.Type.DECLINE).setDecline(Call.Decline.getDefaultInstance());

        assertThat(invoke(entity(nobody), nobody, call)).isEqualTo(400);

        assertThat(metrics.numbers().now().keySet()).noneMatch(name -> name.startsWith("framework/"));
    }

    @Test
    void aCallOfAFrameworkThatIsRemovedLeavesNoNumbers() {
        var entity = subscribed();
        entity.tell(new FrameworkProtocol.Teardown(answers.ref()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
        metrics.numbers().forget("f");

        assertThat(invoke(entity, F, Call.newBuilder().setType(Call.Type.REVIVE)))
                .isEqualTo(400);

        assertThat(metrics.numbers().now().keySet()).noneMatch(name -> name.startsWith("framework/"));
    }
}
