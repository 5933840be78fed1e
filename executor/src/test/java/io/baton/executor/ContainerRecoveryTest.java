package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.scalar;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.checkpoint.Journal;
import io.baton.executor.oci.BusyboxImage;
import io.baton.executor.process.ExitRecord;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Image;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What containers survive, and that nothing of them is left. */
class ContainerRecoveryTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    /** A container that ends with this status when its sandbox has a file {@code stop}. */
    private static final String WAITS = "echo up; while [ ! -e stop ]; do sleep 0.05; done; exit ";

    @TempDir
    private static Path images;

    @TempDir
    private Path workDir;

    private RunningAgent agent;

    @BeforeAll
    static void makeImage() throws IOException {
        BusyboxImage.makeWhereContainersRun(images);
    }

    @BeforeEach
    void start() throws IOException {
        agent = new RunningAgent(
                KIT.system(),
                workDir,
                Map.of(
                        "baton.agent.oci.images",
                        images.toString(),
                        "baton.agent.cgroups.root",
                        "baton-test",
                        "baton.agent.cgroups.pids-limit",
                        40,
                        "baton.agent.disk-check-interval",
                        "200ms"));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private static TaskInfo.Builder contained(String id, String command) {
        return task(id, command)
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setMesos(ContainerInfo.MesosInfo.newBuilder()
                                .setImage(Image.newBuilder()
                                        .setType(Image.Type.DOCKER)
                                        .setDocker(Image.Docker.newBuilder().setName("busybox")))));
    }

    private void launch(TaskInfo.Builder task) throws IOException {
        agent.master().run(FRAMEWORK, task.build());
        var id = task.getTaskId().getValue();
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> Files.exists(agent.sandbox(id).resolve("stdout"))
                        && !agent.output(id, "stdout").isBlank());
    }

    private void finish(String task) throws IOException {
        Files.createFile(agent.sandbox(task).resolve("stop"));
    }

    private Path exits() {
        return workDir.resolve("meta/supervision/exits");
    }

    private List<Long> supervisors() throws IOException {
        try (var files = Files.list(exits())) {
            return ExitRecord.parse(Files.readString(files.findFirst().orElseThrow())).supervisors().stream()
                    .map(ExitRecord.Who::pid)
                    .toList();
        }
    }

    private void assertNothingIsLeft() {
        Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> {
            assertThat(workDir.resolve("meta/oci/bundles")).isEmptyDirectory();
            assertThat(workDir.resolve("meta/oci/state")).isEmptyDirectory();
            assertThat(agent.agent().usage().toCompletableFuture().join()).isEmpty();
            assertThat(ProcessHandle.allProcesses()
                            .filter(p -> p.info().commandLine().orElse("").contains(workDir + "/meta/oci")))
                    .isEmpty();
        });
    }

    @Test
    void aKilledSupervisorCostsNoStatus() throws IOException {
        launch(contained("t", WAITS + 5));

        ProcessHandle.of(supervisors().get(0)).orElseThrow().destroyForcibly();
        launch(contained("next", WAITS + 6));
        finish("t");
        finish("next");

        assertThat(agent.awaitEnd("t").getMessage()).isEqualTo("Command exited with status 5");
        assertThat(agent.awaitEnd("next").getMessage()).isEqualTo("Command exited with status 6");
        assertNothingIsLeft();
    }

    @Test
    void withoutSupervisorsItGoesOnAndItsStatusIsUnknown() throws IOException {
        launch(contained("t", WAITS + 5));
        for (long supervisor : supervisors()) {
            new ProcessBuilder("kill", "-STOP", Long.toString(supervisor))
                    .start()
                    .onExit()
                    .join();
        }
        var note = workDir.resolve("meta/supervision/spawner.pid");
        var before = Files.readString(note);
        for (long supervisor : supervisors()) {
            ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();
        }
        // A launch on its way to one that has just died is called off.
        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> !Files.readString(note)
                .equals(before));
        launch(contained("next", WAITS + 6));
        assertThat(agent.master().states("t")).containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);

        finish("t");
        finish("next");

        var end = agent.awaitEnd("t");
        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getMessage()).isEqualTo("exit status unknown (supervisor killed)");
        assertThat(agent.awaitEnd("next").getMessage()).isEqualTo("Command exited with status 6");
        assertNothingIsLeft();
    }

    @Test
    void afterARebootWhatHadEndedIsToldAndTheRestIsGone() throws IOException {
        launch(contained("ended", WAITS + 6));
        launch(contained("cut-off", "echo up; sleep 1000"));
        agent.end();
        finish("ended");
        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> verdicts() == 1);
        pretendAnEarlierBoot();

        agent.begin();

        assertThat(agent.awaitEnd("ended").getMessage()).isEqualTo("Command exited with status 6");
        var cutOff = agent.awaitEnd("cut-off");
        assertThat(cutOff.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(cutOff.getMessage()).isEqualTo("exit status unknown (the host was restarted)");
        // A real reboot would have emptied the control groups.
        assertNothingIsLeft();
    }

    private long verdicts() throws IOException {
        try (var files = Files.list(exits())) {
            return files.filter(file -> {
                        try {
                            return ExitRecord.parse(Files.readString(file))
                                    .verdict()
                                    .isPresent();
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private void pretendAnEarlierBoot() throws IOException {
        var opened = Journal.open(workDir.resolve("meta/journal"));
        var changed = opened.records().stream()
                .map(record -> record.hasAccepted()
                        ? record.toBuilder()
                                .setAccepted(record.getAccepted().toBuilder().setBootId("an-earlier-boot"))
                                .build()
                        : record)
                .toList();
        try (var journal = opened.journal()) {
            journal.compact(changed);
        }
    }

    @Test
    void aForkBombIsHeldAndRemoved() throws IOException {
        launch(contained("bomb", "echo up; bomb() { sleep 1000 & bomb & wait; }; while :; do bomb; done"));
        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> agent.output("bomb", "stderr")
                .contains("fork"));

        agent.master().kill("bomb", Duration.ZERO);

        assertThat(agent.awaitEnd("bomb").getState()).isEqualTo(TaskState.TASK_KILLED);
        assertNothingIsLeft();
    }

    @Test
    void daemonsThatIgnoreSignalsEndWithIt() throws IOException {
        var name = "3" + System.nanoTime() % 100_000;
        var end = agent.runToEnd(contained(
                "t",
                "setsid sh -c \"trap '' TERM HUP INT; setsid sleep " + name + " & echo up >daemon; wait\" &"
                        + " while [ ! -e daemon ]; do sleep 0.05; done; exit 3"));

        assertThat(end.getMessage()).isEqualTo("Command exited with status 3");
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").endsWith("sleep " + name)))
                .isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void whatItWritesBesideItsSandboxCountsForItsDiskToo() throws IOException {
        var end = agent.runToEnd(contained("t", "dd if=/dev/zero of=/filler bs=1048576 count=30; echo up; sleep 1000")
                .addResources(scalar("disk", 10)));

        assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        assertNothingIsLeft();
    }
}
