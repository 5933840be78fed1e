package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.resource.Resources;
import java.time.Duration;

/** What one role takes back from another on one agent: first it is asked, then its tasks end. */
public sealed interface Reclaim {
    AgentId agent();

    /** @param epoch the allocator's */
    AgentProtocol order(long epoch);

    /** The framework has this long to give it back. */
    record Ask(AgentId agent, FrameworkId framework, String role, Resources wanted, String claimant, Duration within)
            implements Reclaim {
        @Override
        public AgentProtocol order(long epoch) {
            return new AgentProtocol.Reclaim(framework, role, wanted, claimant, within, epoch);
        }
    }

    /** So many of its tasks may be ended for it. */
    record Kill(AgentId agent, FrameworkId framework, String role, Resources wanted, String claimant, int most)
            implements Reclaim {
        @Override
        public AgentProtocol order(long epoch) {
            return new AgentProtocol.Preempt(framework, role, wanted, claimant, most, epoch);
        }
    }
}
