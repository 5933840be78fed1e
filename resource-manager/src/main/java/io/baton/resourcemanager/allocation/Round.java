package io.baton.resourcemanager.allocation;

import java.util.Collection;
import java.util.List;

/**
 * One walk over agents. Each agent that changed is offered down the tree of roles until nothing is left of it; an agent
 * that did not change is only offered to those who were not asked about it yet.
 *
 * <p>First what roles are promised, then the rest, as in Mesos: with promises open, the first walk gives a role
 * agents that bring it nearer to its guarantee, the second gives everybody what can be spared.
 */
final class Round {
    private final Allocator allocator;
    private final long now;
    private final List<Proposal> out;

    /** What the agent has, if it is nothing but numbers for everybody; else absent. */
    private Quantities scalars;

    Round(Allocator allocator, long now, List<Proposal> out) {
        this.allocator = allocator;
        this.now = now;
        this.out = out;
    }

    void run(Collection<AgentState> agents) {
        int before = out.size();
        if (allocator.headroom.guarded()) {
            agents.forEach(agent -> visit(agent, true));
        }
        boolean twice = out.size() > before;
        agents.forEach(agent -> visit(agent, false));
        if (twice) {
            out.sort((a, b) -> {
                int byAgent = a.agent().compareTo(b.agent());
                return byAgent != 0 ? byAgent : Long.compare(a.number(), b.number());
            });
        }
    }

    private void visit(AgentState agent, boolean promised) {
        if (!agent.open().isEmpty()) {
            boolean numbers = !promised && agent.open().isPlainScalars();
            scalars = numbers ? allocator.names.measure(agent.open()).open.copy() : null;
            walk(allocator.roles.root(), agent, promised);
        }
    }

    private void walk(ShareNode node, AgentState agent, boolean promised) {
        if (!agent.dirty && node.eager == 0) {
            return;
        }
        int children = node.settle(allocator.sharing);
        for (int i = 0; i < children && !agent.open().isEmpty(); i++) {
            var child = node.at(i);
            if (child instanceof Client client) {
                if (agent.dirty || client.asking) {
                    consider(agent, client, promised);
                }
            } else if (!isInVain(child, promised)) {
                walk(child, agent, promised);
            }
        }
    }

    /** Whether quota alone keeps everything from all in it: with thousands of roles most have what they may have. */
    private boolean isInVain(ShareNode child, boolean promised) {
        if (!(child instanceof RoleNode role) || role.consumption == null) {
            return false;
        }
        if (allocator.holds(role.consumption)) {
            return true;
        }
        if (promised) {
            return !role.consumption.isShort();
        }
        boolean exhausted = scalars != null && role.consumption.hasLimits() && role.consumption.isExhausted(scalars);
        role.consumption.limited |= exhausted;
        return exhausted;
    }

    private void consider(AgentState agent, Client client, boolean promised) {
        if (agent.blocks(client)) {
            return;
        }
        var part = Reach.of(agent, client, allocator.rules);
        if (part.isEmpty()) {
            return;
        }
        if (agent.refused(client, part, now)) {
            agent.block(client);
            return;
        }
        var role = client.role.quota();
        if (promised && !allocator.headroom.helps(role, part)) {
            return;
        }
        var given = allocator.headroom.within(role, part);
        if (given != part && agent.refused(client, given, now)) {
            return;
        }
        if (client.floor.isMetBy(given) && Reach.constrained(agent, client)) {
            if (agent.unanswered.keepsFrom(client, now)) {
                allocator.passedOver(agent);
                return;
            }
            out.add(allocator.proposed(agent, client, given, now));
        }
    }
}
