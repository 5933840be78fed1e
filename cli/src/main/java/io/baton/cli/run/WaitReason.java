package io.baton.cli.run;

import io.baton.cli.terminal.Shown;
import io.baton.sdk.offer.Shape;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import io.baton.v1.master.Response.GetAgents.Agent;
import java.util.ArrayList;
import java.util.List;

/** Why a task waits: what it wants against what the agents have. */
final class WaitReason {
    private static final double THOUSANDTHS = 1_000;

    private WaitReason() {}

    /** One line, beginning with what is wanted. */
    static String of(Shape wanted, List<Agent> agents) {
        var active = agents.stream()
                .filter(a -> a.getActive() && !a.getDeactivated())
                .toList();
        if (active.isEmpty()) {
            return agents.isEmpty()
                    ? "no agent is registered; start one with: baton agent --master HOST:PORT"
                    : "none of " + agents.size() + " agents is active; see: baton agents";
        }
        var tooLarge = new ArrayList<String>();
        wanted.amounts().forEach((name, amount) -> {
            var largest = active.stream()
                    .mapToDouble(a -> sum(name, a.getTotalResourcesList()))
                    .max()
                    .orElse(0);
            if (amount / THOUSANDTHS > largest) {
                tooLarge.add("wants " + name + ":" + Shown.amount(amount / THOUSANDTHS)
                        + (largest == 0
                                ? ", no agent has any"
                                : ", largest agent has " + name + ":" + Shown.amount(largest)));
            }
        });
        if (!tooLarge.isEmpty()) {
            return String.join("; ", tooLarge) + ". It waits for a larger agent: Ctrl-C, and ask for less";
        }
        if (active.stream().noneMatch(agent -> fits(wanted, agent.getTotalResourcesList(), List.of()))) {
            return "no single agent has all of " + text(wanted) + "; see: baton agents";
        }
        if (active.stream().noneMatch(agent -> fits(wanted, agent.getTotalResourcesList(), taken(agent)))) {
            return "wants " + text(wanted) + ", all agents that large are busy; see: baton tasks";
        }
        return "wants " + text(wanted) + ", there is room; waiting to be offered it";
    }

    private static List<Resource> taken(Agent agent) {
        return agent.getAllocatedResourcesList();
    }

    private static boolean fits(Shape wanted, List<Resource> total, List<Resource> taken) {
        return wanted.amounts().entrySet().stream()
                .allMatch(need ->
                        need.getValue() / THOUSANDTHS <= sum(need.getKey(), total) - sum(need.getKey(), taken) + 1e-6);
    }

    private static String text(Shape wanted) {
        var parts = new ArrayList<String>();
        wanted.amounts().forEach((name, amount) -> parts.add(name + ":" + Shown.amount(amount / THOUSANDTHS)));
        return String.join(";", parts);
    }

    private static double sum(String name, List<Resource> resources) {
        return resources.stream()
                .filter(r -> r.getName().equals(name) && r.getType() == Value.Type.SCALAR)
                .mapToDouble(r -> r.getScalar().getValue())
                .sum();
    }
}
