package io.baton.systemtests.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.benchmarks.failover.Cables;
import io.baton.benchmarks.failover.Network;
import io.baton.benchmarks.failover.Readoption;
import io.baton.benchmarks.failover.Trials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Rows of the fault matrix: three masters, three agents and their tasks are processes; two schedulers launch tasks all
 * the time, and values are written into the registry by way of each master. It counts that offers flow again, that nothing is
 * lost, run twice or over-committed, and that all is in order after each row. How long things took stands in
 * {@code target/fault-matrix.txt}.
 *
 * <p>One site for all of them, since its start takes longest; the last tests judge what all have left behind.
 */
@Tag("matrix")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultMatrixTest {
    private static final int MASTERS = 3;
    private static final double PER_SECOND = 20;
    private static final int RUNNING = 40;
    private static final int READOPTED = 200;
    private static final int TAKEOVERS = 100;
    private static final long SEED = 20261125;
    private static final Path SEEN = Path.of("target", "fault-matrix.txt");

    /** Offers come again within so many seconds, the start of a JVM on a busy host included. */
    private static final double MOST_SECONDS = 120;

    /** Before each row: faults are to meet launches. */
    private static final int LAUNCHES = 20;

    /** Of the load that this host bears while nothing happens. */
    private static final double DONE_WHILE_MASTERS_ARE_KILLED = 0.9;

    private static final double DONE_WHILE_PACKETS_ARE_LOST = 0.25;

    private static final Duration UNDISTURBED = Duration.ofSeconds(30);
    private static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(30);

    private Trials trials;

    @BeforeAll
    void start() throws Exception {
        Files.createDirectories(SEEN.getParent());
        trials = Trials.start(MASTERS, 3, PER_SECOND, Network.problem().isEmpty());
        trials.keepWriting();
    }

    @BeforeEach
    void launching() throws Exception {
        trials.awaitLaunches(LAUNCHES);
    }

    @AfterEach
    void inOrder() throws Exception {
        trials.awaitOrder();
    }

    @AfterAll
    void stop() {
        if (trials != null) {
            trials.close();
        }
    }

    private static void seen(String row, String format, Object... values) throws IOException {
        var line = LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + row + ": "
                + String.format(Locale.ROOT, format, values) + System.lineSeparator();
        System.out.print(line);
        Files.writeString(SEEN, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void offersWereOut(String row, double seconds) throws IOException {
        seen(row, "offers out for %.1f s, registry for %.1f s", seconds, trials.registryGapSeconds());
        assertThat(seconds).isLessThan(MOST_SECONDS);
        assertThat(trials.registryGapSeconds()).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(1)
    void row1AFollowerIsKilled() throws Exception {
        offersWereOut("1", trials.killFollower());
    }

    @Test
    @Order(2)
    void row2TheLeaderIsKilled() throws Exception {
        offersWereOut("2", trials.killLeader());
    }

    @Test
    @Order(3)
    void row3AllMastersAreRestartedInTurn() throws Exception {
        for (int i = 0; i < MASTERS; i++) {
            var gaps = trials.restartMaster(i);
            seen("3", "offers out for %.1f s at its stop, %.1f s at its start", gaps.stop(), gaps.start());
            assertThat(Math.max(gaps.stop(), gaps.start())).isLessThan(MOST_SECONDS);
            assertThat(trials.unreachableAgents()).isZero();
        }
    }

    /** What is not launched in time is made up for later, as far as it is no more than some seconds' worth. */
    @Test
    @Order(4)
    @Timeout(1_200)
    void row4RandomMastersAreKilled() throws Exception {
        double sustained = Math.min(PER_SECOND, trials.sustained(UNDISTURBED));
        var seen = trials.killAtRandom(SEED, Duration.ofMinutes(10), Duration.ofSeconds(20));

        seen("4", "%d masters killed, %.1f of %.1f tasks/s done", seen.kills(), seen.perSecond(), sustained);
        assertThat(seen.kills()).isGreaterThan(10);
        assertThat(seen.perSecond()).isGreaterThan(DONE_WHILE_MASTERS_ARE_KILLED * sustained);
    }

    @Test
    @Order(5)
    void row5AMasterIsCutOffFromTheOthers() throws Exception {
        assumeNetwork();

        int ended = trials.restarts();
        var cut = trials.cables().cutOffMaster(trials.leader(), Duration.ofSeconds(15));

        offersWereOut("5", cut.gapSeconds());
        assertThat(cut.entries()).as("entries of the log by a minority").isZero();
        assertThat(trials.restarts()).isGreaterThan(ended);
    }

    @Test
    @Order(6)
    void row6OneLinkBetweenMastersIsBroken() throws Exception {
        assumeNetwork();
        int leader = trials.leader();
        oneOfTwoEnds((leader + 1) % MASTERS, (leader + 2) % MASTERS);
        leader = trials.leader();
        oneOfTwoEnds(leader, (leader + 1) % MASTERS);
    }

    private void oneOfTwoEnds(int one, int other) throws Exception {
        int ended = trials.restarts();
        offersWereOut("6", trials.cables().breakLink(one, other, Duration.ofSeconds(15)));
        assertThat(trials.restarts()).isGreaterThan(ended);
    }

    @Test
    @Order(7)
    void row7AMajorityIsDown() throws Exception {
        double seconds = trials.loseMajority(1, Duration.ofSeconds(60));

        seen("7", "offers %.1f s after the start of another one", seconds);
        assertThat(seconds).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(8)
    void row8PacketsBetweenMastersAreLost() throws Exception {
        assumeNetwork();
        double sustained = Math.min(PER_SECOND, trials.sustained(UNDISTURBED));

        harmless("8 both ways", trials.cables().loseBetweenAll(30, Duration.ofSeconds(30)), sustained);
    }

    @Test
    @Order(8)
    void row8PacketsAreLostOneWay() throws Exception {
        assumeNetwork();
        double sustained = Math.min(PER_SECOND, trials.sustained(UNDISTURBED));
        int leader = trials.leader();

        harmless("8 from the leader", trials.cables().loseFrom(leader, 30, Duration.ofSeconds(30)), sustained);
    }

    /** One of the two ends, as when the link is broken: that is found out in either direction. */
    @Test
    @Order(8)
    void row8AllPacketsAreLostOneWay() throws Exception {
        assumeNetwork();
        double sustained = Math.min(PER_SECOND, trials.sustained(UNDISTURBED));
        int leader = trials.leader();
        int follower = (leader + 1) % MASTERS;

        harmless(
                "8 all from the leader to one",
                trials.cables().loseFrom(leader, follower, 100, Duration.ofSeconds(30)),
                sustained);
    }

    private void harmless(String row, Cables.Lossy seen, double sustained) throws IOException {
        seen(row, "%.1f of %.1f tasks/s done", seen.perSecond(), sustained);
        offersWereOut(row, seen.gapSeconds());
        assertThat(seen.perSecond()).isGreaterThan(DONE_WHILE_PACKETS_ARE_LOST * sustained);
    }

    @Test
    @Order(10)
    void row10AnOldOwnerWakesUp() throws Exception {
        for (int seconds : new int[] {5, 15, 60}) {
            int refused = trials.refusals();
            var frozen = trials.freezeMaster(trials.leader(), Duration.ofSeconds(seconds));

            seen(
                    "10 after " + seconds + " s",
                    "ended %.1f s after it woke up, agents refused %d orders",
                    frozen.endSeconds(),
                    trials.refusals() - refused);
            offersWereOut("10 after " + seconds + " s", frozen.gapSeconds());
            if (seconds > 5) {
                assertThat(frozen.endSeconds()).as("others had taken its place").isNotNegative();
            }
        }
    }

    @Test
    @Order(11)
    void row11WhatAnOldOwnerSaidComesLate() throws Exception {
        assumeNetwork();

        int ended = trials.restarts();
        int refused = trials.refusals();
        offersWereOut("11", trials.cables().holdMessages((trials.leader() + 1) % MASTERS, Duration.ofSeconds(10)));
        seen("11", "agents refused %d orders", trials.refusals() - refused);
        assertThat(trials.restarts()).isGreaterThan(ended);
    }

    @Test
    @Order(12)
    void row12AnAgentIsKilledAndItsTasksGoOn() throws Exception {
        assertThat(trials.restartAgent(0)).isLessThan(MOST_SECONDS);

        var seen = trials.readopt(0, READOPTED, Duration.ofSeconds(1));

        readopted("12 after 1 s", seen);
        assertThat(seen.unreachable()).isZero();
    }

    /** By then all schedulers have been told that its tasks cannot be reached. */
    @Test
    @Order(12)
    @Timeout(900)
    void row12AnAgentComesBackAfterFiveMinutes() throws Exception {
        var seen = trials.readopt(0, READOPTED, Duration.ofMinutes(5));

        readopted("12 after 5 min", seen);
        assertThat(seen.unreachable()).isEqualTo(READOPTED);
    }

    private static void readopted(String row, Readoption.Outcome seen) throws IOException {
        seen(
                row,
                "%d tasks taken up: first update %.1f s after the agent's start, all that had ended %.1f s",
                READOPTED,
                seen.firstSeconds(),
                seen.allSeconds());
        assertThat(seen.wrong()).isEmpty();
        assertThat(seen.allSeconds()).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(13)
    void row9AllMastersLosePower() throws Exception {
        known("9 masters", trials.killAllMasters(RUNNING));
    }

    @Test
    @Order(14)
    void row9MastersAndAgentsLosePower() throws Exception {
        known("9 masters and agents", trials.killAll(RUNNING));
    }

    private static void known(String row, double seconds) throws IOException {
        seen(row, "all tasks known %.1f s after a majority served", seconds);
        assertThat(seconds).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(15)
    void row9AllLosePowerAndTheFirstSeedStaysAway() throws Exception {
        double seconds = trials.startWithout(0);

        seen("9 without the first seed", "offers %.1f s after the start of the last of the others", seconds);
        assertThat(seconds).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(18)
    void row18ASchedulerIsAwayWhileMastersChange() throws Exception {
        var seen = trials.leave(FAILOVER_TIMEOUT);

        seen("18", "removed after %.1f s, its tasks ended after %.1f s", seen.removedSeconds(), seen.endedSeconds());
        assertThat(seen.removedSeconds())
                .isBetween(FAILOVER_TIMEOUT.toSeconds() - 0.5, FAILOVER_TIMEOUT.toSeconds() + 5.0);
        assertThat(seen.endedSeconds()).isLessThan(FAILOVER_TIMEOUT.toSeconds() + MOST_SECONDS);
        assertThat(seen.refusal()).contains("Framework has been removed");
    }

    @Test
    @Order(19)
    void row19OldSchedulersGoOnCalling() throws Exception {
        var outcome = trials.takeOver(TAKEOVERS);

        assertThat(outcome.accepted()).isEmpty();
        assertThat(outcome.running()).as("ends: %s", outcome.ends()).isEqualTo(TAKEOVERS);
    }

    @Test
    @Order(24)
    void row24AMastersDiskIsFull() throws Exception {
        assumeNetwork();

        assertThat(trials.fillDisk(trials.leader())).contains("is nearly full", "master-");
    }

    @Test
    @Order(25)
    void row25AMastersDiskFailsToSync() throws Exception {
        assumeNetwork();
        assumeThat(Files.isExecutable(Path.of("/usr/bin/strace")))
                .as("strace, to make syncs fail")
                .isTrue();

        assertThat(trials.breakSyncs(trials.leader())).contains("registry");
    }

    @Test
    @Order(90)
    void row17AnAgentIsDeclaredGoneWhileItIsCutOff() throws Exception {
        assumeNetwork();

        var gone = trials.declareGone(2);

        seen("17", "its process ended %.1f s after its cable was plugged in again", gone.endSeconds());
        assertThat(gone.wasOffered()).isFalse();
    }

    private static void assumeNetwork() {
        assumeThat(Network.problem())
                .as("why no network of its own can be cut here")
                .isEmpty();
    }

    @Test
    @Order(99)
    void nothingAcknowledgedIsMissingInTheRegistry() {
        assertThat(trials.missingWrites()).isEmpty();
    }

    @Test
    @Order(100)
    void nothingWasLostRunTwiceOrOvercommitted() throws Exception {
        var verdict = trials.judge();

        seen("all", "%s", verdict);
        assertThat(verdict.launched()).isGreaterThan(RUNNING);
        assertThat(verdict.isClean()).as("%s", verdict).isTrue();
        assertThat(verdict.fullest()).as("agents were nearly full").isGreaterThan(Trials.AGENT_CPU_MILLIS * 4 / 5);
        trials.awaitNoneLeft();
    }
}
