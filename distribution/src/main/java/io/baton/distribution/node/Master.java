package io.baton.distribution.node;

import io.baton.cli.terminal.CommandFailure;
import io.baton.core.config.HostPort;
import io.baton.core.membership.MasterAddress;
import io.baton.core.operation.RegistryOperations;
import io.baton.core.store.ValueStore;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.distribution.log.RaisedLog;
import io.baton.httpapi.MasterHttp;
import io.baton.httpapi.MasterPorts;
import io.baton.httpapi.WaitingHttp;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.resourcemanager.MasterConfig;
import io.baton.resourcemanager.MasterIdentity;
import io.baton.resourcemanager.MasterNode;
import io.baton.resourcemanager.maintenance.RegistryMaintenance;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.operation.RegistryOperator;
import io.baton.resourcemanager.registry.Registry;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.resourcemanager.role.RegistryRoles;
import io.baton.resourcemanager.store.RegistryValues;
import io.baton.v1.Address;
import io.baton.v1.MasterInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** A master that serves: its share of the sharded master, its port for agent links, its HTTP port. */
public final class Master {
    private static final List<String> SETTINGS =
            List.of("baton.authentication", "baton.http", "baton.master", "baton.node", "baton.registry", "baton.tls");

    /** Most that clients and agents wait for the registry's next leader before they have to leave. */
    private static final Duration LEAD_MOVES = Duration.ofMillis(500);

    /** Most that they wait for the entities. These go on moving, and what is said to them goes after them. */
    private static final Duration ENTITIES_MOVE = Duration.ofSeconds(1);

    private final MasterAddress address;

    private Master(MasterAddress address) {
        this.address = address;
    }

    /** Starts one in a system of its own, which {@link ActorSystem#terminate} ends in good order. */
    public static Started<Master> start(Configuration configuration) {
        var http = configuration.read(HttpConfig::from);
        var node = configuration.read(NodeConfig::from).reachedAt(http.host());
        var system = Nodes.clustered(configuration, node, http.host(), node.reachableAt(http.host()));
        try {
            return new Started<>(system, start(system, configuration, http, node));
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
    }

    /** Starts one in this system, which becomes a member of the cluster. */
    static Master start(ActorSystem<?> system, Configuration configuration, HttpConfig http, NodeConfig node) {
        var identity = MasterIdentity.random();
        var reachable = node.reachableAt(http.host());
        var prometheus = new PrometheusRegistry();
        var metrics = new MasterMetrics(prometheus);
        var shared = new CompletableFuture<Registry>();
        var values = new AtomicReference<ValueStore>();
        var operations = new AtomicReference<RegistryOperations>();
        Joining.warnUnlessSeed(node, reachable);
        var waiting = waiting(system, http, node);
        var starting = MasterRegistry.begin(system, configuration, node, http.host());
        starting.replica().thenAccept(replica -> MasterNode.endMemberships(system, replica));
        var joining = Joining.begin(system, node.seeds(), starting.isKnown(), starting::leads, starting::members);
        starting.failing(joining);
        Nodes.awaitMember(system, node, reachable, joining);
        if (node.expectedMasters() > 1) {
            starting.awaitVote(); // Else entities would come here, and stand still until then.
        }
        var master = MasterNode.start(
                system, configuration.read(MasterConfig::from), identity, metrics, shared, node.expectedMasters());
        var links = bindLinks(master, http.host(), node.linkPort());
        var ports = new MasterPorts(
                master::framework,
                master::agent,
                master.view(),
                master.allocator(),
                master.roles(),
                info(identity, reachable, http),
                Version.INFO,
                Instant.now(),
                identity::nextFramework,
                master::masters,
                () -> master.problem().or(() -> problem(shared.getNow(null))),
                () -> problem(shared.getNow(null)),
                prometheus,
                configuration.shown(SETTINGS),
                () -> counters(shared.getNow(null)),
                RaisedLog.of(system),
                () -> Optional.ofNullable(values.get()),
                () -> Optional.ofNullable(operations.get()),
                () -> Optional.ofNullable(shared.getNow(null)).map(RegistryMaintenance::new),
                metrics::heartbeat);
        waiting.ifPresent(binding -> Nodes.await(binding.terminate(Duration.ZERO), () -> late("HTTP port")));
        var binding = Nodes.await(MasterHttp.bind(system, http, ports), () -> late("HTTP port"));
        var address = new MasterAddress(
                HostPort.of(reachable, binding.address().getPort()), HostPort.of(reachable, links.getPort()));
        var registry = starting.await(address);
        operations.set(RegistryOperator.of(registry, operator(system, master, node, configuration)));
        shared.complete(registry);
        master.registryIs(new RegistryRoles(registry));
        values.set(RegistryValues.of(registry.replica(), Clock.systemUTC(), system.executionContext()));
        master.listening(address);
        stopInOrder(system, master, registry, binding, node);
        return new Master(address);
    }

    /** A master that has to find others says so meanwhile; a port that others cannot know tells nobody. */
    private static Optional<HttpBinding> waiting(ActorSystem<?> system, HttpConfig http, NodeConfig node) {
        if (node.expectedMasters() == 1 || http.port() == 0) {
            return Optional.empty();
        }
        var why = "this master has just been started and looks for a majority of the " + node.expectedMasters()
                + " masters: nothing can be read or changed here until it has joined them";
        return Optional.of(Nodes.await(WaitingHttp.bind(system, http, Version.INFO, why), () -> late("HTTP port")));
    }

    private static RegistryOperator.Setup operator(
            ActorSystem<?> system, MasterNode master, NodeConfig node, Configuration configuration) {
        return new RegistryOperator.Setup(
                Version.DIGITS,
                node.expectedMasters(),
                node.workDir(),
                () -> master.masters().stream().map(MasterAddress::http).toList(),
                Nodes.certificates(system, configuration),
                Clock.systemUTC(),
                system.dispatchers().lookup(DispatcherSelector.blocking()),
                why -> MasterRegistry.end(system, why));
    }

    private static Map<String, Double> counters(Registry registry) {
        var out = new TreeMap<String, Double>();
        if (registry != null) {
            out.put("master/slaves_unreachable", registry.read(Master::unreachable));
            out.putAll(registry.numbers());
        }
        return out;
    }

    private static double unreachable(RegistryState state) {
        return state.agents().values().stream()
                .filter(agent -> agent.getState() == AgentEntry.State.UNREACHABLE)
                .count();
    }

    private static Optional<String> problem(Registry registry) {
        return registry == null ? Optional.of("the registry starts") : registry.problem();
    }

    private static InetSocketAddress bindLinks(MasterNode master, String host, int port) {
        try {
            return Nodes.await(master.bindLinks(host, port), () -> late("port for agent links"));
        } catch (RuntimeException e) {
            throw Nodes.portTaken(e, "agent links, " + port + " (--link-port)");
        }
    }

    private static CommandFailure late(String what) {
        return CommandFailure.failed("the " + what + " did not open: see the log");
    }

    /**
     * First all moves that clients and agents need not notice: the lead of the registry, for which the claims of epochs at new
     * places wait, then the entities. Meanwhile all goes on here but for new clients, who would have to leave again. Then clients and
     * agents leave. The allocator, and what gives shards their places, move when that is over: until then they work from here.
     */
    private static void stopInOrder(
            ActorSystem<?> system, MasterNode master, Registry registry, HttpBinding binding, NodeConfig node) {
        var handing = new AtomicReference<CompletionStage<Void>>(CompletableFuture.completedFuture(null));
        Nodes.atStop(system, CoordinatedShutdown.PhaseBeforeServiceUnbind(), "master-leaves", () -> {
            master.leaving();
            handing.set(registry.replica().handOver());
            return within(LEAD_MOVES, handing.get()).thenCompose(handed -> moveEntities(master, binding));
        });
        Nodes.atStop(system, CoordinatedShutdown.PhaseServiceUnbind(), "master-links", () -> {
            master.closeLinks();
            return CompletableFuture.completedFuture(Done.done());
        });
        Nodes.atStop(
                system,
                CoordinatedShutdown.PhaseServiceUnbind(),
                "master-http",
                () -> binding.terminate(node.stopTimeout()));
        Nodes.atStop(system, CoordinatedShutdown.PhaseBeforeClusterShutdown(), "master-entities", master::moveEntities);
        Nodes.atStop(system, CoordinatedShutdown.PhaseClusterShutdown(), "master-handed-over", () -> handing.get()
                .thenApply(handed -> Done.done()));
    }

    /** What has nowhere to go stays until the last request is answered. */
    private static CompletionStage<Done> moveEntities(MasterNode master, HttpBinding binding) {
        if (master.isAlone()) {
            return CompletableFuture.completedFuture(Done.done());
        }
        binding.unbind();
        return within(ENTITIES_MOVE, master.moveEntities());
    }

    /** Done when that is, or after so long; it goes on. */
    private static CompletionStage<Done> within(Duration most, CompletionStage<?> step) {
        return step.<Done>handle((done, failure) -> Done.done())
                .toCompletableFuture()
                .completeOnTimeout(Done.done(), most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static MasterInfo info(MasterIdentity identity, String host, HttpConfig http) {
        var ip = NodeConfig.address(host, http.host());
        var info = MasterInfo.newBuilder()
                .setId(identity.id())
                .setIp(ip.map(Master::numeric).orElse(0))
                .setPort(http.port())
                .setHostname(host)
                .setVersion(Version.DIGITS);
        info.setAddress(Address.newBuilder()
                .setHostname(host)
                .setIp(ip.map(InetAddress::getHostAddress).orElse(host))
                .setPort(http.port()));
        for (var type : MasterInfo.Capability.Type.values()) {
            if (type != MasterInfo.Capability.Type.UNKNOWN) {
                info.addCapabilitiesBuilder().setType(type);
            }
        }
        return info.build();
    }

    /** The older form of an address: four bytes in the order of the network, read as this machine's integer. */
    private static int numeric(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == 4 ? Integer.reverseBytes(ByteBuffer.wrap(bytes).getInt()) : 0;
    }

    /** Where it is to be reached. */
    public MasterAddress address() {
        return address;
    }
}
