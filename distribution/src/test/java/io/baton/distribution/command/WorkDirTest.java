package io.baton.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirTest {
    @TempDir
    private Path directory;

    @Test
    void makesWhatIsMissing() {
        assertThat(WorkDir.usable(directory.resolve("a/b"))).isEmptyDirectory();
    }

    /** Who may write is the wrong advice for a disk that is full, read-only or broken. */
    @Test
    void saysWhyTheDirectoryCannotBeUsed() throws IOException {
        var file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> WorkDir.usable(file.resolve("below")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("'" + file.resolve("below") + "': ")
                .hasMessageContaining("Not a directory")
                .hasMessageNotContaining("right");
    }

    @Test
    void saysWhatTheSystemSays() {
        assertThatThrownBy(() -> WorkDir.usable(directory.resolve("x".repeat(300))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("File name too long");
    }
}
