package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.Claim.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes resources back for roles that have waited long enough below their guarantee or share, from roles of a lower
 * priority that have more than theirs: asks for them first, ends tasks when the time is over, and never more tasks than
 * may be ended in an interval. What becomes free is offered by the ordinary rules.
 *
 * @see <a href="file:docs/adr/0021-preemption.md">ADR 21</a>
 */
final class Preemption {
    /** Most agents that are looked at for one client in one step; its next search goes on where this one has ended. */
    static final int LOOK_EACH = 5000;

    /** Most agents that are looked at in one step for all. */
    static final int LOOK_AT_MOST = 10_000;

    /** When a search that has found nothing is made again. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    /** How long the end of tasks may take before what they held is claimed anew. */
    static final Duration SETTLE = Duration.ofSeconds(60);

    private final Allocator allocator;
    private final PreemptionRules rules;
    private final SortedMap<AgentId, Claim> claims = new TreeMap<>();
    private long intervalStart;
    private int ended;

    Preemption(Allocator allocator, PreemptionRules rules) {
        this.allocator = allocator;
        this.rules = rules;
    }

    /** What a client would be given if this agent were to give it. */
    private record Candidate(AgentState agent, int priority, List<Part> parts) {
        boolean isBetterThan(Candidate other) {
            return other == null
                    || priority < other.priority
                    || priority == other.priority && parts.size() < other.parts.size();
        }
    }

    /** Something was proposed to a client: if it is worth anything, it does not wait any more. */
    void offered(Client client, Resources part, long now) {
        if (rules.on() && isUnit(client, part)) {
            client.waitsSince = now;
        }
    }

    /** A client has answered an offer: who takes something wants more, who declines a unit wants none. */
    void answered(Client client, Resources refused, boolean whole, long now) {
        if (!whole) {
            client.sated = false;
            client.waitsSince = now;
        } else if (rules.on() && isUnit(client, refused)) {
            client.sated = true;
        }
    }

    private boolean isUnit(Client client, Resources part) {
        return rules.unitOf(client, allocator.floor).entrySet().stream()
                .allMatch(e -> part.millis(e.getKey()) >= e.getValue());
    }

    /**
     * So many tasks were told to end, of so many that might have been.
     *
     * @param tasks at most {@code most}
     */
    void preempted(int most, int tasks) {
        ended = Math.max(0, ended - (most - tasks));
    }

    /** Time goes by. */
    List<Reclaim> tick(long now) {
        var out = new ArrayList<Reclaim>();
        if (rules.on()) {
            claims.values().removeIf(claim -> isOver(claim, now));
            List.copyOf(claims.values()).stream()
                    .filter(claim -> !claim.asked.isEmpty() && now >= claim.deadline)
                    .forEach(claim -> kill(claim, now, out));
            claim(now, out);
        }
        return out;
    }

    private boolean isOver(Claim claim, long now) {
        return allocator.agents.get(claim.agent.id) != claim.agent
                || !waits(claim.client)
                || claim.isSatisfied(allocator.names)
                || claim.killedAt > 0 && now >= claim.killedAt + SETTLE.toMillis();
    }

    private static boolean waits(Client client) {
        return client.wants && !client.sated;
    }

    /** If it is still due: what others have given back meanwhile may be enough for the claimant. */
    private void kill(Claim claim, long now, List<Reclaim> out) {
        claims.remove(claim.agent.id);
        var entitlements = new Entitlements(allocator, claims.values());
        boolean due = false;
        for (var part : claim.parts) {
            var missing = claim.missing(part, allocator.names);
            if (!missing.isZero() && entitlements.allow(claim.client, unit(claim.client), part.role(), missing)) {
                due = true;
                end(claim, part, missing, now, out);
            }
        }
        if (due) {
            claims.put(claim.agent.id, claim);
        }
    }

    private void end(Claim claim, Part part, Quantities missing, long now, List<Reclaim> out) {
        int most = budget(now);
        if (most > 0 && claim.asked.remove(part)) {
            claim.killedAt = now;
            ended += most;
            out.add(new Reclaim.Kill(
                    claim.agent.id,
                    part.framework(),
                    part.role().path,
                    Claim.toResources(missing, allocator.names),
                    claim.client.role.path,
                    most));
        }
    }

    private int budget(long now) {
        if (now >= intervalStart + rules.interval().toMillis()) {
            intervalStart = now;
            ended = 0;
        }
        return Math.max(0, rules.kills() - ended);
    }

    private void claim(long now, List<Reclaim> out) {
        int looks = LOOK_AT_MOST;
        for (var client : starving(now)) {
            if (claims.size() >= rules.atOnce() || looks <= 0 || allocator.agents.isEmpty()) {
                return;
            }
            var entitlements = new Entitlements(allocator, claims.values());
            if (now >= client.looksAgain && entitlements.mayClaim(client, unit(client))) {
                looks -= LOOK_EACH;
                var best = search(client, entitlements, now);
                if (best == null) {
                    client.looksAgain = now + LOOK_AGAIN.toMillis();
                } else {
                    ask(best, client, now, out);
                }
            }
        }
    }

    /** Those of the highest priority first, then those whose role has the least. */
    private List<Client> starving(long now) {
        var out = new ArrayList<Client>();
        for (var subscriber : allocator.subscribers.values()) {
            for (var client : subscriber.clients) {
                if (client.waitsSince == Client.UNKNOWN) {
                    client.waitsSince = now;
                }
                if (waits(client) && now - client.waitsSince >= rules.patience().toMillis()) {
                    out.add(client);
                }
            }
        }
        out.sort(Comparator.comparingInt((Client c) -> -rules.priority(c.role.path))
                .thenComparingDouble(c -> allocator.sharing.share(c.role.held) / c.role.weight())
                .thenComparing(c -> c.role.path)
                .thenComparing(c -> c.id));
        return out;
    }

    private Candidate search(Client client, Entitlements entitlements, long now) {
        var from = client.lookedAt == null ? allocator.agents.firstKey() : client.lookedAt;
        int looks = 0;
        Candidate best = null;
        for (var part : List.of(allocator.agents.tailMap(from), allocator.agents.headMap(from))) {
            for (var agent : part.values()) {
                looks++;
                if (looks > LOOK_EACH) {
                    client.lookedAt = agent.id;
                    return best;
                }
                var candidate = candidate(agent, client, entitlements, now);
                if (candidate != null && candidate.isBetterThan(best)) {
                    best = candidate;
                }
            }
        }
        return best;
    }

    private Candidate candidate(AgentState agent, Client client, Entitlements entitlements, long now) {
        if (claims.containsKey(agent.id)
                || Reach.blindToGpus(agent, client, allocator.rules)
                || Reach.tooFar(agent, client, allocator.rules)) {
            return null;
        }
        var need = unit(client);
        var free = Reach.of(agent, client, allocator.rules);
        for (int i = 0; i < allocator.names.count(); i++) {
            need.add(i, -Math.min(need.get(i), free.millis(allocator.names.name(i))));
        }
        var parts = need.isZero() ? List.<Part>of() : parts(agent, client, need, entitlements);
        if (parts.isEmpty() || !need.isZero() || !isOfUse(agent, client, parts, now)) {
            return null;
        }
        int highest = parts.stream()
                .mapToInt(part -> rules.priority(part.role().path))
                .max()
                .orElseThrow();
        return new Candidate(agent, highest, parts);
    }

    /** @param need what is still wanted; less, or nothing, afterwards */
    private List<Part> parts(AgentState agent, Client client, Quantities need, Entitlements entitlements) {
        int own = rules.priority(client.role.path);
        var victims = agent.facts.held().stream()
                .filter(holding -> rules.priority(holding.role()) < own)
                .sorted(Comparator.comparingInt(holding -> rules.priority(holding.role())))
                .toList();
        var out = new ArrayList<Part>();
        for (var victim : victims) {
            var held = allocator.names.measure(victim.resources()).open.copy();
            var given = need.least(held);
            var role = allocator.roles.role(victim.role());
            var together = given.copy();
            out.stream().filter(p -> p.role().top == role.top).forEach(p -> together.add(p.wanted(), 1));
            if (!given.isZero() && entitlements.allow(client, unit(client), role, together)) {
                out.add(new Part(victim.framework(), role, given, held));
                need.add(given, -1);
            }
        }
        return out;
    }

    /** Whether what becomes free would be offered to the client at all. */
    private boolean isOfUse(AgentState agent, Client client, List<Part> parts, long now) {
        if (agent.isOutOfUse() || !Reach.constrained(agent, client)) {
            return false;
        }
        var freed = new Quantities();
        parts.forEach(part -> freed.add(part.wanted(), 1));
        var whole = Reach.of(agent, client, allocator.rules).plus(Claim.toResources(freed, allocator.names));
        return allocator.headroom.wouldGive(client.role.quota(), unit(client), freed)
                && !agent.refused(client, whole, now);
    }

    private Quantities unit(Client client) {
        var out = new Quantities();
        rules.unitOf(client, allocator.floor).forEach((name, millis) -> out.add(allocator.names.of(name), millis));
        return out;
    }

    private void ask(Candidate best, Client client, long now, List<Reclaim> out) {
        var claim =
                new Claim(best.agent, client, best.parts, now + rules.deadline().toMillis());
        claims.put(best.agent.id, claim);
        for (var part : best.parts) {
            out.add(new Reclaim.Ask(
                    best.agent.id,
                    part.framework(),
                    part.role().path,
                    Claim.toResources(part.wanted(), allocator.names),
                    client.role.path,
                    rules.deadline()));
        }
    }

    /** Ordered by agent. */
    SortedMap<AgentId, Claim> claims() {
        return Collections.unmodifiableSortedMap(claims);
    }
}
