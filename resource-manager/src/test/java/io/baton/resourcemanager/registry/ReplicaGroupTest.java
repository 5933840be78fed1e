package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.record.MasterDown;
import io.baton.resourcemanager.registry.record.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three masters in one JVM: what is promised of their registry. */
class ReplicaGroupTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private static void putAll(Masters masters, String master, List<String> acknowledged, int from, int to) {
        for (int i = from; i < to; i++) {
            var key = "k" + (1_000 + i);
            if (masters.put(master, key, "v") instanceof Answer.Committed) {
                acknowledged.add(key);
            }
        }
    }

    /** Who leads now. It may be another one a moment later: hosts are busy. */
    private static String leader(Masters masters) {
        return await().atMost(LONG).until(masters::leader, name -> !name.isEmpty());
    }

    private static String follower(Masters masters) {
        var leader = leader(masters);
        return masters.nodes.keySet().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isAlone(Masters masters, String name) throws IOException {
        var node = masters.nodes.get(name);
        return node.files.isAlone(node.voter);
    }

    @Test
    void anyMasterProposesAndAllShowIt() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            for (var name : List.of("a", "b", "c")) {
                assertThat(masters.put(name, "by-" + name, "v")).isInstanceOf(Answer.Committed.class);
                assertThat(masters.keys(name))
                        .as("who proposes sees it at once")
                        .contains("by-" + name);
            }
            for (var name : List.of("a", "b", "c")) {
                int seen = Masters.await(masters.replica(name)
                        .readNewest(state -> state.values("n").size())
                        .toCompletableFuture());
                assertThat(seen).isEqualTo(3);
            }
        }
    }

    @Test
    void theLossOfTheLeaderLosesNothingAcknowledged() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var acknowledged = new ArrayList<String>();
            var proposer = follower(masters);
            putAll(masters, proposer, acknowledged, 0, 50);

            masters.stop(leader(masters));
            putAll(masters, proposer, acknowledged, 50, 100);

            assertThat(masters.put(proposer, "last", "v")).isInstanceOf(Answer.Committed.class);
            assertThat(masters.keys(proposer)).containsAll(acknowledged);
        }
    }

    @Test
    void onlyTheLeaderDecidesAsLeader() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var follower = follower(masters);
            var incarnation = incarnation(masters, follower);
            var down =
                    Command.newBuilder().setMasterDown(MasterDown.newBuilder().setIncarnation(incarnation));

            Masters.await(masters.replica(follower).decide(down).toCompletableFuture());
            assertThat(masters.put(follower, "k", "v")).isInstanceOf(Answer.Committed.class);
            assertThat(isDown(masters, follower)).isFalse();

            var leader = masters.replica(masters.leader());
            Masters.await(leader.decide(down).toCompletableFuture());
            await().atMost(LONG).until(() -> isDown(masters, follower));
        }
    }

    private static long incarnation(Masters masters, String name) {
        var joined = (Answer.Committed) masters.propose(
                name,
                Command.newBuilder()
                        .setJoinMaster(JoinMaster.newBuilder()
                                .setName(name)
                                .setVoterId(name + "-voter")
                                .setAddresses(MasterAddresses.newBuilder()
                                        .setCluster("127.0.0.1:1")
                                        .setClusterUid(1))));
        return joined.result().getGranted().getEpoch();
    }

    private static boolean isDown(Masters masters, String name) {
        return masters.replica(name).read(state -> state.masters().get(name).hasDownAt());
    }

    @Test
    void aChangeThatIsTooLargeIsRefusedAndTheLeadStays() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var follower = follower(masters);
            var leader = masters.leader();

            for (var name : List.of(follower, leader)) {
                assertThat(masters.put(name, "k", "v".repeat(3 << 20)))
                        .isInstanceOfSatisfying(Answer.Committed.class, answer -> {
                            assertThat(answer.result().getRefused().getCode()).isEqualTo(Refused.Code.FULL);
                            assertThat(answer.result().getRefused().getMessage())
                                    .contains(Integer.toString(Proposals.COMMAND_BYTES));
                        });
            }

            assertThat(masters.leader()).isEqualTo(leader);
            assertThat(masters.put(follower, "k", "v".repeat(200_000))).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void aMinorityRefusesWithinFiveSecondsAndGrantsNothing() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.put("a", "before", "v");
            await().atMost(LONG).until(() -> masters.replica("a").isFresh());
            masters.stop("b");
            masters.stop("c");

            long begun = System.nanoTime();
            var first = masters.put("a", "alone", "v");
            long took = System.nanoTime() - begun;
            var second = masters.put("a", "alone", "v");

            assertThat(Duration.ofNanos(took)).isLessThan(Replica.DEADLINE.plusSeconds(1));
            assertThat(first).isNotInstanceOf(Answer.Committed.class);
            assertThat(second).isInstanceOfSatisfying(Answer.Unavailable.class, answer -> {
                assertThat(answer.why()).contains("a majority of the masters must be up");
                assertThat(answer.retryAfter()).isPositive();
            });
            await().atMost(Contact.LOST.plusSeconds(2))
                    .until(() -> !masters.replica("a").isFresh());
            assertThat(masters.keys("a")).as("what is read is still there").containsExactly("before");
            assertThatThrownBy(() -> Masters.await(
                            masters.replica("a").readNewest(state -> 1).toCompletableFuture()))
                    .isNotNull();

            masters.restart("b");
            await().atMost(LONG).until(() -> masters.put("a", "again", "v") instanceof Answer.Committed);
        }
    }

    @Test
    void aPowerOffOfAllLosesNothingAcknowledged() throws IOException {
        var acknowledged = new ArrayList<String>();
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            putAll(masters, "a", acknowledged, 0, 150);
            assertThat(acknowledged).hasSize(150);
            var disks = List.of(
                    TreeCopy.of(directory.resolve("a/log")),
                    TreeCopy.of(directory.resolve("b/log")),
                    TreeCopy.of(directory.resolve("c/log")));
            for (var name : List.of("a", "b", "c")) {
                masters.stop(name);
            }
            for (var disk : disks) {
                disk.restore();
            }
            for (var name : List.of("a", "b", "c")) {
                masters.restart(name);
            }

            await().atMost(LONG).until(() -> masters.put("b", "afterwards", "v") instanceof Answer.Committed);
            assertThat(masters.keys("b")).containsAll(acknowledged);
        }
    }

    @Test
    void aVoterThatLostItsDiskIsReplacedByANewOne() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var acknowledged = new ArrayList<String>();
            putAll(masters, "a", acknowledged, 0, 150);
            masters.stop("c");
            var lost = masters.nodes.get("c").voter;
            var fresh = masters.prepare("c", "c-new-disk");
            assertThat(fresh.voter.id()).isNotEqualTo(lost.id());
            fresh.files.join(new VoterGroup(masters.replica("a").group().id(), List.of()));
            masters.start(fresh);

            masters.replica("a").changeVoters(now -> {
                var next = new ArrayList<>(now);
                next.removeIf(v -> v.id().equals(lost.id()));
                next.add(fresh.voter);
                return next;
            });

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(masters.keys("c")).containsAll(acknowledged));
            masters.stop("b");
            await().atMost(LONG).until(() -> masters.put("c", "with-a-and-c", "v") instanceof Answer.Committed);
            assertThat(masters.replica("a").voters())
                    .extracting(Voter::id)
                    .contains(fresh.voter.id())
                    .doesNotContain(lost.id());
        }
    }

    @Test
    void aLeaderThatStopsHandsOverBefore() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.put("a", "k", "v");
            var old = leader(masters);

            Masters.await(masters.replica(old).handOver().toCompletableFuture());

            assertThat(masters.replica(old).leads()).isFalse();
            await().atMost(LONG)
                    .until(() ->
                            !masters.leader().isEmpty() && !masters.leader().equals(old));
            Masters.await(masters.replica(old).handOver().toCompletableFuture());
            assertThat(masters.put(old, "k2", "v")).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void whoStandsInALeadersNameLeadsAtOnce() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.put("a", "k", "v");
            var next = follower(masters);
            var old = masters.nodes.get(leader(masters)).voter.id();

            masters.replica(next).standFor(old);
            await().during(Duration.ofSeconds(2))
                    .atMost(LONG)
                    .until(() -> masters.replica(next).leader().equals(Optional.of(old)));
            masters.replica(next).candidacy.stand(old);

            await().atMost(LONG).until(() -> masters.leader().equals(next));
            assertThat(masters.put(next, "k2", "v")).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void whoStopsVotesButDoesNotStand() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.put("a", "k", "v");
            var stopping = follower(masters);

            Masters.await(masters.replica(stopping).handOver().toCompletableFuture());
            await().atMost(LONG).until(() -> !leader(masters).equals(stopping));
            masters.replica(stopping)
                    .candidacy
                    .stand(masters.nodes.get(leader(masters)).voter.id());
            await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> !masters.leader()
                    .equals(stopping));
            masters.stop(leader(masters));

            assertThat(leader(masters)).isNotEqualTo(stopping);
            assertThat(masters.put(stopping, "k2", "v")).isInstanceOf(Answer.Committed.class);
        }
    }

    @Test
    void aLoneMasterGrowsToThree() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.put("a", "k", "v");
            assertThat(isAlone(masters, "a")).isTrue();
            for (var name : List.of("b", "c")) {
                var added = masters.prepare(name, name);
                added.files.join(new VoterGroup(masters.replica("a").group().id(), List.of()));
                masters.start(added);
                masters.replica("a").changeVoters(now -> {
                    var next = new ArrayList<>(now);
                    next.add(added.voter);
                    return next;
                });
            }

            masters.stop("a");

            await().atMost(LONG).until(() -> masters.put("b", "without-a", "v") instanceof Answer.Committed);
            assertThat(masters.keys("b")).containsExactly("k", "without-a");
            assertThat(isAlone(masters, "a"))
                    .as("the founder waits for the others' votes when it starts again")
                    .isFalse();
        }
    }

    /** By the leader and by another, which asks the leader: neither asks for what will be refused again. */
    @Test
    void aChangeOfVotersThatHaveChangedMeanwhileIsRefusedAtOnce() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c", "d", "e")) {
            masters.put("a", "k", "v");
            var gone = new ArrayList<>(masters.nodes.keySet());
            var leader = leader(masters);
            gone.remove(leader);
            var follower = gone.remove(0);
            for (var master : List.of(leader, follower)) {
                var first = gone.remove(0);
                var took = new AtomicLong();

                assertThatThrownBy(() -> masters.replica(master).changeVoters(now -> {
                            remove(masters, first);
                            took.set(System.nanoTime());
                            return now.subList(1, now.size());
                        }))
                        .isInstanceOf(IOException.class);

                assertThat(Duration.ofNanos(System.nanoTime() - took.get())).isLessThan(RaftCalls.LEADER_PATIENCE);
                assertThat(masters.replica(master).voters()).doesNotContain(masters.nodes.get(first).voter);
            }
        }
    }

    private static void remove(Masters masters, String name) {
        try {
            masters.replica(leader(masters))
                    .changeVoters(now ->
                            now.stream().filter(v -> !v.master().equals(name)).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aVoterOfAnotherClusterIsNotHeard() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.put("a", "k", "v");
            masters.stop("c");
            var stranger = masters.prepare("c", "other");
            stranger.files.join(new VoterGroup(UUID.randomUUID(), List.of()));
            masters.start(stranger);

            assertThatThrownBy(() -> masters.replica("a").changeVoters(now -> {
                        var next = new ArrayList<>(now);
                        next.removeIf(v -> v.master().equals("c"));
                        next.add(stranger.voter);
                        return next;
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(masters.put("a", "k2", "v")).isInstanceOf(Answer.Committed.class);
        }
    }
}
