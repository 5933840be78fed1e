package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.LinkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.link.Register;
import io.baton.link.Registered;
import io.baton.link.Update;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.ownership.RegistryAuthority;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgentEntityTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final AgentId AGENT = new AgentId("S1");
    private static final LedgerRules RULES = new LedgerRules("m", Duration.ofMinutes(2), Duration.ofSeconds(75));

    private final TestProbe<FrameworkProtocol> framework = KIT.createTestProbe(FrameworkProtocol.class);
    private final TestProbe<LinkProtocol> link = KIT.createTestProbe(LinkProtocol.class);
    private final TestProbe<Object> watcher = KIT.createTestProbe();
    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
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
        var metrics = new MasterMetrics(new PrometheusRegistry());
        var neighbours = new Neighbours(
                agent -> KIT.createTestProbe(AgentProtocol.class).ref(),
                id -> framework.ref(),
                KIT.createTestProbe(AllocatorProtocol.class).ref(),
                KIT.createTestProbe(ViewProtocol.class).ref(),
                metrics);
        var authority = new RegistryAuthority(CompletableFuture.completedFuture(registrar), a -> "s", metrics);
        return KIT.spawn(
                AgentEntity.create(AGENT, new AgentSurroundings(RULES, authority, neighbours, Clock.systemUTC())));
    }

    private void register() {
        register(entity);
    }

    private void register(ActorRef<AgentProtocol> entity) {
        register(entity, 1, link.ref());
    }

    private static void register(ActorRef<AgentProtocol> entity, long number, ActorRef<LinkProtocol> from) {
        var info = AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto());
        var register = Register.newBuilder()
                .setAgentInfo(info)
                .setNumber(number)
                .setEpoch(0)
                .setVersion("0.1.0");
        entity.tell(new AgentProtocol.Register(AGENT, register.build(), "127.0.0.1", from));
    }

    private Registered registered() {
        while (true) {
            if (link.receiveMessage(PATIENCE) instanceof LinkProtocol.Send send
                    && send.frame().hasRegistered()) {
                return send.frame().getRegistered();
            }
        }
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
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task));

        entity.tell(new AgentProtocol.Accept(info, List.of(new OfferId("o")), List.of(launch.build()), Duration.ZERO));

        var refused = framework.expectMessageClass(FrameworkProtocol.TasksRefused.class, PATIENCE);
        assertThat(refused.tasks()).containsExactly(task);
        assertThat(refused.status().getReason()).isEqualTo(Reason.REASON_INVALID_OFFERS);
        assertThat(refused.status().getState()).isEqualTo(TaskState.TASK_LOST);
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
        TIME.timePasses(AgentEntity.CLAIM_AGAIN);
        return done;
    }
}
