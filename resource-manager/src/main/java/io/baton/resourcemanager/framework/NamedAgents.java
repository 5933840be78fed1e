package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.AgentProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a scheduler wants of agents that it names and this master's copy of the registry does not know. It may have made them
 * up, and then nobody is to be started for them; or they were admitted a moment ago, by another master. So it waits until
 * the copy has caught up: one question at a time, for all that waits.
 *
 * <p>Pure and mutable; the entity owns it.
 */
final class NamedAgents {
    /** So much may wait; of more, nobody hears anything, as if it were lost: whoever wants to know asks again. */
    static final int MOST_WAITING = 10_000;

    private final List<SessionEffect.ToNamed> waiting = new ArrayList<>();
    private boolean asking;

    /** Whether an agent can have this id at all. */
    static boolean canBe(AgentId agent) {
        return IdRules.problemOfId(agent.value()).isEmpty();
    }

    /** @return one effect, or none if there can be no such agent */
    static List<SessionEffect> tell(AgentId agent, AgentProtocol message) {
        return canBe(agent) ? List.of(new SessionEffect.ToNamed(agent, message)) : List.of();
    }

    /** What is for executors may be large and was promised to nobody: it does not wait. */
    void add(SessionEffect.ToNamed named) {
        if (waiting.size() < MOST_WAITING && !(named.message() instanceof AgentProtocol.TellExecutor)) {
            waiting.add(named);
        }
    }

    /** @return what the registry is to be asked for now; empty if nothing waits, or a question is under way */
    Optional<List<SessionEffect.ToNamed>> next() {
        if (asking || waiting.isEmpty()) {
            return Optional.empty();
        }
        asking = true;
        var all = List.copyOf(waiting);
        waiting.clear();
        return Optional.of(all);
    }

    /** The registry has answered, or nobody can say. */
    void asked() {
        asking = false;
    }
}
