package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
    private static final int SOMEBODY = 54_321;
    private static final LogRotation ROTATION = new LogRotation(10, 3);

    @TempDir
    private Path sandbox;

    @TempDir
    private Path workDir;

    private Workshop workshop;
    private Path log;
    private String lateWords = "";

    private final LogRotation.Pause pause = new LogRotation.Pause() {
        @Override
        public boolean begin() throws IOException {
            Files.writeString(log, lateWords, StandardOpenOption.APPEND);
            return true;
        }

        @Override
        public void end() {}
    };

    @BeforeEach
    void open() throws IOException {
        workshop = Workshop.of(workDir);
        log = Files.createFile(sandbox.resolve("stdout"));
    }

    private void write(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.APPEND);
    }

    private String files() throws IOException {
        try (var files = Files.list(sandbox)) {
            return files.sorted()
                    .map(file -> {
                        try {
                            return file.getFileName() + "=" + Files.readString(file);
                        } catch (IOException gone) {
                            throw new AssertionError(gone);
                        }
                    })
                    .collect(Collectors.joining(" "));
        }
    }

    @Test
    void isDueAboveItsSizeOnly() {
        assertThat(ROTATION.isDue(10)).isFalse();
        assertThat(ROTATION.isDue(11)).isTrue();
        assertThat(new LogRotation(0, 3).isDue(1L << 40)).isFalse();
    }

    @Test
    void contentMovesOnUntilItIsDropped() throws IOException {
        for (var text : new String[] {"one", "two", "three", "four"}) {
            write(text);
            ROTATION.rotate(log, workshop, pause);
        }

        assertThat(files()).isEqualTo("stdout= stdout.1=four stdout.2=three stdout.3=two");
    }

    @Test
    void whatIsWrittenUntilTheTaskStandsStillIsKept() throws IOException {
        write("early ");
        lateWords = "late";

        ROTATION.rotate(log, workshop, pause);

        assertThat(files()).isEqualTo("stdout= stdout.1=early late");
    }

    @Test
    void aLargeFileBecomesSeveralAndTheOldestOfItIsDropped() throws IOException {
        write("former");
        ROTATION.rotate(log, workshop, pause);
        write("dropped!aaaaaaaaaabbbbbbbbbbcccccccccc");

        ROTATION.rotate(log, workshop, pause);

        assertThat(files()).isEqualTo("stdout= stdout.1=cccccccccc stdout.2=bbbbbbbbbb stdout.3=aaaaaaaaaa");
    }

    /** A file of any length costs nothing where nothing is in it. */
    @Test
    void aFileThatGrowsWithoutEndMeanwhileFillsNoDisk() throws IOException {
        write("former");
        var parts = new ArrayList<Path>();

        ROTATION.rotate(log, workshop, new LogRotation.Pause() {
            @Override
            public boolean begin() throws IOException {
                try (var file = new RandomAccessFile(log.toFile(), "rw")) {
                    file.setLength(50_000);
                    file.seek(49_996);
                    file.writeBytes("last");
                }
                return true;
            }

            @Override
            public void end() throws IOException {
                try (var made = Files.list(workshop.place())) {
                    made.forEach(parts::add);
                }
            }
        });

        assertThat(parts).hasSizeLessThanOrEqualTo(4);
        assertThat(sandbox.resolve("stdout.1")).content().endsWith("last");
        assertThat(workshop.place()).isEmptyDirectory();
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        var secret = Files.writeString(sandbox.resolve("secret"), "of somebody else");
        Files.delete(log);
        Files.createSymbolicLink(log, secret);

        assertThat(LogRotation.size(log)).isZero();
        assertThatThrownBy(() -> ROTATION.rotate(log, workshop, pause)).isInstanceOf(IOException.class);
        assertThat(Files.readString(secret)).isEqualTo("of somebody else");
    }

    @Test
    void aLinkInTheWayIsReplaced() throws IOException {
        var secret = Files.writeString(sandbox.resolve("secret"), "of somebody else");
        Files.createSymbolicLink(sandbox.resolve("stdout.1"), secret);
        Files.createSymbolicLink(sandbox.resolve(".stdout.0"), secret);
        write("mine");

        ROTATION.rotate(log, workshop, pause);

        assertThat(Files.readString(secret)).isEqualTo("of somebody else");
        assertThat(Files.readString(sandbox.resolve("stdout.1"))).isEqualTo("mine");
    }

    @Test
    void aLinkThatComesMeanwhileLendsNothingToTheTasksUser() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root has others' tasks")
                .isEqualTo("root");
        var secret = Files.writeString(workDir.resolve("secret"), "of somebody else");
        for (var mine : List.of(log, sandbox)) {
            Files.setAttribute(mine, "unix:uid", SOMEBODY);
        }
        write("mine");

        ROTATION.rotate(log, workshop, new LogRotation.Pause() {
            @Override
            public boolean begin() throws IOException {
                Files.deleteIfExists(sandbox.resolve(".stdout.0"));
                Files.createSymbolicLink(sandbox.resolve(".stdout.0"), secret);
                return true;
            }

            @Override
            public void end() {}
        });

        assertThat(Files.getAttribute(secret, "unix:uid")).isEqualTo(0);
        assertThat(sandbox.resolve("stdout.1")).hasContent("mine");
        assertThat(Files.getAttribute(sandbox.resolve("stdout.1"), "unix:uid")).isEqualTo(SOMEBODY);
    }

    @Test
    void aGroupMembersFileIsNotLookedForWhereALinkLeads() throws IOException {
        var run = Files.createDirectories(workDir.resolve("runs/c"));
        var elsewhere = Files.createDirectories(workDir.resolve("elsewhere/t"));
        Files.createSymbolicLink(run.resolve("tasks"), elsewhere.getParent());
        Files.writeString(elsewhere.resolve("stdout"), "of somebody else");

        assertThatThrownBy(() -> ROTATION.rotate(run.resolve("tasks/t/stdout"), workshop, pause))
                .isInstanceOf(IOException.class);

        assertThat(elsewhere.resolve("stdout")).hasContent("of somebody else");
    }
}
