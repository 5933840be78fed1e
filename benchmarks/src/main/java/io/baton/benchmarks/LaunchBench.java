package io.baton.benchmarks;

import io.baton.distribution.config.Configuration;
import io.baton.distribution.node.LocalCluster;
import io.baton.sdk.Framework;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Real {@code true} tasks through the v1 API on one agent, master, agent and scheduler in this JVM: how many a second,
 * against how many bare processes this JVM starts; then one after the other, how long from ACCEPT to RUNNING.
 */
final class LaunchBench {
    private static final int IN_FLIGHT = 200;
    private static final int SPAWN_THREADS = 4;
    /** A runtime waits for the kernel most of the time: more of them at once may be quicker. */
    private static final int MORE_THREADS = 16;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int SLICE = 1_000;
    /** A JVM is warm when some slices in a row were not faster by this much than the best one before. */
    private static final double STILL_WARMING = 1.05;

    private LaunchBench() {}

    static Report run(boolean full) throws IOException, InterruptedException {
        var report = together(full);
        alone(report, full);
        return report;
    }

    private static Report together(boolean full) throws IOException, InterruptedException {
        int tasks = full ? 10_000 : 3_000;
        int single = full ? 1_000 : 200;
        var directory = Files.createTempDirectory("baton-bench-");
        try (var cluster = LocalCluster.start(Configuration.load(Optional.empty(), settings(directory)), () -> {})) {
            var url = cluster.node().masterUrl();
            int warmUp = full ? warmUp(url, Duration.ofMinutes(3), 8) : warmUp(url, Duration.ofSeconds(25), 2);
            SpawnRate.measure(tasks / 2, SPAWN_THREADS);
            double spawns = SpawnRate.measure(tasks, SPAWN_THREADS);
            var crowd = measured(url, "crowd-", tasks, IN_FLIGHT);
            var lone = measured(url, "lone-", single, 1);
            var report = new Report("launch")
                    .figure("tasks_per_second", crowd.tasksPerSecond(), "1/s", tasks)
                    .figure("spawn_per_second", spawns, "1/s", tasks)
                    .figure("ratio_to_spawn", crowd.tasksPerSecond() / spawns, "", tasks)
                    .figure("cpu_ms_all", crowd.cpuMillisPerTask(), "ms", tasks)
                    .figure("accept_to_running_ms_p50", lone.acceptToRunningMillis(50), "ms", single)
                    .figure("accept_to_running_ms_p99", lone.acceptToRunningMillis(99), "ms", single)
                    .figure("failed", crowd.failed() + lone.failed(), "tasks", tasks + single)
                    .condition("real", "processes, sandboxes, logs, checkpoints with fsync, HTTP, agent link")
                    .condition("simulated", "nothing; master, agent and scheduler share this JVM")
                    .condition("in_flight", Integer.toString(IN_FLIGHT))
                    .condition("warm_up_tasks", Integer.toString(warmUp));
            for (var part : ThreadTimes.Part.values()) {
                report.figure(
                        "cpu_ms_" + part.name().toLowerCase(Locale.ROOT), crowd.cpuMillisPerTask(part), "ms", tasks);
            }
            return report;
        } finally {
            remove(directory);
        }
    }

    /** The tasks of the agent that is measured alone; the rate and cost of them without anything around. */
    private static void alone(Report report, boolean full) throws IOException, InterruptedException {
        int tasks = full ? 10_000 : 2_000;
        var c = BareSpawn.measure(tasks, SPAWN_THREADS, List.of("/bin/true"));
        var bare = BareSpawn.measure(tasks, SPAWN_THREADS, List.of("/bin/sh", "-c", "--", "true"));
        if (c.isEmpty() || bare.isEmpty()) {
            report.condition(
                    "cpu_ms_per_task", "not measured: there is no C compiler to tell what a task takes by itself");
            return;
        }
        var cost = AgentCost.measure(tasks, tasks, IN_FLIGHT, bare.get().cpuMillis());
        report.figure("spawn_per_second_c", c.get().perSecond(), "1/s", tasks)
                .figure("cpu_ms_per_task", cost.agentMillis() + cost.helperMillis(), "ms", tasks)
                .figure("cpu_ms_agent", cost.agentMillis(), "ms", tasks)
                .figure("cpu_ms_helpers", cost.helperMillis(), "ms", tasks)
                .figure("cpu_ms_bare", bare.get().cpuMillis(), "ms", tasks)
                .condition("cpu_ms_per_task", "of an agent in a process of its own, its master in another one");
    }

    /** The same in containers, against what the bare runtime takes for them. */
    static Report oci(boolean full) throws IOException, InterruptedException {
        int tasks = full ? 1_000 : 120;
        int single = full ? 100 : 20;
        var directory = Files.createTempDirectory("baton-bench-");
        var oci = new OciLaunch(directory.resolve("oci"));
        var settings = settings(directory.resolve("agent"));
        settings.put("baton.agent.oci.images", oci.images().toString());
        try (var cluster = LocalCluster.start(Configuration.load(Optional.empty(), settings), () -> {})) {
            var url = cluster.node().masterUrl();
            var container = Optional.of(OciLaunch.container());
            measured(url, new LaunchScheduler("warm-", tasks / 2, IN_FLIGHT, container));
            oci.runtimeRate("warm-", tasks / 4, SPAWN_THREADS);
            double before = oci.runtimeRate("before-", tasks, SPAWN_THREADS);
            var crowd = measured(url, new LaunchScheduler("crowd-", tasks, IN_FLIGHT, container));
            double after = oci.runtimeRate("after-", tasks, MORE_THREADS);
            var lone = measured(url, new LaunchScheduler("lone-", single, 1, container));
            double runtime = Math.max(before, after);
            return new Report("launch-oci")
                    .figure("tasks_per_second", crowd.tasksPerSecond(), "1/s", tasks)
                    .figure("runtime_per_second", runtime, "1/s", 2L * tasks)
                    .figure("ratio_to_runtime", crowd.tasksPerSecond() / runtime, "", tasks)
                    .figure("accept_to_running_ms_p50", lone.acceptToRunningMillis(50), "ms", single)
                    .figure("accept_to_running_ms_p99", lone.acceptToRunningMillis(99), "ms", single)
                    .figure("failed", crowd.failed() + lone.failed(), "tasks", tasks + single)
                    .condition(
                            "real", "containers with limits, overlay, seccomp, sandboxes, logs, checkpoints with fsync")
                    .condition(
                            "runtime",
                            "runc run, the better of 4 at a time before and 16 after; namespaces and limits as in the tasks")
                    .condition("in_flight", Integer.toString(IN_FLIGHT));
        } finally {
            remove(directory);
        }
    }

    /**
     * Runs tasks until that gets no faster, or for so long.
     *
     * @param patience how many slices in a row may be no faster
     */
    private static int warmUp(String url, Duration limit, int patience) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        double best = 0;
        int slow = 0;
        int tasks = 0;
        while (slow < patience && System.nanoTime() < end) {
            double rate = measured(url, "warm-" + tasks + "-", SLICE, IN_FLIGHT).tasksPerSecond();
            tasks += SLICE;
            slow = rate > best * STILL_WARMING ? 0 : slow + 1;
            best = Math.max(best, rate);
        }
        return tasks;
    }

    static LaunchScheduler measured(String url, String prefix, int tasks, int inFlight) throws InterruptedException {
        return measured(url, new LaunchScheduler(prefix, tasks, inFlight));
    }

    private static LaunchScheduler measured(String url, LaunchScheduler scheduler) throws InterruptedException {
        try (var framework = Framework.builder()
                .masters(url)
                .name("bench launch")
                .failoverTimeout(Duration.ZERO)
                .start(scheduler)) {
            if (!scheduler.await(LIMIT)) {
                throw new IllegalStateException("not all tasks ended within " + LIMIT.toMinutes() + " minutes");
            }
            framework.teardown().join();
            return scheduler;
        }
    }

    private static Map<String, Object> settings(Path directory) {
        var settings = LocalCluster.settings(directory, "127.0.0.1", 0, 0);
        settings.put("baton.agent.resources", LaunchScheduler.AGENT);
        return settings;
    }

    private static void remove(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
