package io.baton.core.task;

import io.baton.core.id.TaskId;

/** By which two that each know a set of tasks see whether it is the same: the sum over its tasks, in any order. */
public final class TaskSum {
    /** The golden ratio's digits: neighbouring numbers come to lie far apart. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private TaskSum() {}

    /** The part of one task; the same in every process. */
    public static long of(TaskId task) {
        long hash = (task.value().hashCode() + 1L) * SPREAD;
        return hash ^ hash >>> 32;
    }
}
