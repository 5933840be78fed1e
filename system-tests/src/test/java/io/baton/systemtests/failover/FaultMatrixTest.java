package io.baton.systemtests.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.benchmarks.failover.Network;
import io.baton.benchmarks.failover.Trials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
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
 * the time. How long things take is for {@code baton bench failover} to say; here it counts that offers flow again and
 * that nothing is lost, run twice or over-committed.
 *
 * <p>One site for all of them, since its start takes longest; the last test judges what all have left behind.
 */
@Tag("matrix")
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultMatrixTest {
    private static final int MASTERS = 3;
    private static final double PER_SECOND = 20;
    private static final int RUNNING = 40;
    private static final int TAKEOVERS = 100;
    private static final long SEED = 20261125;

    /** Offers come again within so many seconds, the start of a JVM on a busy host included. */
    private static final double MOST_SECONDS = 120;

    /** Before each row: faults are to meet launches. */
    private static final int LAUNCHES = 20;

    private Trials trials;

    @BeforeAll
    void start() throws Exception {
        trials = Trials.start(MASTERS, 3, PER_SECOND, Network.problem().isEmpty());
    }

    @BeforeEach
    void launching() throws Exception {
        trials.awaitLaunches(LAUNCHES);
    }

    @AfterAll
    void stop() {
        if (trials != null) {
            trials.close();
        }
    }

    @Test
    @Order(1)
    void row1AFollowerIsKilled() throws Exception {
        assertThat(trials.killFollower()).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(2)
    void row2TheLeaderIsKilled() throws Exception {
        assertThat(trials.killLeader()).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(3)
    void row3AllMastersAreRestartedInTurn() throws Exception {
        for (int i = 0; i < MASTERS; i++) {
            var gaps = trials.restartMaster(i);
            assertThat(Math.max(gaps.stop(), gaps.start())).isLessThan(MOST_SECONDS);
            assertThat(trials.unreachableAgents()).isZero();
        }
    }

    @Test
    @Order(5)
    void row5AMasterIsCutOffFromTheOthers() throws Exception {
        assumeNetwork();

        int ended = trials.restarts();
        assertThat(trials.cutOffMaster(trials.leader(), Duration.ofSeconds(15))).isLessThan(MOST_SECONDS);
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
        assertThat(trials.breakLink(one, other, Duration.ofSeconds(15))).isLessThan(MOST_SECONDS);
        assertThat(trials.restarts()).isGreaterThan(ended);
    }

    @Test
    @Order(4)
    void row4RandomMastersAreKilled() throws Exception {
        assertThat(trials.killAtRandom(SEED, Duration.ofMinutes(3), Duration.ofSeconds(10)))
                .isGreaterThan(1);
    }

    @Test
    @Order(7)
    void row7AMajorityIsDown() throws Exception {
        assertThat(trials.loseMajority(1, Duration.ofSeconds(20))).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(8)
    void row8PacketsBetweenMastersAreLost() throws Exception {
        assumeNetwork();

        assertThat(trials.loseLinks(30, Duration.ofSeconds(20))).isLessThan(MOST_SECONDS);
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

        boolean wasOffered = trials.declareGone(2);

        assertThat(wasOffered).isFalse();
    }

    private static void assumeNetwork() {
        assumeThat(Network.problem())
                .as("why no network of its own can be cut here")
                .isEmpty();
    }

    @Test
    @Order(10)
    void row10AnOldOwnerWakesUp() throws Exception {
        assertThat(trials.freezeMaster(1, Duration.ofSeconds(15))).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(11)
    void row11WhatAnOldOwnerSaidComesLate() throws Exception {
        assumeNetwork();

        int ended = trials.restarts();
        assertThat(trials.holdMessages((trials.leader() + 1) % MASTERS, Duration.ofSeconds(10)))
                .isLessThan(MOST_SECONDS);
        assertThat(trials.restarts()).isGreaterThan(ended);
    }

    @Test
    @Order(19)
    void row19OldSchedulersGoOnCalling() throws Exception {
        var outcome = trials.takeOver(TAKEOVERS);

        assertThat(outcome.accepted()).isEmpty();
        assertThat(outcome.running()).as("ends: %s", outcome.ends()).isEqualTo(TAKEOVERS);
    }

    @Test
    @Order(12)
    void row12AnAgentIsKilledAndItsTasksGoOn() throws Exception {
        assertThat(trials.restartAgent(0)).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(13)
    void row9AllMastersLosePower() throws Exception {
        assertThat(trials.killAllMasters(RUNNING)).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(14)
    void row9AllLosePowerAndTheFirstSeedStaysAway() throws Exception {
        assertThat(trials.startWithout(0)).isLessThan(MOST_SECONDS);
    }

    @Test
    @Order(100)
    void nothingWasLostRunTwiceOrOvercommitted() throws Exception {
        var verdict = trials.judge();

        assertThat(verdict.launched()).isGreaterThan(RUNNING);
        assertThat(verdict.isClean()).as("%s", verdict).isTrue();
        assertThat(verdict.fullest()).as("agents were nearly full").isGreaterThan(Trials.AGENT_CPU_MILLIS * 4 / 5);
    }
}
