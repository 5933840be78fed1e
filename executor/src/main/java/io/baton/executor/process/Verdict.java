package io.baton.executor.process;

/** What became of a task's process. */
public sealed interface Verdict {
    /** It ended by itself. */
    record Exited(int status) implements Verdict {}

    /** A signal ended it. */
    record Signaled(int number) implements Verdict {}

    /** It was never started, and never will be. */
    record NeverRan(String why) implements Verdict {}

    /** It is over, and nobody knows how. */
    record Unknown(String why) implements Verdict {}

    /** The kernel killed it, or a part of it, because it wanted more memory than it may have. */
    record OutOfMemory(String message) implements Verdict {}
}
