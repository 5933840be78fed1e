package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleSettings;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.quota.Quota;
import io.baton.resourcemanager.quota.QuotaRules;
import io.baton.v1.quota.QuotaConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What operators have set for roles, as the allocator heeds it: whether quotas fit, and which offers must end when
 * weights or quotas are others. Offers end as in Mesos: all of them when the weight of a role changes in which somebody
 * is; those of a role above its new limit; those of roles that are promised nothing when there is too little left for a
 * new promise.
 */
final class SettingsChange {
    /** Proposals of an agent that were under way when offers to these top-level roles had to end. */
    private record Undecided(long upTo, SortedSet<String> tops) {
        Undecided and(Undecided later) {
            var both = new TreeSet<>(tops);
            both.addAll(later.tops);
            return new Undecided(Math.max(upTo, later.upTo), both);
        }
    }

    private final SortedMap<AgentId, Undecided> undecided = new TreeMap<>();
    private final Allocator allocator;
    private RoleSettings known = RoleSettings.NONE;

    SettingsChange(Allocator allocator) {
        this.allocator = allocator;
    }

    /** @return what is on offer and may not be had any more; ordered by agent */
    List<Recall> take(RoleSettings next) {
        if (next.index() < known.index()) {
            return List.of();
        }
        var before = known;
        known = next;
        var recalls = new ArrayList<Recall>();
        if (!next.weights().equals(before.weights())) {
            allocator.weights(next.weightOfRole());
            if (isConcerned(before.weightOfRole(), next.weightOfRole())) {
                recalls.addAll(recalls(role -> true, true));
            }
        }
        if (!next.quotas().equals(before.quotas())) {
            allocator.quotas(read(next.quotas()));
            recalls.addAll(recalls(role -> role.quota().exceeded(), false));
            if (allocator.headroom.isShort()) {
                recalls.addAll(recalls(role -> !role.quota().hasGuarantees(), false));
            }
        }
        return recalls;
    }

    private boolean isConcerned(Map<String, Double> before, Map<String, Double> after) {
        var changed = new TreeSet<String>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(role -> before.getOrDefault(role, 1.0).equals(after.getOrDefault(role, 1.0)));
        return allocator.roles.all().values().stream()
                .filter(role -> role.active > 0)
                .anyMatch(role -> changed.contains(role.path));
    }

    /** @param whole one for the agent instead of one for each top-level role */
    private List<Recall> recalls(Predicate<RoleNode> which, boolean whole) {
        var out = new ArrayList<Recall>();
        for (var agent : allocator.agents.values()) {
            var tops = new TreeSet<String>();
            Stream.concat(
                            agent.held.stream().map(Holding::role),
                            agent.undecided.stream().map(Proposal::role))
                    .map(allocator.roles::role)
                    .filter(which)
                    .forEach(role -> tops.add(whole ? "" : role.top.path));
            tops.forEach(top -> out.add(new Recall(agent.id, top)));
            if (!tops.isEmpty() && !agent.undecided.isEmpty()) {
                undecided.merge(agent.id, new Undecided(agent.lastUndecided(), tops), Undecided::and);
            }
        }
        return out;
    }

    /**
     * What is to be recalled once more: proposals that were under way then have been decided since, and the ledger may have
     * granted them after the recall.
     */
    List<Recall> again() {
        var out = new ArrayList<Recall>();
        undecided.forEach((id, those) -> {
            var agent = allocator.agents.get(id);
            boolean decided = agent == null
                    || agent.undecided.isEmpty()
                    || agent.undecided.get(0).number() > those.upTo;
            if (decided) {
                those.tops.forEach(top -> out.add(new Recall(id, top)));
            }
        });
        out.forEach(recall -> undecided.remove(recall.agent()));
        return out;
    }

    /** What of a top-level role counts against a limit that is to be set: an offer can still be taken back. */
    private SortedMap<String, Long> takenBy(String path) {
        var out = new TreeMap<>(allocator.roles.consumed(path));
        onOffer(path).toMap(allocator.names).forEach((name, millis) -> out.merge(name, -millis, Long::sum));
        return out;
    }

    private Quantities onOffer(String path) {
        var sum = new Quantities();
        for (var agent : allocator.agents.values()) {
            if (agent.facts != null) {
                agent.facts.leased().forEach(lease -> count(path, lease.role(), lease.resources(), sum));
            }
            agent.undecided.forEach(proposal -> count(path, proposal.role(), proposal.resources(), sum));
        }
        return sum;
    }

    private void count(String path, String role, Resources resources, Quantities sum) {
        if (role.equals(path) || role.startsWith(path + "/")) {
            sum.add(allocator.names.measure(resources).open, 1);
        }
    }

    private static SortedMap<String, Quota> read(Collection<QuotaConfig> configs) {
        var out = new TreeMap<String, Quota>();
        configs.forEach(config -> out.put(config.getRole(), Quota.fromProto(config)));
        out.values().removeIf(Quota::isNone);
        return out;
    }

    /** Whether quotas fit what is consumed and what there is now. */
    CallAnswer judge(List<QuotaConfig> named, List<QuotaConfig> all) {
        var quotas = read(named);
        var consumed = new TreeMap<String, SortedMap<String, Long>>();
        quotas.keySet().forEach(path -> consumed.put(path, takenBy(path)));
        return QuotaRules.misfit(
                        quotas, read(all), consumed, allocator.sharing.cluster().toMap(allocator.names))
                .map(CallAnswer::badRequest)
                .orElse(CallAnswer.OK);
    }
}
