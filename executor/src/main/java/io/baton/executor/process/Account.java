package io.baton.executor.process;

/**
 * A user of the host.
 *
 * @param group the number of the user's own group
 */
public record Account(String name, long user, long group, String home) {}
