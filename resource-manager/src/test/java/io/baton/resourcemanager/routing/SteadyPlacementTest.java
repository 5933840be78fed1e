package io.baton.resourcemanager.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardCoordinator.AbstractShardAllocationStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

class SteadyPlacementTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    /** Always finds something to even out. */
    private static final class Restless extends AbstractShardAllocationStrategy {
        @Override
        public Future<ActorRef> allocateShard(
                ActorRef requester, String shard, java.util.Map<ActorRef, IndexedSeq<String>> placed) {
            return Future.successful(requester);
        }

        @Override
        public Future<java.util.Set<String>> rebalance(
                java.util.Map<ActorRef, IndexedSeq<String>> placed, java.util.Set<String> moving) {
            return Future.successful(java.util.Set.of("7"));
        }
    }

    private final AtomicLong now = new AtomicLong(-5);
    private final SteadyPlacement placement = new SteadyPlacement(new Restless(), now::get);
    private final ActorRef one = master();
    private final ActorRef two = master();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static ActorRef master() {
        return Adapter.toClassic(KIT.createTestProbe().ref());
    }

    private static Map<ActorRef, IndexedSeq<String>> placed(ActorRef... masters) {
        var placed = new java.util.HashMap<ActorRef, IndexedSeq<String>>();
        for (var master : masters) {
            placed.put(master, CollectionConverters.asScala(List.of("7")).toIndexedSeq());
        }
        return Map.from(CollectionConverters.asScala(placed));
    }

    private java.util.Set<String> moves(ActorRef... masters) {
        var nothing = CollectionConverters.<String>asScala(java.util.Set.<String>of());
        return CollectionConverters.asJava(placement
                .rebalance(placed(masters), nothing.toSet())
                .value()
                .get()
                .get());
    }

    @Test
    void movesNothingUntilTheMastersHaveBeenTheSameForAWhile() {
        long steady = SteadyPlacement.STEADY.toNanos();
        assertThat(moves(one)).isEmpty();
        now.addAndGet(steady - 1);
        assertThat(moves(one)).isEmpty();
        assertThat(moves(one, two)).as("another has come").isEmpty();
        now.addAndGet(steady - 1);
        assertThat(moves(two, one)).isEmpty();
        now.addAndGet(1);
        assertThat(moves(one, two)).containsExactly("7");
        assertThat(moves(two)).as("one has gone").isEmpty();
    }

    @Test
    void aShardWithoutAMasterGoesAtOnce() {
        assertThat(moves(one)).isEmpty();
        assertThat(placement
                        .allocateShard(two, "7", placed(one, two))
                        .value()
                        .get()
                        .get())
                .isEqualTo(two);
    }
}
