package io.baton.httpapi.agent;

import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an agent shows of itself: a picture of one moment.
 *
 * @param agent with its id once it is registered
 * @param total its resources as reservations and volumes divide them now
 * @param master the host of the master that has it now
 * @param frameworks those with a task in {@code tasks}
 * @param tasks whose end has not been acknowledged, oldest first
 * @param completed those before, oldest first, as many as the agent remembers
 * @param executors those of the frameworks' own
 * @param counters numbers under Mesos's names that the edge cannot know, such as {@code slave/tasks_finished}
 * @param drain while it is to be empty
 * @param operations whose updates are not acknowledged
 */
public record AgentSnapshot(
        AgentInfo agent,
        List<Resource> total,
        Optional<String> master,
        List<FrameworkInfo> frameworks,
        List<FrameworkInfo> completedFrameworks,
        List<RunningTask> tasks,
        List<RunningTask> completed,
        Executors executors,
        Map<String, Double> counters,
        Optional<Drain> drain,
        List<Operation> operations) {

    /** Whether a master has it now. */
    public boolean registered() {
        return master.isPresent();
    }

    /** How the agent is to be emptied, and since when. */
    public record Drain(DrainConfig config, Instant since) {}

    /**
     * The frameworks' own executors.
     *
     * @param live in the order they came
     * @param over the last ones, oldest first
     */
    public record Executors(List<RunningExecutor> live, List<RunningExecutor> over) {
        public static final Executors NONE = new Executors(List.of(), List.of());

        Stream<RunningExecutor> all() {
            return Stream.concat(live.stream(), over.stream());
        }
    }

    /**
     * An executor and where it runs.
     *
     * @param info with the id of its framework
     * @param directory the sandbox, absolute
     */
    public record RunningExecutor(ExecutorInfo info, String containerId, String directory) {
        boolean has(RunningTask task) {
            return task.task().getFrameworkId().equals(info.getFrameworkId())
                    && task.task().getExecutorId().equals(info.getExecutorId());
        }
    }

    /**
     * A task and where it runs.
     *
     * @param containerId empty if there is none yet
     * @param directory the sandbox, absolute; empty if there is none yet
     * @param queued whether it waits for its executor to subscribe
     */
    public record RunningTask(Task task, String containerId, String directory, boolean queued) {
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
