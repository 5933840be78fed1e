package io.baton.executor.agent;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;

/** What it means for a task that a master takes back what it holds, for another role. Pure. */
final class Preempted {
    private Preempted() {}

    /** Whether it is to be written down: a task that ends already, or is to end for another reason, does so for that. */
    static boolean isNews(TaskEntry entry) {
        return !entry.isTerminal() && entry.forceKillAt().isEmpty();
    }

    /** Tells the scheduler why its task is killed. */
    static TaskStatus explained(TaskEntry entry, TaskStatus status) {
        boolean kill = status.getState() == TaskState.TASK_KILLING || status.getState() == TaskState.TASK_KILLED;
        return kill && entry.preempted().isPresent()
                ? status.toBuilder()
                        .setReason(Reason.REASON_CONTAINER_PREEMPTED)
                        .setMessage(entry.preempted().get())
                        .build()
                : status;
    }
}
