package io.baton.executor.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Containers that may begin: in the order they came, as many at a time as the host can start.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class LaunchQueue {
    private final int limit;
    private final Deque<String> ready = new ArrayDeque<>();
    private final Set<String> launching = new HashSet<>();

    /** @param limit most containers between the order to start and the news of it */
    LaunchQueue(int limit) {
        this.limit = limit;
    }

    /** Is prepared, and waits for its turn. */
    void add(String container) {
        ready.add(container);
    }

    /** Was ordered to start by an earlier agent. */
    void resume(String container) {
        launching.add(container);
    }

    /** The next one to be ordered to start, if the host can take one more. */
    Optional<String> next() {
        if (ready.isEmpty() || launching.size() >= limit) {
            return Optional.empty();
        }
        var container = ready.remove();
        launching.add(container);
        return Optional.of(container);
    }

    /** News of its start or end has come, or it will not be started after all. */
    void settled(String container) {
        launching.remove(container);
    }
}
