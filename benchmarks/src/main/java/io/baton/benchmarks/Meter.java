package io.baton.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the current thread has used since it was started: processor time, time on the wall, bytes allocated. */
final class Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long cpu;
    private long wall;
    private long bytes;
    private long cpuNanos;
    private long wallNanos;
    private long allocated;

    /** Goes on where it was stopped. */
    void start() {
        bytes = THREADS.getCurrentThreadAllocatedBytes();
        wall = System.nanoTime();
        cpu = THREADS.getCurrentThreadCpuTime();
    }

    void stop() {
        cpuNanos += THREADS.getCurrentThreadCpuTime() - cpu;
        wallNanos += System.nanoTime() - wall;
        allocated += THREADS.getCurrentThreadAllocatedBytes() - bytes;
    }

    static long cpuNow() {
        return THREADS.getCurrentThreadCpuTime();
    }

    double cpuMillis() {
        return cpuNanos / 1e6;
    }

    double cpuSeconds() {
        return cpuNanos / 1e9;
    }

    double wallMillis() {
        return wallNanos / 1e6;
    }

    long bytes() {
        return allocated;
    }
}
