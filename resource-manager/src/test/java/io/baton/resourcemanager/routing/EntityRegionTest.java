package io.baton.resourcemanager.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.protocol.WireMessage;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes in one JVM, with two kinds of entities: those of one tell those of the other when they end. */
@Timeout(120)
class EntityRegionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PAIRS = 20;

    /** What both kinds are told. */
    interface Word extends WireMessage {}

    record Begin() implements Word {}

    record Ended(String who) implements Word {}

    record Ask(ActorRef<Word> replyTo) implements Word {}

    private static final EntityTypeKey<Word> SPEAKERS = EntityTypeKey.create(Word.class, "speakers");
    private static final EntityTypeKey<Word> LISTENERS = EntityTypeKey.create(Word.class, "listeners");

    private record Node(ActorTestKit kit, EntityRegion<Word> speakers, EntityRegion<Word> listeners) {}

    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Node first;
    private Node second;

    @BeforeEach
    void start() {
        first = node();
        Cluster.get(first.kit.system()).manager().tell(Join.create(address(first)));
        // All of them are here before there is another node.
        IntStream.range(0, PAIRS).forEach(i -> {
            first.speakers.of("s" + i).tell(new Begin());
            first.listeners.of("s" + i).tell(new Begin());
        });
        assertThat(some(begun, 2 * PAIRS)).hasSize(2 * PAIRS);
        second = node();
        Cluster.get(second.kit.system()).manager().tell(Join.create(address(first)));
        Awaitility.await().atMost(PATIENCE).until(() -> up(first) == 2 && up(second) == 2);
    }

    @AfterEach
    void stop() {
        if (second != null) {
            second.kit.shutdownTestKit();
        }
        first.kit.shutdownTestKit();
    }

    /** The region of those whom they tell has ended by then. */
    @Test
    void whatEntitiesSayAsTheyMoveIsHeardWhereverTheOthersAre() {
        moveAll();

        assertThat(some(heard, PAIRS)).hasSize(PAIRS);
    }

    @Test
    void aNodeWhoseEntitiesHaveMovedReachesAllOfThem() throws Exception {
        var held = first.listeners.of("s1"); // As a stream does that began before.
        moveAll();

        held.tell(new Ended("later"));
        assertThat(some(heard, PAIRS + 1)).contains("later to s1");
        var answer = AskPattern.<Word, Word>ask(
                        held, Ask::new, PATIENCE, first.kit.system().scheduler())
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(answer).isEqualTo(new Ended("s1"));
    }

    private void moveAll() {
        first.speakers.openDetour();
        first.listeners.openDetour();
        first.listeners.move(PATIENCE).toCompletableFuture().join();
        first.speakers.move(PATIENCE).toCompletableFuture().join();
    }

    private Node node() {
        var kit = ActorTestKit.create(
                "regions",
                ConfigFactory.parseString("pekko.actor.provider = cluster, pekko.remote.artery.canonical.port = 0,"
                                + " pekko.remote.artery.canonical.hostname = 127.0.0.1")
                        .withFallback(ConfigFactory.load()));
        var speakers = new EntityRegion<>(kit.system(), SPEAKERS);
        var listeners = new EntityRegion<>(kit.system(), LISTENERS);
        speakers.start(Entity.of(SPEAKERS, context -> speaker(context.getEntityId(), listeners))
                .withAllocationStrategy(steady(kit)));
        listeners.start(
                Entity.of(LISTENERS, context -> listener(context.getEntityId())).withAllocationStrategy(steady(kit)));
        return new Node(kit, speakers, listeners);
    }

    /** Nothing moves by itself. */
    private static SteadyPlacement steady(ActorTestKit kit) {
        var settings = ClusterShardingSettings.create(kit.system());
        return new SteadyPlacement(
                ClusterSharding.get(kit.system()).defaultShardAllocationStrategy(settings), System::nanoTime);
    }

    private Behavior<Word> speaker(String id, EntityRegion<Word> listeners) {
        return Behaviors.receive(Word.class)
                .onMessage(Begin.class, m -> {
                    begun.add("speaker " + id);
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    listeners.of(id).tell(new Ended(id));
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Word> listener(String id) {
        return Behaviors.receive(Word.class)
                .onMessage(Begin.class, m -> {
                    begun.add("listener " + id);
                    return Behaviors.same();
                })
                .onMessage(Ended.class, m -> {
                    heard.add(m.who() + " to " + id);
                    return Behaviors.same();
                })
                .onMessage(Ask.class, m -> {
                    m.replyTo().tell(new Ended(id));
                    return Behaviors.same();
                })
                .build();
    }

    /** So many different ones, or those that there are after a while. */
    private static Set<String> some(BlockingQueue<String> queue, int count) {
        var out = new HashSet<String>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (out.size() < count && System.nanoTime() < end) {
                var next = queue.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    out.add(next);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return out;
    }

    private static org.apache.pekko.actor.Address address(Node node) {
        return Cluster.get(node.kit.system()).selfMember().address();
    }

    private static int up(Node node) {
        int count = 0;
        for (var member : Cluster.get(node.kit.system()).state().getMembers()) {
            count += member.status() == MemberStatus.up() ? 1 : 0;
        }
        return count;
    }
}
