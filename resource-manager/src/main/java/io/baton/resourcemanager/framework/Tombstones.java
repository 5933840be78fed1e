package io.baton.resourcemanager.framework;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The removed frameworks that this master remembers, so that a scheduler which comes back too late is told so. There
 * are at most so many: for each further one the longest removed is forgotten, and its id is as good as new.
 *
 * <p>Used by all sessions of a process, on any thread.
 */
public final class Tombstones {
    /** Remembered unless said otherwise: a few kilobytes each. */
    public static final int LIMIT = 10_000;

    private final int limit;
    private final Deque<Runnable> oldestFirst = new ArrayDeque<>();

    public Tombstones(int limit) {
        this.limit = limit;
    }

    /**
     * One more.
     *
     * @param forget called once, on any thread, when it is to be forgotten
     */
    public void add(Runnable forget) {
        Runnable oldest = null;
        synchronized (oldestFirst) {
            oldestFirst.add(forget);
            if (oldestFirst.size() > limit) {
                oldest = oldestFirst.remove();
            }
        }
        if (oldest != null) {
            oldest.run();
        }
    }
}
