package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.task.TaskStates;
import io.baton.v1.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Tasks that are to be killed and have not ended. An order is lost if its agent's link or owner is away, so whoever
 * registers with such a task is told again, once for each registration: an agent that knows the order already goes on
 * with the grace period that runs.
 *
 * <p>Pure and mutable; {@link SessionTasks} owns it.
 */
final class Kills {
    /** Most that are remembered; of more, the oldest are told once only. */
    static final int MOST = 10_000;

    private final Map<TaskId, SessionEffect.ToAgent> orders = new LinkedHashMap<>();

    /** @return the order to its agent; it takes the place of an earlier one for the task */
    SessionEffect.ToAgent ordered(AgentId agent, AgentProtocol.Kill kill) {
        var order = new SessionEffect.ToAgent(agent, kill);
        over(kill.task());
        orders.put(kill.task(), order);
        if (orders.size() > MOST) {
            orders.remove(orders.keySet().iterator().next());
        }
        return order;
    }

    /** The task has ended, or another one has its id now. */
    void over(TaskId task) {
        orders.remove(task);
    }

    /** What an agent that has registered with these tasks is told again. */
    List<SessionEffect.ToAgent> again(AgentId agent, List<Task> there) {
        return there.stream()
                .filter(task -> !TaskStates.isTerminal(task.getState()))
                .map(task -> orders.get(TaskId.fromProto(task.getTaskId())))
                .filter(Objects::nonNull)
                .filter(order -> order.agent().equals(agent))
                .toList();
    }
}
