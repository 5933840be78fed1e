package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Masters a and b; the first seed is a host that is not there. */
class JoiningTest {
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
            }
            pekko.coordinated-shutdown.run-by-actor-system-terminate = off
            """;

    private final List<ActorSystem<Void>> systems = new ArrayList<>();
    private ActorSystem<Void> a;
    private ActorSystem<Void> b;
    private String absent;

    @BeforeEach
    void start() throws IOException {
        a = system();
        b = system();
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            absent = "127.0.0.1:" + socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        systems.forEach(ActorTestKit::shutdown);
    }

    private ActorSystem<Void> system() {
        var system = ActorSystem.<Void>create(
                Behaviors.empty(),
                Nodes.NAME,
                ConfigFactory.parseString(SETTINGS).withFallback(ConfigFactory.load()));
        systems.add(system);
        return system;
    }

    private static String at(ActorSystem<?> system) {
        return Cluster.get(system).selfAddress().hostPort().split("@")[1];
    }

    private CompletableFuture<Done> known(ActorSystem<?> system, AtomicBoolean leads, List<String> masters) {
        return Joining.begin(system, List.of(absent, at(a), at(b)), true, leads::get, () -> masters);
    }

    private static long members(ActorSystem<?> system) {
        var count = new long[1];
        Cluster.get(system).state().getMembers().forEach(member -> count[0]++);
        return count[0];
    }

    @Test
    void whoeverLeadsTheRegistryBeginsAClusterAndTheOthersJoinIt() {
        var leads = new AtomicBoolean();
        var first = known(a, leads, List.of());
        var second = known(b, new AtomicBoolean(), List.of());
        assertThat(first).isNotDone();
        leads.set(true);

        await().atMost(PATIENCE).until(() -> first.isDone() && second.isDone());

        await().atMost(PATIENCE).until(() -> members(a) == 2 && members(b) == 2);
    }

    @Test
    void whoLeadsTheRegistryJoinsAClusterThatIsThere() {
        Cluster.get(a).join(Cluster.get(a).selfAddress());
        await().atMost(PATIENCE).until(() -> members(a) == 1);

        var second = known(b, new AtomicBoolean(true), List.of());

        await().atMost(PATIENCE).until(second::isDone);
        await().atMost(PATIENCE).until(() -> members(a) == 2 && members(b) == 2);
    }

    @Test
    void mastersAreFoundByTheRegistryToo() {
        Cluster.get(a).join(Cluster.get(a).selfAddress());

        var second = Joining.begin(b, List.of(at(b)), true, () -> false, () -> List.of(absent, at(a)));

        await().atMost(PATIENCE).until(second::isDone);
        await().atMost(PATIENCE).until(() -> members(b) == 2);
    }

    @Test
    void theVeryFirstStartNeedsTheFirstSeed() {
        var seeds = List.of(at(a), at(b));
        var second = Joining.begin(b, seeds, false, () -> true, List::of);
        var first = Joining.begin(a, seeds, false, () -> false, List::of);

        await().atMost(PATIENCE).until(() -> first.isDone() && second.isDone());
        await().atMost(PATIENCE).until(() -> members(a) == 2 && members(b) == 2);
    }
}
