package io.baton.resourcemanager.framework;

import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.routing.Neighbours;
import java.util.concurrent.CompletionStage;

/**
 * What the entities of frameworks in one master work with.
 *
 * @param registrar this master's registry; entities wait for it
 * @param agents for all of them to look at
 */
public record FrameworkSurroundings(
        CompletionStage<? extends Registrar> registrar,
        Neighbours neighbours,
        Tombstones tombstones,
        SteadyClock clock,
        AgentsAway agents) {
    public FrameworkSurroundings(
            CompletionStage<? extends Registrar> registrar,
            Neighbours neighbours,
            Tombstones tombstones,
            SteadyClock clock) {
        this(registrar, neighbours, tombstones, clock, new AgentsAway());
    }
}
