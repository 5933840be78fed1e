package io.baton.resourcemanager.registry.state;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Result;

/**
 * A command that has been applied.
 *
 * @param index of its log entry
 */
public record Applied(long index, Command command, Result result) {
    /** Whether the state may differ from before. */
    public boolean isTaken() {
        return Results.isTaken(result);
    }
}
