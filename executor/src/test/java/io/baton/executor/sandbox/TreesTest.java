package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
    @TempDir
    private Path directory;

    private Path tree() throws IOException {
        return Files.createDirectory(directory.resolve("tree"));
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        var tree = tree();
        var kept = Files.createDirectory(directory.resolve("kept"));
        Files.createFile(kept.resolve("file"));
        Files.createSymbolicLink(tree.resolve("link"), kept);
        Files.createSymbolicLink(tree.resolve("dangling"), tree.resolve("none"));

        Trees.remove(tree);
        Trees.remove(tree);

        assertThat(tree).doesNotExist();
        assertThat(kept.resolve("file")).exists();
    }

    /** No path leads there that the kernel would take: what is removed is reached step by step. */
    @Test
    void whatLiesDeeperThanAPathCanBeLongGoesToo() throws Exception {
        var tree = tree();
        var maker = new ProcessBuilder("perl", "-e", "for (1 .. 30) { mkdir 'x' x 200; chdir 'x' x 200 or exit 1 }")
                .directory(tree.toFile())
                .start();
        assertThat(maker.waitFor()).isZero();

        Trees.remove(tree);

        assertThat(tree).doesNotExist();
    }

    @Test
    void whatLiesDeeperThanCanBeOpenedAtATimeGoesToo() throws Exception {
        var tree = tree();
        var levels = 2 * Trees.MAX_DEPTH + 3;
        var script = "for (1 .. " + levels + ") { mkdir 'x'; mkdir 'y'; open F, '>', 'f'; chdir 'x' or exit 1 }";
        var maker = new ProcessBuilder("perl", "-e", script)
                .directory(tree.toFile())
                .start();
        assertThat(maker.waitFor()).isZero();

        Trees.remove(tree);

        assertThat(tree).doesNotExist();
    }

    @Test
    void anotherUsersDirectoriesAreTakenFirst() throws IOException {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        var tree = tree();
        var below = Files.createDirectory(tree.resolve("below"));
        Files.createFile(below.resolve("file"));
        Files.setPosixFilePermissions(below, PosixFilePermissions.fromString("---------"));
        Files.setAttribute(below, "unix:uid", 54_321);

        Trees.remove(tree);

        assertThat(tree).doesNotExist();
    }
}
