package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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

    private static final int NOBODY = 65_534;

    /** As a user whom the host holds to the rights of files. */
    private int removeAsNobody(Path tree) throws Exception {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        var classes = Files.createDirectory(directory.resolve("classes"));
        for (var type : List.of(Trees.class, TreesAsUser.class)) {
            var from = Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve(type.getPackageName().replace('.', '/'));
            var to = Files.createDirectories(
                    classes.resolve(type.getPackageName().replace('.', '/')));
            try (var files = Files.newDirectoryStream(from, type.getSimpleName() + "{,$*}.class")) {
                for (var file : files) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
        var child = new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + NOBODY,
                        "--regid=" + NOBODY,
                        "--clear-groups",
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes.toString(),
                        TreesAsUser.class.getName(),
                        tree.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        return child.waitFor();
    }

    private Path made(String path, String permissions, int owner) throws IOException {
        var out = Files.createDirectories(directory.resolve(path));
        Files.createFile(out.resolve("file"));
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString(permissions));
        Files.setAttribute(out, "unix:uid", owner);
        return out;
    }

    @Test
    void directoriesThatTheirOwnerHasClosedAreOpenedAgain() throws Exception {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        made("home", "rwxr-xr-x", NOBODY);
        var tree = made("home/tree", "rwxr-xr-x", NOBODY);
        made("home/tree/read-only/closed", "---------", NOBODY);
        made("home/tree/read-only/unlisted", "-wx------", NOBODY);
        Files.setPosixFilePermissions(tree.resolve("read-only"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setAttribute(tree.resolve("read-only"), "unix:uid", NOBODY);

        int status = removeAsNobody(tree);

        assertThat(status).as(Files.readString(directory.resolve("out"))).isZero();
        assertThat(tree).doesNotExist();
    }

    @Test
    void whatCannotGoKeepsNothingElse() throws Exception {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        made("home", "rwxr-xr-x", NOBODY);
        var tree = made("home/tree", "rwxr-xr-x", NOBODY);
        for (int i = 0; i < 10; i++) {
            made("home/tree/own-" + i, "rwxr-xr-x", NOBODY);
        }
        var foreign = made("home/tree/foreign", "rwxr-xr-x", 0);

        assertThat(removeAsNobody(tree)).isNotZero();

        assertThat(Files.readString(directory.resolve("out"))).contains("Operation not permitted");
        try (var left = Files.list(tree)) {
            assertThat(left).containsExactly(foreign);
        }
    }
}
