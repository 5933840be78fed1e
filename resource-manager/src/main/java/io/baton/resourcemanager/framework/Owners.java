package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import java.util.HashMap;
import java.util.Map;

/**
 * The newest epoch in which an owner of each agent has spoken to this session. A master that stood still may pass on what is
 * long since over: of an older owner nothing is news, and what matters the agent says again to the present one.
 *
 * <p>Pure and mutable; {@link FrameworkSession} owns it. As large as the number of agents that had tasks of the framework.
 */
final class Owners {
    private final Map<AgentId, Long> epochs = new HashMap<>();

    /** @param epoch 0 if the speaker is of a version that does not say it */
    boolean speaks(AgentId agent, long epoch) {
        return epoch == 0 || epochs.merge(agent, epoch, Math::max) == epoch;
    }
}
