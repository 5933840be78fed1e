package io.baton.httpapi.status;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How much this process logs, and where to. Called on any thread. */
public interface LogLevel {
    /** 0 for what it was set up to log, 1 for what helps to find faults, higher for everything. */
    int level();

    /** Logs as much until this time has passed; then it is as it was set up. */
    void raise(int level, Duration time);

    /** The file it writes to now; empty if it writes to none. */
    default Optional<Path> file() {
        return Optional.empty();
    }
}
