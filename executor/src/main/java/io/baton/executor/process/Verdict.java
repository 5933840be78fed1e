package io.baton.executor.process;

import java.util.Map;

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

    /** The name that the C library has for a signal (strsignal(3)): the word in Mesos's messages. */
    static String signalName(int number) {
        var name = SignalNames.NAMES.get(number);
        if (name != null) {
            return name;
        }
        return number >= SignalNames.FIRST_REAL_TIME
                ? "Real-time signal " + (number - SignalNames.FIRST_REAL_TIME)
                : "Unknown signal " + number;
    }

    /** Linux's numbers, the same on x86 and ARM. */
    final class SignalNames {
        private static final int FIRST_REAL_TIME = 34;
        private static final Map<Integer, String> NAMES = Map.ofEntries(
                Map.entry(1, "Hangup"),
                Map.entry(2, "Interrupt"),
                Map.entry(3, "Quit"),
                Map.entry(4, "Illegal instruction"),
                Map.entry(5, "Trace/breakpoint trap"),
                Map.entry(6, "Aborted"),
                Map.entry(7, "Bus error"),
                Map.entry(8, "Floating point exception"),
                Map.entry(9, "Killed"),
                Map.entry(10, "User defined signal 1"),
                Map.entry(11, "Segmentation fault"),
                Map.entry(12, "User defined signal 2"),
                Map.entry(13, "Broken pipe"),
                Map.entry(14, "Alarm clock"),
                Map.entry(15, "Terminated"),
                Map.entry(16, "Stack fault"),
                Map.entry(17, "Child exited"),
                Map.entry(18, "Continued"),
                Map.entry(19, "Stopped (signal)"),
                Map.entry(20, "Stopped"),
                Map.entry(21, "Stopped (tty input)"),
                Map.entry(22, "Stopped (tty output)"),
                Map.entry(23, "Urgent I/O condition"),
                Map.entry(24, "CPU time limit exceeded"),
                Map.entry(25, "File size limit exceeded"),
                Map.entry(26, "Virtual timer expired"),
                Map.entry(27, "Profiling timer expired"),
                Map.entry(28, "Window changed"),
                Map.entry(29, "I/O possible"),
                Map.entry(30, "Power failure"),
                Map.entry(31, "Bad system call"));

        private SignalNames() {}
    }
}
