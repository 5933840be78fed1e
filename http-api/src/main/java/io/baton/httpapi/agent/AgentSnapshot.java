package io.baton.httpapi.agent;

import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import java.util.List;
import java.util.Map;

/**
 * What an agent shows of itself: a picture of one moment.
 *
 * @param agent with its id once it is registered
 * @param registered whether a master has it now
 * @param frameworks those with a task in {@code tasks}
 * @param tasks whose end has not been acknowledged, oldest first
 * @param completed those before, oldest first, as many as the agent remembers
 * @param counters numbers under Mesos's names that the edge cannot know, such as {@code slave/tasks_finished}
 */
public record AgentSnapshot(
        AgentInfo agent,
        boolean registered,
        List<FrameworkInfo> frameworks,
        List<FrameworkInfo> completedFrameworks,
        List<RunningTask> tasks,
        List<RunningTask> completed,
        Map<String, Double> counters) {

    /**
     * A task and where it runs.
     *
     * @param containerId empty if there is none yet
     * @param directory the sandbox, absolute; empty if there is none yet
     */
    public record RunningTask(Task task, String containerId, String directory) {
        /** The executor's id; that of the task if it has none of its own. */
        String executorId() {
            var id = task.getExecutorId().getValue();
            return id.isEmpty() ? task.getTaskId().getValue() : id;
        }

        String frameworkId() {
            return task.getFrameworkId().getValue();
        }
    }
}
