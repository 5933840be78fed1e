package io.baton.executor;

import io.baton.core.config.HostPort;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.resource.Resources;
import io.baton.core.security.ExecutorTokens;
import io.baton.core.time.SteadyClock;
import io.baton.executor.agent.AgentActor;
import io.baton.executor.agent.AgentCommand;
import io.baton.executor.agent.AgentFacts;
import io.baton.executor.agent.AgentParts;
import io.baton.executor.agent.AgentSnapshot;
import io.baton.executor.agent.HostResources;
import io.baton.executor.agent.Registration;
import io.baton.executor.agent.TaskBooks;
import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.JournalWriter;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.checkpoint.WorkDirLock;
import io.baton.executor.download.Fetcher;
import io.baton.executor.launch.Containment;
import io.baton.executor.launch.HostThreads;
import io.baton.executor.launch.Launcher;
import io.baton.executor.launch.LogKeeper;
import io.baton.executor.link.LinkIdentity;
import io.baton.executor.link.MasterLink;
import io.baton.executor.oci.OciLauncher;
import io.baton.executor.oci.SecretFiles;
import io.baton.executor.probe.AttributesText;
import io.baton.executor.probe.HostProbe;
import io.baton.executor.probe.ResourcesText;
import io.baton.executor.probing.CommandProbes;
import io.baton.executor.process.Accounts;
import io.baton.executor.process.ProcessTable;
import io.baton.executor.process.Supervision;
import io.baton.executor.sandbox.SandboxCollector;
import io.baton.executor.sandbox.Workshop;
import io.baton.v1.AgentInfo;
import io.baton.v1.ResourceStatistics;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of this host: finds what earlier ones left running, and serves its masters until it is stopped. */
public final class Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    /** How long a stopping agent waits for its last write. */
    private static final long STOP_SECONDS = 5;
    /** How long a reader waits for a picture of now; then it gets the last one. */
    private static final Duration SHOW_TIMEOUT = Duration.ofSeconds(1);

    /** So much of the heap is for tasks and executors: the rest is for ended tasks, pictures and what is under way. */
    private static final int HELD_SHARE = 3;

    private static final double NANOS_PER_SECOND = 1e9;

    private final ActorSystem<?> system;
    private final ActorRef<AgentCommand> actor;
    private final AtomicReference<AgentSnapshot> snapshot;
    private final Supplier<SortedMap<String, Double>> numbers;
    private final Closing closing;

    /** What is closed when the agent ends, in this order. */
    private record Closing(
            LogKeeper logs,
            Fetcher fetcher,
            Launcher launcher,
            JournalWriter journal,
            Supervision supervision,
            Containment containment,
            WorkDirLock lock) {}

    private Agent(
            ActorSystem<?> system,
            ActorRef<AgentCommand> actor,
            AtomicReference<AgentSnapshot> snapshot,
            Supplier<SortedMap<String, Double>> numbers,
            Closing closing) {
        this.system = system;
        this.actor = actor;
        this.snapshot = snapshot;
        this.numbers = numbers;
        this.closing = closing;
    }

    /**
     * What the process gives its agent.
     *
     * @param version digits and dots only
     * @param httpPort of the agent's HTTP as it was bound
     * @param masters asks for the masters' link addresses, {@code host:port}; asked again while it fails
     * @param end called once with the reason if the agent cannot go on; tasks go on
     * @param identity by which it shows masters who it is
     * @param tokens by which executors show it who they are
     * @param serving completes when the HTTP port is open: what may turn to it is not started before, and what nobody
     *     waits for is looked for afterwards
     */
    public record Ports(
            String version,
            int httpPort,
            Supplier<CompletionStage<List<String>>> masters,
            Consumer<String> end,
            LinkIdentity identity,
            ExecutorTokens tokens,
            CompletableFuture<Done> serving) {
        /** For an agent whose HTTP port is open. */
        public Ports(
                String version,
                int httpPort,
                Supplier<CompletionStage<List<String>>> masters,
                Consumer<String> end,
                LinkIdentity identity,
                ExecutorTokens tokens) {
            this(
                    version,
                    httpPort,
                    masters,
                    end,
                    identity,
                    tokens,
                    CompletableFuture.completedFuture(Done.getInstance()));
        }

        /** For an agent that need not show who it is, and whose executors need not. */
        public Ports(
                String version, int httpPort, Supplier<CompletionStage<List<String>>> masters, Consumer<String> end) {
            this(version, httpPort, masters, end, LinkIdentity.NONE, new ExecutorTokens(ExecutorTokens.freshKey()));
        }
    }

    /**
     * The tokens of the executors on this work directory, which is made if it is not there.
     *
     * @throws IOException if their key cannot be read or written
     */
    public static ExecutorTokens tokens(AgentConfig config) throws IOException {
        return ExecutorTokens.open(config.workDir().resolve("meta").resolve("executor-key"));
    }

    /**
     * Starts the agent.
     *
     * @throws IOException if the work directory is unusable or in use, or its journal damaged: says what to do
     */
    public static Agent start(ActorSystem<?> system, AgentConfig config, Ports ports) throws IOException {
        return start(system, config, ports, AgentGrounds.take(config));
    }

    /**
     * Starts the agent on grounds that were taken with the same settings; if it cannot, they are abandoned.
     *
     * @throws IOException if the journal is damaged, or the spawner does not start: says what to do
     */
    public static Agent start(ActorSystem<?> system, AgentConfig config, Ports ports, AgentGrounds grounds)
            throws IOException {
        try {
            var agent = onGrounds(system, config, ports, grounds);
            grounds.used();
            return agent;
        } catch (IOException | RuntimeException impossible) {
            grounds.abandon();
            throw impossible;
        }
    }

    private static Agent onGrounds(ActorSystem<?> system, AgentConfig config, Ports ports, AgentGrounds grounds)
            throws IOException {
        var workDir = grounds.workDir();
        var processes = grounds.processes();
        var written = grounds.written();
        var state = written.state();
        var info = info(config, ports, workDir, state);
        var host = host(info, state);
        var clock = SteadyClock.ofHost();
        written.begin(config, info, processes.bootId(), clock.instant());
        var books = new TaskBooks(facts(config, info, workDir, processes), state, UUID::randomUUID);
        var threads = hostThreads(system);
        var groups = ControlGroups.open(config.isolation(), config.proc(), workDir);
        var secrets = SecretFiles.open(List.of(Path.of("/run"), Path.of("/dev/shm")), groups.agent());
        var containers = OciLauncher.open(
                config.oci(), workDir, secrets, groups::path, groups.isAny(), threads(system, "image"));
        ports.serving().thenRun(containers::look);
        var containment = new Containment(groups, containers, threads);
        var news = new AgentNews(containment);
        var supervision = Supervision.open(grounds.spawner(), news);
        var journal = new JournalWriter(
                written.journal(),
                threads(system, "journal"),
                number -> news.tell(new AgentCommand.Durable(number)),
                failure -> news.tell(new AgentCommand.JournalFailed(String.valueOf(failure.getMessage()))));
        var fetcher = new Fetcher(config.fetch(), workDir.resolve("cache"));
        var commands = new CommandProbes(supervision, threads.work());
        news.except(commands);
        var launcher = new Launcher(
                supervision,
                new SandboxCollector(workDir, config.sandboxes()),
                new Launcher.Tools(new Accounts(), fetcher, commands, containment),
                new Launcher.Surroundings(
                        endpoint(config, info), System.getProperty("user.name", "root"), ports.tokens()),
                threads,
                news);
        var logs = new LogKeeper(config.logs(), Workshop.of(workDir).cleared(), containment::pauseOf, threads.rounds());
        var snapshot = new AtomicReference<>(nothing(info));
        var parts = new AgentParts(
                books,
                host,
                registration(config, state),
                found(state, supervision, containment, processes.bootId()),
                info,
                toldIp(config),
                ports.version(),
                journal,
                launcher,
                containment,
                logs,
                ports.masters(),
                (address, listener) -> MasterLink.open(system, address, ports.identity(), listener),
                snapshot::set,
                ports.end(),
                config.diskCheckInterval(),
                ports.serving(),
                clock);
        var actor = spawn(system, parts);
        news.connect(actor);
        double recovery = (System.nanoTime() - grounds.begun()) / NANOS_PER_SECOND;
        return new Agent(
                system,
                actor,
                snapshot,
                () -> numbers(launcher, recovery),
                new Closing(logs, fetcher, launcher, journal, supervision, containment, grounds.lock()));
    }

    private static Registration registration(AgentConfig config, AgentState state) {
        var cluster = config.acceptCluster() ? "" : state.clusterId();
        return new Registration(state.agentId(), cluster, state.epoch(), state.lastStart());
    }

    private static ActorRef<AgentCommand> spawn(ActorSystem<?> system, AgentParts parts) {
        var behavior = EndOnFailure.of(AgentActor.create(parts), parts.end());
        return system.systemActorOf(behavior, "agent-" + UUID.randomUUID(), Props.empty());
    }

    private static HostThreads hostThreads(ActorSystem<?> system) {
        return new HostThreads(
                threads(system, "blocking"),
                threads(system, "signal"),
                threads(system, "end"),
                threads(system, "removal"),
                threads(system, "round"));
    }

    private static Executor threads(ActorSystem<?> system, String purpose) {
        return system.dispatchers().lookup(DispatcherSelector.fromConfig("baton.agent." + purpose + "-dispatcher"));
    }

    private static SortedMap<String, Double> numbers(Launcher launcher, double recovery) {
        var out = launcher.numbers();
        out.put("slave/recovery_time_secs", recovery);
        return out;
    }

    /** Before anything is known of its tasks. */
    private static AgentSnapshot nothing(AgentInfo info) {
        return new AgentSnapshot(
                info,
                info.getResourcesList(),
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

    private static HostResources host(AgentInfo info, AgentState state) throws IOException {
        var configured = Resources.fromProto(info.getResourcesList());
        var problem = HostResources.problem(configured, state.host());
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
        return new HostResources(configured, state, UUID::randomUUID);
    }

    private static AgentInfo info(AgentConfig config, Ports ports, Path workDir, AgentState state) throws IOException {
        var hostname = config.hostname().isEmpty() ? HostProbe.hostname() : config.hostname();
        var resources = HostProbe.resources(config.resources(), workDir, config.proc());
        boolean given = ResourcesText.parse(config.resources()).stream()
                .anyMatch(r -> r.getName().equals("disk"));
        return AgentInfo.newBuilder()
                .setHostname(hostname)
                .setPort(ports.httpPort())
                .addAllResources(given ? resources : HostResources.withReservedDisk(resources, state.host()))
                .addAllAttributes(AttributesText.parse(config.attributes()))
                .build();
    }

    /** The address under which it is reached. */
    public static String ip(AgentConfig config) {
        return config.ip().isEmpty() ? HostProbe.address() : config.ip();
    }

    private static String toldIp(AgentConfig config) throws IOException {
        return config.ip().isEmpty() ? "" : InetAddress.getByName(config.ip()).getHostAddress();
    }

    private static String endpoint(AgentConfig config, AgentInfo info) {
        return HostPort.of(ip(config), info.getPort());
    }

    private static AgentFacts facts(AgentConfig config, AgentInfo info, Path workDir, ProcessTable processes)
            throws IOException {
        return new AgentFacts(
                workDir,
                Resources.fromProto(info.getResourcesList()),
                processes.bootId(),
                ip(config),
                config.maxTasks(),
                config.concurrentLaunches(),
                config.announcesStarting(),
                config.rememberedTasks(),
                config.rememberedFor(),
                Runtime.getRuntime().maxMemory() / HELD_SHARE);
    }

    /** What has become of the processes of an earlier agent on this directory; those that are over come last. */
    private static Map<TaskEntry, Supervision.Found> found(
            AgentState state, Supervision supervision, Containment containment, String bootId) throws IOException {
        var out = new LinkedHashMap<TaskEntry, Supervision.Found>();
        var known = new HashSet<String>();
        var over = new LinkedHashMap<TaskEntry, Supervision.Found>();
        for (var entry : state.withProcess()) {
            if (!entry.isTerminal()) {
                known.add(entry.container());
                var found = concluded(find(supervision, entry, bootId), entry, containment);
                boolean alive =
                        found instanceof Supervision.Found.Running || found instanceof Supervision.Found.Starting;
                (alive ? out : over).put(entry, found);
            }
        }
        containment.endOthers(out.keySet().stream().map(TaskEntry::container).collect(Collectors.toSet()), known);
        out.putAll(over);
        for (var container : supervision.remains()) {
            if (!known.contains(container)) {
                supervision.endLeftover(container);
            }
        }
        if (!out.isEmpty()) {
            LOG.info("{} tasks of an earlier agent found", out.size());
        }
        return out;
    }

    private static Supervision.Found concluded(Supervision.Found found, TaskEntry entry, Containment containment) {
        return found instanceof Supervision.Found.Ended ended
                ? new Supervision.Found.Ended(containment.ended(entry.container(), ended.verdict()))
                : found;
    }

    private static Supervision.Found find(Supervision supervision, TaskEntry entry, String bootId) throws IOException {
        if (!entry.bootId().equals(bootId)) {
            return supervision.findAfterReboot(entry.container());
        }
        return entry.process().isPresent()
                ? supervision.find(entry.container(), entry.process())
                : supervision.callOff(entry.container());
    }

    /** A picture at most a tenth of a second old. Callable on any thread. */
    public AgentSnapshot snapshot() {
        return snapshot.get();
    }

    /**
     * A picture of now: it shows at least what any scheduler has been told. If the agent has too much to do, the last
     * one. Callable on any thread; completes on one of the system's own.
     */
    public CompletionStage<AgentSnapshot> picture() {
        return AskPattern.ask(actor, AgentCommand.Show::new, SHOW_TIMEOUT, system.scheduler())
                .handleAsync((picture, late) -> late == null ? picture : snapshot.get(), system.executionContext());
    }

    /** What has been done on the host, under Mesos's names. Callable on any thread. */
    public SortedMap<String, Double> numbers() {
        return numbers.get();
    }

    /**
     * What containers use, by their ids, at most a second old; those that are not measured are missing. Callable on any
     * thread.
     */
    public CompletionStage<Map<String, ResourceStatistics>> usage() {
        return closing.containment().usage();
    }

    /** Tells the agent what the edge hears of custom executors. Callable on any thread. */
    public void hear(ExecutorProtocol message) {
        actor.tell(new AgentCommand.OfExecutor(message));
    }

    /** Tells the agent what the edge wants of nested containers. Callable on any thread. */
    public void hear(ContainerProtocol message) {
        actor.tell(new AgentCommand.OfContainer(message));
    }

    /**
     * Ends all tasks.
     *
     * @param grace between SIGTERM and SIGKILL; each task's own if absent
     * @return completes when none runs any more
     */
    public CompletionStage<Done> shutdownTasks(Optional<Duration> grace) {
        var idle = new CompletableFuture<Done>();
        actor.tell(new AgentCommand.KillAll(grace, idle));
        return idle;
    }

    /** Ends the agent and leaves the tasks alone: the next agent on this work directory takes them over. */
    public CompletionStage<Done> terminate() {
        var stopped = new CompletableFuture<Done>();
        actor.tell(new AgentCommand.Stop(stopped));
        return stopped.completeOnTimeout(Done.getInstance(), STOP_SECONDS, TimeUnit.SECONDS)
                .thenApply(done -> {
                    close();
                    return done;
                });
    }

    private void close() {
        try {
            closing.logs().close();
            closing.fetcher().close();
            closing.launcher().close();
            closing.supervision().close();
            closing.journal().close();
            closing.containment().close();
            closing.lock().close();
        } catch (IOException late) {
            LOG.warn("the agent did not end cleanly: {}", late.toString());
        }
    }
}
