package io.baton.executor.cgroup;

import io.baton.v1.ResourceStatistics;

/**
 * What the processes of a container have used, and use now.
 *
 * @param userSeconds of cpu time, since its start
 * @param systemSeconds the same in the kernel
 * @param throttling how often and how long a quota held them back
 * @param processes now; threads count too where the kernel counts them
 */
public record Usage(double userSeconds, double systemSeconds, Throttling throttling, Memory memory, long processes) {
    /**
     * Of a cpu quota.
     *
     * @param periods in which any of the processes wanted to run
     * @param throttled those of them in which the quota ran out
     */
    public record Throttling(long periods, long throttled, double seconds) {
        static final Throttling NONE = new Throttling(0, 0, 0);
    }

    /**
     * In bytes.
     *
     * @param total all that counts against the limit
     * @param anonymous what no file backs
     * @param cached pages of files
     * @param mapped those of them that are mapped
     */
    public record Memory(long total, long anonymous, long cached, long mapped) {
        static final Memory NONE = new Memory(0, 0, 0, 0);
    }

    /** Adds it to what Mesos tells of a container. */
    public void describe(ResourceStatistics.Builder out) {
        out.setCpusUserTimeSecs(userSeconds)
                .setCpusSystemTimeSecs(systemSeconds)
                .setMemTotalBytes(memory.total())
                .setMemRssBytes(memory.anonymous())
                .setMemAnonBytes(memory.anonymous())
                .setMemFileBytes(memory.cached())
                .setMemCacheBytes(memory.cached())
                .setMemMappedFileBytes(memory.mapped())
                .setProcesses((int) Math.min(Integer.MAX_VALUE, processes));
        if (throttling.periods() > 0) {
            out.setCpusNrPeriods((int) Math.min(Integer.MAX_VALUE, throttling.periods()))
                    .setCpusNrThrottled((int) Math.min(Integer.MAX_VALUE, throttling.throttled()))
                    .setCpusThrottledTimeSecs(throttling.seconds());
        }
    }
}
