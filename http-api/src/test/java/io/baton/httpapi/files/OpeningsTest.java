package io.baton.httpapi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.httpapi.files.FileSource.OpenFile;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningsTest {
    private static final String LATE = "could not be opened in time";
    private static final String TOO_MANY = "as many files of this task as it may";

    private final Openings openings = new Openings(Duration.ofMillis(50), new Openings.Limits(1, 2, 3));
    private final CountDownLatch written = new CountDownLatch(1);

    @TempDir
    private Path directory;

    private SeekableByteChannel channel;

    @BeforeEach
    void make() throws IOException {
        channel = Files.newByteChannel(Files.writeString(directory.resolve("file"), "x"));
    }

    @AfterEach
    void end() throws IOException {
        written.countDown();
        channel.close();
    }

    private OpenFile file() {
        return new OpenFile("file", channel, "key");
    }

    private OpenFile waiting() {
        try {
            written.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return file();
    }

    private void refused(String framework, String task, String why) {
        assertThatThrownBy(() -> openings.open(framework, task, this::waiting))
                .isInstanceOf(NoFileException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatOpensAndWhatDoesNotComesThrough() throws Exception {
        assertThat(openings.open("f", "t", this::file)).isEqualTo(file());
        assertThatThrownBy(() -> openings.open("f", "t", () -> {
                    throw new IOException("no disk");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no disk");
        assertThatThrownBy(() -> openings.open("f", "t", () -> {
                    throw NoFileException.notFound();
                }))
                .isInstanceOf(NoFileException.class);
        assertThatThrownBy(() -> openings.open("f", "t", () -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a bug");
        assertThat(openings.open("f", "t", this::file)).isEqualTo(file());
    }

    @Test
    void aTaskKeepsFewThreadsAFrameworkSomeAndAllNotMany() throws Exception {
        refused("f", "f/1", LATE);
        refused("f", "f/1", TOO_MANY);
        assertThat(openings.open("f", "f/2", this::file)).isEqualTo(file());
        refused("f", "f/2", LATE);
        refused("f", "f/3", TOO_MANY);
        assertThat(openings.open("g", "g/1", this::file)).isEqualTo(file());
        refused("g", "g/1", LATE);
        refused("h", "h/1", TOO_MANY);
    }

    /** Else all of the threads that read files would wait for one task's at the same time. */
    @Test
    void whatIsJustBeingOpenedCounts() {
        var patient = new Openings(Duration.ofMinutes(5), new Openings.Limits(1, 2, 3));
        var first = CompletableFuture.supplyAsync(() -> {
            try {
                return patient.open("f", "f/1", this::waiting);
            } catch (IOException | NoFileException e) {
                throw new AssertionError(e);
            }
        });

        await().untilAsserted(() ->
                assertThatThrownBy(() -> patient.open("f", "f/1", this::file)).hasMessageContaining(TOO_MANY));

        written.countDown();
        assertThat(first.join()).isEqualTo(file());
    }

    @Test
    void whoseFilesOpenAfterAllIsServedAgainAndNothingStaysOpen() throws Exception {
        refused("f", "f/1", LATE);
        written.countDown();

        await().until(() -> !channel.isOpen());
        await().ignoreExceptions().untilAsserted(() -> assertThat(openings.open("f", "f/1", this::file))
                .isEqualTo(file()));
    }
}
