package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

    private void inTree(String commands) throws Exception {
        var shell = new ProcessBuilder("/bin/sh", "-ec", commands)
                .directory(directory.resolve("tree").toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
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
        inTree("name=$(printf %0200d 0); for i in $(seq 30); do mkdir $name; cd $name; done; touch file");

        Trees.remove(tree);

        assertThat(tree).doesNotExist();
    }

    @Test
    void thereIsALimitToThat() throws Exception {
        var tree = tree();
        inTree("for i in $(seq " + (Trees.MAX_DEPTH + 1) + "); do mkdir d; cd d; done");

        assertThatThrownBy(() -> Trees.remove(tree)).hasMessageContaining("directories deep");
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
