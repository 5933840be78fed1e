package io.baton.resourcemanager.role;

import io.baton.core.protocol.RoleSettings;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.Command;
import java.util.concurrent.CompletionStage;

/** The registry, as far as it is about roles. Thread-safe. */
public interface RoleRecords {
    /** This master's copy, which may be a little old. */
    RoleSettings current();

    /** @param changed called after each change, by a thread that must not wait */
    void follow(Runnable changed);

    /** @return never fails, and is complete within the registry's deadline */
    CompletionStage<Answer> propose(Command.Builder command);
}
