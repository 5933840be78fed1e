package io.baton.resourcemanager.allocation;

import io.baton.core.protocol.AllocatorProtocol.Explain;
import io.baton.core.resource.Resources;
import io.baton.v1.explain.Count;
import io.baton.v1.explain.Explanation;
import io.baton.v1.explain.Hindrance;
import io.baton.v1.explain.Obstacle;
import io.baton.v1.explain.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Says for each agent what stands between it and a framework that wants this much: by the same rules as a round, but
 * to the end, where a round stops at the first.
 *
 * <p>Costs the whole cluster; changes nothing.
 */
final class Explainer {
    private final Allocator allocator;
    private final Explain question;
    private final long now;
    private final Map<Hindrance, Integer> counts = new EnumMap<>(Hindrance.class);

    Explainer(Allocator allocator, Explain question, long now) {
        this.allocator = allocator;
        this.question = question;
        this.now = now;
    }

    /** A verdict, and how far from good it is: obstacles that only the operator can remove weigh most. */
    private record Judged(Verdict verdict, double distance) {}

    Explanation answer() {
        var subscriber = allocator.subscribers.get(question.framework());
        if (subscriber == null) {
            return none("framework " + question.framework() + " is not subscribed: it is offered nothing");
        }
        var clients = subscriber.clients.stream()
                .filter(c -> question.role().isEmpty() || c.role.path.equals(question.role()))
                .toList();
        if (clients.isEmpty()) {
            return none("framework " + question.framework() + " is not in role '" + question.role() + "' but in "
                    + subscriber.wants.roles());
        }
        if (allocator.agents.isEmpty()) {
            return none("no agent is registered");
        }
        return judged(clients);
    }

    private static Explanation none(String problem) {
        return Explanation.newBuilder().setProblem(problem).build();
    }

    private Explanation judged(List<Client> clients) {
        var order = Comparator.comparingDouble(Judged::distance)
                .thenComparing(j -> j.verdict().getAgentId())
                .thenComparing(j -> j.verdict().getRole());
        var best = new PriorityQueue<Judged>(order.reversed());
        int fitting = 0;
        for (var agent : allocator.agents.values()) {
            for (var client : clients) {
                var judged = judge(agent, client);
                fitting += judged.verdict.getFits() ? 1 : 0;
                best.add(judged);
                if (best.size() > Math.max(1, question.limit())) {
                    best.poll();
                }
            }
        }
        var nearest = new ArrayList<>(best);
        nearest.sort(order);
        var out = Explanation.newBuilder().setFitting(fitting);
        counts.forEach((kind, pairs) ->
                out.addObstacles(Count.newBuilder().setKind(kind).setPairs(pairs)));
        nearest.forEach(judged -> out.addVerdicts(judged.verdict));
        return out.build();
    }

    private Judged judge(AgentState agent, Client client) {
        var found = new ArrayList<Obstacle>();
        who(agent, client, found);
        double missing = what(agent, client, found);
        found.forEach(o -> counts.merge(o.getKind(), 1, Integer::sum));
        var verdict = Verdict.newBuilder()
                .setAgentId(agent.id.value())
                .setHostname(agent.facts.info().getHostname())
                .setRole(client.role.path)
                .setFits(found.isEmpty())
                .addAllObstacles(found);
        return new Judged(verdict.build(), found.size() + Math.min(missing, 0.99));
    }

    private void who(AgentState agent, Client client, List<Obstacle> found) {
        if (agent.isOutOfUse()) {
            found.add(obstacle(
                    Hindrance.OUT_OF_USE,
                    "the agent gets no new tasks: it is away, an operator has deactivated it or drains it, or its"
                            + " machine goes down; see 'baton agents'"));
        }
        if (!client.wants) {
            found.add(obstacle(
                    Hindrance.SUPPRESSED, "the framework has suppressed role '" + client.role.path + "': REVIVE it"));
        }
        if (Reach.blindToGpus(agent, client, allocator.rules)) {
            found.add(obstacle(Hindrance.GPUS, "the agent has gpus, the framework lacks GPU_RESOURCES"));
        }
        if (Reach.tooFar(agent, client, allocator.rules)) {
            found.add(obstacle(
                    Hindrance.REGION,
                    "the agent is in region '" + agent.region().orElse("") + "', the framework lacks REGION_AWARE"));
        }
        if (!Reach.constrained(agent, client)) {
            found.add(obstacle(Hindrance.CONSTRAINT, "the framework's own offer constraints exclude the agent"));
        }
    }

    /** @return how much of what is wanted is missing, as a part of it: 0 for nothing, 1 for one resource wholly */
    private double what(AgentState agent, Client client, List<Obstacle> found) {
        var parts = Parts.of(agent, client);
        double missing = 0;
        for (var wanted : question.wanted().scalarMillis().entrySet()) {
            long want = wanted.getValue();
            long have = parts.mine.millis(wanted.getKey());
            // Of an agent out of use nothing is free, whatever is used.
            boolean there = agent.isOutOfUse() && parts.known.millis(wanted.getKey()) >= want;
            if (have < want && !there) {
                missing += (double) (want - have) / want;
                found.add(parts.shortage(wanted.getKey(), want));
            }
        }
        quota(client, parts.mine, found);
        rest(agent, client, parts.mine, found);
        return missing;
    }

    /** An agent's resources, each a part of the one before. */
    private record Parts(Resources total, Resources reachable, Resources known, Resources mine) {
        static Parts of(AgentState agent, Client client) {
            var framework = client.subscriber;
            var total = agent.facts.total();
            var role = client.role.path;
            return new Parts(
                    total,
                    total.allocatableTo(role),
                    total.allocatableTo(role, framework.revocable, framework.shared, framework.refined),
                    agent.open().allocatableTo(role, framework.revocable, framework.shared, framework.refined));
        }

        /** The first part in which there is too little says why. */
        Obstacle shortage(String name, long want) {
            long all = total.millis(name);
            if (all < want) {
                return obstacle(Hindrance.TOO_SMALL, needs(name, want) + "the agent has " + amount(all));
            }
            long reach = reachable.millis(name);
            if (reach < want) {
                return obstacle(
                        Hindrance.RESERVED,
                        needs(name, want) + amount(all - reach) + " of " + amount(all)
                                + " is reserved for other roles");
            }
            long understood = known.millis(name);
            if (understood < want) {
                return obstacle(
                        Hindrance.CAPABILITY,
                        needs(name, want) + amount(reach - understood)
                                + " is revocable, shared or of a refined reservation, which the framework does not know");
            }
            return obstacle(
                    Hindrance.IN_USE,
                    needs(name, want) + amount(mine.millis(name)) + " of " + amount(understood)
                            + " is free, the rest is used or on offer");
        }
    }

    private void quota(Client client, Resources mine, List<Obstacle> found) {
        var quota = client.role.quota();
        var given = allocator.headroom.couldGive(quota, mine);
        for (var wanted : question.wanted().scalarMillis().entrySet()) {
            var name = wanted.getKey();
            long want = wanted.getValue();
            if (mine.millis(name) >= want && given.millis(name) < want) {
                boolean limit =
                        allocator.headroom.limits(quota, name, mine.unreserved().millis(name));
                found.add(
                        limit
                                ? obstacle(
                                        Hindrance.LIMIT,
                                        needs(name, want) + "role '" + client.role.top.path + "' may have "
                                                + amount(given.millis(name)) + " more below its limit")
                                : obstacle(
                                        Hindrance.PROMISED,
                                        needs(name, want) + amount(given.millis(name))
                                                + " can be spared, the rest is promised to roles with guarantees"));
            }
        }
    }

    private void rest(AgentState agent, Client client, Resources mine, List<Obstacle> found) {
        var given = allocator.headroom.couldGive(client.role.quota(), mine);
        if (!client.floor.isMetBy(given) && !mine.isEmpty()) {
            found.add(obstacle(Hindrance.FLOOR, "what is left is below the smallest offer: " + client.floor));
        }
        long until = given.isEmpty() ? 0 : agent.refusedUntil(client, given, now);
        if (until > 0) {
            found.add(obstacle(
                    Hindrance.FILTER,
                    "the framework has refused as much as is free here; its filter ends in "
                            + (until - now + 999) / 1000 + " s, or with a REVIVE"));
        }
    }

    private static Obstacle obstacle(Hindrance kind, String text) {
        return Obstacle.newBuilder().setKind(kind).setText(text).build();
    }

    private static String needs(String name, long want) {
        return name + ": " + amount(want) + " wanted, ";
    }

    private static String amount(long millis) {
        return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(millis / 1000.0);
    }
}
