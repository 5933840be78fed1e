package io.baton.resourcemanager;

import io.baton.core.time.SteadyClock;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Clocks of tests. */
public final class Clocks {
    private Clocks() {}

    /** One that goes as a test says, on a host whose clock is right. */
    public static SteadyClock going(Supplier<Instant> now) {
        return going(now, now);
    }

    /**
     * One that goes as a test says.
     *
     * @param passed time goes by as this does
     * @param host what the host's clock shows, which may be set at any moment
     */
    public static SteadyClock going(Supplier<Instant> passed, Supplier<Instant> host) {
        return new SteadyClock(showing(host), () -> nanos(passed.get()));
    }

    private static long nanos(Instant at) {
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }

    /** One that shows what a test says. */
    public static Clock showing(Supplier<Instant> now) {
        return new Clock() {
            @Override
            public Instant instant() {
                return now.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }
}
