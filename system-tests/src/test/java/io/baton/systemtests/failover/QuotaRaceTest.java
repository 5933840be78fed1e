package io.baton.systemtests.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.benchmarks.failover.Network;
import io.baton.benchmarks.failover.Trials;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Row 16 of the fault matrix: fifty schedulers of one role want more than its quota allows, while masters are killed. */
@Tag("matrix")
@Timeout(600)
class QuotaRaceTest {
    private static final int LIMIT = 300;
    private static final int FRAMEWORKS = 50;
    private static final int LAUNCHED = 100;

    @Test
    void row16TheQuotaHoldsWhateverMastersAreKilled() throws Exception {
        try (var trials = Trials.start(3, 3, 100, Network.problem().isEmpty())) {
            trials.limit(LIMIT, FRAMEWORKS, 4);
            var verdict = trials.judge();

            assertThat(trials.mostHeld()).isGreaterThan(LIMIT / 2).isLessThanOrEqualTo(LIMIT);
            assertThat(verdict.launched() - trials.launchedBefore()).isGreaterThan(LAUNCHED);
            assertThat(verdict.isClean()).as("%s", verdict).isTrue();
        }
    }
}
