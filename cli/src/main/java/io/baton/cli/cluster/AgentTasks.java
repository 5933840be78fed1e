package io.baton.cli.cluster;

import io.baton.v1.Task;
import io.baton.v1.agent.Call;
import java.io.IOException;
import java.util.stream.Stream;

/** What one agent runs. It has some hundred tasks, where a master has those of the whole cluster. */
public final class AgentTasks {
    private final AgentApi api;

    /** @param agent such as {@code http://10.0.0.7:5051} */
    public AgentTasks(String agent, Login user) {
        api = new AgentApi(agent, user);
    }

    /**
     * Whether the agent has the task and it has not ended.
     *
     * @throws IOException if the agent cannot be reached or refuses, as it does while it learns what it has
     */
    public boolean runs(Task task) throws IOException {
        var tasks = api.ask(Call.newBuilder().setType(Call.Type.GET_TASKS), "the agent's tasks")
                .getGetTasks();
        return Stream.of(tasks.getPendingTasksList(), tasks.getQueuedTasksList(), tasks.getLaunchedTasksList())
                .flatMap(list -> list.stream())
                .anyMatch(one -> one.getTaskId().equals(task.getTaskId())
                        && one.getFrameworkId().equals(task.getFrameworkId()));
    }
}
