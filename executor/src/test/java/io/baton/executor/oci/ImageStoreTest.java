package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    @TempDir
    private Path directory;

    private static String digest(char of) {
        return "sha256:" + String.valueOf(of).repeat(64);
    }

    private Path unpacked(char of, Instant used) throws IOException {
        var place = Files.createDirectories(
                directory.resolve("unpacked").resolve(digest(of).replace(':', '-')));
        Files.createFile(place.resolve("config.json"));
        return Files.setLastModifiedTime(place, FileTime.from(used));
    }

    @Test
    void imagesThatNobodyUsesOrNamesAreRemoved() throws IOException {
        var old = Instant.parse("2026-01-01T00:00:00Z");
        var unused = unpacked('a', old);
        var before = unpacked('e', Instant.now().plus(Duration.ofHours(1)));
        var used = unpacked('b', old);
        var named = unpacked('c', old);
        var fresh = unpacked('d', Instant.now());
        var layout = Files.createDirectories(directory.resolve("images/web"));
        Files.createFile(layout.resolve("oci-layout"));
        Files.writeString(layout.resolve("index.json"), """
                {"manifests":[{"digest":"%s","annotations":{"org.opencontainers.image.ref.name":"1"}}]}
                """.formatted(digest('c')));

        new ImageStore(directory.resolve("images"), directory.resolve("unpacked"), Runnable::run)
                .prune(List.of("web:1", "not-here", "?"), Set.of(digest('b')));

        assertThat(unused).doesNotExist();
        assertThat(before).as("the host's clock was set back").doesNotExist();
        assertThat(List.of(used, named, fresh)).allMatch(Files::isDirectory);
        assertThat(layout).as("what the operator put there").isDirectory();
    }

    @Test
    void whatAnAgentThatWasKilledWasUnpackingIsRemoved() throws IOException {
        var whole = unpacked('a', Instant.now());
        for (var left : List.of("fresh-1", "gone-2")) {
            Files.createFile(Files.createDirectories(directory.resolve("unpacked/" + left + "/rootfs"))
                    .resolve("file"));
        }
        var threads = new ArrayDeque<Runnable>();
        var store = new ImageStore(directory.resolve("images"), directory.resolve("unpacked"), threads::add);

        store.removeLeftovers();
        assertThat(threads).hasSize(2);
        threads.forEach(Runnable::run);

        try (var left = Files.list(directory.resolve("unpacked"))) {
            assertThat(left).containsExactly(whole);
        }
    }

    private void layout(String name, char digest) throws IOException {
        var layout = Files.createDirectories(directory.resolve("images").resolve(name));
        Files.createFile(layout.resolve("oci-layout"));
        Files.writeString(layout.resolve("index.json"), """
                {"manifests":[{"digest":"%s","annotations":{"org.opencontainers.image.ref.name":"1"}}]}
                """.formatted(digest(digest)));
    }

    @Test
    void anImageIsUnpackedOnceAndOthersDoNotWaitForIt() throws IOException {
        layout("new", 'a');
        layout("known", 'b');
        Files.writeString(unpacked('b', Instant.now()).resolve("config.json"), "{}");
        var threads = new ArrayDeque<Runnable>();
        var store = new ImageStore(directory.resolve("images"), directory.resolve("unpacked"), threads::add);

        var first = store.bring("new:1", Set::of);
        var second = store.bring("new:1", Set::of);

        assertThat(threads).hasSize(1);
        assertThat(store.bring("known:1", Set::of)).isCompleted();
        assertThat(store.bring("missing:1", Set::of)).isCompletedExceptionally();
        assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);

        threads.remove().run();

        assertThat(List.of(first, second))
                .as("there is nothing to unpack")
                .allMatch(CompletableFuture::isCompletedExceptionally);
        store.bring("new:1", Set::of);
        assertThat(threads).as("tried again").hasSize(1);
    }

    @Test
    void ofAnArchiveOnlyTheLatestLayoutIsKept() throws IOException {
        var archives = directory.resolve("unpacked/archives");
        var time = Instant.parse("2026-01-01T00:00:00Z");
        for (var name : List.of("a-a-1", "a-a-3", "a-a-2", "b-b-1")) {
            time = time.plusSeconds(60);
            var layout = Files.createDirectories(archives.resolve(name));
            Files.createFile(layout.resolve("oci-layout"));
            Files.setLastModifiedTime(layout, FileTime.from(time));
        }

        new ImageStore(directory.resolve("images"), directory.resolve("unpacked"), Runnable::run).removeFormerLayouts();

        try (var left = Files.list(archives)) {
            assertThat(left).containsExactlyInAnyOrder(archives.resolve("a-a-2"), archives.resolve("b-b-1"));
        }
    }

    @Test
    void theOneImageOfAnArchiveGoesByAnyTag() throws IOException {
        var archive = Files.createFile(
                Files.createDirectories(directory.resolve("images")).resolve("app.tar"));
        var layout = Files.createDirectories(directory
                .resolve("unpacked/archives")
                .resolve(UUID.nameUUIDFromBytes(archive.toString().getBytes(StandardCharsets.UTF_8)) + "-"
                        + Files.getLastModifiedTime(archive).toMillis()));
        Files.writeString(layout.resolve("index.json"), """
                {"manifests":[{"digest":"%s","annotations":{"org.opencontainers.image.ref.name":"1.O"}}]}
                """.formatted(digest('a')));
        Files.writeString(unpacked('a', Instant.now()).resolve("config.json"), "{}");
        var store = new ImageStore(directory.resolve("images"), directory.resolve("unpacked"), Runnable::run);

        for (var name : List.of("app:1.O", "app", "app:1.0")) {
            assertThat(store.bring(name, Set::of)).as(name).isCompleted();
            assertThat(store.find(name, Set.of()).digest()).isEqualTo(digest('a'));
        }
    }
}
