package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.task.TaskStates;
import io.baton.executor.process.ProcessTable;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kill -9} of the agent's JVM does to its tasks: nothing. */
class AgentCrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));

    @TempDir
    private Path workDir;

    @TempDir
    private Path outside;

    private FakeMaster master;
    private Process agent;
    private Gate gate;
    private int registrations;

    @BeforeEach
    void start() throws Exception {
        gate = Gate.at(outside.resolve("gate"));
        master = new FakeMaster(1);
        startAgent();
    }

    private void startAgent(String... settings) throws IOException {
        agent = new AgentProcess(workDir, workDir.resolve("agent.log"), master.address())
                .start(List.of(), List.of(settings));
        registrations++;
        Awaitility.await().atMost(PATIENCE).until(() -> {
            assertThat(agent.isAlive()).as(() -> log()).isTrue();
            return master.registrations().size() >= registrations;
        });
    }

    private String log() {
        try {
            return Files.readString(workDir.resolve("agent.log"));
        } catch (IOException gone) {
            return "no log";
        }
    }

    private void killAgent() throws InterruptedException {
        agent.destroyForcibly().waitFor();
    }

    /** Everything that was started ends. */
    @AfterEach
    void stop() throws Exception {
        gate.open();
        killAgent();
        var exits = workDir.resolve("meta/supervision/exits");
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (var files = Files.list(exits)) {
                return files.allMatch(f -> isOver(f));
            }
        });
        ProcessHandle.of(spawner()).ifPresent(ProcessHandle::destroyForcibly);
        gate.close();
        master.close();
    }

    private static boolean isOver(Path exit) {
        try {
            var text = Files.readString(exit);
            return text.contains(" .\n") || !text.startsWith("B");
        } catch (IOException gone) {
            return true;
        }
    }

    @Test
    void tasksAreTakenUpAgainWithEveryExitCode() throws Exception {
        int count = 40;
        for (int i = 0; i < count; i++) {
            master.run(
                    FRAMEWORK,
                    task("t" + i, gate.waiting(i % 2 == 0 ? 10 + i : 0)).build());
        }
        for (int i = 0; i < count; i++) {
            master.await("t" + i, TaskState.TASK_RUNNING);
        }
        killAgent();

        startAgent();
        var registration = master.awaitRegistration(2);
        assertThat(registration.getTasksList()).hasSize(count);
        gate.open();

        for (int i = 0; i < count; i++) {
            var last = master.await("t" + i, s -> TaskStates.isTerminal(s.getState()));
            assertThat(last.getMessage()).isEqualTo("Command exited with status " + (i % 2 == 0 ? 10 + i : 0));
        }
    }

    @Test
    void groupsAreTakenUpAgainWithTheirExecutorAndEveryExitCode() throws Exception {
        var early = workDir.resolve("early");
        var pod = ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.DEFAULT)
                .setExecutorId(ExecutorID.newBuilder().setValue("pod"))
                .setFrameworkId(FRAMEWORK.getId())
                .addResources(Samples.scalar("cpus", 0.01))
                .build();
        master.runGroup(
                List.of(
                        task("ends", "while [ ! -e " + early + " ]; do sleep 0.1; done")
                                .setExecutor(pod)
                                .build(),
                        task("fails", gate.waiting(9)).setExecutor(pod).build(),
                        task("stays", "sleep 1000").setExecutor(pod).build()),
                true);
        for (var id : List.of("ends", "fails", "stays")) {
            master.await(id, TaskState.TASK_RUNNING);
        }
        killAgent();
        Files.writeString(early, "");

        startAgent();

        assertThat(master.awaitRegistration(2).getExecutorsList()).containsExactly(pod);
        assertThat(master.await("ends", s -> TaskStates.isTerminal(s.getState()))
                        .getMessage())
                .isEqualTo("Command exited with status 0");
        gate.open();
        assertThat(master.await("fails", TaskState.TASK_FAILED).getMessage()).isEqualTo("Command exited with status 9");
        master.await("stays", TaskState.TASK_KILLED);
        Awaitility.await().atMost(PATIENCE).until(() -> master.ended().size() == 1);
    }

    @Test
    void exitsWhileNoAgentRunsAreFound() throws Exception {
        master.run(FRAMEWORK, task("t", gate.waiting(7)).build());
        master.await("t", TaskState.TASK_RUNNING);
        killAgent();
        gate.open();
        var exits = workDir.resolve("meta/supervision/exits");
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (var files = Files.list(exits)) {
                return files.allMatch(AgentCrashTest::isOver);
            }
        });

        startAgent();

        assertThat(master.await("t", TaskState.TASK_FAILED).getMessage()).isEqualTo("Command exited with status 7");
    }

    /** Nobody would end it otherwise: an agent that is told to stop while it still starts cannot. */
    @Test
    void whatWouldStartTasksEndsWithAnAgentThatHasNone() throws Exception {
        var spawner = ProcessHandle.of(spawner()).orElseThrow();
        var family = Stream.concat(Stream.of(spawner), spawner.descendants()).toList();

        killAgent();

        Awaitility.await().atMost(PATIENCE).until(() -> family.stream().noneMatch(process -> PROCESSES
                .find(process.pid())
                .filter(ProcessTable.Entry::isAlive)
                .isPresent()));
    }

    /** Each of its tasks has a shell of its own, which stays. */
    @Test
    void aShellThatStartsTasksEndsWithItsAgent() throws Exception {
        killAgent();
        startAgent("baton.agent.shell=/bin/sh");
        master.run(FRAMEWORK, task("t", gate.waiting(7)).build());
        master.await("t", TaskState.TASK_RUNNING);
        long spawner = spawner();

        killAgent();

        Awaitility.await().atMost(PATIENCE).until(() -> PROCESSES
                .find(spawner)
                .filter(ProcessTable.Entry::isAlive)
                .isEmpty());
        startAgent("baton.agent.shell=/bin/sh");
        gate.open();
        assertThat(master.await("t", TaskState.TASK_FAILED).getMessage()).isEqualTo("Command exited with status 7");
    }

    private long spawner() throws IOException {
        return Long.parseLong(Files.readString(workDir.resolve("meta/supervision/spawner.pid"))
                .split(" ")[0]);
    }

    /**
     * Killed again and again in the midst of launches. Launches on their way to an agent that dies are lost with its
     * link; masters repeat what was not answered, as they may.
     */
    @Test
    void noTaskStartsTwiceAndNoneIsLost() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var starts = Files.createFile(workDir.resolve("starts"));
        var tasks = IntStream.range(0, 60).mapToObj(i -> "t" + i).toList();
        for (int round = 0; round < 4; round++) {
            int first = random.nextInt(10);
            for (var id : tasks.subList(15 * round, 15 * round + 15)) {
                master.run(FRAMEWORK, task(id, "echo " + id + " >> " + starts).build());
            }
            int wanted = master.updates().size() + first;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> master.updates().size() >= wanted);
            killAgent();
            startAgent();
            for (var id : tasks.subList(15 * round, 15 * round + 15)) {
                master.run(FRAMEWORK, task(id, "echo " + id + " >> " + starts).build());
            }
        }

        for (var id : tasks) {
            if (master.states(id).isEmpty()) {
                master.run(FRAMEWORK, task(id, "echo " + id + " >> " + starts).build());
            }
        }
        for (var id : tasks) {
            var last = master.await(id, s -> TaskStates.isTerminal(s.getState()));
            assertThat(last.getState())
                    .as("seed %s: %s", seed, last)
                    .isIn(List.of(TaskState.TASK_FINISHED, TaskState.TASK_DROPPED));
        }
        var lines = Files.readAllLines(starts);
        assertThat(lines).as("seed %s", seed).doesNotHaveDuplicates();
        for (var id : tasks) {
            boolean finished = master.states(id).contains(TaskState.TASK_FINISHED);
            assertThat(lines.contains(id)).as("seed %s: %s ran", seed, id).isEqualTo(finished);
        }
    }
}
