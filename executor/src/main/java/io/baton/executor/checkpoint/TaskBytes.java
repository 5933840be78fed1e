package io.baton.executor.checkpoint;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What all tasks take, of a registration and of the heap. A task is counted when somebody asks: in a journal that is read most
 * are over before.
 */
final class TaskBytes {
    private final Set<TaskEntry> uncounted = Collections.newSetFromMap(new IdentityHashMap<>());
    private long described;
    private long held;

    void add(TaskEntry task) {
        uncounted.add(task);
    }

    void remove(TaskEntry task) {
        if (!uncounted.remove(task)) {
            described -= task.describedBytes();
            held -= task.heldBytes();
        }
    }

    /** Changes a task that was added. */
    void change(TaskEntry task, Consumer<TaskEntry> change) {
        if (uncounted.contains(task)) {
            change.accept(task);
        } else {
            long before = task.heldBytes();
            change.accept(task);
            held += task.heldBytes() - before;
        }
    }

    /** Of their descriptions, without updates. */
    long described() {
        count();
        return described;
    }

    /** About what they take of the heap. */
    long held() {
        count();
        return held;
    }

    private void count() {
        for (var task : uncounted) {
            described += task.describedBytes();
            held += task.heldBytes();
        }
        uncounted.clear();
    }
}
