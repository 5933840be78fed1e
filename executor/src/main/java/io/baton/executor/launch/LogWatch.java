package io.baton.executor.launch;

/**
 * When a file of a task is to be looked at: one that grows each time, one that does not less and less often, the least often
 * as long as it has a long way to go.
 *
 * <p>Pure. Mutable; one owner.
 */
final class LogWatch {
    /** Looks between two at a file that does not grow. */
    static final int LONGEST_PAUSE = 4;

    /** The same at one that has not half of the size at which it is rotated. */
    static final int LONGEST_PAUSE_OF_SMALL = 14;

    private final String name;
    private long size;
    private int pause;
    private int wait;

    LogWatch(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Whether it is its turn now; asked once a second. */
    boolean isDue() {
        if (wait > 0) {
            wait--;
            return false;
        }
        return true;
    }

    /** It was looked at, and rotated if it had grown beyond this size. */
    void saw(long now, long maxBytes) {
        int longest = now < maxBytes / 2 ? LONGEST_PAUSE_OF_SMALL : LONGEST_PAUSE;
        pause = now == size ? Math.min(longest, pause + 1) : 0;
        wait = pause;
        size = now;
    }
}
