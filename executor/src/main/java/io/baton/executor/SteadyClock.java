package io.baton.executor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * The time that the agent's patience goes by: it never jumps. When the host's clock is set, this one runs a tenth faster or
 * slower until both agree again, so that what users are told is right in the end.
 */
final class SteadyClock extends Clock {
    /** What it may gain or lose is this part of the time. */
    private static final int SLEW = 10;

    private final Clock host;
    private final LongSupplier nanos;
    private long last;
    private Instant now;

    SteadyClock(Clock host, LongSupplier nanos) {
        this.host = host;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
        this.now = host.instant();
    }

    /** On the clocks of this host. */
    static Clock ofHost() {
        return new SteadyClock(Clock.systemUTC(), System::nanoTime);
    }

    @Override
    public synchronized Instant instant() {
        long at = nanos.getAsLong();
        var passed = Duration.ofNanos(at - last);
        last = at;
        now = now.plus(passed);
        var most = passed.dividedBy(SLEW);
        var off = Duration.between(now, host.instant());
        if (off.compareTo(most) > 0) {
            off = most;
        } else if (off.compareTo(most.negated()) < 0) {
            off = most.negated();
        }
        now = now.plus(off);
        return now;
    }

    @Override
    public ZoneId getZone() {
        return host.getZone();
    }

    /** @throws UnsupportedOperationException always: there is one, for all who wait */
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the agent's clock has one zone");
    }
}
