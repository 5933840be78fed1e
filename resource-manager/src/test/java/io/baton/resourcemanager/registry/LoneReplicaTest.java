package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.state.Applied;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of one: {@code baton dev}, small sites, and what holds for the files of every voter. */
class LoneReplicaTest {
    @TempDir
    private Path directory;

    private static Command.Builder join(String name) {
        return Command.newBuilder()
                .setJoinMaster(JoinMaster.newBuilder()
                        .setName(name)
                        .setVoterId("v")
                        .setAddresses(MasterAddresses.getDefaultInstance()));
    }

    private static long epoch(Answer answer) {
        return ((Answer.Committed) answer).result().getGranted().getEpoch();
    }

    @Test
    void answersWithEpochsThatGrowOverRestarts() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            long first = epoch(masters.propose("a", join("a")));
            masters.stop("a");
            masters.restart("a");
            long second = epoch(masters.propose("a", join("a")));

            assertThat(second).isGreaterThan(first);
            long kept =
                    masters.replica("a").read(state -> state.masters().get("a").getIncarnation());
            assertThat(kept).isEqualTo(second);
        }
    }

    @Test
    void aTakenPortIsSaidToBe() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            int port = masters.nodes.get("a").port();
            masters.stop("a");

            try (var taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                assertThatThrownBy(() -> masters.restart("a"))
                        .isInstanceOf(IOException.class)
                        .hasMessage(
                                "port " + taken.getLocalPort() + " (baton.registry.port) is taken: choose another one");
            }

            masters.restart("a");
            assertThat(masters.put("a", "k", "v")).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void manyProposalsShareEntriesAndKeepTheirOrder() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            var replica = masters.replica("a");
            var answers = IntStream.range(0, 1_000)
                    .mapToObj(i -> replica.propose(
                                    Masters.value("k", "v" + i).setAt(i).build())
                            .toCompletableFuture())
                    .toList();
            var indexes = answers.stream()
                    .map(answer -> ((Answer.Committed) Masters.await(answer)).index())
                    .toList();

            assertThat(indexes).isSorted();
            assertThat(indexes.get(999) - indexes.get(0)).isLessThan(200);
            String last = replica.read(
                    state -> state.value("n", "k").orElseThrow().getValue().toStringUtf8());
            assertThat(last).isEqualTo("v999");
        }
    }

    @Test
    void tooManyProposalsAreRefusedAtOnce() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            var replica = masters.replica("a");
            var answers = new ArrayList<CompletableFuture<Answer>>();
            for (int i = 0; i < 20_000; i++) {
                answers.add(replica.propose(Masters.value("k", "v").setAt(i).build())
                        .toCompletableFuture());
            }
            var all = answers.stream().map(Masters::await).toList();

            assertThat(all).hasAtLeastOneElementOfType(Answer.Unavailable.class);
            assertThat(all).doesNotHaveAnyElementsOfTypes(Answer.Unknown.class);
            assertThat(all.get(0)).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void listenersHearOfEachChangeInOrder() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            var heard = new ConcurrentLinkedQueue<Applied>();
            long before = masters.replica("a").follow(state -> state.index(), new RegistryListener() {
                @Override
                public void applied(Applied applied) {
                    heard.add(applied);
                }

                @Override
                public void replaced() {
                    throw new AssertionError("nothing replaces it");
                }
            });
            masters.put("a", "k", "1");
            masters.put("a", "k", "2");

            assertThat(heard)
                    .extracting(a -> a.command().getPutValue().getValue().toStringUtf8())
                    .containsExactly("1", "2");
            assertThat(heard).allMatch(a -> a.index() > before);
        }
    }

    @Test
    void readsOfTheNewestStateAreAnswered() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.put("a", "k", "1");

            assertThat(Masters.await(masters.replica("a")
                            .readNewest(state -> state.values("n").size())
                            .toCompletableFuture()))
                    .isEqualTo(1);
        }
    }

    @Test
    void snapshotsAreTakenAndUsed() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            for (int i = 0; i < 110; i++) {
                masters.put("a", "k" + i, "v");
            }
            masters.stop("a");
            assertThat(find("snapshot.")).isNotEmpty();

            masters.restart("a");

            assertThat(masters.keys("a")).hasSize(110);
        }
    }

    @Test
    void fewLargeEntriesDoNotFillTheDisk() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.stop("a");
            var node = masters.nodes.get("a");
            var rarely = new RegistryConfig("127.0.0.1", node.port(), 16L << 20, 20_000, Optional.empty());
            node.replica = Replica.start(node.files, node.voter, rarely, node);
            var before = find("snapshot.");
            var value = "v".repeat(250_000);

            for (int i = 0; i < RaftSettings.LOG_BYTES / 1_000_000 + 20; i++) {
                var four = IntStream.range(0, 4)
                        .mapToObj(j -> node.replica
                                .propose(Masters.value("k" + j, value))
                                .toCompletableFuture())
                        .toList();
                four.forEach(answer -> assertThat(Masters.await(answer)).isInstanceOf(Answer.Committed.class));
            }

            await().ignoreExceptions().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(find("snapshot."))
                    .isNotEqualTo(before));
            await().ignoreExceptions().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            find("log_").stream()
                                    .mapToLong(file -> file.toFile().length())
                                    .sum())
                    .isLessThan(RaftSettings.LOG_BYTES));
        }
    }

    private List<Path> find(String prefix) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith(prefix)
                            && !f.getFileName().toString().endsWith(".md5"))
                    .toList();
        }
    }

    @Test
    void aTornTailIsCutOff() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.put("a", "k1", "v");
            masters.put("a", "k2", "v");
            // What a power-off leaves: no snapshot at the stop, and the last record without its end.
            var copy = copyOfLog();
            masters.stop("a");
            restoreLog(copy);
            var log = find("log_inprogress").get(0);
            long end = end(log);
            try (var file = new RandomAccessFile(log.toFile(), "rw")) {
                file.setLength(end - 3);
            }

            masters.restart("a");

            assertThat(masters.put("a", "k3", "v")).isInstanceOf(Answer.Committed.class);
            assertThat(masters.keys("a")).contains("k1", "k3");
        }
    }

    @Test
    void aFlippedBitIsRefusedByName() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.put("a", "k1", "v".repeat(1_000));
            masters.put("a", "k2", "v");
            var copy = copyOfLog();
            masters.stop("a");
            restoreLog(copy);
            var log = find("log_inprogress").get(0);
            try (var file = new RandomAccessFile(log.toFile(), "rw")) {
                file.seek(end(log) - 600);
                int old = file.read();
                file.seek(end(log) - 600);
                file.write(old ^ 4);
            }

            assertThatThrownBy(() -> masters.restart("a"))
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining(directory.resolve("a").toString())
                    .hasMessageContaining("joins the others anew");
        }
    }

    @Test
    void aVoteThatAFullDiskHasLostIsRefusedByName() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.stop("a");
            var vote = find("raft-meta").stream()
                    .filter(file -> file.endsWith("raft-meta"))
                    .toList();
            Files.write(vote.get(0), new byte[0]);

            assertThatThrownBy(() -> masters.restart("a"))
                    .hasMessageContaining("is damaged")
                    .hasMessageContaining("joins the others anew");
        }
    }

    @Test
    void aDiskThatFillsUpIsSeenBeforeItIsFull() throws IOException {
        var files = new VoterFiles(directory);
        var plenty = new RegistryConfig("127.0.0.1", 0, 16L << 20, 10, Optional.empty());
        var never = new RegistryConfig("127.0.0.1", 0, Long.MAX_VALUE, 10, Optional.empty());

        assertThat(FreeSpace.of(files, plenty).problem()).isEmpty();
        assertThat(FreeSpace.of(files, never).problem())
                .hasValueSatisfying(
                        why -> assertThat(why).contains(directory.toString()).contains("free some space"));
    }

    private TreeCopy copyOfLog() throws IOException {
        return TreeCopy.of(directory.resolve("a/log"));
    }

    private static void restoreLog(TreeCopy copy) throws IOException {
        copy.restore();
    }

    /** Behind the last byte that is not zero: the file is filled ahead. */
    private static long end(Path log) throws IOException {
        var bytes = Files.readAllBytes(log);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @Test
    void aDamagedSnapshotIsRefusedByName() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.put("a", "k1", "v");
            masters.stop("a");
            var snapshot = find("snapshot.").get(0);
            var bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length / 2] ^= 1;
            Files.write(snapshot, bytes);

            assertThatThrownBy(() -> masters.restart("a")).hasMessageContaining(snapshot.toString());
        }
    }

    @Test
    void aMasterOfAnotherNameIsRefused() throws IOException {
        var files = new VoterFiles(directory);
        var voter = files.voter("a", "h:1");

        assertThat(files.voter("a", "h:2").id()).isEqualTo(voter.id());
        assertThatThrownBy(() -> files.voter("b", "h:1"))
                .hasMessageContaining(directory.resolve("voter").toString())
                .hasMessageContaining("'a'");
    }

    @Test
    void aTakenDirectoryIsRefused() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            var node = masters.nodes.get("a");

            assertThatThrownBy(() -> Replica.start(node.files, node.voter, Masters.CONFIG, node))
                    .hasMessageContaining("another master uses '" + directory.resolve("a"));
        }
    }

    @Test
    void tooLittleSpaceIsRefused() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.stop("a");
            var node = masters.nodes.get("a");
            var greedy = new RegistryConfig("127.0.0.1", 0, Long.MAX_VALUE / 2, 1_000, Optional.empty());

            assertThatThrownBy(() -> Replica.start(node.files, node.voter, greedy, node))
                    .hasMessageContaining("too little space")
                    .hasMessageContaining("baton.registry.min-free-space");
        }
    }
}
