package io.baton.resourcemanager.framework;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * Since when no scheduler is here: the registry holds it by the clock of the host whose master wrote it, a session waits by a
 * clock that does not jump. What was read once is not read anew, since the host's clock may have been set meanwhile.
 *
 * <p>Pure. Mutable; one owner.
 */
final class AwayTime {
    /** Milliseconds since 1970, as all times of the registry. */
    private long written = Long.MIN_VALUE;

    private Instant meant = Instant.EPOCH;

    /** @return the entry with that time by the session's clock */
    FrameworkEntry read(FrameworkEntry entry, UnaryOperator<Instant> fromHost) {
        if (!entry.hasDisconnectedSince()) {
            return entry;
        }
        if (entry.getDisconnectedSince() != written) {
            written = entry.getDisconnectedSince();
            meant = fromHost.apply(Instant.ofEpochMilli(written));
        }
        return entry.toBuilder().setDisconnectedSince(meant.toEpochMilli()).build();
    }

    /** @return the command with its time, if it has one, by the host's clock */
    Command.Builder write(Command.Builder command, UnaryOperator<Instant> toHost) {
        if (command.hasAt()) {
            meant = Instant.ofEpochMilli(command.getAt());
            written = toHost.apply(meant).toEpochMilli();
            command.setAt(written);
        }
        return command;
    }
}
