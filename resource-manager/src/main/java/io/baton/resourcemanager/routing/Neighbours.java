package io.baton.resourcemanager.routing;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.metrics.MasterMetrics;
import java.util.function.Function;
import org.apache.pekko.actor.typed.RecipientRef;

/**
 * Whom an entity can talk to, wherever in the cluster they are.
 *
 * @param view every master's read model
 */
public record Neighbours(
        Function<AgentId, RecipientRef<AgentProtocol>> agents,
        Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks,
        RecipientRef<AllocatorProtocol> allocator,
        RecipientRef<ViewProtocol> view,
        MasterMetrics metrics) {

    public void tell(AgentId agent, AgentProtocol message) {
        agents.apply(agent).tell(message);
    }

    public void tell(FrameworkId framework, FrameworkProtocol message) {
        frameworks.apply(framework).tell(message);
    }
}
