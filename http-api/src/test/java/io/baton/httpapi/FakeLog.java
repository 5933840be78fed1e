package io.baton.httpapi;

import io.baton.httpapi.status.LogLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A log that keeps what it was set to, whatever the time. */
public final class FakeLog implements LogLevel {
    private volatile int level;
    private volatile Duration time = Duration.ZERO;
    private volatile Path file;

    @Override
    public int level() {
        return level;
    }

    @Override
    public void raise(int now, Duration until) {
        level = now;
        time = until;
    }

    @Override
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    public void writesTo(Path now) {
        file = now;
    }

    public Duration time() {
        return time;
    }
}
