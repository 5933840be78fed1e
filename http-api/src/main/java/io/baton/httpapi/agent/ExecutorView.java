package io.baton.httpapi.agent;

import io.baton.core.task.TaskStates;
import io.baton.httpapi.agent.AgentSnapshot.RunningExecutor;
import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * An executor and its tasks. A task that has only a command is an executor of its own.
 *
 * @param own whether it is an executor of the framework's, and not a task alone
 * @param tasks that are not over yet, as far as the executor is not
 * @param over the others
 */
record ExecutorView(RunningExecutor executor, boolean own, List<RunningTask> tasks, List<RunningTask> over) {
    /** Those that are not over, in the order they came. */
    static List<ExecutorView> live(AgentSnapshot snapshot) {
        return views(snapshot, snapshot.executors().live(), snapshot.tasks());
    }

    /** Those that are over, oldest first. */
    static List<ExecutorView> over(AgentSnapshot snapshot) {
        return views(snapshot, snapshot.executors().over(), snapshot.completed());
    }

    private static List<ExecutorView> views(
            AgentSnapshot snapshot, List<RunningExecutor> executors, List<RunningTask> alone) {
        var out = new ArrayList<ExecutorView>();
        for (var executor : executors) {
            var tasks = snapshot.tasks().stream().filter(executor::has).toList();
            var over = new ArrayList<>(
                    snapshot.completed().stream().filter(executor::has).toList());
            tasks.stream().filter(ExecutorView::ended).forEach(over::add);
            out.add(new ExecutorView(
                    executor, true, tasks.stream().filter(t -> !ended(t)).toList(), over));
        }
        for (var task : alone) {
            if (snapshot.executors().all().noneMatch(executor -> executor.has(task))) {
                var itself = List.of(task);
                boolean ended = ended(task);
                out.add(new ExecutorView(ofTask(task), false, ended ? List.of() : itself, ended ? itself : List.of()));
            }
        }
        return out;
    }

    private static boolean ended(RunningTask task) {
        return TaskStates.isTerminal(task.task().getState());
    }

    private static RunningExecutor ofTask(RunningTask task) {
        var info = ExecutorInfo.newBuilder()
                .setFrameworkId(task.task().getFrameworkId())
                .setName(task.task().getName())
                .setSource(task.task().getTaskId().getValue())
                .addAllResources(task.task().getResourcesList());
        info.getExecutorIdBuilder().setValue(task.executorId());
        return new RunningExecutor(info.build(), task.containerId(), task.directory());
    }

    /** Tasks that the executor has. */
    List<RunningTask> launched() {
        return tasks.stream().filter(task -> !task.queued()).toList();
    }

    /** Tasks that wait for it. */
    List<RunningTask> queued() {
        return tasks.stream().filter(RunningTask::queued).toList();
    }

    String id() {
        return executor.info().getExecutorId().getValue();
    }

    String frameworkId() {
        return executor.info().getFrameworkId().getValue();
    }

    /** What it and its tasks hold now. */
    List<Resource> held() {
        var out = new ArrayList<Resource>();
        if (own) {
            out.addAll(executor.info().getResourcesList());
        }
        tasks.forEach(task -> out.addAll(task.task().getResourcesList()));
        return out;
    }
}
