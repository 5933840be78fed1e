package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.task.TaskStates;
import io.baton.executor.oci.BusyboxImage;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Image;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's process ends after each step of launching, killing and telling. Each next one takes up what the last has
 * left and ends at the next point, until one is left alone; then what the tasks did is compared with what was told.
 */
class CrashPointsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** An agent that does not come to its point by then is killed. */
    private static final long REACH_SECONDS = 20;

    private static final List<String> POINTS = List.of(
            "before a write#2",
            "written#2",
            "before Prepare",
            "sandbox made",
            "launch written down",
            "before Launch",
            "launches ordered",
            "start heard",
            "before a write#4",
            "written#4",
            "before Send#2",
            "after Send#2",
            "before Kill",
            "after Kill",
            "end heard",
            "before a write#6",
            "written#6",
            "after Send#5",
            "before CleanUp",
            "after CleanUp",
            "written#8");

    @TempDir
    private Path workDir;

    private FakeMaster master;
    private Process agent;
    private Path starts;

    private Gate gate;
    private final List<TaskInfo> tasks = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        master = new FakeMaster(1);
        starts = Files.createFile(workDir.resolve("starts"));
        gate = Gate.at(workDir.resolve("gate"));
    }

    private void startAgent(String crashPoint) throws IOException {
        int before = master.registrations().size();
        agent = new AgentProcess(workDir.resolve("agent"), workDir.resolve("agent.log"), master.address())
                .start(List.of("-Dbaton.crash-point=" + crashPoint), settings);
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !agent.isAlive() || master.registrations().size() > before);
    }

    @AfterEach
    void stop() throws Exception {
        gate.open();
        var spawner = workDir.resolve("agent/meta/supervision/spawner.pid");
        Awaitility.await().atMost(PATIENCE).until(() -> tasks.stream()
                .map(t -> t.getTaskId().getValue())
                .allMatch(id -> !isKnown(id) || isOver(id)));
        agent.destroyForcibly().waitFor();
        ProcessHandle.of(Long.parseLong(Files.readString(spawner).split(" ")[0]))
                .ifPresent(ProcessHandle::destroyForcibly);
        gate.close();
        master.close();
    }

    private boolean isKnown(String id) {
        return !master.statuses(id).isEmpty();
    }

    private boolean isOver(String id) {
        return master.statuses(id).stream().anyMatch(s -> TaskStates.isTerminal(s.getState()));
    }

    private String line(String id, String then) {
        return "echo " + id + " >> " + starts + "; " + then;
    }

    private String waitingFor(String file) {
        return "while [ ! -e " + workDir + "/" + file + " ]; do sleep 0.1; done; exit 0";
    }

    /** What a master does about a launch that is not answered: it may have got lost with the link. */
    private void run(TaskInfo task) {
        try {
            if (!isKnown(task.getTaskId().getValue())) {
                master.run(FRAMEWORK, task);
            }
        } catch (IOException lost) {
            // The agent has just ended.
        }
    }

    private void runGroup(List<TaskInfo> group) {
        try {
            master.runGroup(group, true);
        } catch (IOException lost) {
            // The agent has come to its point while it took up what the last one had left.
        }
    }

    private void kill(String id) {
        try {
            if (isKnown(id) && !isOver(id)) {
                master.kill(id);
            }
        } catch (IOException lost) {
            // The agent has just ended.
        }
    }

    private void crashAt(String point, List<TaskInfo> more) throws Exception {
        startAgent(point);
        tasks.addAll(more);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(REACH_SECONDS);
        while (System.nanoTime() < deadline && !agent.waitFor(100, TimeUnit.MILLISECONDS)) {
            tasks.forEach(this::run);
            tasks.stream()
                    .map(t -> t.getTaskId().getValue())
                    .filter(id -> id.startsWith("victim"))
                    .forEach(this::kill);
        }
        assertThat(agent.isAlive()).as("it never came to '%s'", point).isFalse();
        assertThat(agent.exitValue()).as(() -> log()).isEqualTo(137);
    }

    private String log() {
        try {
            return Files.readString(workDir.resolve("agent.log"));
        } catch (IOException gone) {
            return "no log";
        }
    }

    private void finish() throws IOException {
        startAgent("");
        tasks.forEach(this::run);
        gate.open();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            tasks.forEach(this::run);
            tasks.forEach(t -> kill("victim".concat(t.getTaskId().getValue().replaceFirst("^[a-z]+", ""))));
            assertThat(tasks).allMatch(t -> isOver(t.getTaskId().getValue()));
        });
    }

    /** Each ran once or never, and what was told is what happened. */
    private void compare(String id, String told) throws IOException {
        var ran = Files.readAllLines(starts).stream().filter(id::equals).count();
        var states = master.states(id);
        assertThat(ran).as("starts of %s", id).isLessThanOrEqualTo(1);
        assertThat(states).as("updates of %s", id).doesNotHaveDuplicates();
        assertThat(states.indexOf(TaskState.TASK_RUNNING))
                .as("%s: %s", id, states)
                .isLessThan(states.size() - 1);
        var last = master.await(id, s -> TaskStates.isTerminal(s.getState()));
        if (ran == 0) {
            assertThat(last.getState())
                    .as("%s never ran: %s", id, last)
                    .isIn(TaskState.TASK_DROPPED, TaskState.TASK_KILLED, TaskState.TASK_FAILED);
        } else {
            assertThat(last.getMessage()).as("%s: %s", id, last).contains(told);
        }
    }

    @Test
    void processesAreNeitherLostNorStartedTwice() throws Exception {
        int number = 0;
        for (var point : POINTS) {
            number++;
            crashAt(
                    point,
                    List.of(
                            task("stays-" + number, line("stays-" + number, gate.waiting(9)))
                                    .build(),
                            task("quick-" + number, line("quick-" + number, "exit 7"))
                                    .build(),
                            task("victim-" + number, line("victim-" + number, "exec sleep 1000"))
                                    .build()));
        }

        finish();

        for (int i = 1; i <= number; i++) {
            compare("stays-" + i, "Command exited with status 9");
            compare("quick-" + i, "Command exited with status 7");
            // By force where the grace was over before the next agent had started.
            compare("victim-" + i, "Command terminated with signal");
        }
    }

    @Test
    void groupsAreNeitherLostNorStartedTwice() throws Exception {
        int number = 0;
        // The start of a task that is over before its spawner looks is not told: here neither is over until told to be.
        var bothStart = "start heard#2";
        for (var point : List.of("written#3", "before Prepare#2", "launches ordered", bothStart, "end heard")) {
            number++;
            var pod = ExecutorInfo.newBuilder()
                    .setType(ExecutorInfo.Type.DEFAULT)
                    .setExecutorId(ExecutorID.newBuilder().setValue("pod-" + number))
                    .setFrameworkId(FRAMEWORK.getId())
                    .addResources(Samples.scalar("cpus", 0.01))
                    .build();
            var group = List.of(
                    task("a-" + number, line("a-" + number, point.equals(bothStart) ? waitingFor("on") : "exit 0"))
                            .setExecutor(pod)
                            .build(),
                    task("b-" + number, line("b-" + number, gate.waiting(9)))
                            .setExecutor(pod)
                            .build());
            startAgent(point);
            tasks.addAll(group);
            runGroup(group);
            assertThat(agent.waitFor(REACH_SECONDS, TimeUnit.SECONDS))
                    .as("it never came to '%s'", point)
                    .isTrue();
            if (point.equals(bothStart)) {
                Files.createFile(workDir.resolve("on"));
            }
        }

        startAgent("");
        gate.open();

        for (int i = 1; i <= number; i++) {
            if (!isKnown("a-" + i) && !Files.readAllLines(starts).contains("a-" + i)) {
                continue; // The launch got lost with the link, as it may.
            }
            int group = i;
            Awaitility.await().atMost(PATIENCE).until(() -> isOver("a-" + group) && isOver("b-" + group));
            compare("a-" + i, "status 0");
            // One that was not started in time ends the others.
            compare("b-" + i, master.states("a-" + i).contains(TaskState.TASK_FINISHED) ? "status 9" : "Terminated");
        }
    }

    @Test
    void containersAreNeitherLostNorStartedTwice() throws Exception {
        var images = Files.createDirectory(workDir.resolve("images"));
        BusyboxImage.makeWhereContainersRun(images);
        settings.add("baton.agent.oci.images=" + images);
        settings.add("baton.agent.cgroups.root=baton-test");
        int number = 0;
        for (var point : List.of(
                "bundle begun",
                "launch written down",
                "launches ordered",
                "start heard",
                "after Send#3",
                "end heard",
                "before CleanUp")) {
            number++;
            crashAt(
                    point,
                    List.of(
                            contained("stays-" + number, "true < /shared/gate; exit 9"),
                            contained("quick-" + number, "exit 7")));
        }

        finish();

        for (int i = 1; i <= number; i++) {
            compare("stays-" + i, "Command exited with status 9");
            compare("quick-" + i, "Command exited with status 7");
        }
        var home = workDir.resolve("agent/meta/oci");
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(home.resolve("bundles")).isEmptyDirectory();
            assertThat(home.resolve("state")).isEmptyDirectory();
        });
    }

    private TaskInfo contained(String id, String command) {
        return task(id, "echo " + id + " >> /shared/starts; " + command)
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .addVolumes(io.baton.v1.Volume.newBuilder()
                                .setContainerPath("/shared")
                                .setHostPath(workDir.toString())
                                .setMode(io.baton.v1.Volume.Mode.RW))
                        .setMesos(ContainerInfo.MesosInfo.newBuilder()
                                .setImage(Image.newBuilder()
                                        .setType(Image.Type.DOCKER)
                                        .setDocker(Image.Docker.newBuilder().setName("busybox")))))
                .build();
    }
}
