package io.baton.resourcemanager.agent;

import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.ownership.Authority;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.routing.Neighbours;
import java.util.concurrent.CompletionStage;

/**
 * What the entities of agents in one master work with.
 *
 * @param starting this master's registry: there when a claim has been granted
 */
public record AgentSurroundings(
        LedgerRules rules,
        Authority authority,
        CompletionStage<? extends Registrar> starting,
        Neighbours neighbours,
        SteadyClock clock) {
    /** Only after a claim was granted. */
    Registrar registrar() {
        return starting.toCompletableFuture().join();
    }
}
