package io.baton.executor.process;

import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a supervisor has written into its file so far; {@code spawner.sh} tells the lines.
 *
 * @param begun the task may run: from here on it cannot be called off
 * @param supervisor pid of who writes this file, once the task may run
 * @param pid of the task, if it was started
 * @param verdict if it is over
 */
public record ExitRecord(boolean begun, OptionalLong supervisor, OptionalLong pid, Optional<Verdict> verdict) {
    /** A file of which nothing is known. */
    static final ExitRecord NONE = new ExitRecord(false, OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

    private static final int SIGNAL_BASE = 128;

    /** A line of {@code jobs} about one that ended by itself. */
    private static final Pattern DONE = Pattern.compile("^\\[[0-9]+\\] [+-] Done\\([0-9]+\\)");

    /** Shells are silent about some of these: without a word INT, PIPE and TERM are taken for the signal. */
    private static final Set<Integer> SILENT_SIGNALS = Set.of(2, 13, 15);

    /** Reads a file in any state: fresh, half written, whole. What is not whole counts as not there. */
    public static ExitRecord parse(String text) {
        boolean begun = false;
        var supervisor = OptionalLong.empty();
        var pid = OptionalLong.empty();
        Optional<String> failure = Optional.empty();
        Optional<Verdict> verdict = Optional.empty();
        var words = new ArrayList<String>();
        for (var line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            if (line.matches("B [0-9]{1,18}")) {
                begun = true;
                supervisor = OptionalLong.of(Long.parseLong(line.substring(2)));
            } else if (line.matches("S [0-9]{1,18}")) {
                pid = OptionalLong.of(Long.parseLong(line.substring(2)));
            } else if (line.startsWith("F ")) {
                failure = Optional.of(line.substring(2));
            } else if (line.matches("E [0-9]{1,9} \\.")) {
                int status = Integer.parseInt(line.substring(2, line.length() - 2));
                verdict = Optional.of(verdict(status, failure, words));
            } else if (!line.isBlank() && !DONE.matcher(line).find()) {
                words.add(line.strip());
            }
        }
        return new ExitRecord(begun, supervisor, pid, verdict);
    }

    private static Verdict verdict(int status, Optional<String> failure, ArrayList<String> words) {
        if (failure.isPresent()) {
            return new Verdict.NeverRan(failure.get() + (words.isEmpty() ? "" : ": " + shortened(words.get(0))));
        }
        if (status <= SIGNAL_BASE) {
            return words.isEmpty() || status == 0
                    ? new Verdict.Exited(status)
                    : new Verdict.NeverRan(shortened(words.get(0)));
        }
        int signal = status - SIGNAL_BASE;
        return words.isEmpty() && !SILENT_SIGNALS.contains(signal)
                ? new Verdict.Exited(status)
                : new Verdict.Signaled(signal);
    }

    /** The shell's words without the name of its script: "…: line 1: cd: /x: No such file or directory". */
    private static String shortened(String words) {
        return words.replaceFirst("^\\S+: (line )?[0-9]+: ", "");
    }
}
