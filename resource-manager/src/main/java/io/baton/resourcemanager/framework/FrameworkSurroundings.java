package io.baton.resourcemanager.framework;

import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.routing.Neighbours;
import java.time.Clock;
import java.util.concurrent.CompletionStage;

/**
 * What the entities of frameworks in one master work with.
 *
 * @param registrar this master's registry; entities wait for it
 * @param agents for all of them to look at
 * @param catchingUp for all of them together
 */
public record FrameworkSurroundings(
        CompletionStage<? extends Registrar> registrar,
        Neighbours neighbours,
        Tombstones tombstones,
        Clock clock,
        AgentsAway agents,
        CatchingUp catchingUp) {
    public FrameworkSurroundings(
            CompletionStage<? extends Registrar> registrar, Neighbours neighbours, Tombstones tombstones, Clock clock) {
        this(registrar, neighbours, tombstones, clock, new AgentsAway(), new CatchingUp());
    }
}
