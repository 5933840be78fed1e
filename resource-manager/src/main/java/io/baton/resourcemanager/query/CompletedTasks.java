package io.baton.resourcemanager.query;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.v1.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tasks that are over, the last ones of each framework. Bounded in number, as in Mesos, and in bytes: every master
 * keeps them, and a scheduler describes its tasks at any length.
 *
 * <p>Pure and mutable; {@link ClusterView} owns it.
 */
final class CompletedTasks {
    /** Most of one framework. */
    static final int MAX_TASKS = 1000;

    /** Bytes of one task; a larger one is kept without what its scheduler describes it by. */
    static final int TASK_BYTES = 64 * 1024;

    /** Bytes of one framework's tasks. */
    static final int FRAMEWORK_BYTES = 8 * 1024 * 1024;

    /** Bytes of all tasks; beyond it the oldest of the framework go that has most. */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final class OfFramework {
        final Map<TaskId, Task> tasks = new LinkedHashMap<>();
        long bytes;
    }

    private final Map<FrameworkId, OfFramework> frameworks = new LinkedHashMap<>();
    private long bytes;

    /** It is over, or more is known of how. */
    void put(FrameworkId framework, TaskId id, Task task) {
        remove(framework, id);
        var kept = BriefTask.atMost(TASK_BYTES, task);
        var own = frameworks.computeIfAbsent(framework, f -> new OfFramework());
        own.tasks.put(id, kept);
        count(own, kept.getSerializedSize());
        while (own.tasks.size() > MAX_TASKS || own.bytes > FRAMEWORK_BYTES) {
            removeOldest(own);
        }
        while (bytes > MAX_BYTES) {
            removeOldest(largest());
        }
    }

    private void count(OfFramework own, long more) {
        own.bytes += more;
        bytes += more;
    }

    private void removeOldest(OfFramework own) {
        var oldest = own.tasks.keySet().iterator().next();
        count(own, -own.tasks.remove(oldest).getSerializedSize());
    }

    private OfFramework largest() {
        OfFramework largest = null;
        for (var own : frameworks.values()) {
            largest = largest == null || own.bytes > largest.bytes ? own : largest;
        }
        return largest;
    }

    /** @return null if it was not there */
    Task remove(FrameworkId framework, TaskId id) {
        var own = frameworks.get(framework);
        var task = own == null ? null : own.tasks.remove(id);
        if (task != null) {
            count(own, -task.getSerializedSize());
        }
        return task;
    }

    /** All of the framework's go. */
    void forget(FrameworkId framework) {
        var own = frameworks.remove(framework);
        if (own != null) {
            bytes -= own.bytes;
        }
    }

    /** In the order of their end. */
    List<Task> of(FrameworkId framework) {
        var own = frameworks.get(framework);
        return own == null ? List.of() : List.copyOf(own.tasks.values());
    }
}
