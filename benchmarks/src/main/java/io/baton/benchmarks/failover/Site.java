package io.baton.benchmarks.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Masters and agents on this host's loopback, each a process. */
public final class Site implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 50;
    private static final int PORTS = 4;
    private static final int OK = 200;

    private final Path directory;
    private final List<ServerProcess> masters = new ArrayList<>();
    private final List<ServerProcess> agents = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private final List<String> agentUrls = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private int restarts;

    private Site(Path directory) {
        this.directory = directory;
    }

    /**
     * Starts them and waits until each master shows each agent.
     *
     * @param resources of each agent, as {@code --resources} takes them
     */
    public static Site start(int masters, int agents, String resources) throws IOException, InterruptedException {
        var site = new Site(Files.createTempDirectory("baton-site-"));
        try {
            var ports = freePorts(masters * PORTS + agents);
            var seeds = new ArrayList<String>();
            for (int i = 0; i < masters; i++) {
                seeds.add("127.0.0.1:" + ports.get(i * PORTS));
                site.urls.add("http://127.0.0.1:" + ports.get(i * PORTS + 1));
            }
            for (int i = 0; i < masters; i++) {
                site.masters.add(site.master(i, seeds, ports.subList(i * PORTS, i * PORTS + PORTS)));
            }
            for (int i = 0; i < agents; i++) {
                site.agentUrls.add("http://127.0.0.1:" + ports.get(masters * PORTS + i));
                site.agents.add(site.agent(i, ports.get(masters * PORTS + i), resources));
            }
            site.awaitReady();
            return site;
        } catch (IOException | InterruptedException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    private ServerProcess master(int i, List<String> seeds, List<Integer> ports) throws IOException {
        return ServerProcess.start(
                "master-" + i,
                directory,
                "320m",
                List.of(
                        "master",
                        "--ip",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(ports.get(1)),
                        "--link-port",
                        Integer.toString(ports.get(2)),
                        "--cluster-port",
                        Integer.toString(ports.get(0)),
                        "--seeds",
                        String.join(",", seeds),
                        "--work-dir",
                        directory.resolve("master-" + i).toString()));
    }

    private ServerProcess agent(int i, int port, String resources) throws IOException {
        var at = urls.stream().map(u -> u.substring("http://".length())).collect(Collectors.joining(","));
        return ServerProcess.start(
                "agent-" + i,
                directory,
                "128m",
                List.of(
                        "agent",
                        "--ip",
                        "127.0.0.1",
                        "--hostname",
                        "agent-" + i,
                        "--port",
                        Integer.toString(port),
                        "--master",
                        at,
                        "--resources",
                        resources,
                        "--work-dir",
                        directory.resolve("agent-" + i).toString()));
    }

    /** Ports that were free a moment ago, all different. */
    private static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            var ports = new ArrayList<Integer>();
            for (int i = 0; i < count; i++) {
                var socket = new ServerSocket(0);
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    /** HTTP addresses of all masters. */
    public List<String> urls() {
        return List.copyOf(urls);
    }

    /** A directory for files that tasks write. */
    public Path directory() {
        return directory;
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

    /** The master stands still; to others its host looks as if it had gone. */
    public void freezeMaster(int i) throws IOException, InterruptedException {
        masters.get(i).signal("STOP");
    }

    /** The master goes on, and does not know that time has passed. */
    public void thawMaster(int i) throws IOException, InterruptedException {
        masters.get(i).signal("CONT");
    }

    /** Which master leads the registry, as it says itself; -1 for none. */
    public int leader() {
        for (int i = 0; i < masters.size(); i++) {
            var status = body(urls.get(i) + "/api/v1/operator/status");
            var voter = text(status, "voter_id");
            if (!voter.isEmpty() && voter.equals(text(status, "leader"))) {
                return i;
            }
        }
        return -1;
    }

    private static String text(String json, String field) {
        var found = Pattern.compile("\"" + field + "\":\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
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

    /** Waits until each master is fit to serve and shows each agent as active. */
    public void awaitReady() throws InterruptedException {
        await("each master is ready and shows all agents", () -> urls.stream().allMatch(this::isReady));
    }

    /** Waits until this master is fit to serve and shows each agent as active. */
    public void awaitReady(int master) throws InterruptedException {
        await("master " + master + " is ready and shows all agents", () -> isReady(urls.get(master)));
    }

    private boolean isReady(String url) {
        return status(url + "/health/ready") == OK
                && count(body(url + "/api/v1/agents"), "\"active\":true") == agents.size();
    }

    /** How many tasks a master shows as running; -1 if it does not answer. */
    public int runningTasks(int master) {
        return count(body(urls.get(master) + "/api/v1/tasks"), "\"state\":\"TASK_RUNNING\",\"resources\"");
    }

    /** How many masters are fit to serve. */
    public int serving() {
        return (int)
                urls.stream().filter(u -> status(u + "/health/ready") == OK).count();
    }

    /** The most running tasks that any master shows. */
    public int mostRunningTasks() {
        int most = -1;
        for (int i = 0; i < masters.size(); i++) {
            most = Math.max(most, runningTasks(i));
        }
        return most;
    }

    private static int count(String text, String part) {
        return text.isEmpty() ? -1 : text.split(Pattern.quote(part), -1).length - 1;
    }

    private int status(String url) {
        try {
            return client.send(request(url), BodyHandlers.discarding()).statusCode();
        } catch (IOException down) {
            return -1;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private String body(String url) {
        try {
            var answer = client.send(request(url), BodyHandlers.ofString());
            return answer.statusCode() == OK ? answer.body() : "";
        } catch (IOException down) {
            return "";
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(3))
                .build();
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
        masters.forEach(ServerProcess::close);
        agents.forEach(ServerProcess::close);
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
