package io.baton.core.task;

import io.baton.v1.AgentInfo.Capability;
import java.util.List;
import java.util.stream.Stream;

/** What agents can do; schedulers look here before they ask for it. None has resource providers. */
public final class AgentCapabilities {
    public static final List<Capability> ALL = Stream.of(
                    Capability.Type.MULTI_ROLE,
                    Capability.Type.HIERARCHICAL_ROLE,
                    Capability.Type.RESERVATION_REFINEMENT,
                    Capability.Type.RESIZE_VOLUME,
                    Capability.Type.AGENT_OPERATION_FEEDBACK,
                    Capability.Type.AGENT_DRAINING,
                    Capability.Type.TASK_RESOURCE_LIMITS)
            .map(type -> Capability.newBuilder().setType(type).build())
            .toList();

    private AgentCapabilities() {}
}
