package io.baton.executor.agent;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.task.TaskKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tasks were launched as one group.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class TaskGroups {
    private final Map<String, Set<TaskKey>> groups = new HashMap<>();

    void add(TaskEntry entry) {
        entry.group().ifPresent(group -> groups.computeIfAbsent(group, g -> new LinkedHashSet<>())
                .add(entry.key()));
    }

    void remove(TaskEntry entry) {
        entry.group()
                .ifPresent(group -> groups.computeIfPresent(group, (g, members) -> {
                    members.remove(entry.key());
                    return members.isEmpty() ? null : members;
                }));
    }

    /** The others of its group, in the order given. */
    List<TaskKey> matesOf(TaskEntry entry) {
        return entry.group().map(group -> groups.getOrDefault(group, Set.of())).orElse(Set.of()).stream()
                .filter(key -> !key.equals(entry.key()))
                .toList();
    }
}
