package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionInputsTest {
    @TempDir
    private Path directory;

    private final SessionInputs inputs = new SessionInputs();
    private Path pipe;

    @BeforeEach
    void make() throws Exception {
        pipe = directory.resolve("stdin");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        inputs.open("c", pipe);
    }

    private static byte[] bytes(int count) {
        return new byte[count];
    }

    @Test
    void whatIsWrittenBeforeTheProcessReadsIsNotLost() throws Exception {
        assertThat(inputs.write("c", "hello ".getBytes(StandardCharsets.UTF_8))).isTrue();
        var reader = new ProcessBuilder("sh", "-c", "exec <\"$0\"; rm \"$0\"; exec cat", pipe.toString()).start();
        assertThat(inputs.write("c", "there".getBytes(StandardCharsets.UTF_8))).isTrue();

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> inputs.end("c"));

        assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("hello there");
        assertThat(reader.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theEndWaitsUntilTheProcessHasOpenedThePipe() throws Exception {
        assertThat(inputs.end("c")).isFalse();
        Files.delete(pipe);
        assertThat(inputs.end("c")).isTrue();
        assertThat(inputs.end("c")).as("again").isTrue();
    }

    @Test
    void neverWaitsForAProcessThatDoesNotRead() throws Exception {
        int taken = 0;
        while (inputs.write("c", bytes(4_096))) {
            taken += 4_096;
        }

        assertThat(taken).isBetween(50_000, SessionInputs.MOST_WAITING_BYTES);
        inputs.close("c");
    }

    @Test
    void saysThatAProcessIsOver() throws Exception {
        inputs.close("c");

        assertThatThrownBy(() -> inputs.write("c", bytes(1))).isInstanceOf(IOException.class);
    }
}
