package io.baton.distribution.node;

import io.baton.cli.terminal.CommandFailure;
import io.baton.core.config.HostPort;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.security.ExecutorTokens;
import io.baton.core.security.TlsConfig;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.distribution.log.RaisedLog;
import io.baton.executor.Agent;
import io.baton.executor.AgentConfig;
import io.baton.executor.AgentCredentialConfig;
import io.baton.executor.AgentGrounds;
import io.baton.executor.agent.AgentSnapshot.PlacedExecutor;
import io.baton.executor.agent.AgentSnapshot.PlacedTask;
import io.baton.executor.link.LinkIdentity;
import io.baton.httpapi.AgentHttp;
import io.baton.httpapi.AgentPorts;
import io.baton.httpapi.agent.AgentHost;
import io.baton.httpapi.agent.AgentSnapshot;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.PortTakenException;
import io.baton.v1.AgentInfo;
import io.baton.v1.ResourceStatistics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/** An agent that serves: what runs the tasks, and its HTTP port. */
public final class AgentNode {
    /** What an agent shows of its settings. */
    static final List<String> SETTINGS =
            List.of("baton.agent", "baton.authentication", "baton.http", "baton.node", "baton.tls");

    /** What one would write into an agent's file by mistake, and what does it. */
    private static final Map<String, String> OF_MASTERS = Map.of(
            "baton.http.port", "baton.agent.port",
            "baton.node.seeds", "baton.agent.masters",
            "baton.node.work-dir", "baton.agent.work-dir");

    /** Settings and whole sections that an agent has no use for. */
    private static final Set<String> NOT_OURS = Set.of(
            "baton.authentication.agents",
            "baton.authentication.frameworks",
            "baton.master",
            "baton.node.cluster-port",
            "baton.node.expected-masters",
            "baton.node.join-timeout",
            "baton.node.link-port",
            "baton.registry",
            "baton.tls.masters");

    private static final CallAnswer RECOVERING = new CallAnswer(503, "Agent has not finished recovery");

    private static final Duration LOOK = Duration.ofMillis(20);

    /**
     * For so long a master comes before the HTTP port: tasks' updates wait for it, and on a busy host each of the two takes
     * seconds.
     */
    private static final Duration MASTER_FIRST = Duration.ofSeconds(3);

    private final Agent agent;
    private final HttpBinding http;
    private final String reachable;
    private final CompletableFuture<String> broken;

    private AgentNode(Agent agent, HttpBinding http, String reachable, CompletableFuture<String> broken) {
        this.agent = agent;
        this.http = http;
        this.reachable = reachable;
        this.broken = broken;
    }

    /**
     * Looks for settings that no agent reads.
     *
     * @throws CommandFailure if there is one for which agents have another
     */
    public static void judge(Configuration configuration, Consumer<String> warnings) {
        configuration.refuse(OF_MASTERS);
        configuration.warnOf(NOT_OURS, "masters", warnings);
        configuration.warnOfKeysGivenTwice(warnings);
    }

    /** Starts one in a system of its own; when that ends, its tasks go on. */
    public static Started<AgentNode> start(Configuration configuration, Consumer<String> warnings) {
        var config = configuration.readGiven(AgentConfig::from);
        var http = configuration.read(HttpConfig::from);
        var node = configuration.read(NodeConfig::from);
        var identity = identity(configuration);
        var finder = new MasterFinder(config.masters(), warnings);
        finder.begin();
        var grounds = grounds(config, http);
        var system = system(configuration, grounds);
        try {
            Nodes.certificates(system, configuration);
            var ports = new Surroundings(() -> flags(configuration), finder::links, identity);
            return new Started<>(system, start(system, config, http, node, ports, grounds));
        } catch (RuntimeException e) {
            grounds.abandon();
            system.terminate();
            throw e;
        }
    }

    /** A port that is taken is found before anything else. */
    private static AgentGrounds grounds(AgentConfig config, HttpConfig http) {
        try {
            if (config.port() != 0) {
                AgentHttp.tryPort(listening(config, http));
            }
            return AgentGrounds.take(config);
        } catch (PortTakenException taken) {
            throw CommandFailure.failed(taken.getMessage(), taken);
        } catch (IOException unusable) {
            throw cannotStart(unusable);
        }
    }

    private static ActorSystem<Void> system(Configuration configuration, AgentGrounds grounds) {
        try {
            return Nodes.alone(configuration);
        } catch (RuntimeException e) {
            grounds.abandon();
            throw e;
        }
    }

    private static HttpConfig listening(AgentConfig config, HttpConfig http) {
        return http.ofAgent(config.port(), Runtime.getRuntime().maxMemory());
    }

    private static CommandFailure cannotStart(IOException unusable) {
        return CommandFailure.failed("the agent cannot start: " + unusable.getMessage(), unusable);
    }

    private static SortedMap<String, String> flags(Configuration configuration) {
        var flags = configuration.shown(SETTINGS);
        flags.keySet().removeAll(OF_MASTERS.keySet());
        return flags;
    }

    /**
     * What an agent finds around it.
     *
     * @param flags settings, shown to whoever asks; wanted once
     * @param links asks for the masters' link addresses
     * @param identity by which it shows masters who it is
     */
    record Surroundings(
            Supplier<SortedMap<String, String>> flags,
            Supplier<CompletionStage<List<String>>> links,
            LinkIdentity identity) {}

    static LinkIdentity identity(Configuration configuration) {
        return new LinkIdentity(
                configuration.readGiven(AgentCredentialConfig::from),
                configuration.read(config -> TlsConfig.from(config, TlsConfig.LINKS)));
    }

    /** Starts one in this system. */
    static AgentNode start(
            ActorSystem<?> system, AgentConfig config, HttpConfig http, NodeConfig node, Surroundings surroundings) {
        var grounds = grounds(config, http);
        try {
            return start(system, config, http, node, surroundings, grounds);
        } catch (RuntimeException e) {
            grounds.abandon();
            throw e;
        }
    }

    /** First what speaks with masters, which wait for it, then the HTTP port. */
    private static AgentNode start(
            ActorSystem<?> system,
            AgentConfig config,
            HttpConfig http,
            NodeConfig node,
            Surroundings surroundings,
            AgentGrounds grounds) {
        var listening = listening(config, http);
        var running = new AtomicReference<Agent>();
        var tokens = tokens(config);
        var broken = new CompletableFuture<String>();
        var since = Instant.now();
        Supplier<HttpBinding> edge = () -> Nodes.await(
                AgentHttp.bind(system, listening, ports(system, config, running, tokens, surroundings, since)),
                () -> CommandFailure.failed("the HTTP port of the agent did not open: see the log"));
        var any = config.port() == 0 ? Optional.of(edge.get()) : Optional.<HttpBinding>empty();
        var serving = new CompletableFuture<Done>();
        try {
            var agent = Agent.start(
                    system,
                    config,
                    new Agent.Ports(
                            Version.DIGITS,
                            any.map(HttpBinding::address)
                                    .map(InetSocketAddress::getPort)
                                    .orElse(config.port()),
                            surroundings.links(),
                            broken::complete,
                            surroundings.identity(),
                            tokens,
                            serving),
                    grounds);
            running.set(agent);
            Nodes.atStop(system, CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "agent", agent::terminate);
            var binding = any.orElseGet(() -> afterMaster(system, agent, broken, edge));
            serving.complete(Done.done());
            Nodes.atStop(
                    system,
                    CoordinatedShutdown.PhaseServiceUnbind(),
                    "agent-http",
                    () -> binding.terminate(node.stopTimeout()));
            var reachable = config.ip().isEmpty() ? node.reachableAt(http.host()) : config.ip();
            return new AgentNode(agent, binding, reachable, broken);
        } catch (IOException unusable) {
            throw cannotStart(unusable);
        }
    }

    /** Opens the port when a master has the agent, or soon. */
    private static HttpBinding afterMaster(
            ActorSystem<?> system, Agent agent, CompletableFuture<String> broken, Supplier<HttpBinding> edge) {
        var registered = registered(system, agent);
        CompletableFuture.anyOf(registered, broken, system.getWhenTerminated().toCompletableFuture())
                .completeOnTimeout(Done.done(), MASTER_FIRST.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        registered.complete(Done.done()); // Nobody looks any more.
        if (system.getWhenTerminated().toCompletableFuture().isDone()) {
            throw CommandFailure.failed("the agent was told to end while it started");
        }
        return edge.get();
    }

    private static AgentPorts ports(
            ActorSystem<?> system,
            AgentConfig config,
            AtomicReference<Agent> running,
            ExecutorTokens tokens,
            Surroundings surroundings,
            Instant since) {
        return new AgentPorts(
                () -> shown(running.get()),
                () -> picture(running.get()),
                config.workDir(),
                said -> hear(running.get(), said),
                wanted -> hear(running.get(), wanted),
                () -> usage(running.get()),
                new PrometheusRegistry(),
                Version.INFO,
                since,
                surroundings.flags().get(),
                RaisedLog.of(system),
                tokens,
                AgentHost.here(Agent.ip(config), config.isolation().cfs()));
    }

    private static ExecutorTokens tokens(AgentConfig config) {
        try {
            return Agent.tokens(config);
        } catch (IOException unusable) {
            throw cannotStart(unusable);
        }
    }

    private static void hear(Agent agent, ExecutorProtocol said) {
        if (agent != null) {
            agent.hear(said);
        } else if (said instanceof ExecutorProtocol.Find find) {
            find.answer().complete(RECOVERING);
        } else if (said instanceof ExecutorProtocol.Invoke invoke) {
            invoke.answer().complete(RECOVERING);
        }
    }

    private static void hear(Agent agent, ContainerProtocol wanted) {
        if (agent == null) {
            throw new IllegalStateException(RECOVERING.message());
        }
        agent.hear(wanted);
    }

    private static CompletionStage<Map<String, ResourceStatistics>> usage(Agent agent) {
        return agent == null ? CompletableFuture.completedFuture(Map.of()) : agent.usage();
    }

    private static AgentSnapshot shown(Agent agent) {
        if (agent == null) {
            var starting = AgentInfo.newBuilder().setHostname("").build();
            return new AgentSnapshot(
                    starting,
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    AgentSnapshot.Executors.NONE,
                    Map.of(),
                    Optional.empty(),
                    List.of());
        }
        return shown(agent.snapshot(), agent.numbers());
    }

    private static CompletionStage<AgentSnapshot> picture(Agent agent) {
        return agent == null
                ? CompletableFuture.completedFuture(shown(agent))
                : agent.picture().thenApply(picture -> shown(picture, agent.numbers()));
    }

    private static AgentSnapshot shown(
            io.baton.executor.agent.AgentSnapshot picture, SortedMap<String, Double> numbers) {
        numbers.putAll(picture.counters());
        return new AgentSnapshot(
                picture.agent(),
                picture.total(),
                picture.master().map(HostPort::host),
                picture.frameworks(),
                picture.completedFrameworks(),
                picture.tasks().stream().map(AgentNode::shown).toList(),
                picture.completed().stream().map(AgentNode::shown).toList(),
                new AgentSnapshot.Executors(
                        picture.executors().live().stream()
                                .map(AgentNode::shown)
                                .toList(),
                        picture.executors().over().stream()
                                .map(AgentNode::shown)
                                .toList()),
                numbers,
                picture.drain().map(drain -> new AgentSnapshot.Drain(drain.config(), drain.since())),
                picture.operations());
    }

    private static AgentSnapshot.RunningTask shown(PlacedTask task) {
        return new AgentSnapshot.RunningTask(task.task(), task.containerId(), task.directory(), task.queued());
    }

    private static AgentSnapshot.RunningExecutor shown(PlacedExecutor executor) {
        return new AgentSnapshot.RunningExecutor(executor.info(), executor.containerId(), executor.directory());
    }

    /** Completes when a master has it. */
    public CompletionStage<Done> registered(ActorSystem<?> system) {
        return registered(system, agent);
    }

    private static CompletableFuture<Done> registered(ActorSystem<?> system, Agent agent) {
        var registered = new CompletableFuture<Done>();
        var looking = system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO,
                        LOOK,
                        () -> {
                            if (agent.snapshot().registered()) {
                                registered.complete(Done.done());
                            }
                        },
                        system.executionContext());
        registered.whenComplete((done, failure) -> looking.cancel());
        return registered;
    }

    /** Completes with the reason if it cannot go on. */
    public CompletableFuture<String> broken() {
        return broken.copy();
    }

    /** Its tasks end before its process does, from now on. */
    void takeTasksAlong(ActorSystem<?> system, Duration grace) {
        Nodes.atStop(
                system,
                CoordinatedShutdown.PhaseBeforeServiceUnbind(),
                "tasks",
                () -> agent.shutdownTasks(Optional.of(grace)));
    }

    /** What it is and has. */
    public AgentInfo info() {
        return agent.snapshot().agent();
    }

    /** Where it is to be reached, {@code host:port}. */
    public String address() {
        return HostPort.of(reachable, http.address().getPort());
    }
}
