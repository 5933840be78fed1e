package io.baton.executor.agent;

import io.baton.v1.TaskState;
import java.util.EnumMap;
import java.util.Map;

/**
 * What has happened since the agent started.
 *
 * @param launched tasks accepted
 * @param duplicates launches of a task that was known already
 * @param refused launches that this agent would not take
 * @param ended last updates by state
 */
public record Counters(long launched, long duplicates, long refused, Map<TaskState, Long> ended) {
    static final Counters NONE = new Counters(0, 0, 0, Map.of());

    Counters withLaunched() {
        return new Counters(launched + 1, duplicates, refused, ended);
    }

    Counters withDuplicate() {
        return new Counters(launched, duplicates + 1, refused, ended);
    }

    Counters withRefused() {
        return new Counters(launched, duplicates, refused + 1, ended);
    }

    Counters withEnded(TaskState state) {
        var more = new EnumMap<TaskState, Long>(TaskState.class);
        more.putAll(ended);
        more.merge(state, 1L, Long::sum);
        return new Counters(launched, duplicates, refused, Map.copyOf(more));
    }
}
