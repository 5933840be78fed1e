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
import io.baton.resourcemanager.routing.EntityRegion;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.resourcemanager.routing.PlacesActor;
import io.baton.resourcemanager.routing.RollCallActor;
import io.baton.resourcemanager.routing.SteadyPlacement;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;

/** One master's part of the sharded master: its share of the entities, maybe the allocator, its read model. */
public final class MasterNode {
    private static final EntityTypeKey<AgentProtocol> AGENT = EntityTypeKey.create(AgentProtocol.class, "agent");
    private static final EntityTypeKey<FrameworkProtocol> FRAMEWORK =
            EntityTypeKey.create(FrameworkProtocol.class, "framework");

    /** Longest that a stopping master waits until its entities have moved; Pekko ends a region a little before. */
    static final Duration MOVE = Duration.ofMillis(2500);

    private final EntityRegion<AgentProtocol> agents;
    private final EntityRegion<FrameworkProtocol> frameworks;
    private final ActorRef<ViewProtocol> view;
    private final ActorRef<AllocatorProtocol> allocator;
    private final ActorRef<RoleProtocol> roles;
    private final ActorRef<MembershipProtocol> members;
    private final Readiness readiness;
    private final AgentLinks links;

    private MasterNode(
            EntityRegion<AgentProtocol> agents,
            EntityRegion<FrameworkProtocol> frameworks,
            ActorRef<ViewProtocol> view,
            ActorRef<AllocatorProtocol> allocator,
            ActorRef<RoleProtocol> roles,
            ActorRef<MembershipProtocol> members,
            Readiness readiness,
            AgentLinks links) {
        this.agents = agents;
        this.frameworks = frameworks;
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
        var agents = new EntityRegion<>(system, AGENT);
        var sessions = new EntityRegion<>(system, FRAMEWORK);
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
                id -> agents.of(id.value()), id -> sessions.of(id.value()), system.ignoreRef(), view, metrics);
        var around = new AllocatorActor.Neighbours(
                called::tell, roles, RollCallActor.once(registrar, called, Clock.systemUTC()));
        ActorRef<AllocatorProtocol> allocator = ClusterSingleton.get(system)
                .init(SingletonActor.of(
                        AllocatorActor.create(
                                config.allocation(), around, clock, metrics, authority, config.unreachableAfter()),
                        "allocator"));
        var neighbours =
                new Neighbours(id -> agents.of(id.value()), id -> sessions.of(id.value()), allocator, view, metrics);
        var frameworks = new FrameworkSurroundings(
                registrar, neighbours, new Tombstones(Tombstones.LIMIT), clock, authority::newest);
        var rules = new LedgerRules(identity.id(), config.offerTimeout(), config.unreachableAfter());
        var surroundings = new AgentSurroundings(rules, authority, registrar, neighbours, clock);
        agents.start(Entity.of(AGENT, context -> AgentEntity.create(new AgentId(context.getEntityId()), surroundings))
                .withAllocationStrategy(steady(system)));
        sessions.start(Entity.of(
                        FRAMEWORK,
                        context -> FrameworkEntity.create(new FrameworkId(context.getEntityId()), frameworks))
                .withAllocationStrategy(steady(system)));
        system.systemActorOf(
                PlacesActor.create(registrar, called, agents::shardOf, sessions::shardOf), "places", Props.empty());
        ClusterSingleton.get(system)
                .init(SingletonActor.of(RollCallActor.create(registrar, neighbours, Clock.systemUTC()), "roll-call"));
        var links = new AgentLinks(
                system,
                neighbours::tell,
                () -> readiness.masters().stream().map(MasterAddress::link).toList(),
                config.authentication(),
                config.links());
        return new MasterNode(agents, sessions, view, allocator, roles, members, readiness, links);
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

    public RecipientRef<FrameworkProtocol> framework(FrameworkId id) {
        return frameworks.of(id.value());
    }

    public RecipientRef<AgentProtocol> agent(AgentId id) {
        return agents.of(id.value());
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
        openDetours();
    }

    /** Where others may be: they are looked for again before the entities move. */
    private void openDetours() {
        if (!isAlone()) {
            agents.openDetour();
            frameworks.openDetour();
        }
    }

    /** Whether there is no other master to which anything could move. */
    public boolean isAlone() {
        return readiness.isAlone();
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
     * The owners of agents and the sessions of frameworks that are here move to other masters, and none comes here any more.
     * What is here still reaches all of them.
     *
     * @return done when they have, or after {@link #MOVE}
     */
    public CompletionStage<Done> moveEntities() {
        openDetours();
        return agents.move(MOVE).thenCombine(frameworks.move(MOVE), (agentsMoved, sessionsMoved) -> agentsMoved);
    }

    /** Closes that port and all links: the agents go to other masters. */
    public void closeLinks() {
        links.close();
    }
}
