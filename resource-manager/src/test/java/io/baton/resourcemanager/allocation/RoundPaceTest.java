package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundPaceTest {
    private static final Instant START = Instant.ofEpochSecond(1_000);

    private final RoundPace pace = new RoundPace();

    private static Instant at(long millis) {
        return START.plusMillis(millis);
    }

    @Test
    void decidesAtOnceWhatChangesAfterAQuietWhile() {
        assertThat(pace.wait(at(0))).isZero();
        pace.round(at(0));

        assertThat(pace.wait(at(1))).isEqualTo(Duration.ofMillis(3));
        assertThat(pace.wait(at(4))).isZero();
    }

    @Test
    void roundsThatFollowEachOtherDrawApartToALimit() {
        var times = new ArrayList<Long>();
        long now = 0;
        for (int i = 0; i < 8; i++) {
            now += pace.wait(at(now)).toMillis();
            pace.round(at(now));
            times.add(now);
        }

        assertThat(times).containsExactly(0L, 4L, 12L, 28L, 48L, 68L, 88L, 108L);
    }

    @Test
    void isQuickAgainAfterAPause() {
        for (long now : List.of(0L, 4L, 12L, 28L, 48L)) {
            pace.round(at(now));
        }
        assertThat(pace.wait(at(49))).isEqualTo(Duration.ofMillis(19));

        pace.round(at(300));

        assertThat(pace.wait(at(301))).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void aClockThatIsSetBackHoldsNothingUpForLong() {
        pace.round(at(100_000));

        assertThat(pace.wait(at(0))).isEqualTo(RoundPace.LEAST);
        pace.round(at(0));
        assertThat(pace.wait(at(8))).isZero();
    }
}
