package io.baton.executor.task;

import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.KillPolicy;
import io.baton.v1.TaskInfo;
import java.time.Duration;
import java.util.Optional;

/**
 * What a task's own description says about its life.
 *
 * @param grace from SIGTERM to SIGKILL, if the task has a kill policy
 * @param maxCompletionTime how long it may run
 * @param fetches whether files are fetched before it starts
 * @param announcesStarting whether TASK_STARTING comes before TASK_RUNNING
 * @param announcesKilling whether the framework knows TASK_KILLING
 */
public record TaskOptions(
        Optional<Duration> grace,
        Optional<Duration> maxCompletionTime,
        boolean fetches,
        boolean announcesStarting,
        boolean announcesKilling) {
    /** The options of this task of this framework. */
    public static TaskOptions of(FrameworkInfo framework, TaskInfo task, boolean announcesStarting) {
        Optional<Duration> limit = task.hasMaxCompletionTime()
                ? Optional.of(Duration.ofNanos(task.getMaxCompletionTime().getNanoseconds()))
                : Optional.empty();
        return new TaskOptions(
                graceOf(task.getKillPolicy()),
                limit,
                task.getCommand().getUrisCount() > 0,
                announcesStarting,
                TaskStates.has(framework, FrameworkInfo.Capability.Type.TASK_KILLING_STATE));
    }

    /** The grace that a policy gives; empty if it says nothing of it. */
    public static Optional<Duration> graceOf(KillPolicy policy) {
        return policy.hasGracePeriod()
                ? Optional.of(Duration.ofNanos(policy.getGracePeriod().getNanoseconds()))
                : Optional.empty();
    }
}
