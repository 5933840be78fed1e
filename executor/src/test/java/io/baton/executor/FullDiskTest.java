package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.oci.BusyboxImage;
import io.baton.link.Operate;
import io.baton.link.ToAgent;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Image;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the agent's work directory is full: state, sandboxes, images, all of it. */
class FullDiskTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path directory;

    private Path disk;
    private boolean mounted;
    private RunningAgent agent;

    @BeforeEach
    void mount() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("mounting a small disk takes root")
                .isEqualTo("root");
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString())
                        .start()
                        .waitFor()
                == 0;
        assumeThat(mounted).as("mounting a small disk is allowed here").isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (agent != null) {
            agent.close();
        }
        if (mounted) {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private void startAgent(Path images) throws IOException {
        agent = new RunningAgent(
                KIT.system(),
                disk,
                Map.of("baton.agent.oci.images", images.toString(), "baton.agent.cgroups.root", "baton-test"));
    }

    private String waiting(Path shared, int status) {
        return "echo up; while [ ! -e " + shared + "/stop ]; do sleep 0.1; done; exit " + status;
    }

    private TaskInfo contained(String id, String command) {
        return task(id, command)
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .addVolumes(Volume.newBuilder()
                                .setContainerPath("/shared")
                                .setHostPath(directory.toString())
                                .setMode(Volume.Mode.RO))
                        .setMesos(ContainerInfo.MesosInfo.newBuilder()
                                .setImage(Image.newBuilder()
                                        .setType(Image.Type.DOCKER)
                                        .setDocker(Image.Docker.newBuilder().setName("busybox")))))
                .build();
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4_096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space");
        }
    }

    @Test
    void newTasksAreRefusedAndEveryEndOfTheOthersIsTold() throws IOException {
        var images = Files.createDirectory(directory.resolve("images"));
        boolean containers = BusyboxImage.obstacle(directory.resolve("probe")).isEmpty();
        if (containers) {
            BusyboxImage.make(images);
        }
        startAgent(images);
        var tasks =
                new ArrayList<>(List.of(task("process", waiting(directory, 7)).build()));
        if (containers) {
            tasks.add(contained("container", waiting(Path.of("/shared"), 8)));
        }
        for (var task : tasks) {
            agent.master().run(FRAMEWORK, task);
            // A container is told as running when its runtime starts.
            Awaitility.await().atMost(FakeMaster.PATIENCE).ignoreExceptions().until(() -> agent.output(
                            task.getTaskId().getValue(), "stdout")
                    .startsWith("up"));
            agent.master().await(task.getTaskId().getValue(), TaskState.TASK_RUNNING);
        }

        fill(disk.resolve("filler"));

        // How many it takes until the agent's own reserve is touched is not said: none may run, one must be refused.
        var refused = agent.runToEnd(task("refused", "echo ran > " + directory + "/ran"));
        assertThat(refused.getState()).isIn(TaskState.TASK_FAILED, TaskState.TASK_DROPPED);
        assertThat(refused.getMessage()).containsPattern("disk|No space");
        assertThat(directory.resolve("ran")).doesNotExist();
        for (var task : tasks) {
            assertThat(agent.master().states(task.getTaskId().getValue())).endsWith(TaskState.TASK_RUNNING);
        }

        agent.restart();
        Files.createFile(directory.resolve("stop"));
        assertThat(agent.awaitEnd("process").getMessage()).isEqualTo("Command exited with status 7");
        if (containers) {
            assertThat(agent.awaitEnd("container").getMessage()).isEqualTo("Command exited with status 8");
        }

        Files.delete(disk.resolve("filler"));
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> agent.runToEnd(task("after-" + System.nanoTime(), "true"))
                                .getState()
                        == TaskState.TASK_FINISHED);
    }

    /** With all that is reserved it is written down each time. */
    private static ToAgent.Builder reserve(int number) {
        var reservation = Resource.ReservationInfo.newBuilder().setRole("eng");
        reservation.setType(Resource.ReservationInfo.Type.DYNAMIC);
        reservation.getLabelsBuilder().addLabelsBuilder().setKey("k" + number).setValue("v".repeat(10_000));
        var operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE);
        operation
                .getReserveBuilder()
                .addResources(
                        Samples.scalar("cpus", 0.001).toBuilder().clearRole().addReservations(reservation));
        return ToAgent.newBuilder()
                .setOperate(
                        Operate.newBuilder().setEpoch(1).setKey("o" + number).setOperation(operation));
    }

    @Test
    void operationsLeaveRoomForEveryEnd() throws IOException {
        startAgent(Files.createDirectory(directory.resolve("images")));
        agent.master().run(FRAMEWORK, task("process", waiting(directory, 7)).build());
        agent.master().await("process", TaskState.TASK_RUNNING);
        fill(disk.resolve("filler"));

        for (int i = 0; i < 60; i++) {
            agent.master().send(reserve(i));
            agent.runToEnd(task("refused-" + i, "true"));
        }

        assertThat(agent.broken()).isNotDone();
        agent.restart();
        Files.createFile(directory.resolve("stop"));
        assertThat(agent.awaitEnd("process").getMessage()).isEqualTo("Command exited with status 7");
        assertThat(agent.broken()).isNotDone();
    }
}
