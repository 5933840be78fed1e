package io.baton.resourcemanager.routing;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ActorSystemDependentAllocationStrategy;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Set;
import scala.collection.immutable.Set$;
import scala.concurrent.Future;

/**
 * On which master each shard of agents or frameworks is. A shard without a master goes at once to the one with the fewest.
 * To even out what is somewhere already waits until the masters have been the same for {@link #STEADY}: in a rolling restart
 * entities move only when their master stops, and none moves to a process that is busy with its own start.
 *
 * <p>Lives in the coordinator, which asks it from one thread at a time.
 */
public final class SteadyPlacement implements ActorSystemDependentAllocationStrategy {
    /** How long the masters have been the same before one hands over what another has too little of. */
    static final Duration STEADY = Duration.ofSeconds(30);

    private final ShardAllocationStrategy even;
    private final LongSupplier nanos;
    private Set<ActorRef> masters;
    private long since;

    /**
     * @param even what evens out
     * @param nanos a clock that only goes forward
     */
    public SteadyPlacement(ShardAllocationStrategy even, LongSupplier nanos) {
        this.even = even;
        this.nanos = nanos;
    }

    @Override
    public void start(ActorSystem system) {
        if (even instanceof ActorSystemDependentAllocationStrategy dependent) {
            dependent.start(system);
        }
    }

    @Override
    public Future<ActorRef> allocateShard(ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> placed) {
        return even.allocateShard(requester, shard, placed);
    }

    @Override
    public Future<Set<String>> rebalance(Map<ActorRef, IndexedSeq<String>> placed, Set<String> moving) {
        if (!placed.keySet().equals(masters)) {
            masters = placed.keySet();
            since = nanos.getAsLong();
        }
        return nanos.getAsLong() - since < STEADY.toNanos()
                ? Future.successful(Set$.MODULE$.empty())
                : even.rebalance(placed, moving);
    }
}
