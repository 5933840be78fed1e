package io.baton.httpapi;

import io.baton.httpapi.status.LogLevel;
import java.time.Duration;

/** A log that keeps what it was set to, whatever the time. */
public final class FakeLog implements LogLevel {
    private volatile int level;
    private volatile Duration time = Duration.ZERO;

    @Override
    public int level() {
        return level;
    }

    @Override
    public void raise(int now, Duration until) {
        level = now;
        time = until;
    }

    public Duration time() {
        return time;
    }
}
