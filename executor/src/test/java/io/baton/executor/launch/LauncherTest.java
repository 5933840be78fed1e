package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LauncherTest {
    private static final Path SANDBOX = Path.of("/work/slaves/s1");

    @Test
    void aFullDiskIsNamedWithWhatToDo() {
        var full = new FileSystemException("/work/slaves/s1/stdout", null, "No space left on device");

        assertThat(Launcher.explained(SANDBOX, full))
                .isEqualTo("cannot prepare the sandbox /work/slaves/s1: /work/slaves/s1/stdout:"
                        + " No space left on device: make room on the disk of this agent's work directory");
    }

    @Test
    void anythingElseSpeaksForItself() {
        assertThat(Launcher.explained(SANDBOX, new AccessDeniedException("/work/slaves")))
                .isEqualTo("cannot prepare the sandbox /work/slaves/s1: /work/slaves");
    }
}
