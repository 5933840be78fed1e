package io.baton.executor.checkpoint;

import io.baton.executor.task.TaskKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The remembered tasks, the longest done first. The latest of them are at hand: they are shown ten times a second, and
 * there may be ten times as many before them.
 */
final class CompletedTasks {
    /** With more than this the oldest go: in the heap, which is small, it is several times as much. */
    static final long MAX_BYTES = 8 << 20;

    private final Map<TaskKey, CompletedTask> all = new LinkedHashMap<>();
    private final Deque<CompletedTask> latest = new ArrayDeque<>();
    /** The same ones; by identity, since to compare two tasks is to compare all that is known of them. */
    private final Set<CompletedTask> amongLatest = Collections.newSetFromMap(new IdentityHashMap<>());

    private boolean stale;
    private long bytes;

    void add(CompletedTask task) {
        bytes += task.bytes();
        var former = all.put(task.key(), task);
        if (former != null) {
            bytes -= former.bytes();
            dropLatest(); // It stands where the former one stood.
        } else if (!stale) {
            append(task);
        }
        while (bytes > MAX_BYTES && all.size() > 1) {
            remove(all.keySet().iterator().next());
        }
    }

    private void append(CompletedTask task) {
        latest.addLast(task);
        amongLatest.add(task);
        if (latest.size() > AgentState.LATEST) {
            amongLatest.remove(latest.removeFirst());
        }
    }

    void remove(TaskKey key) {
        var gone = all.remove(key);
        if (gone != null) {
            bytes -= gone.bytes();
            if (amongLatest.contains(gone)) {
                dropLatest();
            }
        }
    }

    /** At once, or it would keep what is gone. */
    private void dropLatest() {
        stale = true;
        latest.clear();
        amongLatest.clear();
    }

    Optional<CompletedTask> find(TaskKey key) {
        return Optional.ofNullable(all.get(key));
    }

    Collection<CompletedTask> all() {
        return Collections.unmodifiableCollection(all.values());
    }

    List<CompletedTask> latest() {
        if (stale) {
            stale = false;
            all.values().stream()
                    .skip(Math.max(0, all.size() - AgentState.LATEST))
                    .forEach(this::append);
        }
        return List.copyOf(latest);
    }
}
