package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.AllocatorProtocol.FrameworkChanged;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Proposes who is offered what. It never decides: a ledger grants a proposal or not, and tells how things stand then.
 *
 * <p>Each agent's free resources go whole to one framework: the one with the smallest dominant share of the cluster
 * that wants them (offers count as held). Ties go by id, so the same facts always give the same proposals.
 *
 * <p>A round costs the agents that changed times the frameworks that want something; facts that cannot change a
 * decision cost nothing. Pure and mutable; one actor owns it.
 */
public final class Allocator {
    /** Less than this is not worth an offer, as in Mesos: 0.01 cpus, or 32 MB. */
    private static final long MIN_CPU_MILLIS = 10;

    private static final long MIN_MEM_MILLIS = 32_000;

    /** A filter outlives the next full round even if it asks for less, as in Mesos. */
    static final Duration MIN_FILTER = Duration.ofSeconds(1);

    /** Most filters kept per framework, role and agent; more than one differs only in size, so the oldest goes. */
    static final int MAX_FILTERS = 8;

    private final SortedMap<AgentId, Agent> agents = new TreeMap<>();
    private final SortedMap<FrameworkId, Framework> frameworks = new TreeMap<>();
    private final SortedSet<AgentId> changed = new TreeSet<>();
    private final SortedMap<String, Long> clusterMillis = new TreeMap<>();
    private long number;

    private static final class Agent {
        AgentChanged facts;
        final SortedMap<Long, Proposal> undecided = new TreeMap<>();

        Resources free() {
            var free = facts.free();
            for (var proposal : undecided.values()) {
                free = free.minus(proposal.resources());
            }
            return free;
        }
    }

    private record Refusal(Resources resources, Instant until) {}

    private record Place(String role, AgentId agent) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byRole = role.compareTo(other.role);
            return byRole != 0 ? byRole : agent.compareTo(other.agent);
        }
    }

    private static final class Framework {
        FrameworkChanged wants;
        final SortedMap<String, Long> heldMillis = new TreeMap<>();
        final SortedMap<Place, List<Refusal>> refusals = new TreeMap<>();
        OfferFilter filter;
    }

    /** The new state of a ledger. */
    public void agentChanged(AgentChanged facts) {
        var agent = agents.computeIfAbsent(facts.agent(), a -> new Agent());
        if (agent.facts == null || !agent.facts.total().equals(facts.total())) {
            count(clusterMillis, agent.facts == null ? Resources.EMPTY : agent.facts.total(), -1);
            count(clusterMillis, facts.total(), 1);
        }
        boolean more = agent.facts == null
                || agent.undecided.size() > 0
                || !agent.facts.free().contains(facts.free());
        recount(agent.facts == null ? Map.of() : agent.facts.held(), facts.held());
        agent.facts = facts;
        forget(agent.undecided.headMap(facts.answered() + 1));
        if (more) {
            changed.add(facts.agent());
        }
    }

    /** A decided proposal is in the ledger's figures, or came to nothing. */
    private void forget(SortedMap<Long, Proposal> decided) {
        for (var proposal : decided.values()) {
            var framework = frameworks.get(proposal.framework());
            if (framework != null) {
                count(framework.heldMillis, proposal.resources(), -1);
            }
        }
        decided.clear();
    }

    private void recount(Map<FrameworkId, Resources> before, Map<FrameworkId, Resources> after) {
        before.forEach((framework, resources) -> {
            var f = frameworks.get(framework);
            if (f != null && !resources.equals(after.get(framework))) {
                count(f.heldMillis, resources, -1);
            }
        });
        after.forEach((framework, resources) -> {
            var f = frameworks.get(framework);
            if (f != null && !resources.equals(before.get(framework))) {
                count(f.heldMillis, resources, 1);
            }
        });
    }

    private static void count(SortedMap<String, Long> sums, Resources resources, int sign) {
        resources.scalarMillis().forEach((name, millis) -> sums.merge(name, sign * millis, Long::sum));
    }

    /** Nothing of this agent is offered until it reports again. */
    public void agentGone(AgentId id) {
        var agent = agents.remove(id);
        changed.remove(id);
        if (agent != null) {
            count(clusterMillis, agent.facts.total(), -1);
            forget(agent.undecided);
            recount(agent.facts.held(), Map.of());
        }
    }

    /** A framework wants offers. Saying the same again costs nothing. */
    public void frameworkChanged(FrameworkChanged wants) {
        var framework = frameworks.get(wants.framework());
        if (framework == null) {
            framework = new Framework();
            frameworks.put(wants.framework(), framework);
            for (var agent : agents.values()) {
                var held = agent.facts.held().get(wants.framework());
                if (held != null) {
                    count(framework.heldMillis, held, 1);
                }
                for (var proposal : agent.undecided.values()) {
                    if (proposal.framework().equals(wants.framework())) {
                        count(framework.heldMillis, proposal.resources(), 1);
                    }
                }
            }
        } else if (framework.wants.equals(wants)) {
            return;
        }
        framework.wants = wants;
        framework.filter = new OfferFilter(wants.constraints());
        changed.addAll(agents.keySet());
    }

    /** The framework wants nothing and its filters are forgotten. */
    public void frameworkGone(FrameworkId id) {
        frameworks.remove(id);
    }

    /** What a framework has refused it is not offered again for a while, unless there is more. */
    public void filter(Filter filter, Instant now) {
        var framework = frameworks.get(filter.framework());
        if (framework == null) {
            return;
        }
        var life = filter.lifetime().compareTo(MIN_FILTER) < 0 ? MIN_FILTER : filter.lifetime();
        var refusals =
                framework.refusals.computeIfAbsent(new Place(filter.role(), filter.agent()), p -> new ArrayList<>());
        refusals.removeIf(r -> !r.until.isAfter(now));
        if (refusals.size() >= MAX_FILTERS) {
            refusals.remove(0);
        }
        refusals.add(new Refusal(filter.refused(), now.plus(life)));
    }

    /** Forgets the filters of these roles: the framework wants everything again. */
    public void revive(FrameworkId id, List<String> roles) {
        var framework = frameworks.get(id);
        if (framework != null) {
            framework.refusals.keySet().removeIf(place -> roles.contains(place.role));
            changed.addAll(agents.keySet());
        }
    }

    /** Whether a round would look at anything. */
    public boolean hasChanges() {
        return !changed.isEmpty() && !frameworks.isEmpty();
    }

    /** Makes the next round look at every agent: filters end by time alone. */
    public void everythingChanged() {
        changed.addAll(agents.keySet());
    }

    /**
     * One round over the agents that changed.
     *
     * @return ordered by agent; at most one proposal per agent
     */
    public List<Proposal> propose(Instant now) {
        var out = new ArrayList<Proposal>();
        var order = new ArrayList<>(frameworks.values());
        for (var id : changed) {
            var agent = agents.get(id);
            var free = agent.free();
            if (worthAnOffer(free)) {
                order.sort(Comparator.comparingDouble((Framework f) -> dominantShare(f))
                        .thenComparing(f -> f.wants.framework()));
                proposal(agent, free, order, now).ifPresent(out::add);
            }
        }
        changed.clear();
        return out;
    }

    private Optional<Proposal> proposal(Agent agent, Resources free, List<Framework> order, Instant now) {
        for (var framework : order) {
            for (var role : framework.wants.roles()) {
                if (framework.wants.suppressed().contains(role)) {
                    continue;
                }
                var share = free.allocatableTo(role);
                if (worthAnOffer(share) && takes(framework, role, agent.facts, share, now)) {
                    number++;
                    var proposal = new Proposal(agent.facts.agent(), framework.wants.framework(), role, share, number);
                    agent.undecided.put(number, proposal);
                    count(framework.heldMillis, share, 1);
                    return Optional.of(proposal);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean worthAnOffer(Resources resources) {
        return resources.millis("cpus") >= MIN_CPU_MILLIS || resources.millis("mem") >= MIN_MEM_MILLIS;
    }

    private static boolean takes(Framework framework, String role, AgentChanged agent, Resources share, Instant now) {
        boolean gpus = agent.total().millis("gpus") > 0;
        if (gpus && !TaskStates.has(framework.wants.info(), FrameworkInfo.Capability.Type.GPU_RESOURCES)) {
            return false;
        }
        if (!framework.filter.accepts(role, agent.info())) {
            return false;
        }
        var refusals = framework.refusals.get(new Place(role, agent.agent()));
        return refusals == null
                || refusals.stream().noneMatch(r -> r.until.isAfter(now) && r.resources.contains(share));
    }

    private double dominantShare(Framework framework) {
        double most = 0;
        for (var held : framework.heldMillis.entrySet()) {
            long total = clusterMillis.getOrDefault(held.getKey(), 0L);
            if (total > 0) {
                most = Math.max(most, (double) held.getValue() / total);
            }
        }
        return most;
    }
}
