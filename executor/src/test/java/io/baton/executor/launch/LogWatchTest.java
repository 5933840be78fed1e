package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogWatchTest {
    private static final long MAX = 100;

    private final LogWatch watch = new LogWatch("stdout");

    /** Seconds until it is looked at again. */
    private int pauseAfter(long size) {
        watch.saw(size, MAX);
        int seconds = 1;
        while (!watch.isDue()) {
            seconds++;
        }
        return seconds;
    }

    private int longestPause(long size) {
        int longest = 0;
        for (int look = 0; look < 20; look++) {
            longest = pauseAfter(size);
        }
        return longest;
    }

    @Test
    void whatGrowsIsLookedAtEachTime() {
        assertThat(pauseAfter(1)).isEqualTo(1);
        assertThat(pauseAfter(2)).isEqualTo(1);
    }

    @Test
    void whatStandsStillIsLookedAtLessAndLessOften() {
        pauseAfter(60);
        assertThat(pauseAfter(60)).isEqualTo(2);
        assertThat(pauseAfter(60)).isEqualTo(3);
        assertThat(longestPause(60)).isEqualTo(5);
    }

    @Test
    void whatHasALongWayToGoIsLookedAtTheLeast() {
        assertThat(longestPause(0)).isEqualTo(15);
        assertThat(pauseAfter(80)).isEqualTo(1);
        assertThat(longestPause(80)).isEqualTo(5);
    }
}
