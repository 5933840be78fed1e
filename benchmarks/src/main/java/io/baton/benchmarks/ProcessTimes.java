package io.baton.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time that processes have used so far.
 *
 * @param own of their own
 * @param children of those that they started and waited for
 */
record ProcessTimes(double own, double children) {
    /** Ticks are hundredths of a second on Linux. */
    private static final double TICK_MILLIS = 10;
    // Fields of proc(5) stat after the name.
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    /** Of these together, in milliseconds. */
    static ProcessTimes of(List<Long> pids) throws IOException {
        double own = 0;
        double children = 0;
        for (long pid : pids) {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            own += Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]);
            children += Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]);
        }
        return new ProcessTimes(own * TICK_MILLIS, children * TICK_MILLIS);
    }

    ProcessTimes since(ProcessTimes earlier) {
        return new ProcessTimes(own - earlier.own, children - earlier.children);
    }
}
