package io.baton.benchmarks;

import io.baton.benchmarks.failover.Site;
import io.baton.sdk.Framework;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** An agent with many tasks that stay: what it and their supervisors cost, and how soon another agent has taken them up. */
final class ResidentBench {
    private static final int TASKS = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long SETTLE_SECONDS = 15;
    private static final long IDLE_SECONDS = 20;
    private static final long LOOK_MILLIS = 10;
    private static final double MILLIS_PER_PERCENT = 10;
    private static final int OK = 200;
    private static final Pattern TASK = Pattern.compile("^S ([0-9]+)", Pattern.MULTILINE);
    /** Who waits for the task, and who takes its place. */
    private static final Pattern SUPERVISOR =
            Pattern.compile("^B ([0-9]+)(?: [0-9]+ ([0-9]+) [0-9]+)?", Pattern.MULTILINE);

    private ResidentBench() {}

    static Report run() throws IOException, InterruptedException {
        var site = Site.start(1, 1, "cpus:32;mem:8192;disk:10000", false);
        var cleanUp = new Thread(() -> endAll(site));
        Runtime.getRuntime().addShutdownHook(cleanUp);
        var report = run(site);
        Runtime.getRuntime().removeShutdownHook(cleanUp);
        endAll(site);
        return report;
    }

    /** Tasks, supervisors and what starts them outlive an agent: whatever is left when something goes wrong ends here. */
    private static void endAll(Site site) {
        var doomed = new ArrayList<Long>();
        try {
            doomed.addAll(pids(site.agentDirectory(0), TASK));
            doomed.addAll(supervisors(site.agentDirectory(0)));
            var spawner = Files.readString(site.agentDirectory(0).resolve("meta/supervision/spawner.pid"));
            doomed.add(Long.parseLong(spawner.split(" ")[0]));
        } catch (IOException gone) {
            System.err.println("not all tasks may have ended: " + gone.getMessage());
        }
        site.close();
        doomed.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private static Report run(Site site) throws IOException, InterruptedException {
        var scheduler = new ResidentScheduler(TASKS);
        try (var framework = Framework.builder()
                .masters(site.urls().get(0))
                .name("bench resident")
                .failoverTimeout(Duration.ZERO)
                .start(scheduler)) {
            if (!scheduler.awaitRunning(LIMIT)) {
                throw new IllegalStateException("not all of " + TASKS + " tasks ran within " + LIMIT.toMinutes()
                        + " minutes; the log of the agent is in " + site.directory());
            }
            var report = measured(site);
            report.figure("lost", scheduler.ended(), "tasks", TASKS);
            framework.teardown().join();
            site.await("all tasks have ended", () -> noneLeft(site.agentDirectory(0)));
            return report;
        }
    }

    private static Report measured(Site site) throws IOException, InterruptedException {
        pause(SETTLE_SECONDS);
        var agent = List.of(site.agentPid(0));
        var before = ProcessTimes.of(agent);
        pause(IDLE_SECONDS);
        double idle = ProcessTimes.of(agent).since(before).own() / (IDLE_SECONDS * MILLIS_PER_PERCENT);
        double rss = kilobytes(site.agentPid(0), "status", "VmRSS:") / 1024.0;
        var supervisors = new HashSet<>(supervisors(site.agentDirectory(0)));
        double resident = 0;
        double proportional = 0;
        for (long pid : supervisors) {
            resident += kilobytes(pid, "status", "VmRSS:");
            proportional += kilobytes(pid, "smaps_rollup", "Pss:");
        }
        site.killAgent(0);
        long start = System.nanoTime();
        site.startAgent(0);
        double listens = seconds(start, site.agentUrl(0), ResidentBench::listens);
        double readopt = seconds(start, site.agentUrl(0), ResidentBench::isReady);
        return new Report("resident")
                .figure("agent_rss_mb", rss, "MB", 1)
                .figure("idle_cpu_percent", idle, "%", 1)
                .figure("supervisor_rss_kb", resident / TASKS, "kB", TASKS)
                .figure("supervisor_pss_kb", proportional / TASKS, "kB", TASKS)
                .figure("readopt_s", readopt, "s", TASKS)
                .figure("readopt_listens_s", listens, "s", 1)
                .condition("tasks", Integer.toString(TASKS))
                .condition("supervisors", Integer.toString(supervisors.size()))
                .condition(
                        "readopt",
                        "from the start of the agent's JVM after kill -9 until its master has it with all tasks")
                .condition("idle", IDLE_SECONDS + " s, after " + SETTLE_SECONDS + " s of rest; in percent of one core");
    }

    private static boolean noneLeft(Path agent) {
        try {
            return supervisors(agent).isEmpty();
        } catch (IOException gone) {
            return false; // A file went while it was looked for.
        }
    }

    private static List<Long> supervisors(Path agent) throws IOException {
        return pids(agent, SUPERVISOR);
    }

    private static List<Long> pids(Path agent, Pattern which) throws IOException {
        var out = new ArrayList<Long>();
        try (var exits = Files.list(agent.resolve("meta/supervision/exits"))) {
            for (var exit : exits.toList()) {
                var begun = which.matcher(Files.readString(exit));
                if (begun.find()) {
                    for (int i = 1; i <= begun.groupCount() && begun.group(i) != null; i++) {
                        out.add(Long.parseLong(begun.group(i)));
                    }
                }
            }
        }
        return out;
    }

    private static double kilobytes(long pid, String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
    }

    private interface Stage {
        boolean isReached(HttpClient client, String url) throws InterruptedException;
    }

    /** From the start until the agent has come so far. */
    private static double seconds(long start, String url, Stage stage) throws InterruptedException {
        var client = HttpClient.newHttpClient();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!stage.isReached(client, url)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the agent did not take its tasks up again");
            }
            new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Whether it answers at all: its JVM has started. */
    private static boolean listens(HttpClient client, String url) throws InterruptedException {
        try {
            client.send(
                    HttpRequest.newBuilder(URI.create(url + "/health/ready")).build(), BodyHandlers.discarding());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether it is registered again and shows all tasks as running. */
    private static boolean isReady(HttpClient client, String url) throws InterruptedException {
        try {
            var ready = client.send(
                    HttpRequest.newBuilder(URI.create(url + "/health/ready")).build(), BodyHandlers.ofString());
            if (ready.statusCode() != OK) {
                return false;
            }
            var metrics = client.send(
                    HttpRequest.newBuilder(URI.create(url + "/metrics/snapshot"))
                            .build(),
                    BodyHandlers.ofString());
            return metrics.body().matches("(?s).*\"slave\\\\?/tasks_running\":" + TASKS + "(\\.0)?[,}].*");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause(long seconds) throws InterruptedException {
        new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }
}
