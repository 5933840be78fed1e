package io.baton.executor.agent;

import io.baton.executor.checkpoint.Brief;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskKey;
import io.baton.link.Run;
import io.baton.link.RunGroup;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import java.util.List;
import java.util.Optional;

/**
 * Tasks that a master wants run, all or none.
 *
 * @param framework without long labels
 * @param tasks of one executor, if of any; never empty
 * @param group whether they were launched as a group
 * @param launchExecutor whether their executor is to be started if it is not there
 * @param launch names the launch among all of these tasks; empty from masters that do not say
 */
public record LaunchOrder(
        FrameworkInfo framework, List<TaskInfo> tasks, boolean group, boolean launchExecutor, Optional<String> launch) {
    /** As it stands on the wire. */
    public static LaunchOrder of(Run run) {
        return new LaunchOrder(
                Brief.of(run.getFramework()),
                List.of(run.getTask()),
                false,
                run.getLaunchExecutor(),
                named(run.getLaunch()));
    }

    static LaunchOrder of(RunGroup run) {
        return new LaunchOrder(
                Brief.of(run.getFramework()),
                run.getTasksList(),
                true,
                run.getLaunchExecutor(),
                named(run.getLaunch()));
    }

    private static Optional<String> named(String launch) {
        return launch.isEmpty() ? Optional.empty() : Optional.of(launch);
    }

    List<TaskKey> keys() {
        return tasks.stream()
                .map(task -> TaskKey.of(framework.getId(), task.getTaskId()))
                .toList();
    }

    Optional<ExecutorInfo> executor() {
        return tasks.get(0).hasExecutor() ? Optional.of(tasks.get(0).getExecutor()) : Optional.empty();
    }

    Optional<ExecutorKey> executorKey() {
        return executor().map(info -> ExecutorKey.of(framework.getId(), info.getExecutorId()));
    }
}
