package io.baton.core.protocol;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.OfferConstraints;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the allocator is told. All of it is soft: a lost message is made good by the next. */
public sealed interface AllocatorProtocol extends WireMessage {
    /**
     * The state of one agent's ledger, whole, after every change.
     *
     * @param free neither leased nor used
     * @param held by framework: used and leased together
     * @param answered the number of the last proposal the ledger has decided; 0 for none
     */
    record AgentChanged(
            AgentId agent,
            AgentInfo info,
            Resources total,
            Resources free,
            Map<FrameworkId, Resources> held,
            long answered)
            implements AllocatorProtocol {}

    /** Offer nothing of this agent until it is back. */
    record AgentGone(AgentId agent) implements AllocatorProtocol {}

    /**
     * A framework wants offers, whole, after every change.
     *
     * @param roles the ones it is subscribed to
     * @param suppressed those of them that want nothing now
     */
    record FrameworkChanged(
            FrameworkId framework,
            FrameworkInfo info,
            List<String> roles,
            List<String> suppressed,
            Optional<OfferConstraints> constraints)
            implements AllocatorProtocol {}

    /** The framework is disconnected or removed: no offers, filters forgotten. */
    record FrameworkGone(FrameworkId framework) implements AllocatorProtocol {}

    /** Do not offer this, or less of it, of this agent to this framework and role for a while. */
    record Filter(FrameworkId framework, String role, AgentId agent, Resources refused, Duration lifetime)
            implements AllocatorProtocol {}

    /** Forget the filters of these roles. */
    record Revive(FrameworkId framework, List<String> roles) implements AllocatorProtocol {}

    /** Told by the allocator to itself. Never leaves its JVM. */
    non-sealed interface Internal extends AllocatorProtocol {}
}
