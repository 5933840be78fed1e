package io.baton.executor.launch;

import java.util.concurrent.Executor;

/**
 * Threads that may block. Nothing that others wait for stands behind what may take long.
 *
 * @param work for launches, checks and all that is not of the others
 * @param signals for what takes a moment only
 * @param ends for ends of containers, which take until the kernel has ended all of their processes
 * @param removals for what was put aside and holds any number of files
 * @param rounds for what looks at all sandboxes again and again: how much they hold, which are old, whose output is long
 */
public record HostThreads(Executor work, Executor signals, Executor ends, Executor removals, Executor rounds) {}
