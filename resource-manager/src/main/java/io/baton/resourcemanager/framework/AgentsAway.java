package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * Whether agents may yet come back with tasks that nobody knows. A look costs a walk over all agents; when a master has
 * gone, all sessions that came from it want one each second: they share it.
 *
 * <p>Thread-safe.
 */
final class AgentsAway {
    /** How long this master's read model may take to say which agents are there. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** For how long what was seen will do. */
    static final Duration FRESH = Duration.ofSeconds(1);

    /** @param any absent if the read model does not say */
    record Looked(Optional<Boolean> any) implements FrameworkProtocol.Internal {}

    private Instant lastAt = Instant.MIN;
    private CompletionStage<Boolean> last = CompletableFuture.completedFuture(false);

    /** The asker is told what there is to see. */
    void look(
            ActorContext<FrameworkProtocol> asker, Registrar registrar, RecipientRef<ViewProtocol> view, Instant now) {
        asker.pipeToSelf(
                recent(asker, registrar, view, now),
                (any, failure) -> new Looked(failure == null ? Optional.of(any) : Optional.empty()));
    }

    private synchronized CompletionStage<Boolean> recent(
            ActorContext<?> asker, Registrar registrar, RecipientRef<ViewProtocol> view, Instant now) {
        boolean fresh = !now.isBefore(lastAt) && now.isBefore(lastAt.plus(FRESH));
        if (!fresh) {
            lastAt = now;
            last = AskPattern.<ViewProtocol, ViewProtocol.ConnectedAgents>ask(
                            view,
                            ViewProtocol.GetConnectedAgents::new,
                            PATIENCE,
                            asker.getSystem().scheduler())
                    .thenApply(there -> registrar.read(state -> isAny(state, there.agents())));
        }
        return last;
    }

    /** When the agent came into its state; now, if this master's registry has not heard of it. */
    static Instant since(AgentId agent, Registrar registrar, Instant now) {
        return registrar
                .read(state -> Optional.ofNullable(state.agents().get(agent.value())))
                .map(entry -> Instant.ofEpochMilli(entry.getSince()))
                .orElse(now);
    }

    /**
     * Whether an agent is admitted, not in maintenance, and has no link. One that operators have put out of use may have
     * tasks as any other.
     *
     * @param connected as the read model knows
     */
    static boolean isAny(RegistryState state, Set<AgentId> connected) {
        return state.agents().entrySet().stream()
                .anyMatch(agent -> agent.getValue().getState() == State.ADMITTED
                        && !state.isDown(agent.getValue())
                        && !connected.contains(new AgentId(agent.getKey())));
    }
}
