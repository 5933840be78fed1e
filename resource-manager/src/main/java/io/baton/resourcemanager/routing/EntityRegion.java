package io.baton.resourcemanager.routing;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorRefProvider;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.internal.InternalRecipientRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.Patterns;
import scala.jdk.javaapi.OptionConverters;

/**
 * This master's share of the entities of one kind, and its way to all of them, wherever they are. Sharding's own region ends
 * with the last entity that it hands over, and what is said by it after that is lost. So a master that stops opens a detour, a
 * region that holds no entity, and whatever is still here goes on speaking by that: owners of agents and sessions that move,
 * the allocator until it has moved as well, and clients' connections until they are closed.
 *
 * <p>Thread-safe.
 *
 * @param <M> what the entities are told
 */
public final class EntityRegion<M> {
    private final ActorSystem<?> system;
    private final EntityTypeKey<M> key;
    private final HashCodeMessageExtractor<M> shards;
    private volatile ActorRef own;
    private volatile ActorRef way;
    private Optional<ActorRef> detour = Optional.empty();
    private Optional<CompletionStage<Done>> moving = Optional.empty();

    /** A region that has not started: nobody can be told anything yet. */
    public EntityRegion(ActorSystem<?> system, EntityTypeKey<M> key) {
        this.system = system;
        this.key = key;
        this.shards = new HashCodeMessageExtractor<>(
                ClusterShardingSettings.create(system).numberOfShards());
    }

    /** Entities may be here from now on. */
    public void start(Entity<M, ShardingEnvelope<M>> entities) {
        own = Adapter.toClassic(ClusterSharding.get(system).init(entities));
        way = own;
    }

    /** In which shard the entity with this id is. */
    public String shardOf(String id) {
        return shards.shardId(EntityNames.of(id));
    }

    /** The entity with this id: each message goes by the way that is open then. */
    public RecipientRef<M> of(String id) {
        return new Way<>(this, EntityNames.of(id));
    }

    private ActorRef way() {
        return Objects.requireNonNull(way, "the region has not started");
    }

    /** Opens the detour, on which nothing is sent yet: it learns meanwhile where all shards are. */
    public synchronized void openDetour() {
        if (detour.isEmpty()) {
            var role = ClusterShardingSettings.create(system).role();
            detour = Optional.of(org.apache.pekko.cluster.sharding.ClusterSharding.get(Adapter.toClassic(system))
                    .startProxy(key.name(), OptionConverters.toJava(role), new Envelopes()));
        }
    }

    /**
     * All entities that are here move to other masters, and none comes here any more. What is said from here on goes by the
     * detour, if there is one. Asked again, it is the same move.
     *
     * @return done when none is here, or after that time
     */
    public synchronized CompletionStage<Done> move(Duration atMost) {
        if (moving.isEmpty()) {
            way = detour.orElse(own);
            moving = Optional.of(Patterns.gracefulStop(own, atMost, ShardRegion.gracefulShutdownInstance())
                    .handle((stopped, late) -> Done.getInstance()));
        }
        return moving.get();
    }

    /** What a typed region takes, as a region of sharding's older interface has to be told. */
    private final class Envelopes implements ShardRegion.MessageExtractor {
        @Override
        public String entityId(Object message) {
            return message instanceof ShardingEnvelope<?> envelope ? envelope.entityId() : null;
        }

        @Override
        public Object entityMessage(Object message) {
            return ((ShardingEnvelope<?>) message).message();
        }

        @Override
        public String shardId(Object message) {
            return shards.shardId(((ShardingEnvelope<?>) message).entityId());
        }
    }

    private record Way<M>(EntityRegion<M> region, String id) implements InternalRecipientRef<M> {
        @Override
        public void tell(M message) {
            region.way().tell(new ShardingEnvelope<>(id, message), ActorRef.noSender());
        }

        private InternalRecipientRef<?> ref() {
            return (InternalRecipientRef<?>) Adapter.toTyped(region.way());
        }

        @Override
        public ActorRefProvider provider() {
            return ref().provider();
        }

        @Override
        public boolean isTerminated() {
            return ref().isTerminated();
        }

        /** Becomes part of the address to which an answer goes: the usual one, this as text, is none that could be read. */
        @Override
        public String refPrefix() {
            return region.key.name();
        }
    }
}
