package io.baton.resourcemanager.query;

import io.baton.core.id.AgentId;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.v1.AgentInfo;
import java.util.SortedMap;
import java.util.TreeMap;

/** The agents that the registry holds as admitted and whose machines are not down: they are here, or awaited. Pure. */
final class AwaitedAgents {
    private AwaitedAgents() {}

    static SortedMap<AgentId, AgentInfo> of(RegistryState state) {
        var out = new TreeMap<AgentId, AgentInfo>();
        state.agents().forEach((id, entry) -> {
            if (entry.getState() == State.ADMITTED && !state.isDown(entry)) {
                out.put(new AgentId(id), entry.getInfo());
            }
        });
        return out;
    }
}
