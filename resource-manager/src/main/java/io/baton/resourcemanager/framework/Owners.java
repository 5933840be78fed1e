package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import java.util.HashMap;
import java.util.Map;

/**
 * What this session has heard of the owners of agents.
 *
 * <p>The newest epoch in which one has spoken: a master that stood still may pass on what is long since over. Of an older
 * owner nothing is news, and what matters the agent says again to the present one.
 *
 * <p>The agent's newest registration that one has gone by: a new owner may hear of an older one first, whose list lacks
 * what the owner before has launched since.
 *
 * <p>Pure and mutable; {@link FrameworkSession} owns it. As large as the number of agents that had tasks of the framework.
 */
final class Owners {
    private final Map<AgentId, Long> epochs = new HashMap<>();
    private final Map<AgentId, Long> registrations = new HashMap<>();

    /** @param epoch 0 if the speaker is of a version that does not say it */
    boolean speaks(AgentId agent, long epoch) {
        return epoch == 0 || epochs.merge(agent, epoch, Math::max) == epoch;
    }

    /**
     * An owner has spoken that goes by this registration.
     *
     * @param number the agent's own, ascending; 0 if the speaker is of a version that does not say it
     * @return whether it is a newer one than all before; also if nobody knows
     */
    boolean hears(AgentId agent, long number) {
        long before = registrations.getOrDefault(agent, 0L);
        if (number > before) {
            registrations.put(agent, number);
        }
        return number == 0 || number > before;
    }

    /**
     * Whether this was passed on by a registration before the newest one: what still matters of it the agent has said again
     * since.
     */
    boolean isPast(AgentId agent, long number) {
        return number != 0 && number < registrations.getOrDefault(agent, 0L);
    }

    /** The agent was away for so long that it may come back with any number: its host may be set back to an older copy. */
    void forget(AgentId agent) {
        registrations.remove(agent);
    }
}
