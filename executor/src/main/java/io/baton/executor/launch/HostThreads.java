package io.baton.executor.launch;

import java.util.concurrent.Executor;

/**
 * Threads that may block. Nothing that others wait for stands behind what may take long.
 *
 * @param work for all that is not of the others
 * @param signals for what takes a moment only
 * @param ends for ends of containers, which take until the kernel has ended all of their processes
 */
public record HostThreads(Executor work, Executor signals, Executor ends) {}
