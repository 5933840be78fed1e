package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.Samples;
import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.cgroup.IsolationSettings;
import io.baton.executor.process.Launch;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.TaskPlan;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Image;
import io.baton.v1.TaskInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk fills up when a container is prepared and its runtime has not yet begun it. */
class FullDiskContainerTest {
    @TempDir
    private Path directory;

    private Path disk;
    private boolean mounted;
    private ControlGroups groups;
    private OciLauncher containers;

    @BeforeEach
    void open() throws Exception {
        var images = Files.createDirectory(directory.resolve("images"));
        BusyboxImage.makeWhereContainersRun(images);
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = run(List.of("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString())) == 0;
        assumeThat(mounted).as("mounting a small disk is allowed here").isTrue();
        groups = ControlGroups.open(IsolationSettings.parse("auto", "baton-test", false, 100), Path.of("/proc"), disk);
        containers = OciLauncher.open(
                new OciSettings(OciSettings.AUTO, Optional.of(images), List.of(), List.of(), false),
                disk,
                SecretFiles.open(List.of(), groups.agent()),
                groups::path,
                groups.isAny(),
                Runnable::run);
    }

    @AfterEach
    void close() throws Exception {
        if (groups != null) {
            groups.close();
        }
        if (mounted) {
            run(List.of("umount", "-l", disk.toString()));
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static TaskInfo task() {
        return Samples.task("t", "true")
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setMesos(ContainerInfo.MesosInfo.newBuilder()
                                .setImage(Image.newBuilder()
                                        .setType(Image.Type.DOCKER)
                                        .setDocker(Image.Docker.newBuilder().setName("busybox")))))
                .build();
    }

    private Launch prepared(String container) throws IOException {
        var plan = TaskPlan.of(Samples.FRAMEWORK, task()).plan().orElseThrow();
        var sandbox = Files.createDirectory(disk.resolve("sandbox-" + container));
        return containers.prepare(new OciLauncher.Order(
                container, sandbox, plan, Optional.empty(), new TreeMap<>(Map.of("A", "b")), List.of()));
    }

    /** As a supervisor would. */
    private Verdict end(Launch launch) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(launch.program()));
        command.addAll(launch.arguments());
        var process = new ProcessBuilder(command)
                .directory(launch.sandbox().toFile())
                .redirectOutput(launch.sandbox().resolve("stdout").toFile())
                .redirectError(launch.sandbox().resolve("stderr").toFile());
        process.environment().clear();
        process.environment().putAll(launch.environment());
        var verdict = new Verdict.Exited(process.start().waitFor());
        return groups.end(launch.container(), containers.judge(launch.container(), verdict));
    }

    @Test
    void aContainerThatCouldNotBeginSaysThatTheDiskIsFull() throws Exception {
        assertThat(end(prepared("roomy"))).isEqualTo(new Verdict.Exited(0));
        var launch = prepared("late");
        fill();

        assertThat(end(launch)).isInstanceOfSatisfying(Verdict.NeverRan.class, never -> assertThat(never.why())
                .contains("No space left on device", "make room on the disk"));
    }

    private void fill() {
        try (var out = Files.newOutputStream(disk.resolve("filler"))) {
            while (true) {
                out.write(new byte[4_096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space");
        }
    }
}
