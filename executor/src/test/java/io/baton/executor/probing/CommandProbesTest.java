package io.baton.executor.probing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.executor.process.Launch;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.ProcessTable;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandProbesTest {
    private static final Supervision.Listener NOBODY = new Supervision.Listener() {
        @Override
        public void started(String container, Optional<ProcessIdentity> identity) {}

        @Override
        public void ended(String container, Verdict verdict) {}
    };

    @TempDir
    private Path directory;

    @Test
    void aCommandThatCannotBeStartedLeavesNothingBehind() throws IOException {
        var supervision = Supervision.open(
                directory.resolve("state"),
                new ProcessTable(Path.of("/proc")),
                Optional.of(Path.of("/bin/bash")),
                NOBODY);
        supervision.close();
        var probes = new CommandProbes(supervision, Runnable::run);
        var launch = new Launch(
                CommandProbes.freshName(), directory, true, "true", List.of(), Optional.empty(), new TreeMap<>());

        probes.announce(launch.container(), "c", outcome -> {});
        assertThatThrownBy(() -> probes.run(launch, Duration.ofSeconds(1))).isInstanceOf(IOException.class);

        assertThat(supervision.remains()).isEmpty();
        assertThat(directory.resolve("state/launch")).isEmptyDirectory();
    }
}
