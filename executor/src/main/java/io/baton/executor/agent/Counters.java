package io.baton.executor.agent;

import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.v1.TaskState;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has happened to tasks and executors since the agent started, under Mesos's names.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class Counters {
    /** What is counted; its name in small letters is that of the number. */
    enum Fact {
        TASKS_LAUNCHED,
        /** Launches of a task that was known already. */
        TASKS_DUPLICATE,
        /** Launches that this agent would not take. */
        TASKS_REFUSED,
        /** Of executors about tasks of theirs, and of the agent itself. */
        VALID_STATUS_UPDATES,
        /** Of executors about tasks that they do not have. */
        INVALID_STATUS_UPDATES,
        VALID_FRAMEWORK_MESSAGES,
        /** To executors that are not here, or do not listen. */
        INVALID_FRAMEWORK_MESSAGES,
        CONTAINER_LAUNCH_ERRORS,
        EXECUTORS_PREEMPTED,
        EXECUTORS_TERMINATED
    }

    /** In which part of its life an executor is. A task without one is its own: its process stands for it. */
    enum Phase {
        REGISTERING,
        RUNNING,
        TERMINATING;

        private static Phase of(TaskEntry own) {
            if (own.forceKillAt().isPresent() || own.state() == TaskState.TASK_KILLING) {
                return TERMINATING;
            }
            return own.state() == TaskState.TASK_RUNNING ? RUNNING : REGISTERING;
        }
    }

    private static final String PREFIX = "slave/";

    private final Map<Fact, Long> facts = new EnumMap<>(Fact.class);
    private final Map<TaskState, Long> ended = new EnumMap<>(TaskState.class);

    void add(Fact fact) {
        facts.merge(fact, 1L, Long::sum);
    }

    /** The last update of a task. */
    void ended(TaskState state) {
        ended.merge(state, 1L, Long::sum);
    }

    /**
     * All of it, and how many tasks and executors are in which state now.
     *
     * @param executors those of the frameworks' own
     */
    SortedMap<String, Double> with(Collection<TaskEntry> tasks, Collection<Phase> executors) {
        var out = new TreeMap<String, Double>();
        for (var fact : Fact.values()) {
            out.put(PREFIX + lower(fact), (double) facts.getOrDefault(fact, 0L));
        }
        var states = new EnumMap<TaskState, Long>(TaskState.class);
        var phases = new EnumMap<Phase, Long>(Phase.class);
        executors.forEach(phase -> phases.merge(phase, 1L, Long::sum));
        for (var task : tasks) {
            states.merge(task.state(), 1L, Long::sum);
            if (task.executor().isEmpty() && !task.isTerminal()) {
                phases.merge(Phase.of(task), 1L, Long::sum);
            }
        }
        for (var state : TaskState.values()) {
            var from = TaskStates.isTerminal(state) ? ended : states;
            out.put(PREFIX + lower(state).replaceFirst("task_", "tasks_"), (double) from.getOrDefault(state, 0L));
        }
        for (var phase : Phase.values()) {
            out.put(PREFIX + "executors_" + lower(phase), (double) phases.getOrDefault(phase, 0L));
        }
        return out;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
