package io.baton.benchmarks.failover;

import io.baton.core.config.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Masters and agents, each a process: on this host's loopback, or each on a host of its own in a {@link Network}. */
public final class Site implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 50;
    private static final int PORTS = 4;
    private static final int DISK_MEGABYTES = 96;
    private static final int OK = 200;
    private static final String STATUS = "/api/v1/operator/status";

    /**
     * What a master on a host of its own would not need: all of them share the cores of this one, and what masters have done
     * for months is to be compiled after seconds.
     */
    private static final String MASTERS_JVM =
            "-Xss512k -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.1 -Xmx320m";

    /** As operators start them: how long a start takes is measured. */
    private static final String AGENTS_JVM = "";

    /** Whether {@link #start} makes sites whose servers encrypt what they say to each other. */
    private static final String ENCRYPTED = "baton.site.tls";

    private final Path directory;
    private final Path launcher;
    private final Optional<Network> network;
    private final Optional<SiteCertificates> certificates;
    private final List<ServerProcess> masters = new CopyOnWriteArrayList<>();
    private final List<SmallDisk> disks = new CopyOnWriteArrayList<>();
    private final List<ServerProcess> agents = new CopyOnWriteArrayList<>();
    private final List<InetSocketAddress> clusterPorts = new ArrayList<>();
    private final List<InetSocketAddress> linkPorts = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private final List<String> agentUrls = new ArrayList<>();
    private final Answers answers = new Answers();

    /** For a run that is ended early: namespaces and disks outlive the process. */
    private final Thread atExit = new Thread(this::remove, "site-removal");

    private boolean removed;
    private int restarts;
    private int activeAgents;

    private Site(Path directory, Path launcher, Optional<Network> network, Optional<SiteCertificates> certificates) {
        this.directory = directory;
        this.launcher = launcher;
        this.network = network;
        this.certificates = certificates;
    }

    /**
     * Starts them and waits until each master shows each agent.
     *
     * @param resources of each agent, as {@code --resources} takes them
     * @param network whether each gets a host of its own, the masters the first ones, then the agents; and each master a
     *     disk of its own
     */
    public static Site start(int masters, int agents, String resources, boolean network)
            throws IOException, InterruptedException {
        return start(Launcher.here(), masters, agents, resources, network);
    }

    /** As the other, on loopback; what servers say to each other is encrypted. Needs {@code openssl}. */
    public static Site encrypted(int masters, int agents, String resources) throws IOException, InterruptedException {
        return start(Launcher.here(), masters, agents, resources, false, true);
    }

    /** As the other, with servers of the version whose {@code baton} script this is. */
    static Site start(Path launcher, int masters, int agents, String resources, boolean network)
            throws IOException, InterruptedException {
        return start(launcher, masters, agents, resources, network, Boolean.getBoolean(ENCRYPTED));
    }

    private static Site start(
            Path launcher, int masters, int agents, String resources, boolean network, boolean encrypted)
            throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("baton-site-");
        var certificates = encrypted
                ? Optional.of(SiteCertificates.make(launcher, directory.resolve("certificates")))
                : Optional.<SiteCertificates>empty();
        var hosts = network ? Optional.of(Network.of(masters + agents)) : Optional.<Network>empty();
        var site = new Site(directory, launcher, hosts, certificates);
        Runtime.getRuntime().addShutdownHook(site.atExit);
        try {
            var ports = FreePorts.some(masters * PORTS + agents);
            var seeds = new ArrayList<String>();
            for (int i = 0; i < masters; i++) {
                site.clusterPorts.add(new InetSocketAddress(site.address(i), ports.get(i * PORTS)));
                site.linkPorts.add(new InetSocketAddress(site.address(i), ports.get(i * PORTS + 2)));
                seeds.add(site.address(i) + ":" + ports.get(i * PORTS));
                site.urls.add("http://" + site.address(i) + ":" + ports.get(i * PORTS + 1));
            }
            for (int i = 0; i < masters; i++) {
                if (network) {
                    site.disks.add(SmallDisk.at(directory.resolve("master-" + i), DISK_MEGABYTES));
                }
                site.masters.add(site.master(i, seeds, ports.subList(i * PORTS, i * PORTS + PORTS)));
            }
            for (int i = 0; i < agents; i++) {
                site.agentUrls.add("http://" + site.address(masters + i) + ":" + ports.get(masters * PORTS + i));
                site.agents.add(site.agent(i, masters + i, ports.get(masters * PORTS + i), resources));
            }
            site.activeAgents = agents;
            site.awaitReady();
            return site;
        } catch (IOException | InterruptedException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    private ServerProcess master(int i, List<String> seeds, List<Integer> ports)
            throws IOException, InterruptedException {
        var name = "master-" + i;
        var arguments = new ArrayList<>(List.of(
                "master",
                "--ip",
                address(i),
                "--port",
                Integer.toString(ports.get(1)),
                "--link-port",
                Integer.toString(ports.get(2)),
                "--cluster-port",
                Integer.toString(ports.get(0)),
                "--seeds",
                String.join(",", seeds),
                "--work-dir",
                directory.resolve(name).toString()));
        if (certificates.isPresent()) {
            arguments.addAll(certificates.get().ofMaster(name, address(i)));
        }
        return ServerProcess.start(launcher, log(name), MASTERS_JVM, arguments, on(i));
    }

    private String address(int host) {
        return network.map(hosts -> hosts.address(host)).orElse("127.0.0.1");
    }

    private UnaryOperator<List<String>> on(int host) {
        return command -> network.map(hosts -> hosts.on(host, command)).orElse(command);
    }

    private ServerProcess agent(int i, int host, int port, String resources) throws IOException, InterruptedException {
        var name = "agent-" + i;
        var at = urls.stream().map(u -> u.substring("http://".length())).collect(Collectors.joining(","));
        var arguments = new ArrayList<>(List.of(
                "agent",
                "--ip",
                address(host),
                "--hostname",
                name,
                "--port",
                Integer.toString(port),
                "--master",
                at,
                "--resources",
                resources,
                "--work-dir",
                directory.resolve(name).toString()));
        if (certificates.isPresent()) {
            arguments.addAll(certificates.get().ofAgent(name));
        }
        return ServerProcess.start(launcher, log(name), AGENTS_JVM, arguments, on(host));
    }

    private Path log(String server) {
        return directory.resolve(server + ".log");
    }

    /** HTTP addresses of all masters. */
    public List<String> urls() {
        return List.copyOf(urls);
    }

    /** A directory for files that tasks write. */
    public Path directory() {
        return directory;
    }

    /** Where masters listen for each other. */
    public List<InetSocketAddress> clusterPorts() {
        return List.copyOf(clusterPorts);
    }

    /** Where masters listen for agents. */
    public List<InetSocketAddress> linkPorts() {
        return List.copyOf(linkPorts);
    }

    /** The files of an {@link #encrypted} site: of {@code links} and of {@code masters}, named for the servers. */
    public Path certificates() {
        return directory.resolve("certificates");
    }

    public void killMaster(int i) throws InterruptedException {
        masters.get(i).kill();
    }

    public void stopMaster(int i) throws InterruptedException {
        masters.get(i).stop();
    }

    public void startMaster(int i) throws IOException {
        masters.get(i).start();
    }

    /** Starts it by this script: as another version, perhaps. */
    void startMaster(int i, Path launcher) throws IOException {
        masters.get(i).start(launcher);
    }

    /** The master stands still; to others its host looks as if it had gone. */
    public void freezeMaster(int i) throws IOException, InterruptedException {
        masters.get(i).signal("STOP");
    }

    /** The master goes on, and does not know that time has passed. */
    public void thawMaster(int i) throws IOException, InterruptedException {
        masters.get(i).signal("CONT");
    }

    /** The disk of a master has no byte left, or has some again; only if they have some of their own. */
    void fillDisk(int master, boolean full) throws IOException {
        if (full) {
            disks.get(master).fill();
        } else {
            disks.get(master).free();
        }
    }

    /** From now on this master's disk answers each sync with an error; ends with the process. Needs {@code strace}. */
    void breakSyncs(int master) throws IOException {
        new ProcessBuilder(
                        "strace",
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=fsync,fdatasync",
                        "-e",
                        "inject=fsync,fdatasync:error=EIO",
                        "-p",
                        Long.toString(masters.get(master).pid()))
                .inheritIO()
                .start();
    }

    /**
     * Waits until a master has ended by itself.
     *
     * @param meanwhile done again and again
     * @return what it has said since it was started the first time
     */
    String awaitEndOfMaster(int i, Runnable meanwhile) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (masters.get(i).isAlive()) { // Not await: that one starts it again.
            if (System.nanoTime() > end) {
                throw new IllegalStateException("master " + i + " goes on, with a disk that does not");
            }
            meanwhile.run();
            pause(LOOK_MILLIS);
        }
        return Files.readString(log("master-" + i));
    }

    /** The hosts they run on; only if they have some of their own. */
    public Network network() {
        return network.orElseThrow();
    }

    /** Prepares this master's messages to be held, from its next start on; only if there is a network. */
    HeldMaster holdable(int master) throws IOException {
        var others = new ArrayList<>(clusterPorts);
        others.remove(master);
        var agentHosts = IntStream.range(0, agents.size()).map(i -> masters.size() + i);
        return new HeldMaster(
                network(),
                master,
                others,
                linkPorts.get(master),
                agentHosts.boxed().toList());
    }

    /** Which master leads the registry, as it says itself; -1 for none. */
    public int leader() {
        for (int i = 0; i < masters.size(); i++) {
            var status = answers.body(urls.get(i) + STATUS);
            var voter = Answers.text(status, "voter_id");
            if (!voter.isEmpty() && voter.equals(Answers.text(status, "leader"))) {
                return i;
            }
        }
        return -1;
    }

    /** The most agents that any master holds to be unreachable; -1 if none answers. */
    public int unreachableAgents() {
        return urls.stream()
                .mapToInt(url -> Answers.number(answers.body(url + STATUS), "agents_unreachable"))
                .max()
                .orElse(-1);
    }

    /** The last entry of the registry's log that a master's copy shows; -1 if it does not answer. */
    int appliedIndex(int master) {
        return Answers.number(answers.body(urls.get(master) + STATUS), "applied_index");
    }

    /** Whether a master's process runs. */
    boolean isAlive(int master) {
        return masters.get(master).isAlive();
    }

    /** How often agents have refused an order of an owner that others have replaced, as they said. */
    int refusals() throws IOException {
        int count = 0;
        for (int i = 0; i < agents.size(); i++) {
            count += Answers.count(Files.readString(log("agent-" + i)) + " ", "a command of an epoch below ");
        }
        return count;
    }

    /** The pid of an agent as it runs now. */
    public long agentPid(int i) {
        return agents.get(i).pid();
    }

    /** Where an agent keeps its files. */
    public Path agentDirectory(int i) {
        return directory.resolve("agent-" + i);
    }

    /** Where an agent listens. */
    public String agentUrl(int i) {
        return agentUrls.get(i);
    }

    public void killAgent(int i) throws InterruptedException {
        agents.get(i).kill();
    }

    public void startAgent(int i) throws IOException {
        agents.get(i).start();
    }

    /** {@code SIGTERM}, and the start by this script: as another version, perhaps. */
    void changeAgent(int i, Path launcher) throws IOException, InterruptedException {
        agents.get(i).stop();
        agents.get(i).start(launcher);
    }

    /**
     * Waits until an agent's process has ended by itself, as one does that was declared gone; from then on it is not
     * expected any more.
     */
    public void awaitEndOfAgent(int i) throws InterruptedException {
        await("agent " + i + " ends", () -> !agents.get(i).isAlive());
        activeAgents--;
    }

    /** How many agents a master shows as active; -1 if it does not answer. */
    public int activeAgents(int master) {
        return Answers.count(answers.body(urls.get(master) + "/api/v1/agents"), "\"active\":true");
    }

    /** The id of the agent of this host name; empty if no master shows it. */
    public String agentId(String hostname) {
        var found = Pattern.compile("\"hostname\":\"" + hostname + "\".*?\"id\":\\{\"value\":\"([^\"]*)\"")
                .matcher(answers.body(urls.get(0) + "/api/v1/agents"));
        return found.find() ? found.group(1) : "";
    }

    /** @return the status of the answer to this call; -1 if there is none */
    public int post(int master, String path, String json) {
        return answers.post(urls.get(master) + path, json);
    }

    /** @return the status of the answer to this value; -1 if there is none */
    int put(int master, String path, byte[] value) {
        return answers.put(urls.get(master) + path, value);
    }

    /** Waits until each master is fit to serve and shows each agent as active. */
    public void awaitReady() throws InterruptedException {
        await(
                "each master is ready and shows all agents",
                () -> urls.stream().allMatch(this::isReady),
                this::whatServersSay);
    }

    /** Waits until this master is fit to serve and shows each agent as active. */
    public void awaitReady(int master) throws InterruptedException {
        await("master " + master + " is ready and shows all agents", () -> isReady(urls.get(master)));
    }

    /** Of each server whether it runs, what a master answers, and the end of its log. */
    private String whatServersSay() {
        var out = new StringBuilder();
        for (int i = 0; i < masters.size(); i++) {
            out.append(masters.get(i).described())
                    .append(", of its readiness: ")
                    .append(answers.words(urls.get(i) + "/health/ready"))
                    .append(", active agents: ")
                    .append(activeAgents(i));
        }
        agents.forEach(agent -> out.append(agent.described()));
        return out.toString();
    }

    private boolean isReady(String url) {
        return answers.status(url + "/health/ready") == OK
                && Answers.count(answers.body(url + "/api/v1/agents"), "\"active\":true") == activeAgents;
    }

    /** How many tasks a master shows as running; -1 if it does not answer. */
    public int runningTasks(int master) {
        return Answers.count(
                answers.body(urls.get(master) + "/api/v1/tasks"), "\"state\":\"TASK_RUNNING\",\"resources\"");
    }

    /** How many masters are fit to serve. */
    public int serving() {
        return (int) urls.stream()
                .filter(u -> answers.status(u + "/health/ready") == OK)
                .count();
    }

    /** The most running tasks that any master shows. */
    public int mostRunningTasks() {
        int most = -1;
        for (int i = 0; i < masters.size(); i++) {
            most = Math.max(most, runningTasks(i));
        }
        return most;
    }

    /** Looks until it is so. */
    public void await(String what, BooleanSupplier isSo) throws InterruptedException {
        await(what, isSo, () -> "");
    }

    /** Looks until it is so; else says what is so instead. */
    public void await(String what, BooleanSupplier isSo, Supplier<String> instead) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            supervise();
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "not within " + PATIENCE.toSeconds() + " s: " + what + "; " + instead.get());
            }
            pause(LOOK_MILLIS);
        }
    }

    private void supervise() {
        try {
            for (var master : masters) {
                restarts += master.supervise() ? 1 : 0;
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** How many masters ended by themselves, since the others had gone on without them, and were started again. */
    public int restarts() {
        return restarts;
    }

    /** Lets time pass. */
    public static void pause(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    /** Ends all processes and removes their files. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException already) {
            // This process ends; whoever comes first removes it.
        }
        remove();
    }

    private synchronized void remove() {
        if (removed) {
            return;
        }
        removed = true;
        masters.forEach(ServerProcess::close);
        agents.forEach(ServerProcess::close);
        network.ifPresent(Network::close);
        disks.forEach(SmallDisk::close);
        if (Boolean.getBoolean("baton.site.keep")) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            System.err.println("could not remove " + directory + ": " + left.getMessage());
        }
    }
}
