package io.baton.executor.checkpoint;

import io.baton.core.id.FrameworkId;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.executor.record.Record;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The executors for which the agent answers, and the last ones that are over. Changed by {@link AgentState} only. */
public final class Executors {
    /** Most executors that are over and still shown; the oldest go first. */
    static final int MAX_OVER = 150;

    /** The same in bytes; only what is needed to show them is kept. */
    static final long MAX_OVER_BYTES = 1 << 20;

    private final Map<ExecutorKey, ExecutorEntry> live = new LinkedHashMap<>();
    private final Map<TaskKey, TaskEntry> processes = new HashMap<>();
    private final Deque<ExecutorEntry> over = new ArrayDeque<>();
    private long overBytes;

    void accepted(ExecutorAccepted accepted) {
        var entry = new ExecutorEntry(accepted);
        live.put(entry.key(), entry);
        entry.process().ifPresent(process -> processes.put(process.key(), process));
    }

    void over(ExecutorKey key) {
        var entry = live.remove(key);
        if (entry != null) {
            processes.remove(key.process());
            var brief = entry.brief();
            over.add(brief);
            overBytes += brief.bytes();
            while (over.size() > MAX_OVER || overBytes > MAX_OVER_BYTES) {
                overBytes -= over.remove().bytes();
            }
        }
    }

    void abandon(FrameworkId framework) {
        live.values().stream()
                .filter(entry -> entry.key().framework().equals(framework))
                .forEach(ExecutorEntry::abandon);
    }

    Optional<TaskEntry> process(TaskKey key) {
        return Optional.ofNullable(processes.get(key));
    }

    public Optional<ExecutorEntry> find(ExecutorKey key) {
        return Optional.ofNullable(live.get(key));
    }

    /** Those that are not over, in the order they came. */
    public Collection<ExecutorEntry> all() {
        return Collections.unmodifiableCollection(live.values());
    }

    long describedBytes() {
        return live.values().stream()
                .mapToLong(entry -> entry.info().getSerializedSize())
                .sum();
    }

    long heldBytes() {
        return live.values().stream().mapToLong(ExecutorEntry::heldBytes).sum();
    }

    /** The last ones that are over, the longest over first. */
    public Collection<ExecutorEntry> over() {
        return Collections.unmodifiableCollection(over);
    }

    void write(List<Record> out) {
        for (var entry : over) {
            out.add(accepted(entry));
            out.add(Records.executorOver(entry));
        }
        for (var entry : live.values()) {
            out.add(accepted(entry));
            entry.process().ifPresent(process -> AgentState.writeProcess(process, out));
            if (entry.isAbandoned()) {
                out.add(Records.frameworkRemoved(entry.key().framework()));
            }
        }
    }

    private static Record accepted(ExecutorEntry entry) {
        return Record.newBuilder().setExecutorAccepted(entry.accepted()).build();
    }
}
