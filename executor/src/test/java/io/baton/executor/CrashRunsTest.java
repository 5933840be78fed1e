package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.task.TaskStates;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks whose agent dies between writing them down and starting them, or between their start and the news of it: at a step
 * that a seed chooses, with several tasks under way. {@code -Dbaton.crash-runs=1000} has so many agents die, instead of a few;
 * {@code build/crash-runs} does that, and tells the figures.
 */
class CrashRunsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RUNS = Integer.getInteger("baton.crash-runs", 4);
    private static final long SEED = Long.getLong("baton.crash-seed", System.nanoTime());
    private static final int TASKS = 5;

    /** An agent that does not come to its point by then is killed, wherever it is. */
    private static final long REACH_MILLIS = 5_000;

    /** How often a step may be passed before the agent dies at it. */
    private static final int PASSES = TASKS;

    private static final List<String> POINTS = List.of(
            "before a write",
            "written",
            "before Prepare",
            "sandbox made",
            "launch written down",
            "before Launch",
            "launches ordered",
            "start heard",
            "end heard",
            "before Send",
            "after Send",
            "before CleanUp");

    @TempDir
    private Path workDir;

    private final Random random = new Random(SEED);
    private final Map<String, TaskInfo> open = new LinkedHashMap<>();
    private final Map<String, List<TaskStatus>> told = new HashMap<>();
    private final Set<ByteString> heard = new HashSet<>();
    private FakeMaster master;
    private Process agent;
    private Path starts;
    private int read;

    @BeforeEach
    void open() throws IOException {
        master = new FakeMaster(1);
        starts = Files.createFile(workDir.resolve("starts"));
    }

    @AfterEach
    void close() throws Exception {
        agent.destroyForcibly().waitFor();
        master.close();
    }

    private void startAgent(String point) throws IOException {
        int before = master.registrations().size();
        agent = new AgentProcess(workDir.resolve("agent"), workDir.resolve("agent.log"), master.address())
                .start(List.of("-Dbaton.crash-point=" + point), List.of("baton.agent.oci.runtime=none"));
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !agent.isAlive() || master.registrations().size() > before);
    }

    /** What a master does about a launch of which it hears nothing: the agent may never have got it. */
    private void orderUnanswered() {
        for (var task : open.entrySet()) {
            try {
                if (!told.containsKey(task.getKey())) {
                    master.run(FRAMEWORK, task.getValue());
                }
            } catch (IOException lost) {
                return; // The agent has just ended.
            }
        }
    }

    /** Reads the updates that have come since, each once, and strikes off what is over. */
    private void listen() {
        var updates = master.updates();
        for (int end = updates.size(); read < end; read++) {
            var status = updates.get(read).getStatus();
            if (heard.add(status.getUuid())) {
                var id = status.getTaskId().getValue();
                told.computeIfAbsent(id, none -> new ArrayList<>()).add(status);
                if (TaskStates.isTerminal(status.getState())) {
                    open.remove(id);
                }
            }
        }
    }

    /** @return whether the agent died at the point, instead of being killed later */
    private boolean crash(int run) throws Exception {
        startAgent(POINTS.get(random.nextInt(POINTS.size())) + "#" + (1 + random.nextInt(PASSES)));
        for (int i = 0; i < TASKS; i++) {
            var id = "t" + run + "-" + i;
            // Some are over at once, of others the end is missed.
            var then = i % 2 == 0 ? "exit 7" : "sleep 0.2; exit 7";
            open.put(id, task(id, "echo " + id + " >> " + starts + "; " + then).build());
        }
        orderUnanswered();
        boolean died = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REACH_MILLIS);
        while (!died && !open.isEmpty() && System.nanoTime() < deadline) {
            died = agent.waitFor(20, TimeUnit.MILLISECONDS);
            listen();
        }
        agent.destroyForcibly().waitFor();
        listen();
        return died;
    }

    private static void compare(String id, List<TaskStatus> statuses, boolean ran) {
        var states = statuses.stream().map(TaskStatus::getState).toList();
        var last = statuses.get(statuses.size() - 1);
        assertThat(states).as("seed %s: updates of %s", SEED, id).doesNotHaveDuplicates();
        if (ran) {
            assertThat(last.getMessage())
                    .as("seed %s: %s ran: %s", SEED, id, statuses)
                    .isEqualTo("Command exited with status 7");
        } else {
            assertThat(last.getState())
                    .as("seed %s: %s never ran: %s", SEED, id, statuses)
                    .isEqualTo(TaskState.TASK_DROPPED);
        }
    }

    @Test
    void noneStartsTwiceAndNoneIsForgotten() throws Exception {
        int died = 0;
        for (int run = 1; run <= RUNS; run++) {
            died += crash(run) ? 1 : 0;
        }
        startAgent("");
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            orderUnanswered();
            listen();
            return open.isEmpty();
        });

        var lines = Files.readAllLines(starts);
        assertThat(lines).as("starts, seed %s", SEED).doesNotHaveDuplicates();
        assertThat(told).as("seed %s", SEED).hasSize(RUNS * TASKS);
        var ran = new HashSet<>(lines);
        told.forEach((id, statuses) -> compare(id, statuses, ran.contains(id)));
        System.out.printf(
                "%d agents died, %d of them at their point: %d launches, %d starts, none twice (seed %d)%n",
                RUNS, died, told.size(), lines.size(), SEED);
    }
}
