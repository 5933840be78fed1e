package io.baton.cli.run;

import io.baton.protocol.signal.SignalNames;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.regex.Pattern;

/** From a task's last update to an exit status as shells have it: 128 and the number for a signal. */
final class ExitStatus {
    static final int SIGNALLED = 128;

    private static final int UNKNOWN = 1;
    private static final int SIGTERM = 15;
    private static final Pattern EXITED = Pattern.compile("exited with status ([0-9]{1,3})");
    private static final Pattern TERMINATED = Pattern.compile("terminated with signal ([-A-Za-z0-9 /()]+)");

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
            var number = SignalNames.number(terminated.group(1).strip());
            return number.isPresent() ? SIGNALLED + number.getAsInt() : UNKNOWN;
        }
        return last.getState() == TaskState.TASK_KILLED ? SIGNALLED + SIGTERM : UNKNOWN;
    }
}
