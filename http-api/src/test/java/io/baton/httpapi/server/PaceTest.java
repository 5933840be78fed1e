package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = SECOND / 1000;

    @Test
    void givesWhatThereIsAndThenOneTurnAfterTheOther() {
        var pace = new Pace(1000, 100, 0);
        assertThat(pace.take(60, 0)).isZero();
        assertThat(pace.take(60, 0)).as("20 more than there are").isEqualTo(20 * MILLI);
        assertThat(pace.take(60, 0)).as("after the one before").isEqualTo(80 * MILLI);
        assertThat(pace.take(60, 80 * MILLI)).isEqualTo(60 * MILLI);
        assertThat(pace.take(60, 200 * MILLI)).isZero();
    }

    @Test
    void keepsTheRateInTheLongRunAndSavesNothingUpBeyondTheBucket() {
        var pace = new Pace(1000, 100, 0);
        long now = 100 * SECOND;
        long taken = 0;
        while (now < 110 * SECOND) {
            now += pace.take(10, now);
            taken += 10;
        }

        assertThat(taken).isBetween(9_900L, 10_200L);
    }
}
