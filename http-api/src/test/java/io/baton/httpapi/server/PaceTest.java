package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void givesWhatThereIsAndThenMakesWait() {
        var pace = new Pace(1000, 100, 0);
        assertThat(pace.take(60, 0)).isZero();
        assertThat(pace.take(60, 0)).as("the last may take more than there is").isZero();
        assertThat(pace.take(60, 0)).as("20 owed, and 50 to be there again").isEqualTo(70 * SECOND / 1000);
        assertThat(pace.take(60, 70 * SECOND / 1000)).isZero();
    }

    @Test
    void keepsTheRateInTheLongRunAndSavesNothingUpBeyondTheBucket() {
        var pace = new Pace(1000, 100, 0);
        long now = 100 * SECOND;
        long taken = 0;
        while (now < 110 * SECOND) {
            long wait = pace.take(10, now);
            taken += wait == 0 ? 10 : 0;
            now += wait;
        }

        assertThat(taken).isBetween(9_900L, 10_200L);
    }
}
