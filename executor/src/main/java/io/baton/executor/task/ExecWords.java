package io.baton.executor.task;

import io.baton.executor.process.Verdict;

/** Tells a program that could not be executed from one that ended with the same status. Pure. */
public final class ExecWords {
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private ExecWords() {}

    /** Whether the last words of a task are worth reading. */
    public static boolean areWanted(Verdict verdict) {
        return verdict instanceof Verdict.Exited exited
                && (exited.status() == NOT_FOUND || exited.status() == NOT_EXECUTABLE);
    }

    /**
     * The verdict in the light of what stands last in {@code stderr}: a shell that could not execute the task's own
     * program says so there, naming it.
     */
    public static Verdict judge(Verdict verdict, boolean shell, String program, String lastWords) {
        boolean own = !shell && areWanted(verdict) && lastWords.contains(program);
        return own ? new Verdict.NeverRan("Failed to execute '" + program + "': " + reason(lastWords)) : verdict;
    }

    private static String reason(String words) {
        return words.substring(words.lastIndexOf(": ") + 1).strip();
    }
}
