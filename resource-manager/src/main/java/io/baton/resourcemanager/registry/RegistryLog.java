package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The registry's log, to propose to, and this master's copy of what it comes to. Thread-safe. */
public interface RegistryLog {
    /**
     * Proposes a change; the time is filled in where there is none. What one master proposes is applied in the order
     * of its calls.
     *
     * @return never fails, and is complete within {@link Replica#DEADLINE}
     */
    CompletionStage<Answer> propose(Command.Builder command);

    /** Looks at this master's copy, which may be a little old. What it shows must not leave the question. */
    <T> T read(Function<RegistryState, T> question);

    /** Looks at the copy, and hears of each change from there on. */
    <T> T follow(Function<RegistryState, T> question, RegistryListener listener);

    /** This master's name in the registry. */
    String master();
}
