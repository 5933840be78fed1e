package io.baton.resourcemanager.registry.state;

import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;

/**
 * What is left of a description where only the id counts: names to show, if they are not too long.
 *
 * <p>Pure.
 */
public final class Remains {
    private Remains() {}

    /** The framework's id, and who it was. */
    public static FrameworkInfo of(FrameworkInfo info) {
        var named = FrameworkInfo.newBuilder().setUser(info.getUser()).setName(info.getName());
        if (info.hasId()) {
            named.setId(info.getId());
        }
        if (info.hasPrincipal()) {
            named.setPrincipal(info.getPrincipal());
        }
        var remains = named.build();
        return remains.getSerializedSize() <= RegistryLimits.KEPT_FRAMEWORK_BYTES
                ? remains
                : named.setUser("").setName("").clearPrincipal().build();
    }

    /** The agent's id and host. */
    public static AgentInfo of(AgentInfo info) {
        var named = AgentInfo.newBuilder().setId(info.getId()).setHostname(info.getHostname());
        var remains = named.build();
        return remains.getSerializedSize() <= RegistryLimits.KEPT_AGENT_BYTES
                ? remains
                : named.setHostname("").build();
    }
}
