package io.baton.executor.task;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;

/** Under which a nested container's process is booked, like a task's. No task id has a slash. */
public final class NestedKey {
    private static final String NESTED = "nested/";
    private static final String SESSION = "session/";

    private NestedKey() {}

    public static TaskKey of(FrameworkId framework, String container, boolean session) {
        return new TaskKey(framework, new TaskId((session ? SESSION : NESTED) + container));
    }

    public static boolean isNested(TaskKey key) {
        return key.task().value().startsWith(NESTED) || isSession(key);
    }

    /** Whether something can be written to its input. */
    public static boolean isSession(TaskKey key) {
        return key.task().value().startsWith(SESSION);
    }
}
