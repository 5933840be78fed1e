package io.baton.resourcemanager.agent;

import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.resourcemanager.registry.state.Remains;
import io.baton.v1.AgentInfo;

/** What the registry is to hold of an agent. Pure. */
final class AgentRecord {
    private AgentRecord() {}

    /**
     * Whoever owns an agent learns from its registration what it has: of a long description id and host are enough. One that
     * is longer than the registry takes is left to it to refuse.
     */
    static AgentInfo kept(AgentInfo info) {
        int size = info.getSerializedSize();
        boolean whole = size <= RegistryLimits.KEPT_AGENT_BYTES || size > RegistryLimits.DESCRIPTION_BYTES;
        return whole ? info : Remains.of(info);
    }
}
