package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.core.protocol.AllocatorProtocol.AgentGone;
import io.baton.core.protocol.AllocatorProtocol.Explain;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.AllocatorProtocol.FrameworkChanged;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.protocol.AllocatorProtocol.Preempted;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleSettings;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.quota.Quota;
import io.baton.v1.explain.Explanation;
import io.baton.v1.quota.QuotaConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Proposes who is offered what. It never decides: a ledger grants a proposal or not, and tells how things stand then.
 *
 * <p>Roles are served by weighted dominant share, level by level, and the frameworks of a role by theirs; what is
 * offered counts as held. Who is served gets all of the agent that he may have. The same facts in the same order give
 * the same proposals.
 *
 * <p>A round costs the agents that changed times the frameworks that want something, whatever the size of the cluster;
 * see {@link Round}. Pure and mutable; one actor owns it.
 *
 * @see <a href="file:docs/allocation.md">docs/allocation.md</a>
 */
public final class Allocator {
    /** A filter outlives the next batch even if it asks for less, as in Mesos. */
    static final Duration MIN_FILTER = Duration.ofSeconds(1);

    /** No filter is longer, as in Mesos. */
    static final Duration MAX_FILTER = Duration.ofDays(365);

    /**
     * A proposal without an answer is sent again, under its old number: a ledger that knows it ignores the copy. Each time
     * it takes twice as long, for a ledger that is slow is not to get more and more of them; but one that went to a master
     * that had just stopped is missed by a scheduler.
     */
    static final Duration RESEND = Duration.ofSeconds(1);

    static final Duration MOST_RESEND = Duration.ofSeconds(5);

    final ResourceNames names = new ResourceNames();
    final Headroom headroom = new Headroom(names);
    final Roles roles = new Roles(names, headroom);
    final AllocationRules rules;
    final Sharing sharing;
    final OfferFloor floor;
    final SortedMap<AgentId, AgentState> agents = new TreeMap<>();

    /** The same, for looking one up. */
    private final Map<AgentId, AgentState> byId = new HashMap<>();

    final SortedMap<FrameworkId, Subscriber> subscribers = new TreeMap<>();

    /** To be looked at in the next round, whatever it finds. */
    private final List<AgentState> dirty = new ArrayList<>();

    /** To be asked about all agents in the next round. */
    private final Set<Client> asking = new LinkedHashSet<>();

    private final TreeSet<AgentState> byTime =
            new TreeSet<>(Comparator.comparingLong((AgentState a) -> a.nextLook).thenComparing(a -> a.id));
    /** Agents of which somebody was not asked because he has not answered yet. */
    private final List<AgentState> passedOver = new ArrayList<>();

    private final SettingsChange settingsChange = new SettingsChange(this);
    private final BackOff backOff;
    private final Preemption preemption;
    private long number;
    private boolean quotasSet;
    private boolean holdsLimited;

    public Allocator() {
        this(AllocationRules.DEFAULT);
    }

    public Allocator(AllocationRules rules) {
        this.rules = rules;
        this.sharing = new Sharing(rules, names);
        this.floor = new OfferFloor(rules.floor());
        this.backOff = new BackOff(rules.backOff());
        this.preemption = new Preemption(this, rules.preemption());
    }

    /** The new state of a ledger. */
    public void agentChanged(AgentChanged facts) {
        var agent = byId.get(facts.agent());
        if (agent == null) {
            agent = new AgentState(facts.agent());
            byId.put(agent.id, agent);
            agents.put(agent.id, agent);
        }
        var before = agent.facts;
        if (agent.knowsNewerThan(facts)) {
            return; // An owner before the present one speaks late.
        }
        number = Math.max(number, facts.answered());
        if (before == null || !before.total().equals(facts.total())) {
            resize(before == null ? Resources.EMPTY : before.total(), facts.total());
        }
        boolean changedShape = before != null && !before.info().equals(facts.info());
        if (changedShape) {
            agent.forgetRefusals();
        }
        agent.facts = facts;
        agent.gpus = facts.total().millis("gpus") > 0;
        answered(agent, before != null && before.epoch() != facts.epoch() ? Long.MAX_VALUE : facts.answered());
        rehold(agent.held, facts.held());
        agent.held = facts.held();
        var open = facts.free();
        for (var proposal : agent.undecided) {
            open = open.minus(proposal.resources());
        }
        boolean more = before == null || changedShape || !agent.open().contains(open);
        reopen(agent, open);
        if (more) {
            dirty(agent);
        }
    }

    private void resize(Resources before, Resources after) {
        sharing.resize(names.measure(before).all, -1);
        sharing.resize(names.measure(after).all, 1);
        roles.reserve(after, 1);
        roles.reserve(before, -1);
    }

    private void reopen(AgentState agent, Resources open) {
        headroom.open(agent.open(), -1);
        headroom.open(open, 1);
        agent.open(open);
    }

    /** Decided proposals are in the ledger's figures, or came to nothing; no new owner grants those made for another. */
    private void answered(AgentState agent, long upTo) {
        while (!agent.undecided.isEmpty() && agent.undecided.get(0).number() <= upTo) {
            var proposal = agent.undecided.remove(0);
            roles.hold(roles.client(proposal.framework(), proposal.role()), proposal.resources(), -1);
        }
        if (agent.undecided.isEmpty()) {
            agent.resendAt = Long.MAX_VALUE;
        }
    }

    /** Both lists are ordered by framework and role: one walk finds what differs. */
    private void rehold(List<Holding> before, List<Holding> after) {
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            int order = i == before.size()
                    ? 1
                    : j == after.size() ? -1 : before.get(i).compareTo(after.get(j));
            if (order < 0) {
                hold(before.get(i++), -1);
            } else if (order > 0) {
                hold(after.get(j++), 1);
            } else {
                if (!before.get(i).resources().equals(after.get(j).resources())) {
                    hold(after.get(j), 1);
                    hold(before.get(i), -1);
                }
                i++;
                j++;
            }
        }
    }

    private void hold(Holding holding, int sign) {
        roles.hold(roles.client(holding.framework(), holding.role()), holding.resources(), sign);
    }

    /** A ledger has nothing to offer. */
    public void agentGone(AgentGone m) {
        if (m.away()) {
            agentAway(m.agent());
        } else {
            agentGone(m.agent());
        }
    }

    /** Nothing of it is offered until it reports again; what its tasks hold counts as before, for they may go on. */
    private void agentAway(AgentId id) {
        var agent = byId.get(id);
        if (agent != null) {
            answered(agent, Long.MAX_VALUE);
            agentChanged(agent.whileAway());
        }
    }

    /** There is no such agent any more, unless it reports again. */
    public void agentGone(AgentId id) {
        var agent = agents.remove(id);
        byId.remove(id);
        if (agent != null) {
            agent.forgetRefusals();
            byTime.remove(agent);
            if (agent.dirty) {
                dirty.remove(agent);
            }
            answered(agent, Long.MAX_VALUE);
            rehold(agent.held, List.of());
            reopen(agent, Resources.EMPTY);
            resize(agent.facts.total(), Resources.EMPTY);
        }
    }

    /**
     * Proposals go out under a new epoch from now on. A ledger would take one that is sent again for another: what is
     * undecided is over, and of its agents nothing is offered until they report again, as each does with every tick.
     */
    public void claimed() {
        agents.values().stream().filter(agent -> !agent.undecided.isEmpty()).forEach(agent -> {
            answered(agent, Long.MAX_VALUE);
            reopen(agent, Resources.EMPTY);
        });
    }

    /** A framework wants offers. Saying the same again costs nothing. */
    public void frameworkChanged(FrameworkChanged wants) {
        var known = subscribers.get(wants.framework());
        if (known != null && known.wants.equals(wants)) {
            return;
        }
        var next = new Subscriber(wants);
        subscribers.put(wants.framework(), next);
        boolean knowsOther = known != null && !known.knowsAs(next);
        for (var role : wants.roles()) {
            var client = roles.client(wants.framework(), role);
            next.clients.add(client);
            client.subscriber = next;
            if (knowsOther) {
                agents.values().forEach(agent -> agent.unblock(client)); // It may get more than it refused.
            }
            client.floor = next.floor(role, floor);
            boolean wanted = !wants.suppressed().contains(role);
            want(client, wanted);
            if (wanted) {
                ask(client);
            }
        }
        if (known != null) {
            known.clients.stream().filter(c -> !next.clients.contains(c)).forEach(this::leave);
        }
    }

    private static void want(Client client, boolean wanted) {
        if (client.wants != wanted) {
            client.wants = wanted;
            client.wantsAnew();
            client.activate(wanted ? 1 : -1);
        }
    }

    private void ask(Client client) {
        if (client.wants && !client.asking) {
            client.asking = true;
            client.eager(1);
            asking.add(client);
        }
    }

    private void unask(Client client) {
        if (client.asking) {
            client.asking = false;
            client.eager(-1);
        }
    }

    private void leave(Client client) {
        if (asking.remove(client)) {
            unask(client);
        }
        want(client, false);
        client.subscriber = null;
        forgetRefusals(client);
        roles.forget(client);
    }

    /** The framework wants nothing and its filters are forgotten. */
    public void frameworkGone(FrameworkId id) {
        var gone = subscribers.remove(id);
        if (gone != null) {
            gone.clients.forEach(this::leave);
        }
    }

    /** An offer was answered. What a framework has refused it is not offered again for a while, unless there is more. */
    public void filter(Filter filter, Instant now) {
        var agent = byId.get(filter.agent());
        var subscriber = subscribers.get(filter.framework());
        if (agent == null || subscriber == null || !subscriber.wants.roles().contains(filter.role())) {
            return;
        }
        var client = roles.client(filter.framework(), filter.role());
        long time = now.toEpochMilli();
        if (agent.unanswered.answered(client)) {
            dirty(agent);
        }
        preemption.answered(client, filter.refused(), filter.whole(), time);
        long life = backOff.lifetime(client, filter, agents.size(), subscribers.size());
        if (life == 0) {
            return;
        }
        long until = time + Math.min(MAX_FILTER.toMillis(), life);
        if (agent.crowded(roles.clients())) {
            agent.clean(time);
        }
        agent.refuse(client, filter.refused(), until, time);
        lookAt(agent, until);
    }

    private void lookAt(AgentState agent, long time) {
        if (time < agent.nextLook) {
            byTime.remove(agent);
            agent.nextLook = time;
            byTime.add(agent);
        }
    }

    /** Forgets the filters of these roles: the framework wants everything again. */
    public void revive(FrameworkId id, List<String> revived) {
        var subscriber = subscribers.get(id);
        if (subscriber != null) {
            for (var client : subscriber.clients) {
                if (revived.contains(client.role.path)) {
                    forgetRefusals(client);
                    client.wantsAnew();
                    ask(client);
                }
            }
        }
    }

    private void forgetRefusals(Client client) {
        client.generation++;
        client.refusing = 0;
        client.declines = 0;
        agents.values().forEach(agent -> {
            agent.unblock(client);
            agent.unanswered.answered(client);
        });
    }

    /**
     * What operators have set; older copies than the newest are ignored.
     *
     * @return what is on offer and may not be had any more
     */
    public List<Recall> settings(RoleSettings settings) {
        return settingsChange.take(settings);
    }

    /**
     * What of it has to be said once more, since it was just being offered then; to be asked now and then.
     *
     * @see #settings
     */
    public List<Recall> recallsAgain() {
        return settingsChange.again();
    }

    /** Whether quotas fit what is consumed and what there is now. */
    public CallAnswer judge(List<QuotaConfig> named, List<QuotaConfig> all) {
        return settingsChange.judge(named, all);
    }

    /** The weights that were set; every other role weighs 1. */
    public void weights(SortedMap<String, Double> weights) {
        roles.weights(weights);
    }

    /** The quotas that were set, by top-level role; every other role has none. */
    public void quotas(SortedMap<String, Quota> quotas) {
        quotasSet = !quotas.isEmpty();
        roles.quotas(quotas);
        everythingChanged();
    }

    /** Whether roles with limits are offered nothing: it may not be known what they have. When it is, all are asked. */
    public void holdLimited(boolean hold) {
        if (holdsLimited && !hold) {
            everythingChanged();
        }
        holdsLimited = hold;
    }

    /** @see #holdLimited */
    boolean holds(Consumption role) {
        return holdsLimited && role.hasLimits();
    }

    /** Whether some role has a guarantee or a limit. */
    public boolean hasQuotas() {
        return quotasSet;
    }

    /** What stands between a framework and each agent. Changes nothing. */
    public Explanation explain(Explain question, Instant now) {
        return new Explainer(this, question, now.toEpochMilli()).answer();
    }

    /** Figures for operators, under Mesos's names. */
    public SortedMap<String, Double> gauges() {
        return AllocatorGauges.of(this);
    }

    private void dirty(AgentState agent) {
        if (!agent.dirty) {
            agent.dirty = true;
            dirty.add(agent);
        }
    }

    /** Makes the next round look at every agent. */
    public void everythingChanged() {
        agents.values().forEach(this::dirty);
    }

    /** Whether a round would look at anything. */
    public boolean hasChanges() {
        return roles.root().active > 0 && (!dirty.isEmpty() || !asking.isEmpty());
    }

    /**
     * Once in a while: filters that have ended, proposals without an answer, roles that were kept from something by a
     * limit or by what others are promised, and are not any more.
     */
    public void batch(Instant now) {
        timePassed(now.toEpochMilli());
        for (var agent : passedOver) {
            agent.unanswered.clear();
            if (byId.get(agent.id) == agent) {
                dirty(agent);
            }
        }
        passedOver.clear();
        for (var role : roles.takeReleased()) {
            Roles.eachClient(role, this::ask);
        }
        if (headroom.takeRelief()) {
            everythingChanged();
        }
    }

    /**
     * What roles take back from others now; to be asked now and then.
     *
     * @return in the order in which it is to be said
     */
    public List<Reclaim> reclaim(Instant now) {
        return preemption.tick(now.toEpochMilli());
    }

    /** Tasks were told to end. */
    public void preempted(Preempted m) {
        preemption.preempted(m.most(), m.tasks());
    }

    private void timePassed(long now) {
        while (!byTime.isEmpty() && byTime.first().nextLook <= now) {
            var agent = byTime.pollFirst();
            agent.nextLook = Long.MAX_VALUE;
            if (agent.filterEnds <= now || agent.resendAt <= now) {
                agent.clean(now);
                dirty(agent);
            }
            lookAt(agent, Math.min(agent.filterEnds, agent.resendAt > now ? agent.resendAt : Long.MAX_VALUE));
        }
    }

    /**
     * One round over the agents that changed, and over all that have something free for the frameworks that changed.
     *
     * @return ordered by agent; on one agent in the order in which they are to be granted
     */
    public List<Proposal> propose(Instant now) {
        long time = now.toEpochMilli();
        timePassed(time);
        var out = new ArrayList<Proposal>();
        var round = new Round(this, time, out);
        dirty.sort(null);
        if (roles.root().active > 0) {
            round.run(asking.isEmpty() ? dirty : agents.values());
        }
        dirty.forEach(agent -> {
            agent.dirty = false;
            resend(agent, time, out);
        });
        dirty.clear();
        asking.forEach(this::unask);
        asking.clear();
        return out;
    }

    private void resend(AgentState agent, long now, List<Proposal> out) {
        if (agent.resendAt <= now) {
            out.addAll(agent.undecided);
            agent.resendAfter = Math.min(2 * agent.resendAfter, MOST_RESEND.toMillis());
            agent.resendAt = now + agent.resendAfter;
            lookAt(agent, agent.resendAt);
        }
    }

    /** Called by the round: somebody has not answered the last offer of this agent, and is asked with the next batch. */
    void passedOver(AgentState agent) {
        if (!agent.unanswered.passedOver) {
            agent.unanswered.passedOver = true;
            passedOver.add(agent);
        }
    }

    /** Called by the round: this is to go out. */
    Proposal proposed(AgentState agent, Client client, Resources part, long now) {
        number++;
        var proposal = new Proposal(agent.id, client.id, client.role.path, part, number, agent.facts.epoch());
        agent.undecided.add(proposal);
        reopen(agent, agent.open().minus(part));
        roles.hold(client, part, 1);
        client.serve();
        agent.unanswered.offered(client, now);
        preemption.offered(client, part, now);
        if (agent.resendAt == Long.MAX_VALUE) {
            agent.resendAfter = RESEND.toMillis();
            agent.resendAt = now + agent.resendAfter;
            lookAt(agent, agent.resendAt);
        }
        return proposal;
    }
}
