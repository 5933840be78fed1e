package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.routing.Neighbours;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What the entities of frameworks in one master work with.
 *
 * @param registrar this master's registry; entities wait for it
 * @param owners the epoch of the newest owner of an agent that this master knows; 0 if it knows none
 * @param agents for all of them to look at
 * @param catchingUp for all of them together
 * @param strangers those of ids that nobody has
 */
public record FrameworkSurroundings(
        CompletionStage<? extends Registrar> registrar,
        Neighbours neighbours,
        Tombstones tombstones,
        SteadyClock clock,
        ToLongFunction<AgentId> owners,
        AgentsAway agents,
        CatchingUp catchingUp,
        Strangers strangers) {
    public FrameworkSurroundings(
            CompletionStage<? extends Registrar> registrar,
            Neighbours neighbours,
            Tombstones tombstones,
            SteadyClock clock,
            ToLongFunction<AgentId> owners) {
        this(registrar, neighbours, tombstones, clock, owners, new AgentsAway(), new CatchingUp(), new Strangers());
    }

    /** Looks whether agents are away, and tells this session. */
    void look(ActorContext<FrameworkProtocol> session, Registrar copy, Instant now) {
        agents.look(session, copy, neighbours.view(), now);
    }
}
