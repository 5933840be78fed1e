package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.process.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkshopTest {
    private static final Account SOMEBODY = new Account("somebody", 54_321, 54_322, "/");

    @TempDir
    private Path workDir;

    private Path sandbox;
    private Workshop workshop;

    @BeforeEach
    void create() throws IOException {
        sandbox = Files.createDirectories(workDir.resolve("runs/c"));
        workshop = Workshop.of(workDir);
    }

    @Test
    void makesWhatIsMissingForItsUser() throws IOException {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");

        var made = workshop.directories(sandbox, "some/place", Optional.of(SOMEBODY));

        assertThat(made).isEqualTo(sandbox.resolve("some/place")).isDirectory();
        for (var directory : new Path[] {made, made.getParent()}) {
            assertThat(Files.getAttribute(directory, "unix:uid")).isEqualTo(54_321);
            assertThat(Files.getAttribute(directory, "unix:gid")).isEqualTo(54_322);
        }
        assertThat(workshop.place()).isEmptyDirectory();
    }

    @Test
    void leavesWhatIsThere() throws IOException {
        var file = Files.createFile(sandbox.resolve("file"));

        assertThat(workshop.directories(sandbox, "file", Optional.empty())).isEqualTo(file);
        assertThatThrownBy(() -> workshop.directories(sandbox, "file/below", Optional.empty()))
                .isInstanceOf(IOException.class);
        assertThat(file).isRegularFile();
    }

    @Test
    void goesOverNoLink() throws IOException {
        Files.createSymbolicLink(sandbox.resolve("link"), workDir);

        assertThatThrownBy(() -> workshop.directories(sandbox, "link/made", Optional.empty()))
                .hasMessageContaining("leads over a link");
        assertThat(workDir.resolve("made")).doesNotExist();
    }

    @Test
    void aGroupMemberGetsNoSandboxWhereALinkLeads() throws IOException {
        var elsewhere = Files.createDirectory(workDir.resolve("elsewhere"));
        Files.createSymbolicLink(sandbox.resolve("tasks"), elsewhere);
        var sandboxes = new Sandboxes(workDir);

        assertThatThrownBy(() -> sandboxes.create(Sandboxes.ofGroupMember(sandbox, "t"), Optional.empty()))
                .isInstanceOf(IOException.class);
        assertThat(elsewhere).isEmptyDirectory();
        Files.delete(sandbox.resolve("tasks"));
        sandboxes.create(Sandboxes.ofGroupMember(sandbox, "t"), Optional.empty());
        assertThat(sandbox.resolve("tasks/t/stdout")).isEmptyFile();
        assertThat(workshop.place()).isEmptyDirectory();
    }

    /** The agent has to start; that it was killed amid something is no reason not to. */
    @Test
    void whatCannotBeRemovedThereStays() {
        var kernels = Path.of("/proc/self/task");

        assertThat(new Workshop(kernels).cleared().place()).isEqualTo(kernels).isDirectory();
    }
}
