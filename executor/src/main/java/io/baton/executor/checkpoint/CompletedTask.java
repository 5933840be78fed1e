package io.baton.executor.checkpoint;

import io.baton.executor.task.TaskKey;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A task whose last update was acknowledged, kept to be shown and to answer a duplicate launch.
 *
 * @param at when the last acknowledgement came
 * @param launch names the launch, if its master did
 */
public record CompletedTask(
        FrameworkInfo framework, Task task, String container, Path sandbox, Instant at, Optional<String> launch) {
    public TaskKey key() {
        return TaskKey.of(task.getFrameworkId(), task.getTaskId());
    }

    /** What it takes to write it down. */
    long bytes() {
        return (long) framework.getSerializedSize() + task.getSerializedSize();
    }

    /** The last update. */
    public Optional<TaskStatus> latest() {
        int count = task.getStatusesCount();
        return count == 0 ? Optional.empty() : Optional.of(task.getStatuses(count - 1));
    }
}
