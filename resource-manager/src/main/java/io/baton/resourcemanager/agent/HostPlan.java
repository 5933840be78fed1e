package io.baton.resourcemanager.agent;

import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.v1.DrainConfig;
import io.baton.v1.DrainInfo;
import io.baton.v1.DrainState;
import io.baton.v1.Unavailability;
import java.util.Optional;

/**
 * What operators want of an agent and its machine, as the registry holds it.
 *
 * @param deactivated nothing of the agent is offered; draining agents are deactivated, too
 * @param absence when the machine is to be away
 * @param down the machine is in maintenance
 */
record HostPlan(boolean deactivated, Optional<DrainInfo> drain, Optional<Unavailability> absence, boolean down) {
    static final HostPlan NONE = new HostPlan(false, Optional.empty(), Optional.empty(), false);

    /** @param link the address of its link; empty if there was none yet: then the one that it was admitted with counts */
    static HostPlan of(AgentEntry entry, RegistryState state, String link) {
        var host = entry.getInfo().getHostname();
        var ip = link.isEmpty() ? entry.getIp() : link;
        return new HostPlan(
                entry.getDeactivated(),
                entry.hasDrain() ? Optional.of(entry.getDrain()) : Optional.empty(),
                state.absence(host, ip),
                state.isDown(host, ip));
    }

    /** Whether the agent may have new tasks. */
    boolean offers() {
        return !deactivated && !down;
    }

    /** The agent is to be emptied, and is not yet. */
    boolean draining() {
        return drain.filter(d -> d.getState() == DrainState.DRAINING).isPresent();
    }

    /** What the agent is told of it: it takes no launches until the drain is over. */
    Optional<DrainConfig> drainConfig() {
        return drain.map(DrainInfo::getConfig);
    }

    /** The agent is never to come back once it is empty. */
    boolean endsGone() {
        return drainConfig().filter(DrainConfig::getMarkGone).isPresent();
    }
}
