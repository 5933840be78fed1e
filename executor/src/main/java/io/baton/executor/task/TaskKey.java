package io.baton.executor.task;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.v1.FrameworkID;
import io.baton.v1.TaskID;

/** Names a task on this host: task ids are unique only within their framework. */
public record TaskKey(FrameworkId framework, TaskId task) {
    /** The key as it stands on the wire. */
    public static TaskKey of(FrameworkID framework, TaskID task) {
        return new TaskKey(FrameworkId.fromProto(framework), TaskId.fromProto(task));
    }
}
