package io.baton.cli.command;

import io.baton.cli.cluster.AgentUrl;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Shown;
import io.baton.v1.Task;
import io.baton.v1.master.Response;

/** Where the agents of tasks are. */
final class TaskAgents {
    private TaskAgents() {}

    /** @throws CommandFailure if the agent is gone */
    static String url(Response.GetState state, Task task) {
        for (var agent : state.getGetAgents().getAgentsList()) {
            if (agent.getAgentInfo().getId().equals(task.getAgentId())) {
                return url(agent);
            }
        }
        throw CommandFailure.failed("the agent of task '"
                + Shown.text(task.getTaskId().getValue()) + "' is gone, and the task's output with it");
    }

    /** The pid, {@code slave(1)@10.0.0.7:5051}, has an address that is sure to work; the host name may not. */
    private static String url(Response.GetAgents.Agent agent) {
        var pid = agent.getPid();
        var at = pid.indexOf('@');
        return at >= 0
                ? "http://" + pid.substring(at + 1)
                : AgentUrl.of(
                        "http",
                        agent.getAgentInfo().getHostname(),
                        agent.getAgentInfo().getPort());
    }
}
