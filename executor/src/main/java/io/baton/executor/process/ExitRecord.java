package io.baton.executor.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a supervisor has written into its file so far; {@code spawner.sh} and {@code spawner.pl} tell the lines.
 *
 * @param supervisors once the task may run: who writes this file, and who will if that one is killed
 * @param task its process, if it was started
 * @param verdict if it is over
 */
public record ExitRecord(List<Who> supervisors, Optional<Who> task, Optional<Verdict> verdict) {
    /**
     * A process.
     *
     * @param startTime absent if a shell says so, which does not know it
     */
    public record Who(long pid, OptionalLong startTime) {
        private static Who of(Matcher line) {
            var start = Optional.ofNullable(line.group(2));
            return new Who(
                    Long.parseLong(line.group(1)),
                    start.map(s -> OptionalLong.of(Long.parseLong(s))).orElse(OptionalLong.empty()));
        }

        private static List<Who> allOf(Matcher line) {
            return line.group(3) == null
                    ? List.of(of(line))
                    : List.of(
                            of(line),
                            new Who(Long.parseLong(line.group(3)), OptionalLong.of(Long.parseLong(line.group(4)))));
        }
    }

    /** A file of which nothing is known. */
    static final ExitRecord NONE = new ExitRecord(List.of(), Optional.empty(), Optional.empty());

    private static final Pattern BEGUN =
            Pattern.compile("B ([0-9]{1,18})(?: ([0-9]{1,18})(?: ([0-9]{1,18}) ([0-9]{1,18}))?)?");
    private static final Pattern STARTED = Pattern.compile("S ([0-9]{1,18})(?: ([0-9]{1,18}))?");

    /** From a process that knows which signal it was, if any. */
    private static final Pattern ENDED = Pattern.compile("E ([0-9]{1,9}) ([0-9]{1,3}) \\.");

    private static final int SIGNAL_BASE = 128;

    /** A line of {@code jobs} about one that ended by itself. */
    private static final Pattern DONE = Pattern.compile("^\\[[0-9]+\\] [+-] Done\\([0-9]+\\)");

    /** Shells are silent about some of these: without a word INT, PIPE and TERM are taken for the signal. */
    private static final Set<Integer> SILENT_SIGNALS = Set.of(2, 13, 15);

    /** Whether the task may run: from here on it cannot be called off. */
    public boolean begun() {
        return !supervisors.isEmpty();
    }

    /** Both of them, if the file says when each began. */
    public Optional<ProcessIdentity> identity() {
        return task.flatMap(t -> supervisors.stream()
                .findFirst()
                .flatMap(s -> t.startTime().isPresent() && s.startTime().isPresent()
                        ? Optional.of(new ProcessIdentity(
                                t.pid(),
                                t.startTime().getAsLong(),
                                s.pid(),
                                s.startTime().getAsLong()))
                        : Optional.empty()));
    }

    /** Reads a file in any state: fresh, half written, whole. What is not whole counts as not there. */
    public static ExitRecord parse(String text) {
        List<Who> supervisors = List.of();
        Optional<Who> task = Optional.empty();
        Optional<String> failure = Optional.empty();
        Optional<Verdict> verdict = Optional.empty();
        var words = new ArrayList<String>();
        for (var line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            var begun = BEGUN.matcher(line);
            var started = STARTED.matcher(line);
            var ended = ENDED.matcher(line);
            if (begun.matches()) {
                supervisors = Who.allOf(begun);
            } else if (started.matches()) {
                task = Optional.of(Who.of(started));
            } else if (line.startsWith("F ")) {
                failure = Optional.of(line.substring(2));
            } else if (ended.matches()) {
                verdict = Optional.of(
                        verdict(Integer.parseInt(ended.group(1)), Integer.parseInt(ended.group(2)), failure));
            } else if (line.matches("E [0-9]{1,9} \\.")) {
                int status = Integer.parseInt(line.substring(2, line.length() - 2));
                verdict = Optional.of(verdict(status, failure, words));
            } else if (line.startsWith("U ")) {
                verdict = Optional.of(new Verdict.Unknown(line.substring(2)));
            } else if (!line.isBlank() && !DONE.matcher(line).find()) {
                words.add(line.strip());
            }
        }
        return new ExitRecord(supervisors, task, verdict);
    }

    private static Verdict verdict(int status, int signal, Optional<String> failure) {
        if (failure.isPresent()) {
            return new Verdict.NeverRan(failure.get());
        }
        return signal > 0 ? new Verdict.Signaled(signal) : new Verdict.Exited(status);
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
