package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePoolTest {
    @TempDir
    private Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Path> waiting() throws IOException {
        try (var files = Files.list(directory.resolve("pool"))) {
            return files.toList();
        }
    }

    @Test
    void aFileIsUsedAgainAndHoldsNothingOfItsFormerContent() throws IOException {
        var pool = new FilePool(directory.resolve("pool"));
        var first = directory.resolve("first");
        pool.place(bytes("a long text of the first user"), first);
        var inode = Files.getAttribute(first, "unix:ino");
        pool.give(first);
        assertThat(first).doesNotExist();

        var second = directory.resolve("second");
        pool.place(bytes("short"), second);

        assertThat(second).hasContent("short");
        assertThat(Files.getAttribute(second, "unix:ino")).isEqualTo(inode);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void whatIsGivenBeyondTheLimitIsDeleted() throws IOException {
        var pool = new FilePool(directory.resolve("pool"));
        for (int i = 0; i <= FilePool.MAX_FILES; i++) {
            pool.place(bytes("x"), directory.resolve("f" + i));
        }

        for (int i = 0; i <= FilePool.MAX_FILES; i++) {
            pool.give(directory.resolve("f" + i));
        }

        assertThat(waiting()).hasSize(FilePool.MAX_FILES);
        assertThat(directory.resolve("f" + FilePool.MAX_FILES)).doesNotExist();
    }

    @Test
    void aFileThatIsGoneAlreadyIsNoLoss() throws IOException {
        var pool = new FilePool(directory.resolve("pool"));

        pool.give(directory.resolve("gone"));
        pool.place(bytes("x"), directory.resolve("a"));

        assertThat(directory.resolve("a")).hasContent("x");
    }

    @Test
    void theNextAgentUsesWhatIsLeft() throws IOException {
        var pool = new FilePool(directory.resolve("pool"));
        pool.place(bytes("x"), directory.resolve("a"));
        pool.give(directory.resolve("a"));

        var next = new FilePool(directory.resolve("pool"));
        next.place(bytes("y"), directory.resolve("b"));
        next.place(bytes("z"), directory.resolve("c"));

        assertThat(directory.resolve("b")).hasContent("y");
        assertThat(directory.resolve("c")).hasContent("z");
        assertThat(waiting()).isEmpty();
    }

    @Test
    void nobodyElseReadsThem() throws IOException {
        var earlier = Files.createDirectory(directory.resolve("pool")).resolve("0");
        Files.createFile(earlier, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        var pool = new FilePool(directory.resolve("pool"));

        for (var name : List.of("used again", "fresh")) {
            pool.place(bytes("variables"), directory.resolve(name));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }
}
