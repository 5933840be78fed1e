package io.baton.executor.task;

import io.baton.executor.process.Verdict;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells a program that could not be executed from one that ended with the same status, where a shell starts tasks. Perl
 * says so itself.
 *
 * <p>Pure.
 */
public final class ExecWords {
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    /**
     * How those begin to complain that execute a task's program for us, up to its name. A task's own shell says much the
     * same of other programs, and may have the task's program for its name: only the whole beginning counts.
     */
    private static final String BEGINNING = "(?:\\./launch/[^:]+: line \\d+: (?:exec: )?" // bash, of the launch script
            + "|.*/spawner\\.sh: \\d+: exec: " // dash, of the same
            + "|baton-launch: (?:line )?\\d+: (?:exec: )?" // either, behind a change of user
            + "|setsid: failed to execute "
            + "|/usr/bin/env: ['‘]?)";

    private ExecWords() {}

    /** Whether the last words of a task are worth reading. */
    public static boolean areWanted(Verdict verdict) {
        return verdict instanceof Verdict.Exited exited
                && (exited.status() == NOT_FOUND || exited.status() == NOT_EXECUTABLE);
    }

    /**
     * The verdict in the light of what stands last in {@code stderr}: whoever could not execute the task's own program
     * says so there, naming it.
     */
    public static Verdict judge(Verdict verdict, boolean shell, String program, String lastWords) {
        if (shell || !areWanted(verdict)) {
            return verdict;
        }
        return reason(program, lastWords)
                .<Verdict>map(why -> new Verdict.NeverRan("Failed to execute '" + program + "': " + why))
                .orElse(verdict);
    }

    private static Optional<String> reason(String program, String words) {
        var complaint = Pattern.compile(BEGINNING + Pattern.quote(program) + "['’]?: (?:.*: )?(.*)")
                .matcher(words);
        return complaint.matches() ? Optional.of(complaint.group(1).strip()) : Optional.empty();
    }
}
