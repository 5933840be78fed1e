package io.baton.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TICK = Duration.ofMillis(100);

    private Instant host = START;
    private long nanos = -5; // It may be anything, and overflow.

    private final SteadyClock clock = new SteadyClock(
            new Clock() {
                @Override
                public Instant instant() {
                    return host;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            },
            () -> nanos);

    private Duration goBy(Duration time) {
        var before = clock.instant();
        var seen = before;
        for (var left = time; !left.isZero(); left = left.minus(TICK)) {
            host = host.plus(TICK);
            nanos += TICK.toNanos();
            seen = clock.instant();
        }
        return Duration.between(before, seen);
    }

    @Test
    void goesByTheHostsClock() {
        assertThat(goBy(Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
        assertThat(clock.instant()).isEqualTo(host);
    }

    @Test
    void aHostThatIsSetBackDoesNotStopIt() {
        host = host.minus(Duration.ofHours(1));

        assertThat(goBy(Duration.ofMinutes(1))).isEqualTo(Duration.ofSeconds(54));
    }

    @Test
    void aHostThatIsSetForwardDoesNotMakeItJump() {
        host = host.plus(Duration.ofHours(1));

        assertThat(goBy(Duration.ofMinutes(1))).isEqualTo(Duration.ofSeconds(66));
    }

    @Test
    void bothAgreeAgainInTheEnd() {
        host = host.minus(Duration.ofMinutes(1));
        goBy(Duration.ofMinutes(10));
        assertThat(clock.instant()).isEqualTo(host);

        host = host.plus(Duration.ofMinutes(1));
        goBy(Duration.ofMinutes(11));
        assertThat(clock.instant()).isEqualTo(host);
    }

    @Test
    void saysWhatTheHostsClockShowsAtItsTimes() {
        var before = clock.instant();
        host = host.plus(Duration.ofHours(1));

        assertThat(clock.toHost(before)).isEqualTo(host);
        assertThat(clock.fromHost(host)).isEqualTo(before);
        assertThat(clock.hostInstant()).isEqualTo(host);
    }
}
