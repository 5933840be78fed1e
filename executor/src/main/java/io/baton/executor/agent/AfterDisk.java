package io.baton.executor.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What is to be done once the records before it are on the disk, in the order in which it came.
 *
 * <p>Mutable; the agent's actor owns it.
 */
final class AfterDisk {
    private record Waiting(long number, Runnable action) {}

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    /** Containers that are prepared while the record of their task is being written, with its number. */
    private final Map<String, Long> ahead = new HashMap<>();

    private long appended;
    private long durable;

    /** Records were appended under this number: what comes next waits for them. */
    void appended(long number) {
        appended = number;
    }

    /** All appends up to this one are on the disk. */
    void durable(long number) {
        durable = Math.max(durable, number);
        ahead.values().removeIf(n -> n <= durable);
    }

    /** In its turn, once all that was appended so far is on the disk. */
    void add(Runnable action) {
        waiting.add(new Waiting(appended, action));
    }

    /**
     * Whether a container may be prepared before its task is on the disk: nothing of it runs by that, and the next agent
     * removes what it does not know. Not past what waits: that may be to remove a volume, or files of the same name.
     *
     * @return true if it is to be prepared now; then {@link #prepared} knows of it
     */
    boolean prepareNow(String container) {
        if (!waiting.isEmpty()) {
            return false;
        }
        if (appended > durable) {
            ahead.put(container, appended);
        }
        return true;
    }

    /** What follows from a container being prepared: now, or as soon as its task is on the disk. */
    void prepared(String container, Runnable next) {
        var number = ahead.remove(container);
        if (number == null) {
            next.run();
        } else {
            waiting.add(new Waiting(number, next));
        }
    }

    /** Does what waits for nothing any more. */
    void drain() {
        while (!waiting.isEmpty() && waiting.element().number() <= durable) {
            waiting.remove().action().run();
        }
    }
}
