package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that cannot go on with its start leaves nothing behind. */
class SpawnerStartTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/perl", "/bin/bash"})
    void oneThatIsNotWantedEnds(String interpreter) throws IOException {
        var begun =
                SpawnerStart.begin(directory, new ProcessTable(Path.of("/proc")), Optional.of(Path.of(interpreter)));
        var spawner = begun.await().spawner();

        begun.abandon();

        await().atMost(Duration.ofSeconds(60)).until(() -> !spawner.lives());
    }

    /** The directory may be another agent's, or be removed, as soon as the start has failed. */
    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/perl", "/bin/bash"})
    void oneThatIsNotWantedAtOnceHasWrittenAllItWrites(String interpreter) throws IOException {
        var processes = new ProcessTable(Path.of("/proc"));
        var begun = SpawnerStart.begin(directory, processes, Optional.of(Path.of(interpreter)));

        begun.abandon();

        var note = Files.readString(directory.resolve("spawner.pid")).split(" ");
        assertThat(processes.isAlive(Long.parseLong(note[0]), Long.parseLong(note[1])))
                .isFalse();
    }
}
