package io.baton.executor.process;

/**
 * A task's process and the supervisor that waits for it, each by number and start time.
 *
 * @param startTime clock ticks since the boot
 */
public record ProcessIdentity(long pid, long startTime, long supervisorPid, long supervisorStartTime) {}
