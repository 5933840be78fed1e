package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Whether agents may yet come back with tasks that nobody knows. */
final class AgentsAway {
    /** How long this master's read model may take to say which agents are there. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** @param any absent if the read model does not say */
    record Looked(Optional<Boolean> any) implements FrameworkProtocol.Internal {}

    private AgentsAway() {}

    /** The asker is told what there is to see. */
    static void look(ActorContext<FrameworkProtocol> asker, Registrar registrar, RecipientRef<ViewProtocol> view) {
        asker.ask(
                ViewProtocol.ActiveAgents.class,
                view,
                PATIENCE,
                ViewProtocol.GetActiveAgents::new,
                (there, failure) -> new Looked(
                        failure == null
                                ? Optional.of(registrar.read(state -> isAny(state, there.agents())))
                                : Optional.empty()));
    }

    /**
     * An agent that operators have put out of use is not waited for: nobody says whether it has a link.
     *
     * @param active as the read model knows
     */
    static boolean isAny(RegistryState state, Set<AgentId> active) {
        return state.agents().entrySet().stream()
                .anyMatch(agent -> agent.getValue().getState() == State.ADMITTED
                        && !agent.getValue().getDeactivated()
                        && !state.isDown(agent.getValue().getInfo().getHostname(), "")
                        && !active.contains(new AgentId(agent.getKey())));
    }
}
