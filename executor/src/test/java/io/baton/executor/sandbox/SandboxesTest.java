package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.process.Account;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Account NOBODY = new Account("nobody", 65_534, 65_534, "/");

    @TempDir
    private Path workDir;

    private Path create(String task, String container) throws IOException {
        var sandbox = Sandboxes.locate(workDir, "a", "f", task, container);
        new Sandboxes(workDir).create(sandbox, Optional.empty());
        return sandbox;
    }

    private Path createAged(String task, String container, Duration age) throws IOException {
        var sandbox = create(task, container);
        Files.writeString(Files.createDirectory(sandbox.resolve("d")).resolve("f"), "x");
        Files.setLastModifiedTime(sandbox, FileTime.from(NOW.minus(age)));
        return sandbox;
    }

    private int collect(int maxCount, Set<String> inUse) throws IOException {
        return collect(maxCount, inUse, 0);
    }

    private int collect(int maxCount, Set<String> inUse, double used) throws IOException {
        var limits = new SandboxLimits(Duration.ofDays(7), maxCount, 0);
        return new SandboxCollector(workDir, limits).collect(inUse, NOW, used).removed();
    }

    @ParameterizedTest(name = "id {index}")
    @ValueSource(strings = {"/etc/x", "../../../../../../x", "..", ".", "", "a/b", "a\0b"})
    void isBelowTheWorkDirectoryWhateverTheIdsAre(String id) {
        var ordinary = Sandboxes.locate(workDir, "a", "f", "t", "c");
        var odd = Sandboxes.locate(workDir, id, id, id, id);
        var member = Sandboxes.ofGroupMember(ordinary, id);

        assertThat(odd.normalize()).isEqualTo(odd);
        assertThat(odd.startsWith(workDir)).isTrue();
        assertThat(odd.getNameCount()).isEqualTo(ordinary.getNameCount());
        assertThat(member.normalize().getParent()).isEqualTo(ordinary.resolve("tasks"));
    }

    @Test
    void isForItsOwnerAndHasALinkToTheLatest() throws IOException {
        create("t", "c1");
        var second = create("t", "c2");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(second)))
                .isEqualTo("rwxr-x---");
        assertThat(second.resolve("stdout")).isEmptyFile();
        assertThat(second.resolve("stderr")).isEmptyFile();
        assertThat(second.resolveSibling("latest").toRealPath()).isEqualTo(second.toRealPath());
        assertThatThrownBy(() -> create("t", "c2")).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void oldOnesAreRemovedWithWhatIsEmptyAboveThem() throws IOException {
        var old = createAged("old", "c1", Duration.ofDays(8));
        var fresh = createAged("fresh", "c2", Duration.ofDays(6));
        var used = createAged("used", "c3", Duration.ofDays(8));

        assertThat(collect(100, Set.of("c3"))).isEqualTo(1);

        assertThat(old.getParent().getParent()).doesNotExist();
        assertThat(fresh).exists();
        assertThat(used).exists();
    }

    @Test
    void beyondTheNumberTheOldestGo() throws IOException {
        var first = createAged("t", "c1", Duration.ofDays(3));
        var second = createAged("t", "c2", Duration.ofDays(2));
        var third = createAged("t", "c3", Duration.ofDays(1));

        assertThat(collect(2, Set.of())).isEqualTo(1);

        assertThat(first).doesNotExist();
        assertThat(second).exists();
        assertThat(third).exists();
    }

    private static void assumeRoot() {
        assumeThat(System.getProperty("user.name"))
                .as("only root may give away")
                .isEqualTo("root");
    }

    @Test
    void noneIsKeptForATimeThatIsYetToCome() throws IOException {
        assumeRoot();
        var dated = createAged("dated", "c1", Duration.ofDays(-365));
        Sandboxes.own(dated, NOBODY);
        var fresh = createAged("fresh", "c2", Duration.ZERO);

        assertThat(collect(1, Set.of())).isOne();
        assertThat(dated).doesNotExist();
        assertThat(fresh).exists();

        var ahead = createAged("ahead", "c3", Duration.ofMinutes(-1));
        assertThat(collect(2, Set.of())).as("clocks differ").isZero();
        assertThat(ahead).exists();
    }

    @Test
    void aHostsClockThatIsSetBackRemovesNothing() throws IOException {
        var ended = createAged("ended", "c1", Duration.ZERO);
        var later = createAged("later", "c2", Duration.ofDays(1));
        Sandboxes.ended(ended, NOW.plus(Duration.ofDays(365)));

        assertThat(collect(2, Set.of())).isZero();
        assertThat(ended).exists();
        assertThat(later).exists();
        assertThat(Files.getLastModifiedTime(ended).toInstant())
                .as("its age counts from now on")
                .isEqualTo(NOW);

        Sandboxes.ended(ended, NOW.plus(Duration.ofDays(365)));
        assertThat(collect(1, Set.of())).as("the other one is older").isOne();
        assertThat(ended).exists();
        Sandboxes.ended(ended, NOW.plus(Duration.ofDays(365)));
        assertThat(collect(2, Set.of(), 1)).as("there is no room").isOne();
    }

    @Test
    void aRunThatHasEndedIsDatedByTheAgentAlone() throws IOException {
        assumeRoot();
        var alone = Sandboxes.locate(workDir, "a", "f", "alone", "c1");
        var executor = Sandboxes.locate(workDir, "a", "f", "executor", "c2");
        for (var sandbox : List.of(alone, executor)) {
            new Sandboxes(workDir).create(sandbox, Optional.of(NOBODY));
            Files.setPosixFilePermissions(sandbox, PosixFilePermissions.fromString("rwxrwxrwx"));
        }

        Sandboxes.ended(alone, NOW);
        Sandboxes.ended(Sandboxes.ofGroupMember(executor, "member"), NOW);

        assertThat(Files.getAttribute(alone, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(alone, "unix:gid"))
                .as("its user may still look")
                .isEqualTo(65_534);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(alone)))
                .isEqualTo("rwxr-xr-x");
        assertThat(Files.getLastModifiedTime(alone).toInstant()).isEqualTo(NOW);
        assertThat(Files.getAttribute(executor, "unix:uid")).as("it goes on").isEqualTo(65_534);
    }

    @Test
    void theFullerTheDiskTheSooner() throws IOException {
        var older = createAged("older", "c1", Duration.ofDays(3));
        var younger = createAged("younger", "c2", Duration.ofDays(1));
        var used = createAged("used", "c3", Duration.ofDays(3));

        assertThat(collect(100, Set.of("c3"), 0.5)).isZero();
        assertThat(collect(100, Set.of("c3"), 0.7)).isEqualTo(1);
        assertThat(older).doesNotExist();
        assertThat(collect(100, Set.of("c3"), 1)).isEqualTo(1);

        assertThat(younger).doesNotExist();
        assertThat(used).exists();
    }

    @ParameterizedTest(name = "{0} used")
    @CsvSource({"0, 216, false", "0.4, 120, false", "0.89, 2.4, false", "0.9, 0, true", "1, 0, true"})
    void theHeadroomCountsAsUsed(double used, double hours, boolean isShort) {
        var limits = new SandboxLimits(Duration.ofDays(10), 100, 0.1);

        assertThat(limits.allowedAge(used).toMillis() / 3.6e6).isCloseTo(hours, within(0.01));
        assertThat(limits.isShort(used)).isEqualTo(isShort);
    }

    @Test
    void looksAtTheDiskItself() throws IOException {
        var limits = new SandboxLimits(Duration.ofDays(7), 100, 0);

        assertThat(new SandboxCollector(workDir, limits).used()).isBetween(0.0, 1.0);
    }

    @Test
    void aLinkOutOfASandboxIsNotFollowed() throws IOException {
        var outside = Files.writeString(workDir.resolve("precious"), "x");
        var old = createAged("t", "c1", Duration.ofDays(8));
        Files.createSymbolicLink(old.resolve("link"), workDir);
        Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofDays(8))));

        collect(100, Set.of());

        assertThat(old).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void measuresWhatIsInIt() throws IOException {
        var sandbox = create("t", "c1");
        Files.write(sandbox.resolve("a"), new byte[1_500_000]);
        Files.createSymbolicLink(sandbox.resolve("link"), Path.of("/usr"));

        assertThat(DiskUse.megabytes(List.of(sandbox, sandbox.resolve("gone")))).isEqualTo(Map.of(sandbox, 2L));
    }

    @Test
    void measuresNoLongerThanIsWanted() throws IOException {
        assertThat(DiskUse.patiently(List.of(Path.of("/usr")), CompletableFuture.completedFuture(null)))
                .isEmpty();
        assertThat(DiskUse.patiently(List.of(create("t", "c1")), new CompletableFuture<>()))
                .hasSize(1);
    }

    @Test
    void measuresOneInAnotherForEach() throws IOException {
        var sandbox = create("t", "c1");
        var inner = Files.createDirectories(sandbox.resolve("tasks/one"));
        Files.write(inner.resolve("a"), new byte[1_500_000]);

        assertThat(DiskUse.megabytes(List.of(sandbox, inner))).isEqualTo(Map.of(sandbox, 2L, inner, 2L));
        assertThat(DiskUse.megabytes(List.of(inner, sandbox))).isEqualTo(Map.of(sandbox, 2L, inner, 2L));
    }

    @Test
    void measuresWhatFilesTakeHoweverDeepTheyLie() throws Exception {
        var sandbox = create("t", "c1");
        try (var sparse = new RandomAccessFile(sandbox.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        var script = "for (1 .. 30) { mkdir 'x' x 200; chdir 'x' x 200 or exit 1 }"
                + " open F, '>', 'deep'; print F 'x' x (5 << 20)";
        var maker = new ProcessBuilder("perl", "-e", script)
                .directory(sandbox.toFile())
                .start();
        assertThat(maker.waitFor()).isZero();

        try {
            assertThat(DiskUse.megabytes(List.of(sandbox)).get(sandbox)).isBetween(5L, 7L);
        } finally {
            Trees.remove(sandbox);
        }
    }

    @Test
    void theAgeOfARunCountsFromTheEndOfWhatRanThere() throws IOException {
        var old = createAged("old", "c1", Duration.ofDays(8));
        var ended = createAged("ended", "c2", Duration.ofDays(8));
        var group = createAged("group", "c3", Duration.ofDays(8));

        Sandboxes.ended(ended, NOW);
        Sandboxes.ended(Sandboxes.ofGroupMember(group, "member"), NOW);
        Sandboxes.ended(ended.resolveSibling("gone"), NOW);

        assertThat(collect(100, Set.of())).isEqualTo(1);
        assertThat(old).doesNotExist();
    }

    @Test
    void lastWordsAreTheLastLineAndNoLinkIsFollowed() throws IOException {
        var sandbox = create("t", "c1");
        assertThat(Sandboxes.lastWords(sandbox, 100)).isEmpty();
        Files.writeString(sandbox.resolve("stderr"), "x".repeat(5_000) + "\nlast words\n");
        assertThat(Sandboxes.lastWords(sandbox, 100)).isEqualTo("last words");

        Files.delete(sandbox.resolve("stderr"));
        Files.createSymbolicLink(sandbox.resolve("stderr"), Path.of("/etc/passwd"));

        assertThat(Sandboxes.lastWords(sandbox, 100)).isEmpty();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInThePlaceOfStderrIsNotWaitedFor() throws Exception {
        var sandbox = create("t", "c1");
        var stderr = sandbox.resolve("stderr");
        Files.delete(stderr);
        assertThat(new ProcessBuilder("mkfifo", stderr.toString()).start().waitFor())
                .isZero();

        assertThat(Sandboxes.lastWords(sandbox, 100)).isEmpty();
    }
}
