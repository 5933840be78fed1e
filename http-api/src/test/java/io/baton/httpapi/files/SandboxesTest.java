package io.baton.httpapi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxesTest {
    private static final String RUNS = "frameworks/F/executors/e/runs";

    @TempDir
    private Path temporary;

    private Path root;
    private Sandboxes sandboxes;

    @BeforeEach
    void populate() throws Exception {
        root = Files.createDirectory(temporary.resolve("root"));
        Files.writeString(temporary.resolve("secret"), "secret");
        var run = Files.createDirectories(root.resolve(RUNS).resolve("c1"));
        Files.writeString(run.resolve("stdout"), "hello");
        Files.writeString(run.resolve("~"), "tilde");
        Files.createDirectory(run.resolve("sub"));
        Files.createSymbolicLink(run.resolve("link"), temporary.resolve("secret"));
        Files.createSymbolicLink(run.resolve("near"), Path.of("stdout"));
        Files.createSymbolicLink(run.resolve("up"), temporary);
        Files.createSymbolicLink(run.resolve("latest"), temporary);
        Files.createSymbolicLink(root.resolve(RUNS).resolve("latest"), run);
        new ProcessBuilder("mkfifo", run.resolve("pipe").toString()).start().waitFor();
        sandboxes = new Sandboxes(root);
    }

    private String read(String path) throws Exception {
        try (var file = sandboxes.open(path.replace("ROOT", root.toString()).replace("NUL", "\0"))) {
            var buffer = ByteBuffer.allocate(100);
            file.channel().read(buffer);
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        frameworks/F/executors/e/runs/c1/stdout       | hello
        /frameworks/F/executors/e/runs/c1/stdout      | hello
        ROOT/frameworks/F/executors/e/runs/c1/stdout  | hello
        ROOT//frameworks/./F/executors/e/runs/c1/stdout | hello
        frameworks/F/executors/e/runs/latest/stdout   | hello
        ROOT/frameworks/F/executors/e/runs/latest/stdout | hello
        frameworks/F/executors/e/runs/c1/~            | tilde
        """)
    void opensWhatIsBelowTheRoot(String path, String content) throws Exception {
        assertThat(read(path)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        frameworks/F/executors/e/runs/c1/../c1/stdout | 400
        ../secret                                     | 400
        ROOT/../secret                                | 400
        NUL                                           | 400
        frameworks/F/executors/e/runs/c1/stdoutNUL    | 400
        frameworks/F/executors/e/runs/c1              | 400
        ROOT                                          | 400
        /etc/passwd                                   | 404
        ROOTx/secret                                  | 404
        frameworks/F/executors/e/runs/c1/none         | 404
        frameworks/F/executors/e/runs/c1/link         | 404
        frameworks/F/executors/e/runs/c1/near         | 404
        frameworks/F/executors/e/runs/c1/up/secret    | 404
        frameworks/F/executors/e/runs/c1/latest/secret | 404
        frameworks/F/executors/e/runs/c1/pipe         | 404
        frameworks/F/executors/e/runs/c1/stdout/x     | 404
        """)
    void refusesTheRest(String path, int status) {
        assertThatThrownBy(() -> read(path)).isInstanceOfSatisfying(NoFileException.class, e -> assertThat(
                        e.refusal().status())
                .isEqualTo(status));
    }

    @Test
    void limitsTheLengthOfPaths() {
        assertThatThrownBy(() -> read("a/".repeat(2048) + "b")).hasMessageContaining("4096");
        assertThatThrownBy(() -> read("")).hasMessage("Expecting 'path=value' in query");
    }

    @Test
    void followsLatestOnlyToANameBesideIt() throws Exception {
        var latest = root.resolve(RUNS).resolve("latest");
        for (var target : new String[] {temporary.toString(), "/etc", "..", "c1/link", "nowhere"}) {
            Files.delete(latest);
            Files.createSymbolicLink(latest, Path.of(target));
            assertThatThrownBy(() -> read(RUNS + "/latest/secret")).isInstanceOf(NoFileException.class);
            assertThatThrownBy(() -> read(RUNS + "/latest/passwd")).isInstanceOf(NoFileException.class);
        }
    }

    @Test
    void findsTheAgentOfAFramework() throws Exception {
        var sandbox = Files.createDirectories(root.resolve("slaves/S0/frameworks/G/executors/x/runs/c1"));
        Files.writeString(sandbox.resolve("stdout"), "there");

        assertThat(read("/frameworks/G/executors/x/runs/c1/stdout")).isEqualTo("there");
        assertThat(read("slaves/S0/frameworks/G/executors/x/runs/c1/stdout")).isEqualTo("there");
        assertThat(read("/frameworks/F/executors/e/runs/c1/stdout")).isEqualTo("hello");
        assertThatThrownBy(() -> read("/frameworks/G/executors/y/runs/c1/stdout"))
                .isInstanceOf(NoFileException.class);
    }

    @Test
    void listsWithoutFollowing() throws Exception {
        var entries = sandboxes.list(RUNS + "/c1", 100);

        assertThat(entries.stream().map(Sandboxes.Entry::name))
                .containsExactly("latest", "link", "near", "pipe", "stdout", "sub", "up", "~");
        assertThat(entries.get(1).attributes().isSymbolicLink()).isTrue();
        assertThat(sandboxes.list(RUNS + "/latest", 3)).hasSize(3);
        assertThatThrownBy(() -> sandboxes.list(RUNS + "/c1/up", 100)).isInstanceOf(NoFileException.class);
        assertThat(sandboxes.list(RUNS + "/c1/stdout", 100)).as("a file").isEmpty();
        assertThatThrownBy(() -> sandboxes.list(RUNS + "/c1/none", 100)).isInstanceOf(NoFileException.class);
    }

    @Test
    void hasNothingBeforeTheRootIsThere() {
        var none = new Sandboxes(temporary.resolve("later"));
        assertThatThrownBy(() -> none.open("a")).isInstanceOf(NoFileException.class);
    }
}
