package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.Samples;
import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.cgroup.IsolationSettings;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.oci.OciLauncher;
import io.baton.executor.oci.OciSettings;
import io.baton.executor.oci.SecretFiles;
import io.baton.executor.record.Accepted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With control groups of the host, where it lets us make some. */
class ContainmentRemoveTest {
    @TempDir
    private Path workDir;

    private static TaskEntry entry(String container) {
        return new TaskEntry(Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(Samples.task(container, "true"))
                .setContainerId(container)
                .setSandbox("/s")
                .setBootId("b")
                .setAcceptedAt(0)
                .build());
    }

    private ControlGroups groups() {
        try {
            return ControlGroups.open(
                    IsolationSettings.parse("cgroups/all", "baton-test", true, 30), Path.of("/proc"), workDir);
        } catch (IOException refused) {
            assumeThat(refused.getMessage())
                    .as("this host lets us make control groups")
                    .isNull();
            throw new AssertionError(refused);
        }
    }

    @Test
    void ofWhatIsNeverStartedNoGroupStays() throws IOException {
        try (var groups = groups()) {
            var containers = OciLauncher.open(
                    new OciSettings(OciSettings.NONE, Optional.empty(), List.of(), List.of(), false),
                    workDir,
                    SecretFiles.open(List.of(Path.of("/dev/shm")), groups.agent()),
                    groups::path,
                    groups.isAny(),
                    Runnable::run);
            var containment = new Containment(
                    groups,
                    containers,
                    new HostThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, Runnable::run));
            assertThat(containment.make(entry("first"), false)).isNotEmpty();
            assertThat(containment.make(entry("killed"), false)).isNotEmpty();

            containment.remove("killed");

            assertThat(groups.names()).containsExactly("first");
            assertThat(groups.alive()).containsExactly("first");
            containment.remove("first");
            assertThat(groups.names()).isEmpty();

            containment.close();
            assertThat(Path.of("/dev/shm", "baton-" + groups.agent())).doesNotExist();
        }
    }
}
