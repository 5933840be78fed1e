package io.baton.resourcemanager.membership;

import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.resourcemanager.registry.Leadership;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.record.MasterDown;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two members, "a" with the actor and "b" without; nothing else would end a membership. */
class OutageActorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SETTINGS = """
            pekko.actor.provider = cluster
            pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
            pekko.cluster {
              jmx.enabled = off
              downing-provider-class = ""
              gossip-interval = 100ms
              leader-actions-interval = 100ms
              periodic-tasks-initial-delay = 100ms
              unreachable-nodes-reaper-interval = 100ms
              failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 300ms }
            }
            pekko.coordinated-shutdown.run-by-actor-system-terminate = off
            """;

    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
    private final Set<String> stoodFor = ConcurrentHashMap.newKeySet();
    private ActorSystem<Void> a;
    private ActorSystem<Void> b;
    private long incarnationOfB;

    @BeforeEach
    void join() {
        a = system();
        b = system();
        Cluster.get(a).join(Cluster.get(a).selfAddress());
        Cluster.get(b).join(Cluster.get(a).selfAddress());
        await().atMost(PATIENCE).until(() -> up() == 2);
        incarnationOfB = joined("b", Cluster.get(b));
    }

    @AfterEach
    void stop() {
        ActorTestKit.shutdown(a);
        ActorTestKit.shutdown(b);
    }

    private static ActorSystem<Void> system() {
        return ActorSystem.create(
                Behaviors.empty(),
                "outages",
                ConfigFactory.parseString(SETTINGS).withFallback(ConfigFactory.load()));
    }

    private long joined(String name, Cluster cluster) {
        var self = cluster.selfMember().uniqueAddress();
        return registrar
                .commit(Command.newBuilder()
                        .setJoinMaster(JoinMaster.newBuilder()
                                .setName(name)
                                .setVoterId(name + "-voter")
                                .setAddresses(MasterAddresses.newBuilder()
                                        .setCluster(OutageActor.hostPort(self))
                                        .setClusterUid(self.longUid()))))
                .getGranted()
                .getEpoch();
    }

    private int up() {
        return (int) StreamSupport.stream(Cluster.get(a).state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up())
                .count();
    }

    private void start(boolean leads, Duration silence) {
        var registry = new Leadership() {
            @Override
            public boolean leads() {
                return leads;
            }

            @Override
            public Optional<String> leader() {
                return Optional.of(leads ? "a-voter" : "b-voter");
            }

            @Override
            public Map<String, Duration> silence() {
                return Map.of("b-voter", silence);
            }

            @Override
            public CompletionStage<Void> decide(Command.Builder command) {
                registrar.commit(command);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void standFor(String leader) {
                stoodFor.add(leader);
            }
        };
        a.systemActorOf(OutageActor.create(registrar, registry, Clock.systemUTC()), "outages", Props.empty());
    }

    private boolean isDown() {
        return registrar.read(state -> state.masters().get("b").hasDownAt());
    }

    @Test
    void whoIsGoneIsWrittenDownByTheLeaderAndRemoved() {
        start(true, Duration.ofSeconds(10));

        LoggingTestKit.warn("master is out")
                .withLoggerName(OutageActor.class.getName())
                .expect(a, () -> {
                    b.terminate();
                    await().atMost(PATIENCE).until(this::isDown);
                    return null;
                });
        await().atMost(PATIENCE).until(() -> members() == 1);
    }

    private int members() {
        return (int) StreamSupport.stream(Cluster.get(a).state().getMembers().spliterator(), false)
                .count();
    }

    @Test
    void whoDoesNotLeadWritesNothing() {
        start(false, Duration.ofSeconds(10));

        b.terminate();

        await().atMost(PATIENCE)
                .until(() -> !Cluster.get(a).state().getUnreachable().isEmpty());
        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> !isDown());
    }

    @Test
    void whoFollowsALeaderThatIsGoneStandsForElection() {
        joined(registrar.master(), Cluster.get(a));
        start(false, Duration.ZERO);
        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(stoodFor::isEmpty);

        b.terminate();

        await().atMost(PATIENCE).until(() -> stoodFor.equals(Set.of("b-voter")));
    }

    @Test
    void whatAnotherMasterHasWrittenIsDoneHereToo() {
        start(false, Duration.ZERO);

        registrar.commit(
                Command.newBuilder().setMasterDown(MasterDown.newBuilder().setIncarnation(incarnationOfB)));

        await().atMost(PATIENCE).until(() -> members() == 1);
        await().atMost(PATIENCE)
                .until(() -> b.getWhenTerminated().toCompletableFuture().isDone());
    }

    @Test
    void anEarlierStartAtTheSameAddressIsNotMeant() {
        start(true, Duration.ZERO);
        var self = Cluster.get(b).selfMember().uniqueAddress();
        long earlier = registrar
                .commit(Command.newBuilder()
                        .setJoinMaster(JoinMaster.newBuilder()
                                .setName("c")
                                .setVoterId("c-voter")
                                .setAddresses(MasterAddresses.newBuilder()
                                        .setCluster(OutageActor.hostPort(self))
                                        .setClusterUid(self.longUid() + 1))))
                .getGranted()
                .getEpoch();

        registrar.commit(
                Command.newBuilder().setMasterDown(MasterDown.newBuilder().setIncarnation(earlier)));

        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> up() == 2);
    }
}
