package io.baton.protocol.signal;

import java.util.List;
import java.util.OptionalInt;

/** The names that the C library has for signals (strsignal(3)): the words in Mesos's messages. */
public final class SignalNames {
    /** Linux's, from 1 on, the same on x86 and ARM. */
    private static final List<String> NAMES = List.of(
            "Hangup",
            "Interrupt",
            "Quit",
            "Illegal instruction",
            "Trace/breakpoint trap",
            "Aborted",
            "Bus error",
            "Floating point exception",
            "Killed",
            "User defined signal 1",
            "Segmentation fault",
            "User defined signal 2",
            "Broken pipe",
            "Alarm clock",
            "Terminated",
            "Stack fault",
            "Child exited",
            "Continued",
            "Stopped (signal)",
            "Stopped",
            "Stopped (tty input)",
            "Stopped (tty output)",
            "Urgent I/O condition",
            "CPU time limit exceeded",
            "File size limit exceeded",
            "Virtual timer expired",
            "Profiling timer expired",
            "Window changed",
            "I/O possible",
            "Power failure",
            "Bad system call");

    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST = 64;

    private SignalNames() {}

    /** The name of a signal. */
    public static String of(int number) {
        if (number >= 1 && number <= NAMES.size()) {
            return NAMES.get(number - 1);
        }
        return number >= FIRST_REAL_TIME
                ? "Real-time signal " + (number - FIRST_REAL_TIME)
                : "Unknown signal " + number;
    }

    /** The signal of this name; empty if there is none. */
    public static OptionalInt number(String name) {
        for (int number = 1; number <= LAST; number++) {
            if (of(number).equals(name)) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }
}
