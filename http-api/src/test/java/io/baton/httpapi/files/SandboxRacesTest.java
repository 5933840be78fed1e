package io.baton.httpapi.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A task swaps what is in its sandbox for links to a secret, again and again, while somebody reads. */
class SandboxRacesTest {
    private static final String RUN = "frameworks/F/executors/e/runs/c1";
    private static final int READS = 3_000;
    private static final String MISSING = "none";

    @TempDir
    private Path temporary;

    private Path run;
    private Sandboxes sandboxes;

    @BeforeEach
    void populate() throws IOException {
        var root = Files.createDirectory(temporary.resolve("root"));
        run = Files.createDirectories(root.resolve(RUN));
        Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(temporary.resolve("outside/stdout"), "secret");
        sandboxes = new Sandboxes(root);
    }

    private interface Swap {
        void again() throws IOException;
    }

    /** What readers saw meanwhile. */
    private Set<String> readDuring(Swap swap, String path) {
        var over = new AtomicBoolean();
        var swapping = CompletableFuture.runAsync(() -> {
            try {
                while (!over.get()) {
                    swap.again();
                }
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        });
        var seen = new TreeSet<String>();
        try {
            for (int i = 0; i < READS; i++) {
                seen.add(read(path));
            }
        } finally {
            over.set(true);
            swapping.join();
        }
        return seen;
    }

    private String read(String path) {
        try (var file = sandboxes.open(path)) {
            var buffer = ByteBuffer.allocate(100);
            file.channel().read(buffer);
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        } catch (NoFileException | IOException refused) {
            return MISSING;
        }
    }

    @Test
    void aFileThatBecomesALinkIsNeverTheLinksTarget() throws IOException {
        var stdout = Files.writeString(run.resolve("stdout"), "own");
        var spare = run.resolve("spare");

        var seen = readDuring(
                () -> {
                    Files.createSymbolicLink(spare, temporary.resolve("outside/stdout"));
                    Files.move(spare, stdout, ATOMIC_MOVE, REPLACE_EXISTING);
                    Files.writeString(spare, "own");
                    Files.move(spare, stdout, ATOMIC_MOVE, REPLACE_EXISTING);
                },
                RUN + "/stdout");

        assertThat(seen).isSubsetOf("own", MISSING);
    }

    @Test
    void aDirectoryThatBecomesALinkIsNeverTheLinksTarget() throws IOException {
        var directory = Files.createDirectory(run.resolve("sub"));
        Files.writeString(directory.resolve("stdout"), "own");
        var aside = run.resolve("aside");

        var seen = readDuring(
                () -> {
                    Files.move(directory, aside, ATOMIC_MOVE);
                    Files.createSymbolicLink(directory, temporary.resolve("outside"));
                    Files.delete(directory);
                    Files.move(aside, directory, ATOMIC_MOVE);
                },
                RUN + "/sub/stdout");

        assertThat(seen).isSubsetOf("own", MISSING);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDirectoryThatBecomesAPipeIsNotWaitedFor() throws Exception {
        var directory = Files.createDirectory(run.resolve("sub"));
        Files.writeString(directory.resolve("stdout"), "own");
        var aside = run.resolve("aside");
        var pipe = run.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        var seen = readDuring(
                () -> {
                    Files.move(directory, aside, ATOMIC_MOVE);
                    Files.move(pipe, directory, ATOMIC_MOVE);
                    Files.move(directory, pipe, ATOMIC_MOVE);
                    Files.move(aside, directory, ATOMIC_MOVE);
                },
                RUN + "/sub/stdout");

        assertThat(seen).isSubsetOf("own", MISSING);
    }

    /** Neither as a file nor as a directory on the way; nor does anybody wait for one who writes into it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeHasNoContent() throws Exception {
        var pipe = run.resolve("pipe").toString();
        assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();

        assertThat(read(RUN + "/pipe")).isEqualTo(MISSING);
        assertThat(read(RUN + "/pipe/stdout")).isEqualTo(MISSING);
        assertThatThrownBy(() -> sandboxes.list(RUN + "/pipe", 10)).isInstanceOf(NoFileException.class);
    }

    /** The opening is there as long as the pipe; whoever reads other sandboxes does not notice. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFileThatBecomesAPipeIsNotWaitedFor() throws Exception {
        var stdout = Files.writeString(run.resolve("stdout"), "own");
        var other = Files.createDirectories(temporary.resolve("root/frameworks/G/executors/e/runs/c1"));
        Files.writeString(other.resolve("stdout"), "other");
        var pipe = run.resolve("pipe");
        var swaps = new AtomicBoolean(true);
        sandboxes = new Sandboxes(
                temporary.resolve("root"),
                new Openings(Duration.ofMillis(100), new Openings.Limits(2, 16, 256)),
                () -> {
                    if (swaps.get()) {
                        becomeAPipe(stdout, pipe);
                    }
                });

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> sandboxes.open(RUN + "/stdout"))
                    .isInstanceOf(NoFileException.class)
                    .hasMessageContaining("could not be opened in time");
            Files.delete(stdout);
            Files.writeString(stdout, "own");
        }
        swaps.set(false);
        assertThatThrownBy(() -> sandboxes.open(RUN + "/stdout"))
                .isInstanceOf(NoFileException.class)
                .hasMessageContaining("as many files of this task");
        for (int i = 0; i < 100; i++) {
            assertThat(read("frameworks/G/executors/e/runs/c1/stdout")).isEqualTo("other");
        }
    }

    /** Each time another one. */
    private static void becomeAPipe(Path file, Path spare) {
        try {
            assertThat(new ProcessBuilder("mkfifo", spare.toString()).start().waitFor())
                    .isZero();
            Files.move(spare, file, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
