package io.baton.httpapi.agent;

import java.lang.management.ManagementFactory;

/**
 * What an agent says of the host it is on.
 *
 * @param ip the address of the agent's port, as it stands in its pid
 * @param cpus all that there are
 * @param memoryBytes all that there are
 * @param cpuQuotas whether a task without a limit of its own may never use more than its cpus
 */
public record AgentHost(String ip, int cpus, long memoryBytes, boolean cpuQuotas) {
    /** This one. */
    public static AgentHost here(String ip, boolean cpuQuotas) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        long memory = system instanceof com.sun.management.OperatingSystemMXBean host ? host.getTotalMemorySize() : 0;
        return new AgentHost(ip, system.getAvailableProcessors(), memory, cpuQuotas);
    }
}
