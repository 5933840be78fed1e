package io.baton.cli.run;

import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.Map;
import java.util.regex.Pattern;

/** From a task's last update to an exit status as shells have it: 128 and the number for a signal. */
final class ExitStatus {
    static final int SIGNALLED = 128;

    private static final int UNKNOWN = 1;
    private static final int SIGTERM = 15;
    private static final Pattern EXITED = Pattern.compile("exited with status ([0-9]{1,3})");
    private static final Pattern TERMINATED = Pattern.compile("terminated with signal ([A-Za-z0-9 /()]+)");
    private static final Map<String, Integer> SIGNALS = Map.ofEntries(
            Map.entry("Hangup", 1),
            Map.entry("Interrupt", 2),
            Map.entry("Quit", 3),
            Map.entry("Illegal instruction", 4),
            Map.entry("Trace/breakpoint trap", 5),
            Map.entry("Aborted", 6),
            Map.entry("Bus error", 7),
            Map.entry("Floating point exception", 8),
            Map.entry("Killed", 9),
            Map.entry("User defined signal 1", 10),
            Map.entry("Segmentation fault", 11),
            Map.entry("User defined signal 2", 12),
            Map.entry("Broken pipe", 13),
            Map.entry("Alarm clock", 14),
            Map.entry("Terminated", SIGTERM));

    private ExitStatus() {}

    static int of(TaskStatus last) {
        if (last.getState() == TaskState.TASK_FINISHED) {
            return 0;
        }
        var exited = EXITED.matcher(last.getMessage());
        if (exited.find()) {
            return Integer.parseInt(exited.group(1));
        }
        var terminated = TERMINATED.matcher(last.getMessage());
        if (terminated.find()) {
            var number = SIGNALS.get(terminated.group(1).strip());
            return number == null ? UNKNOWN : SIGNALLED + number;
        }
        return last.getState() == TaskState.TASK_KILLED ? SIGNALLED + SIGTERM : UNKNOWN;
    }
}
