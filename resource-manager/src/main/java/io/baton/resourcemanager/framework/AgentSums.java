package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import java.util.HashMap;
import java.util.Map;

/**
 * By agent, the sum over a framework's tasks of one kind that its session knows there, to see whether the agent has
 * others. An agent that has told which is not asked again until it has others than those.
 *
 * <p>Pure and mutable; {@link SessionTasks} owns it.
 */
final class AgentSums {
    private final Map<String, Long> known = new HashMap<>();

    /** What owners said last, if it was not as here. */
    private final Map<String, Long> said = new HashMap<>();

    /** Of what agents told last, unless it is as here. */
    private final Map<String, Long> told = new HashMap<>();

    /** @param more of {@link io.baton.core.task.TaskSum}; below 0 if it is less */
    void add(String agent, long more) {
        known.merge(agent, more, (a, b) -> a + b == 0 ? null : Long.valueOf(a + b));
    }

    /** Whether there is nothing to ask the agent: what it has is known here, or it has said it just so. */
    boolean agreesWith(AgentId agent, long sum) {
        if (known.getOrDefault(agent.value(), 0L) == sum) {
            said.remove(agent.value());
            told.remove(agent.value());
            return true;
        }
        said.put(agent.value(), sum);
        return told.getOrDefault(agent.value(), 0L) == sum;
    }

    /** The agent has said just these. */
    void told(AgentId agent, long sum) {
        told.put(agent.value(), sum);
    }

    /** The agent tells all those of which its owner has spoken, each by itself. */
    void tells(AgentId agent) {
        var sum = said.get(agent.value());
        if (sum != null) {
            told.put(agent.value(), sum);
        }
    }

    /** It is away or gone: if it comes back it is asked once more. */
    void lost(AgentId agent) {
        said.remove(agent.value());
        told.remove(agent.value());
    }
}
