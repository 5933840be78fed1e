package io.baton.executor.agent;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.v1.Task;
import io.baton.v1.TaskStatus;
import java.util.Collection;
import java.util.List;

/** Writes the tasks that a master is told of in one frame. */
final class ToldTasks {
    /** With more than this the updates among them are told without their texts: half of what a frame may have. */
    static final int MAX_BYTES = 8 << 20;

    private ToldTasks() {}

    /** In this order. Masters need no more than the states; each update that waits is sent in full, too. */
    static List<Task> of(Collection<TaskEntry> entries) {
        var whole = entries.stream().map(TaskEntry::forRegistration).toList();
        long bytes = whole.stream().mapToLong(Task::getSerializedSize).sum();
        return bytes <= MAX_BYTES ? whole : whole.stream().map(ToldTasks::brief).toList();
    }

    private static Task brief(Task task) {
        return task.toBuilder()
                .clearStatuses()
                .addAllStatuses(
                        task.getStatusesList().stream().map(ToldTasks::brief).toList())
                .build();
    }

    private static TaskStatus brief(TaskStatus status) {
        return status.toBuilder().clearData().clearMessage().build();
    }
}
