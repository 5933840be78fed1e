package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
 * <p>Pure and mutable; {@link FrameworkSession} owns it. As large as the number of agents that are there and of which the
 * framework has heard, and of {@link #MOST_LOST} that are not.
 */
final class Owners {
    /** Of how many agents that were lost it is known who spoke for them last. */
    static final int MOST_LOST = 10_000;

    private final Map<AgentId, Long> epochs = new HashMap<>();
    private final Map<AgentId, Long> registrations = new HashMap<>();

    /** The epochs of agents that are away or gone, those lost last at the end. */
    private final Map<AgentId, Long> lost = new LinkedHashMap<>();

    /** @param epoch 0 if the speaker is of a version that does not say it */
    boolean speaks(AgentId agent, long epoch) {
        if (epoch == 0) {
            return true;
        }
        if (epoch < Math.max(epochs.getOrDefault(agent, 0L), lost.getOrDefault(agent, 0L))) {
            return false;
        }
        lost.remove(agent);
        epochs.put(agent, epoch);
        return true;
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

    /**
     * The agent is gone, or was away for so long that it may come back with any number: its host may be set back to an older
     * copy. Late words of an owner before the one that said so are still none.
     */
    void lost(AgentId agent) {
        registrations.remove(agent);
        var epoch = epochs.remove(agent);
        if (epoch == null) {
            return;
        }
        lost.remove(agent);
        lost.put(agent, epoch);
        if (lost.size() > MOST_LOST) {
            lost.remove(lost.keySet().iterator().next());
        }
    }

    /** Of how many agents anything is remembered, counted once for each thing. */
    int size() {
        return epochs.size() + registrations.size() + lost.size();
    }
}
