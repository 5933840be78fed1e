package io.baton.core.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * The time that the patience of a master or an agent goes by: it never jumps. When the host's clock is set, this one runs a
 * tenth faster or slower until both agree again, so that what users are told is right in the end. Thread-safe.
 */
public final class SteadyClock extends Clock {
    /** What it may gain or lose is this part of the time. */
    private static final int SLEW = 10;

    private final Clock host;
    private final LongSupplier nanos;
    private long last;
    private Instant now;

    /**
     * One that begins with what the host's clock shows.
     *
     * @param nanos as {@link System#nanoTime}
     */
    public SteadyClock(Clock host, LongSupplier nanos) {
        this.host = host;
        this.nanos = nanos;
        this.last = nanos.getAsLong();
        this.now = host.instant();
    }

    /** On the clocks of this host. */
    public static SteadyClock ofHost() {
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

    /** What the host's clock shows now: for what is written down, where other hosts read it. */
    public Instant hostInstant() {
        return host.instant();
    }

    /** What the host's clock, as it is set now, showed or will show when this one shows that. */
    public Instant toHost(Instant steady) {
        return steady.plus(ahead());
    }

    /** What this clock showed or will show when the host's clock, as it is set now, shows that. */
    public Instant fromHost(Instant shown) {
        return shown.minus(ahead());
    }

    private synchronized Duration ahead() {
        return Duration.between(instant(), host.instant());
    }

    @Override
    public ZoneId getZone() {
        return host.getZone();
    }

    /** @throws UnsupportedOperationException always: there is one, for all who wait */
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock has one zone");
    }
}
