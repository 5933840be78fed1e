package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.state.Applied;

/**
 * Hears of everything that changes in this master's copy of the registry, in order.
 *
 * <p>Called by the thread that applies the log, which waits meanwhile: only tell an actor here.
 */
public interface RegistryListener {
    /** A command was applied; the copy already shows it. */
    void applied(Applied applied);

    /** The copy was replaced as a whole: commands may have been left out, read what matters anew. */
    void replaced();
}
