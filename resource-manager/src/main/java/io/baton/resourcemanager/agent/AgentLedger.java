package io.baton.resourcemanager.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.link.ExecutorEnded;
import io.baton.link.OperationUpdate;
import io.baton.link.Register;
import io.baton.link.TasksTold;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.KillPolicy;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What the master knows of one agent: its resources and who holds them.
 *
 * <p>The ledger is the only judge of what is free. The allocator may work from an old picture, so every proposal ends
 * here, where it is granted or refused. What runs on the host is the agent's to say: each registration replaces what
 * the ledger believed. Always: free + leased + used = total.
 *
 * <p>Pure and mutable; one actor owns it. A step costs the size of the agent's leases and of the bundles in it, never
 * the number of its tasks; only registrations and framework removals walk the tasks.
 *
 * @see <a href="file:docs/adr/0006-an-offer-is-a-lease.md">ADR 6: an offer is a lease on the ledger</a>
 */
public final class AgentLedger {
    private final AgentId id;
    private final LedgerRules rules;
    private final String clusterId;
    private final Books books;
    private final Balance balance;
    private final LaunchedTasks tasks;
    private final Leases leases;
    private final HostedExecutors executors;
    private final Operations operations;
    private AgentInfo info = AgentInfo.getDefaultInstance();
    private AgentView view;
    private final Instant since;
    private long newest;
    private Term term;
    private boolean registered;
    private boolean connected;
    private final Offering offering;
    private final Upkeep upkeep;
    private final Reclaims reclaims;
    private Standing standing = Standing.NONE;
    private Instant disconnectedAt = Instant.EPOCH;
    private Instant neededAt;

    /**
     * A ledger that knows nothing until its agent registers.
     *
     * @param grant under which it acts
     */
    public AgentLedger(AgentId id, LedgerRules rules, Grant grant, Instant now) {
        this.id = id;
        this.rules = rules;
        this.term = new Term(grant.epoch(), 0);
        this.clusterId = grant.clusterId();
        this.since = now;
        this.neededAt = now;
        this.view = AgentView.NONE;
        this.books = Books.of(id);
        this.balance = books.balance();
        this.tasks = books.tasks();
        this.leases = books.leases();
        this.executors = books.executors();
        this.operations = books.operations();
        this.offering = new Offering(id, rules, books, grant.allocator());
        this.upkeep = new Upkeep(id, books);
        this.reclaims = new Reclaims(id, books, upkeep.inverse());
    }

    /**
     * Whether a newer registration has come already, or this very one over a link that is gone since: what it tells is not
     * so any more. Once the agent has been away until it is unreachable, it may come back with any number: its host may
     * have been set back to an older copy.
     */
    public boolean isOld(Register register, Instant now) {
        long number = register.getNumber();
        return registered
                && (number < newest || number == newest && number != 0 && !connected)
                && (connected || now.isBefore(disconnectedAt.plus(rules.unreachableAfter())));
    }

    /**
     * The agent has opened a link: its list replaces what was believed. Everything offered of it before is void.
     *
     * @param ip where others reach it, see {@link Registrations#ipOf}
     * @param number higher than that of any registration under the same epoch before
     * @return Registered first, then what each framework needs to know, then the new state for the allocator. An agent
     *     that obeys a newer owner changes nothing; one of another cluster is refused.
     */
    public List<LedgerEffect> register(Register register, String ip, long number, Instant now) {
        if (!register.getClusterId().isEmpty() && !register.getClusterId().equals(clusterId)) {
            return List.of(new LedgerEffect.ToLink(Refusals.otherCluster(register.getClusterId(), clusterId)));
        }
        if (!register.getClusterId().isEmpty() && register.getEpoch() > term.epoch()) {
            return stepDown(register.getEpoch());
        }
        if (upkeep.plan().down()) {
            view = view.at(ip); // Its machine may be known by that alone.
            return List.of(new LedgerEffect.ToLink(Refusals.whileDown(register)));
        }
        var effects = new ArrayList<LedgerEffect>();
        if (registered && connected && register.getNumber() == newest && newest != 0) {
            answer(effects); // It has not heard the answer: what it listed is known, and more may run by now.
            return effects;
        }
        leases.rescind(lease -> true, effects);
        boolean known = registered;
        if (!known) {
            // An earlier ledger of this agent may have died with proposals that nobody will decide.
            effects.add(new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(id, true)));
        }
        term = new Term(term.epoch(), number);
        offering.registered();
        newest = register.getNumber();
        info = register.getAgentInfo().toBuilder().setId(id.toProto()).build();
        view = view.registered(info, ip, register.getVersion(), now, known);
        registered = true;
        connected = true;
        standing = standing.here();
        upkeep.registered(now, effects);
        answer(effects);
        effects.addAll(books.adopt(id, term, register));
        upkeep.showDetails(effects);
        effects.add(seen());
        executors.news().ifPresent(effects::add);
        effects.add(changed());
        return effects;
    }

    private void answer(List<LedgerEffect> effects) {
        var answer = rules.registered(id, term, clusterId).setNumber(newest);
        upkeep.plan().drainConfig().ifPresent(answer::setDrain);
        effects.add(new LedgerEffect.ToLink(
                ToAgent.newBuilder().setRegistered(answer).build()));
    }

    /** The link is gone: nothing of the agent may be offered, what was offered is void; what its tasks hold, they keep. */
    public List<LedgerEffect> linkLost(Instant now) {
        var effects = new ArrayList<LedgerEffect>();
        if (connected) {
            connected = false;
            disconnectedAt = now;
            standing = standing.linkLost();
            leases.rescind(lease -> true, effects);
            effects.addAll(List.of(seen(), changed()));
        }
        return effects;
    }

    /** Where others reach it; empty before its first link. */
    public String ip() {
        return view.ip();
    }

    /** What operators want of the agent, as the registry holds it now; the same again changes nothing. */
    List<LedgerEffect> planned(HostPlan next, Instant now) {
        var effects = new ArrayList<LedgerEffect>();
        if (upkeep.plan().down()) {
            // Nobody waits for it before it may come back.
            disconnectedAt = now;
        }
        boolean news = upkeep.planned(next, connected, term, now, effects);
        if (news && registered && !standing.isOver()) {
            effects.add(seen()); // Also while its link is away.
        }
        if (news && connected) {
            upkeep.showDetails(effects);
            effects.add(changed());
        }
        return effects;
    }

    /** The agent's machine goes down: it ends with all its tasks, at the latest when it is back. Said once. */
    List<LedgerEffect> down(Supplier<List<FrameworkId>> frameworks) {
        if (!upkeep.plan().down() || !standing.mayRun()) {
            return List.of();
        }
        boolean again = !registered || standing.isLost();
        standing = standing.wentDown();
        return ended(Refusals.endsForMaintenance(), frameworks.get(), again, Refusals.removedByMachineDown(info));
    }

    /** What the registry holds of the agent, as the ledger begins. */
    public void recalled(AgentEntry entry) {
        standing = Standing.of(entry);
        info = entry.getInfo();
    }

    /** The registry has admitted the agent: its registration follows. */
    public void admitted(long as) {
        standing = standing.admitted(as);
    }

    /** The registry has not marked the agent, and may not be asked again before this. */
    public void markNotBefore(Instant when) {
        standing = standing.notBefore(when);
    }

    /**
     * The registry has marked the agent unreachable.
     *
     * @param frameworks that there are; those with tasks here hear of it in any case
     */
    public List<LedgerEffect> marked(Collection<FrameworkId> frameworks) {
        standing = standing.marked(State.UNREACHABLE);
        return books.lost(id, frameworks, TaskState.TASK_UNREACHABLE, term.epoch(), false, Optional.empty());
    }

    /**
     * An operator has declared the agent gone, and the registry holds it: nothing of it is ever offered again.
     *
     * @param frameworks that there are
     * @return empty if it is known
     */
    public List<LedgerEffect> gone(Supplier<List<FrameworkId>> frameworks) {
        if (standing.state() == State.GONE) {
            return List.of();
        }
        standing = standing.marked(State.GONE);
        return ended(Refusals.goneAgent(), frameworks.get(), false, Optional.empty());
    }

    private List<LedgerEffect> ended(
            ToAgent last, Collection<FrameworkId> frameworks, boolean again, Optional<String> removed) {
        var effects = new ArrayList<LedgerEffect>();
        if (connected) {
            effects.add(new LedgerEffect.ToLink(last));
            leases.rescind(lease -> true, effects);
            upkeep.inverse().withdraw(effects);
            connected = false;
        }
        effects.addAll(books.lost(id, frameworks, TaskState.TASK_GONE_BY_OPERATOR, term.epoch(), again, removed));
        tasks.over();
        return effects;
    }

    /** The agent says that it obeys an owner with this epoch. */
    public List<LedgerEffect> stale(long newer) {
        return newer > term.epoch() ? stepDown(newer) : List.of();
    }

    /** Another ledger speaks for the agent from now on, and knows nothing of what was offered. */
    public List<LedgerEffect> moves() {
        return leases.rescindAll();
    }

    /**
     * This ledger may not act any more: nothing of the agent is offered, what was offered is void.
     *
     * @param newer the epoch of the owner that is known to be newer; 0 if there may be none
     */
    public List<LedgerEffect> stepDown(long newer) {
        connected = false;
        var effects = moves();
        effects.add(new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(id, true)));
        effects.add(new LedgerEffect.StepDown(newer));
        return effects;
    }

    /** As {@link #offer}; nothing if it was made for another owner of the agent, for the allocator counts on it no more. */
    public List<LedgerEffect> propose(AgentProtocol.Propose m, Instant now) {
        boolean mine = m.isFor(term.epoch());
        return mine ? offer(m.framework(), m.role(), m.resources(), m.allocator(), m.number(), now) : List.of();
    }

    /**
     * Grants a lease if all of the wanted resources are free, else nothing: the allocator hears of either.
     *
     * @param by the allocator's epoch; of an older allocator than the newest one nothing is granted
     * @param number the proposal's, ascending for each allocator; an older one than the last is a copy and ignored
     */
    public List<LedgerEffect> offer(
            FrameworkId framework, String role, Resources wanted, long by, long number, Instant now) {
        if (!offering.decides(by, number)) {
            return List.of();
        }
        var effects = new ArrayList<LedgerEffect>();
        if (connected && upkeep.offers()) {
            offering.grant(framework, role, wanted, term, now)
                    .map(lease -> view.offer(
                            lease, executors.of(framework), upkeep.plan().absence()))
                    .ifPresent(offer -> effects.add(new LedgerEffect.Granted(framework, offer, newest)));
        }
        if (connected) {
            effects.add(changed());
        }
        return effects;
    }

    /**
     * What was offered to a role may not be had any more.
     *
     * @param role with those below it; empty for all
     * @param by the allocator's epoch; what an older allocator than the newest one wants is ignored
     */
    public List<LedgerEffect> recall(String role, long by) {
        var effects = new ArrayList<LedgerEffect>();
        if (offering.obeys(by)) {
            leases.rescind(lease -> lease.isOf(role), effects);
        }
        if (!effects.isEmpty()) {
            effects.add(changed());
        }
        return effects;
    }

    /** A role takes something back from another. Nothing happens on an agent that is to be emptied anyway. */
    List<LedgerEffect> reclaim(AgentProtocol.Reclaim m, Instant now) {
        var effects = new ArrayList<LedgerEffect>();
        if (mayReclaim(m.allocator())) {
            var until = now.plus(m.within());
            reclaims.ask(m, () -> view.inverseOffer(offering.newId(term), m, until), until, effects);
            upkeep.showDetails(effects);
            effects.add(changed());
        }
        return effects;
    }

    /** The time to give it back is over. */
    List<LedgerEffect> preempt(AgentProtocol.Preempt m) {
        var effects = new ArrayList<LedgerEffect>();
        if (mayReclaim(m.allocator())) {
            reclaims.preempt(m, term, effects);
            effects.add(changed());
        }
        return effects;
    }

    private boolean mayReclaim(long by) {
        return connected
                && offering.obeys(by)
                && upkeep.plan().offers()
                && upkeep.plan().absence().isEmpty();
    }

    /**
     * Performs operations on leases, first to last: each works with what the ones before have left and made. What is
     * left becomes free.
     *
     * @param wanted launches, reservations and volumes; may be empty, which is declining
     * @param refuse for how long the rest is filtered; zero for no filter
     * @return for each task one run or refusal, in the order given. A lease unknown here refuses them all with
     *     REASON_INVALID_OFFERS; a task larger than what is left is refused alone, with REASON_TASK_INVALID, a group as a
     *     whole, with REASON_TASK_GROUP_INVALID. An executor's resources are wanted once, by the launch that starts it. An
     *     operation that does not fit is refused alone, too; its scheduler hears of it if it gave the operation an id.
     */
    public List<LedgerEffect> accept(
            FrameworkInfo framework, List<OfferId> offers, List<Offer.Operation> wanted, Duration refuse) {
        var effects = new ArrayList<LedgerEffect>();
        var before = balance.total();
        offering.accept(framework, offers, wanted, refuse, term, effects);
        if (balance.total() != before) {
            effects.add(seen());
            upkeep.showDetails(effects);
        }
        effects.add(changed());
        return effects;
    }

    /**
     * An operator reserves, unreserves, creates or destroys volumes. Offers end for it, if what is free does not suffice.
     *
     * @param operation of good form
     * @return empty effects with a refusal: 409 if there is not enough that nobody uses, 400 if the agent is not known
     */
    Ordered operate(Offer.Operation operation) {
        if (!connected) {
            return Ordered.refusedWhileAway(id, registered);
        }
        var ordered = operations.order(operation, leases, term);
        if (!ordered.effects().isEmpty()) {
            ordered.effects().add(seen());
            upkeep.showDetails(ordered.effects());
            ordered.effects().add(changed());
        }
        return ordered;
    }

    /**
     * How an operation went on the agent. If the agent would not do it, or has done one that was not thought to reach it,
     * the books are wrong: it registers again.
     */
    public List<LedgerEffect> operated(OperationUpdate update) {
        var effects = new ArrayList<LedgerEffect>();
        if (operations.operated(update, effects)) {
            effects.addAll(toLink(Orders.registerAgain()));
        }
        upkeep.showDetails(effects);
        return effects;
    }

    /** The scheduler has the update of an operation. */
    public List<LedgerEffect> acknowledgeOperation(AgentProtocol.AcknowledgeOperation m) {
        var effects = new ArrayList<LedgerEffect>();
        operations.acknowledged(m).ifPresent(key -> effects.addAll(toLink(Orders.acknowledgeOperation(term, key))));
        upkeep.showDetails(effects);
        return effects;
    }

    /** Before an operation is called unknown its lease here ends: its acceptance may be under way and must not do it. */
    List<LedgerEffect> askOperation(AgentProtocol.AskOperation m) {
        var effects = new ArrayList<LedgerEffect>();
        if (leases.end(m.framework(), m.sentOn(), effects)) {
            effects.add(changed());
        }
        effects.add(operations.answer(m, standing.ofUnknownOperation(connected)));
        return effects;
    }

    /** Gives leases back, with a filter unless {@code refuse} is zero. Unknown ones are ignored. */
    public List<LedgerEffect> decline(FrameworkId framework, List<OfferId> offers, Duration refuse) {
        var effects = new ArrayList<LedgerEffect>();
        offering.decline(framework, offers, refuse, effects);
        effects.add(changed());
        return effects;
    }

    /** Time has passed: leases end, and a disconnected agent becomes unreachable. */
    public List<LedgerEffect> tick(Instant now) {
        var effects = new ArrayList<LedgerEffect>();
        leases.expire(now, effects);
        var away = disconnectedAt.isBefore(since) ? since : disconnectedAt;
        if (!connected && !upkeep.plan().down() && standing.isDue(away.plus(rules.unreachableAfter()), now)) {
            effects.add(new LedgerEffect.Mark(standing.incarnation()));
        }
        if (connected) {
            tasks.tick(id, now, effects);
            operations.sendAgain(now, effects);
            upkeep.tick(
                    (framework, when) -> view.inverseOffer(offering.newId(term), framework, when),
                    term,
                    rules.expiry(now),
                    now,
                    effects);
            upkeep.showDetails(effects);
            leases.byFramework(lease -> true).forEach((f, held) -> effects.add(new LedgerEffect.Holds(f, held)));
        }
        effects.addAll(called());
        if (standing.state() == State.ADMITTED) {
            neededAt = now;
        } else if (!now.isBefore(neededAt.plus(rules.unreachableAfter().multipliedBy(2)))) {
            effects.add(new LedgerEffect.Idle(id));
        }
        return effects;
    }

    /** What the allocator is to know, which may have just begun. */
    List<LedgerEffect> called() {
        return connected || standing.away() || standing.isOver() ? List.of(changed()) : List.of();
    }

    /** A framework will leave the agent in time, or will not. */
    List<LedgerEffect> inverseAnswered(AgentProtocol.AnswerInverse m, Instant now) {
        var effects = new ArrayList<LedgerEffect>();
        upkeep.answered(m, now);
        upkeep.showDetails(effects);
        return effects;
    }

    /** An update of the agent: passed on, and a task that has ended gives its resources back before anyone acks. */
    public List<LedgerEffect> updated(Update update) {
        var effects = new ArrayList<LedgerEffect>();
        if (tasks.updated(update, term, newest, effects)) {
            effects.add(changed());
        }
        return effects;
    }

    /** The scheduler has an update: the agent may go on. Lost while disconnected; the agent then sends it again. */
    public List<LedgerEffect> acknowledge(FrameworkId framework, TaskId task, ByteString uuid) {
        tasks.acknowledged(framework, task, uuid);
        return toLink(Orders.acknowledge(term, framework, task, uuid));
    }

    public List<LedgerEffect> kill(FrameworkId framework, TaskId task, Optional<KillPolicy> policy) {
        return toLink(Orders.kill(term, framework, task, policy));
    }

    /** A session knows other tasks than there are here: the agent says which. Lost while it is not connected. */
    public List<LedgerEffect> tellTasks(FrameworkId framework) {
        return toLink(Orders.tellTasks(term, framework));
    }

    /** The agent has said which. */
    public List<LedgerEffect> tasksTold(TasksTold told) {
        var message = FrameworkProtocol.TasksTold.of(id, term.epoch(), newest, told);
        return List.of(new LedgerEffect.ToFramework(FrameworkId.fromProto(told.getFrameworkId()), message));
    }

    /** Something the agent is told; lost while it is not connected. */
    List<LedgerEffect> toLink(ToAgent frame) {
        return connected ? List.of(new LedgerEffect.ToLink(frame)) : List.of();
    }

    /** An executor is over. Of one that is not known its framework hears as well. */
    public List<LedgerEffect> executorEnded(ExecutorEnded ended) {
        var effects = new ArrayList<LedgerEffect>();
        if (executors.ended(id, ended, effects)) {
            effects.add(changed());
        }
        return effects;
    }

    /** The framework is gone for good. */
    public List<LedgerEffect> removeFramework(FrameworkId framework, Instant now) {
        var effects = new ArrayList<LedgerEffect>();
        leases.where(lease -> lease.framework().equals(framework)).forEach(lease -> leases.end(lease, effects));
        operations.removed(framework);
        tasks.removed(framework);
        upkeep.removed(framework, now);
        effects.addAll(toLink(Orders.removeFramework(term, framework)));
        upkeep.showDetails(effects);
        effects.add(changed());
        return effects;
    }

    /**
     * What of a task that its session does not know, or has launched and not heard of? No answer while the agent's own
     * list is awaited (it was admitted, and an owner before this one may have launched it), and none if the task is known
     * here: then an update will tell.
     *
     * <p>Before a launch is called gone its lease here ends: its acceptance may be under way and must not launch any more.
     * A session that does not know the task asks when it has given back what was offered to one before it.
     *
     * @param launchedOn goes into the answer
     */
    public List<LedgerEffect> ask(FrameworkId framework, TaskId task, Optional<OfferId> launchedOn) {
        if (tasks.knows(framework, task)) {
            return List.of();
        }
        if (!connected) {
            return standing.ofUnknownTask().stream()
                    .map(state -> (LedgerEffect) new LedgerEffect.Answer(framework, task, launchedOn, state))
                    .toList();
        }
        var effects = new ArrayList<LedgerEffect>();
        leases.end(framework, launchedOn, effects);
        effects.addAll(List.of(new LedgerEffect.Answer(framework, task, launchedOn, TaskState.TASK_GONE), changed()));
        return effects;
    }

    private LedgerEffect seen() {
        var shown = view.toProto(connected, balance.total(), upkeep.plan(), upkeep.drainSince());
        return new LedgerEffect.Seen(shown, connected);
    }

    private LedgerEffect changed() {
        return new LedgerEffect.ToAllocator(
                connected || standing.away()
                        ? books.shown(id, info, connected && upkeep.offers(), offering.answered(), term.epoch())
                        : new AllocatorProtocol.AgentGone(id, standing.isAwaited()));
    }

    public Resources free() {
        return balance.free();
    }

    public Resources total() {
        return balance.total();
    }

    /** Used and leased together, by framework. */
    public SortedMap<FrameworkId, Resources> held() {
        return balance.held().byFramework();
    }

    public boolean connected() {
        return connected;
    }

    public Term term() {
        return term;
    }
}
