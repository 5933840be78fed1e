package io.baton.resourcemanager.ownership;

/**
 * What an agent's owner acts under.
 *
 * @param epoch higher than that of any other master's before
 * @param allocator the newest allocator's epoch then: proposals of older ones are void; 0 if there was none
 * @param clusterId agents obey no other cluster
 */
public record Grant(long epoch, long allocator, String clusterId) {}
