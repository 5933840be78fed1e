package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.scalar;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.cgroup.IsolationSettings;
import io.baton.executor.process.ProcessTable;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that take more than they may, or will not end: real ones, in real control groups. */
class IsolationTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));

    @TempDir
    private Path workDir;

    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        try (var groups = ControlGroups.open(
                IsolationSettings.parse("cgroups/all", "baton-test", true, 30), Path.of("/proc"), workDir)) {
            assertThat(groups.names()).isEmpty();
        } catch (IOException refused) {
            assumeThat(refused.getMessage())
                    .as("this host lets us make control groups")
                    .isNull();
        }
        agent = new RunningAgent(
                KIT.system(),
                workDir,
                Map.of(
                        "baton.agent.isolation",
                        "cgroups/all",
                        "baton.agent.cgroups.root",
                        "baton-test",
                        "baton.agent.cgroups.enable-cfs",
                        true,
                        "baton.agent.cgroups.pids-limit",
                        30));
    }

    @AfterEach
    void stop() throws IOException {
        if (agent != null) {
            agent.close();
        }
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private static TaskInfo.Builder withMemory(String id, int mb, String command) {
        return task(id, command)
                .clearResources()
                .addResources(scalar("cpus", 0.2))
                .addResources(scalar("mem", mb));
    }

    /** Takes memory in a shell, without any other program. */
    private static final String HOG = "x=0123456789abcdef; while :; do x=$x$x; done";

    @Test
    void aTaskThatWantsTooMuchMemoryIsEndedAlone() throws IOException {
        agent.master().run(FRAMEWORK, task("neighbour", "sleep 1000").build());
        agent.master().await("neighbour", TaskState.TASK_RUNNING);

        var end = agent.runToEnd(withMemory("hog", 40, HOG));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(end.getMessage()).matches("Memory limit exceeded: Requested: 40MB Maximum Used: (39|40)MB");
        assertThat(agent.master().states("neighbour")).endsWith(TaskState.TASK_RUNNING);
    }

    @Test
    void aTaskOfWhichAPartWasKilledForMemoryIsEnded() throws IOException {
        var end = agent.runToEnd(withMemory("part", 40, "sh -c '" + HOG + "'; sleep 1000"));

        assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }

    @Test
    void aForkBombIsHeldAndRemoved() throws IOException {
        var sleep = "sleep 1000." + ProcessHandle.current().pid();
        agent.master()
                .run(
                        FRAMEWORK,
                        task(
                                        "bomb",
                                        ": " + workDir + "; bomb() { " + sleep
                                                + " & bomb & wait; }; while :; do bomb; done")
                                .build());
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .ignoreException(NoSuchFileException.class)
                .until(() -> agent.output("bomb", "stderr").contains("fork"));

        agent.master().kill("bomb", Duration.ZERO);
        var end = agent.awaitEnd("bomb");

        assertThat(end.getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(ProcessHandle.allProcesses()
                        .map(p -> p.info().commandLine().orElse(""))
                        .filter(line -> line.contains(": " + workDir) || line.contains(sleep)))
                .isEmpty();
    }

    @Test
    void aDaemonEndsWithItsTask() throws IOException {
        var end = agent.runToEnd(task(
                "parent",
                "setsid sh -c 'trap \"\" TERM HUP; (echo $PPID; exec sleep 1000) & echo $! >daemon' &"
                        + " while [ ! -s daemon ]; do sleep 0.05; done"));

        long daemon = Long.parseLong(agent.output("parent", "daemon").strip());
        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(PROCESSES.find(daemon).filter(ProcessTable.Entry::isAlive)).isEmpty();
    }

    @Test
    void aTaskThatIgnoresTheSignalEndsByForceWithAllItsDaemons() throws IOException {
        agent.master()
                .run(
                        FRAMEWORK,
                        task("deaf", "trap '' TERM; setsid sleep 1000 & echo $! >daemon; while :; do sleep 1; done")
                                .build());
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> Files.exists(agent.sandbox("deaf").resolve("daemon"))
                        && !agent.output("deaf", "daemon").isBlank());
        long daemon = Long.parseLong(agent.output("deaf", "daemon").strip());

        agent.master().kill("deaf", Duration.ofMillis(200));
        var end = agent.awaitEnd("deaf");

        assertThat(end.getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(PROCESSES.find(daemon).filter(ProcessTable.Entry::isAlive)).isEmpty();
    }

    @Test
    void aTaskUsesNoMoreThanItsCpus() throws IOException {
        var end = agent.runToEnd(withMemory(
                "busy",
                40,
                "now() { read -r up idle </proc/uptime; }; now; from=${up%.*}; i=0; while now; [ ${up%.*} -lt $((from + 3)) ];"
                        + " do i=$((i + 1)); done; now; echo $((${up%.*} - from)) >took; times"));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        double took = Double.parseDouble(agent.output("busy", "took").strip());
        var times = agent.output("busy", "stdout").replaceAll("[ms]", " ").split("\\s+");
        double seconds = 0;
        for (int i = 0; i + 1 < times.length; i += 2) {
            seconds += 60 * Double.parseDouble(times[i]) + Double.parseDouble(times[i + 1]);
        }
        // It has a fifth of a processor; what it saw of the time is whole seconds.
        assertThat(seconds).isLessThan(0.2 * (took + 1) + 0.3);
    }

    @Test
    void whatTasksUseIsMeasured() throws Exception {
        agent.master()
                .run(
                        FRAMEWORK,
                        withMemory("busy", 40, "while :; do :; done")
                                .addResources(scalar("disk", 10))
                                .build());
        agent.master().await("busy", TaskState.TASK_RUNNING);
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> !agent.agent().snapshot().tasks().isEmpty());
        var container = agent.agent().snapshot().tasks().get(0).containerId();

        Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> {
            var usage = agent.agent().usage().toCompletableFuture().get().get(container);
            assertThat(usage).isNotNull();
            assertThat(usage.getCpusUserTimeSecs() + usage.getCpusSystemTimeSecs())
                    .isGreaterThan(0.1);
            assertThat(usage.getCpusNrThrottled()).isPositive();
            assertThat(usage.getMemTotalBytes()).isBetween(1L, 40L << 20);
            assertThat(usage.getProcesses()).isEqualTo(1);
        });
    }

    @Test
    void ofTheOutputOfABusyTaskNothingIsLost() throws IOException {
        agent.close();
        agent = new RunningAgent(
                KIT.system(),
                workDir,
                Map.of(
                        "baton.agent.isolation", "cgroups/all",
                        "baton.agent.cgroups.root", "baton-test",
                        "baton.agent.log-max-size", "100KiB",
                        "baton.agent.log-max-files", 1_000));
        var end = agent.runToEnd(withMemory(
                "counts",
                64,
                // However slow the host is: until it was rotated three times.
                "i=0; while [ ! -e stdout.3 ]; do sleep 0.01; for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15;"
                        + " do i=$((i+1)); printf '%099d\\n' $i; done; done"));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        var rotated = 0;
        while (Files.exists(agent.sandbox("counts").resolve("stdout." + (rotated + 1)))) {
            rotated++;
        }
        assertThat(rotated).isPositive();
        long expected = 1;
        for (int i = rotated; i >= 0; i--) {
            var part = agent.output("counts", i == 0 ? "stdout" : "stdout." + i);
            for (var line : part.lines().toList()) {
                assertThat(Long.parseLong(line)).isEqualTo(expected++);
            }
        }
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        agent.runToEnd(task("short", "true"));

        Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> {
            try (var groups = ControlGroups.open(
                    IsolationSettings.parse("cgroups/all", "baton-test", true, 30),
                    Path.of("/proc"),
                    workDir.toRealPath())) {
                assertThat(groups.names()).isEmpty();
            }
        });
    }

    @Test
    void anotherAgentFindsTheGroupAndWhatHappenedInIt() throws IOException {
        agent.master()
                .run(
                        FRAMEWORK,
                        withMemory("late", 40, "while [ ! -e go ]; do sleep 0.05; done; " + HOG)
                                .build());
        agent.master().await("late", TaskState.TASK_RUNNING);

        agent.restart();
        Files.writeString(agent.sandbox("late").resolve("go"), "");
        var end = agent.awaitEnd("late");

        assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }

    @Test
    void whatCannotBeHadStopsTheStart() throws IOException {
        var proc = Files.createDirectories(workDir.resolve("proc/self")).getParent();
        Files.writeString(proc.resolve("self/mountinfo"), "22 27 0:20 / /proc rw - proc proc rw\n");
        var wanted = IsolationSettings.parse("cgroups/mem", "baton-test", false, 0);

        assertThatThrownBy(() -> ControlGroups.open(wanted, proc, workDir))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("memory (no hierarchy")
                .hasMessageContaining("isolation = auto");
    }
}
