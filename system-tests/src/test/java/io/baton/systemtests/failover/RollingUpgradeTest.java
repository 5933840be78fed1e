package io.baton.systemtests.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.benchmarks.failover.Network;
import io.baton.benchmarks.failover.Trials;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Row 33 of the fault matrix: masters and agents of the previous version and of this one in one cluster, there and back.
 * {@code build/rolling-upgrade} builds the previous version and says where its script is.
 */
@Tag("matrix")
@Timeout(900)
class RollingUpgradeTest {
    /** Offers come again within so many seconds, the start of a JVM on a busy host included. */
    private static final double MOST_SECONDS = 120;

    @Test
    void row33VersionsChangeInTurnThereAndBack() throws Exception {
        var previous = System.getProperty("baton.previous", "");
        assumeThat(previous)
                .as("-Dbaton.previous, the baton script of the version before: build/rolling-upgrade COMMIT")
                .isNotEmpty();
        var present = Path.of("..", "baton").toRealPath();
        try (var trials =
                Trials.start(Path.of(previous), 3, 3, 20, Network.problem().isEmpty())) {
            assertThat(trials.changeVersion(present)).isLessThan(MOST_SECONDS);
            assertThat(trials.changeVersion(Path.of(previous))).isLessThan(MOST_SECONDS);
            var verdict = trials.judge();

            assertThat(verdict.launched()).isGreaterThan(100);
            assertThat(verdict.isClean()).as("%s", verdict).isTrue();
        }
    }
}
