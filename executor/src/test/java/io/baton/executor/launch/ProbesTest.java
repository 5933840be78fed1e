package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.core.security.ExecutorTokens;
import io.baton.executor.Samples;
import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.cgroup.IsolationSettings;
import io.baton.executor.check.Outcome;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.oci.OciLauncher;
import io.baton.executor.oci.OciSettings;
import io.baton.executor.oci.SecretFiles;
import io.baton.executor.process.Accounts;
import io.baton.executor.record.Accepted;
import io.baton.executor.sandbox.Volumes;
import io.baton.executor.task.TaskPlan;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.TaskInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {
    private static final CommandInfo CHECK =
            CommandInfo.newBuilder().setValue("test -e up").build();

    @TempDir
    private Path workDir;

    @Test
    void aFullDiskSaysNothingOfTheTaskButACommandThatWillNotDoDoes() {
        var full = new FileSystemException("/work/meta/oci/execs/check.1", null, "No space left on device");

        assertThat(Probes.outcomeOf(full)).isInstanceOf(Outcome.NotProbed.class);
        assertThat(Probes.outcomeOf(new Launches.Refused("user 'x' does not exist on this host")))
                .isInstanceOf(Outcome.Failed.class);
    }

    private Launches launches(ControlGroups groups) throws IOException {
        var containers = OciLauncher.open(
                new OciSettings(OciSettings.NONE, Optional.empty(), List.of(), List.of(), false),
                workDir,
                SecretFiles.open(List.of(), "baton-test"),
                groups::path,
                groups.isAny(),
                Runnable::run);
        var containment = new Containment(
                groups,
                containers,
                new HostThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, Runnable::run));
        var self = new Launcher.Surroundings(
                "127.0.0.1:5051", System.getProperty("user.name"), new ExecutorTokens(ExecutorTokens.freshKey()));
        return new Launches(new Accounts(), containment, new Volumes(workDir), self);
    }

    private TaskEntry entry(TaskInfo.Builder task) {
        return new TaskEntry(Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(task)
                .setContainerId("c")
                .setSandbox(workDir.toString())
                .setBootId("b")
                .setAcceptedAt(0)
                .build());
    }

    private static TaskPlan plan(TaskEntry entry) {
        return TaskPlan.of(entry.framework(), entry.task())
                .plan()
                .flatMap(task -> task.beside(CHECK))
                .orElseThrow();
    }

    /** Its check is for the image: on the host it would run as the task's user, who may be root there. */
    @Test
    void aContainerThatIsOverIsNotCheckedOnTheHost() throws IOException {
        try (var groups = ControlGroups.open(IsolationSettings.NONE, Path.of("/proc"), workDir)) {
            var launches = launches(groups);
            var task = Samples.task("t", "true");
            var plain = entry(task);
            assertThat(launches.beside("check.1", plain, plan(plain)).program()).isEqualTo("test -e up");
            task.getContainerBuilder()
                    .setType(ContainerInfo.Type.DOCKER)
                    .getDockerBuilder()
                    .setImage("busybox");
            var over = entry(task);

            assertThatThrownBy(() -> launches.beside("check.1", over, plan(over)))
                    .isInstanceOfSatisfying(IOException.class, why -> assertThat(Probes.outcomeOf(why))
                            .isInstanceOf(Outcome.NotProbed.class));
        }
    }
}
