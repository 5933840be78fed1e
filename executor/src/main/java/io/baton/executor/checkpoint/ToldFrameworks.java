package io.baton.executor.checkpoint;

import io.baton.core.id.FrameworkId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** The frameworks of tasks, each once: a registration tells of them beside the tasks. */
final class ToldFrameworks {
    private record Told(int tasks, long bytes) {}

    private final Map<FrameworkId, Told> told = new HashMap<>();
    private long bytes;

    void add(TaskEntry task) {
        var before = told.get(task.key().framework());
        long had = before == null ? 0 : before.bytes();
        long has = Math.max(had, task.framework().getSerializedSize());
        told.put(task.key().framework(), new Told(before == null ? 1 : before.tasks() + 1, has));
        bytes += has - had;
    }

    void remove(TaskEntry task) {
        var before = told.get(task.key().framework());
        if (before.tasks() > 1) {
            told.put(task.key().framework(), new Told(before.tasks() - 1, before.bytes()));
        } else {
            told.remove(task.key().framework());
            bytes -= before.bytes();
        }
    }

    boolean has(FrameworkId framework) {
        return told.containsKey(framework);
    }

    /** What it takes to describe them, and those of these executors. */
    long bytes(Collection<ExecutorEntry> executors) {
        long out = bytes;
        var others = new HashSet<FrameworkId>();
        for (var executor : executors) {
            var framework = executor.key().framework();
            if (!has(framework) && others.add(framework)) {
                out += executor.framework().getSerializedSize();
            }
        }
        return out;
    }
}
