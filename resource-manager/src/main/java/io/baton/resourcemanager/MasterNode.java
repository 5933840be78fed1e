package io.baton.resourcemanager;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.membership.MasterAddress;
import io.baton.core.membership.MembershipProtocol;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.agent.AgentEntity;
import io.baton.resourcemanager.agent.AgentLinks;
import io.baton.resourcemanager.agent.AgentSurroundings;
import io.baton.resourcemanager.agent.LedgerRules;
import io.baton.resourcemanager.allocation.AllocatorActor;
import io.baton.resourcemanager.framework.FrameworkEntity;
import io.baton.resourcemanager.framework.FrameworkSurroundings;
import io.baton.resourcemanager.framework.Tombstones;
import io.baton.resourcemanager.membership.MembersActor;
import io.baton.resourcemanager.membership.OutageActor;
import io.baton.resourcemanager.membership.Readiness;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.ownership.RegistryAuthority;
import io.baton.resourcemanager.query.ViewActor;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.Replica;
import io.baton.resourcemanager.role.RoleRecords;
import io.baton.resourcemanager.role.RolesActor;
import io.baton.resourcemanager.routing.EntityNames;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.resourcemanager.routing.RollCallActor;
import io.baton.resourcemanager.routing.SteadyPlacement;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.pattern.Patterns;

/** One master's part of the sharded master: its share of the entities, maybe the allocator, its read model. */
public final class MasterNode {
    private static final EntityTypeKey<AgentProtocol> AGENT = EntityTypeKey.create(AgentProtocol.class, "agent");
    private static final EntityTypeKey<FrameworkProtocol> FRAMEWORK =
            EntityTypeKey.create(FrameworkProtocol.class, "framework");

    /** Most that a stopping master's agents wait for its sessions; those go on moving. */
    static final Duration SESSIONS_MOVE = Duration.ofMillis(300);

    private final ActorSystem<?> system;
    private final ClusterSharding sharding;
    private final ActorRef<ViewProtocol> view;
    private final ActorRef<AllocatorProtocol> allocator;
    private final ActorRef<RoleProtocol> roles;
    private final ActorRef<MembershipProtocol> members;
    private final Readiness readiness;
    private final AgentLinks links;

    private MasterNode(
            ActorSystem<?> system,
            ClusterSharding sharding,
            ActorRef<ViewProtocol> view,
            ActorRef<AllocatorProtocol> allocator,
            ActorRef<RoleProtocol> roles,
            ActorRef<MembershipProtocol> members,
            Readiness readiness,
            AgentLinks links) {
        this.system = system;
        this.sharding = sharding;
        this.view = view;
        this.allocator = allocator;
        this.roles = roles;
        this.members = members;
        this.readiness = readiness;
        this.links = links;
    }

    /**
     * Starts the entities' regions, the allocator's singleton and the read model. The system must be a cluster node,
     * joined or joining.
     *
     * @param registrar this master's registry; what needs it waits for it
     * @param expected how many masters there are to be: without a majority of them this one is not ready
     */
    public static MasterNode start(
            ActorSystem<?> system,
            MasterConfig config,
            MasterIdentity identity,
            MasterMetrics metrics,
            CompletionStage<? extends Registrar> registrar,
            int expected) {
        var authority = new RegistryAuthority(registrar, shards(system), metrics);
        var clock = SteadyClock.ofHost();
        var sharding = ClusterSharding.get(system);
        var readiness = new Readiness(Cluster.get(system), expected);
        ActorRef<ViewProtocol> view =
                system.systemActorOf(ViewActor.create(clock, readiness::viewIs, metrics), "view", Props.empty());
        registrar.thenAccept(started -> view.tell(new ViewActor.Recall(started, authority::newest)));
        ActorRef<MembershipProtocol> members = system.systemActorOf(
                MembersActor.create(view, readiness::mastersAre, views -> view.tell(new ViewActor.Others(views))),
                "members",
                Props.empty());
        ActorRef<RoleProtocol> roles = system.systemActorOf(RolesActor.create(), "roles", Props.empty());
        var called = new Neighbours(
                id -> agent(sharding, id), id -> framework(sharding, id), system.ignoreRef(), view, metrics);
        var around = new AllocatorActor.Neighbours(
                called::tell, roles, RollCallActor.once(registrar, called, Clock.systemUTC()));
        ActorRef<AllocatorProtocol> allocator = ClusterSingleton.get(system)
                .init(SingletonActor.of(
                        AllocatorActor.create(
                                config.allocation(), around, clock, metrics, authority, config.unreachableAfter()),
                        "allocator"));
        var neighbours =
                new Neighbours(id -> agent(sharding, id), id -> framework(sharding, id), allocator, view, metrics);
        var frameworks = new FrameworkSurroundings(
                registrar, neighbours, new Tombstones(Tombstones.LIMIT), clock, authority::newest);
        var rules = new LedgerRules(identity.id(), config.offerTimeout(), config.unreachableAfter());
        var surroundings = new AgentSurroundings(rules, authority, registrar, neighbours, clock);
        sharding.init(Entity.of(AGENT, context -> AgentEntity.create(new AgentId(context.getEntityId()), surroundings))
                .withAllocationStrategy(steady(system)));
        sharding.init(Entity.of(
                        FRAMEWORK,
                        context -> FrameworkEntity.create(new FrameworkId(context.getEntityId()), frameworks))
                .withAllocationStrategy(steady(system)));
        ClusterSingleton.get(system)
                .init(SingletonActor.of(RollCallActor.create(registrar, neighbours, Clock.systemUTC()), "roll-call"));
        var links = new AgentLinks(
                system,
                neighbours::tell,
                () -> readiness.masters().stream().map(MasterAddress::link).toList(),
                config.authentication(),
                config.links());
        return new MasterNode(system, sharding, view, allocator, roles, members, readiness, links);
    }

    private static SteadyPlacement steady(ActorSystem<?> system) {
        var even = ClusterSharding.get(system).defaultShardAllocationStrategy(ClusterShardingSettings.create(system));
        return new SteadyPlacement(even, System::nanoTime);
    }

    /** The shard of each agent, by the name it has in the registry: the one in which sharding places its entity. */
    public static Function<AgentId, String> shards(ActorSystem<?> system) {
        var extractor = new HashCodeMessageExtractor<AgentProtocol>(
                ClusterShardingSettings.create(system).numberOfShards());
        return agent -> AGENT.name() + "-" + extractor.shardId(agent.value());
    }

    private static RecipientRef<FrameworkProtocol> framework(ClusterSharding sharding, FrameworkId id) {
        return sharding.entityRefFor(FRAMEWORK, EntityNames.of(id.value()));
    }

    private static RecipientRef<AgentProtocol> agent(ClusterSharding sharding, AgentId id) {
        return sharding.entityRefFor(AGENT, EntityNames.of(id.value()));
    }

    public RecipientRef<FrameworkProtocol> framework(FrameworkId id) {
        return framework(sharding, id);
    }

    public RecipientRef<AgentProtocol> agent(AgentId id) {
        return agent(sharding, id);
    }

    public RecipientRef<ViewProtocol> view() {
        return view;
    }

    /** Wherever it is. */
    public RecipientRef<AllocatorProtocol> allocator() {
        return allocator;
    }

    /** Takes what operators set for roles, and knows it. */
    public RecipientRef<RoleProtocol> roles() {
        return roles;
    }

    /** The registry has started; without it nothing is offered. */
    public void registryIs(RoleRecords records) {
        roles.tell(new RolesActor.Started(records, allocator));
    }

    /** The replica runs; from here on it ends the memberships of masters that are out. */
    public static void endMemberships(ActorSystem<?> system, Replica replica) {
        system.systemActorOf(OutageActor.create(replica, replica, SteadyClock.ofHost()), "outages", Props.empty());
    }

    /** The masters that can be reached, this one included once it listens, in a fixed order. */
    public List<MasterAddress> masters() {
        return readiness.masters();
    }

    /** Why this master should not be sent requests now; empty when it is fit to serve. */
    public Optional<String> problem() {
        return readiness.problem();
    }

    /** This master serves: the others and the agents may know. */
    public void listening(MasterAddress address) {
        members.tell(new MembersActor.Listening(address));
    }

    /** This master is about to stop: nobody should turn to it any more. */
    public void leaving() {
        readiness.leaving();
        members.tell(new MembersActor.Leaving());
    }

    /**
     * Opens the port for agent links.
     *
     * @param port 0 for any free one
     * @return where it listens; fails if the port is taken
     */
    public CompletionStage<InetSocketAddress> bindLinks(String host, int port) {
        return links.bind(host, port);
    }

    /**
     * The sessions of frameworks that are here move to other masters, and give back what was offered to them: this master's
     * way to the agents must be there for it, which closes when its own agents have moved.
     *
     * @return done when they have, or after {@link #SESSIONS_MOVE}
     */
    public CompletionStage<Done> moveSessions() {
        if (readiness.isAlone()) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        var region = org.apache.pekko.cluster.sharding.ClusterSharding.get(Adapter.toClassic(system))
                .shardRegion(FRAMEWORK.name());
        return Patterns.gracefulStop(region, SESSIONS_MOVE, ShardRegion.gracefulShutdownInstance())
                .handle((stopped, late) -> Done.getInstance());
    }

    /** Closes that port and all links: the agents go to other masters. */
    public void closeLinks() {
        links.close();
    }
}
