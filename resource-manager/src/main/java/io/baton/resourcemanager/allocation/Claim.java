package io.baton.resourcemanager.allocation;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** What is being taken back on one agent for one client. */
final class Claim {
    final AgentState agent;
    final Client client;
    final List<Part> parts;
    final long deadline;

    /** The parts of which no task was ended yet. */
    final List<Part> asked;

    /** When tasks were last ended for it; 0 while none were. */
    long killedAt;

    /**
     * What one holder is to give.
     *
     * @param wanted by the numbers of {@link ResourceNames}
     * @param before what it held when it was asked
     */
    record Part(FrameworkId framework, RoleNode role, Quantities wanted, Quantities before) {}

    Claim(AgentState agent, Client client, List<Part> parts, long deadline) {
        this.agent = agent;
        this.client = client;
        this.parts = parts;
        this.asked = new ArrayList<>(parts);
        this.deadline = deadline;
    }

    /** What the holder has not given back yet. */
    Quantities missing(Part part, ResourceNames names) {
        var held = heldBy(part, names);
        var out = new Quantities();
        for (int i = 0; i < names.count(); i++) {
            long wanted = part.wanted.get(i);
            long given = Math.max(0, part.before.get(i) - held.get(i));
            out.add(i, Math.max(0, wanted - given));
        }
        return out;
    }

    private Quantities heldBy(Part part, ResourceNames names) {
        for (var holding : agent.facts.held()) {
            if (holding.framework().equals(part.framework) && holding.role().equals(part.role.path)) {
                return names.measure(holding.resources()).open.copy();
            }
        }
        return new Quantities();
    }

    boolean isSatisfied(ResourceNames names) {
        return parts.stream().allMatch(part -> missing(part, names).isZero());
    }

    static Resources toResources(Quantities amount, ResourceNames names) {
        var out = new HashMap<String, Double>();
        amount.toMap(names).forEach((name, millis) -> out.put(name, millis / 1000.0));
        return Resources.scalars(out);
    }
}
