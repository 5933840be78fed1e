package io.baton.executor.process;

/** What became of a task's process. */
public sealed interface Verdict {
    /** It ended by itself. */
    record Exited(int status) implements Verdict {}

    /** A signal ended it. */
    record Signaled(int number) implements Verdict {}

    /**
     * It was never started, and never will be.
     *
     * @param made whether files of its own may have been made for it; what lies in their place otherwise is another's
     */
    record NeverRan(String why, boolean made) implements Verdict {
        /** For one of which files may have been made. */
        public NeverRan(String why) {
            this(why, true);
        }
    }

    /** It is over, and nobody knows how. */
    record Unknown(String why) implements Verdict {}

    /**
     * The kernel killed it, or a part of it, because it wanted more memory than it may have.
     *
     * @param usedBytes the most that it has used; 0 if nobody knows
     */
    record OutOfMemory(String message, long usedBytes) implements Verdict {}
}
