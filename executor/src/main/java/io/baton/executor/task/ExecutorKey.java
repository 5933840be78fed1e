package io.baton.executor.task;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkID;

/** Names an executor on this host: executor ids are unique only within their framework. */
public record ExecutorKey(FrameworkId framework, String executor) {
    private static final String PROCESS = "executor/";

    /** The key as it stands on the wire. */
    public static ExecutorKey of(FrameworkID framework, ExecutorID executor) {
        return new ExecutorKey(FrameworkId.fromProto(framework), executor.getValue());
    }

    /** Under which the executor's own process is booked, like a task's. No task id has a slash. */
    public TaskKey process() {
        return new TaskKey(framework, new TaskId(PROCESS + executor));
    }

    /** Whether a key names an executor's process and not a task. */
    public static boolean isProcess(TaskKey key) {
        return key.task().value().startsWith(PROCESS);
    }

    /** The id as it stands on the wire. */
    public ExecutorID id() {
        return ExecutorID.newBuilder().setValue(executor).build();
    }
}
