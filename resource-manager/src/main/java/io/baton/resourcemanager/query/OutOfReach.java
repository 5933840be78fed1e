package io.baton.resourcemanager.query;

import io.baton.v1.Task;
import io.baton.v1.TaskState;

/**
 * Tasks on agents that cannot be reached. Within the masters all of them are TASK_UNREACHABLE; shown they are in the state
 * that their scheduler was told, as in Mesos, which for one without PARTITION_AWARE is TASK_LOST.
 *
 * <p>Pure.
 */
final class OutOfReach {
    private OutOfReach() {}

    static boolean is(Task task) {
        return task.getState() == TaskState.TASK_UNREACHABLE;
    }

    /** The task itself, unless its state is to be another one. */
    static Task shown(Task task) {
        int last = task.getStatusesCount() - 1;
        return is(task) && last >= 0 && task.getStatuses(last).getState() == TaskState.TASK_LOST
                ? task.toBuilder().setState(TaskState.TASK_LOST).build()
                : task;
    }
}
