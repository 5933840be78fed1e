package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A master whose part of the registry is damaged: it gets back what the others have, or says what is damaged and does not
 * start. Never does it start with less.
 */
class DamagedReplicaTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int KEYS = 30;
    private static final String LARGE = "v".repeat(100_000);

    /** A segment of the log has 8 MB, and a snapshot is taken after a hundred entries. */
    private static final int LARGE_ENTRIES = 130;

    @TempDir
    private Path directory;

    private static List<String> putKeys(Masters masters, String master) {
        var keys = new ArrayList<String>();
        for (int i = 0; i < KEYS; i++) {
            assertThat(masters.put(master, "k" + i, "v")).isInstanceOf(Answer.Committed.class);
            keys.add("k" + i);
        }
        return keys;
    }

    private static void putLarge(Masters masters, String master, int entries) {
        for (int i = 0; i < entries; i++) {
            assertThat(masters.put(master, "large", LARGE)).isInstanceOf(Answer.Committed.class);
        }
    }

    private static String follower(Masters masters) {
        var leader = await().atMost(LONG).until(masters::leader, name -> !name.isEmpty());
        return masters.nodes.keySet().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> find(String master, String prefix) {
        try (var files = Files.walk(directory.resolve(master))) {
            return files.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .toList();
        } catch (IOException | UncheckedIOException changing) {
            return List.of(directory); // Looked at in the midst of a change: something is there.
        }
    }

    /** Until its log does not begin with the first entry any more: without its snapshot it would be of no use. */
    private void awaitPurge(String master) {
        await().atMost(LONG)
                .until(() -> find(master, "log_0-").isEmpty()
                        && find(master, "log_inprogress_0").isEmpty());
    }

    private Path only(String master, String prefix) {
        var found = find(master, prefix);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** As a power-off leaves it: who stops in good order writes a snapshot, which makes up for a damaged log. */
    private void stopped(Masters masters, String master) throws IOException {
        var copy = TreeCopy.of(directory.resolve(master).resolve("log"));
        masters.stop(master);
        copy.restore();
    }

    @Test
    void aMissingSnapshotIsRefusedByName() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            putLarge(masters, "a", LARGE_ENTRIES);
            awaitPurge("a");
            masters.stop("a");
            for (var file : find("a", "snapshot.")) {
                // One that Ratis was about to fetch is none.
                var unfinished = Files.createDirectories(file.getParent().resolveSibling("tmp"));
                Files.move(file, unfinished.resolve(file.getFileName()));
            }

            assertThatThrownBy(() -> masters.restart("a"))
                    .hasMessageContaining("the snapshot before entry ")
                    .hasMessageContaining(directory.resolve("a").toString())
                    .hasMessageContaining("joins the others anew");
        }
    }

    /** All lose power, since the leader that has seen it acknowledge the record would not send it again. */
    @Test
    void aTornTailIsFetchedFromTheOthers() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var torn = follower(masters);
            var keys = putKeys(masters, torn);
            for (var name : masters.nodes.keySet()) {
                stopped(masters, name);
            }
            var log = only(torn, "log_inprogress");
            var bytes = Files.readAllBytes(log);
            int end = bytes.length;
            while (bytes[end - 1] == 0) {
                end--;
            }
            try (var file = new RandomAccessFile(log.toFile(), "rw")) {
                file.setLength(end - 3);
            }

            for (var name : masters.nodes.keySet()) {
                masters.restart(name);
            }

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(masters.keys(torn)).containsAll(keys));
            await().atMost(LONG).until(() -> masters.put(torn, "afterwards", "v") instanceof Answer.Committed);
        }
    }

    @Test
    void aFlippedBitInAClosedSegmentIsRefusedByNameAndTheOthersGoOn() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var damaged = follower(masters);
            putLarge(masters, damaged, LARGE_ENTRIES * 2 / 3);
            stopped(masters, damaged);
            var log = only(damaged, "log_0-");
            try (var file = new RandomAccessFile(log.toFile(), "rw")) {
                file.seek(file.length() / 2);
                int old = file.read();
                file.seek(file.length() / 2);
                file.write(old ^ 4);
            }

            assertThatThrownBy(() -> masters.restart(damaged))
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining(directory.resolve(damaged).toString())
                    .hasMessageContaining("joins the others anew");
            masters.nodes.remove(damaged);
            assertThat(masters.put(follower(masters), "k", "v")).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void anEmptyDirectoryIsFilledFromASnapshot() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var keys = putKeys(masters, "a");
            putLarge(masters, "a", LARGE_ENTRIES);
            awaitPurge("a");
            awaitPurge("b");
            masters.stop("c");
            var lost = masters.nodes.get("c").voter;
            var fresh = masters.prepare("c", "c-new-disk");
            fresh.files.join(new VoterGroup(masters.replica("a").group().id(), List.of()));
            masters.start(fresh);

            masters.replica("a").changeVoters(now -> {
                var next = new ArrayList<>(now);
                next.removeIf(voter -> voter.id().equals(lost.id()));
                next.add(fresh.voter);
                return next;
            });

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(masters.keys("c")).containsAll(keys));
            assertThat(find("c-new-disk", "snapshot.")).isNotEmpty();
            masters.stop("b");
            await().atMost(LONG).until(() -> masters.put("c", "with-a-and-c", "v") instanceof Answer.Committed);
        }
    }
}
