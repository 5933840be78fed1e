package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.task.TaskStates;
import io.baton.resourcemanager.framework.Subscription.State;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.OperationStatus;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What the master knows of one framework: is its scheduler there, what was it told, when does its time end.
 *
 * <p>Calls of a live scheduler go to {@link SessionCalls}; here is everything else: subscribing, losing the stream,
 * what ledgers and agents report, the failover timeout. Removed is final: the entity stays as one of the
 * {@link Tombstones}.
 *
 * <p>Pure and mutable; one actor owns it. Its invariants: at most one live stream; every offer the scheduler holds is a
 * lease that was granted; an update is told again until the scheduler acknowledges it.
 */
public final class FrameworkSession {
    private final FrameworkId id;
    private SessionOffers offers;
    private SessionTasks tasks = new SessionTasks();
    private SessionOperations operations = new SessionOperations();
    private InverseOfferBook inverse = new InverseOfferBook();
    private Owners owners = new Owners();
    private EarlyCalls early = new EarlyCalls();
    private Subscription subscription = Subscription.NONE;

    public FrameworkSession(FrameworkId id) {
        this.id = id;
        this.offers = new SessionOffers(id);
    }

    /**
     * A scheduler subscribes: refused with an ERROR event, or it becomes the live one.
     *
     * @return on success: the old stream is told and ended, SUBSCRIBED goes out on the new one, then every update that
     *     was never acknowledged
     */
    public List<SessionEffect> subscribe(FrameworkProtocol.Subscribe m, Instant now) {
        var problem = problemOf(m);
        if (problem.isPresent()) {
            return refusal(problem.get());
        }
        var effects = new ArrayList<SessionEffect>();
        if (subscription.connected()) {
            effects.add(new SessionEffect.Emit(Events.error("Framework failed over")));
            effects.add(new SessionEffect.EndStream());
        }
        effects.addAll(giveBackOffers());
        effects.add(SessionCalls.wantsNothing(id));
        subscription = subscription.connected(m.info(), m.suppressedRoles(), m.constraints(), m.streamId(), now);
        effects.add(new SessionEffect.AdoptSubscriber());
        effects.add(seen());
        effects.add(new SessionEffect.Emit(Events.subscribed(id)));
        tasks.unacknowledged().forEach(status -> effects.add(new SessionEffect.Emit(Events.update(status))));
        effects.add(wants());
        return effects;
    }

    /** Why a scheduler may not subscribe, in Mesos's words; empty if it may. */
    public Optional<String> problemOf(FrameworkProtocol.Subscribe m) {
        return FrameworkRoles.problemOf(m.info(), m.suppressedRoles(), m.constraints())
                .or(() -> subscription.problemOfReturn(m.info()));
    }

    /** The subscriber that is just asking may not. */
    public static List<SessionEffect> refusal(String why) {
        return List.of(new SessionEffect.RefuseSubscriber(Events.error(why)));
    }

    /** What the framework is if this scheduler becomes the live one. */
    public FrameworkInfo infoOf(FrameworkProtocol.Subscribe m) {
        return subscription.merged(m.info());
    }

    /** What the registry holds of the framework, as the session begins and whenever it has learned of a change. */
    public List<SessionEffect> recalled(FrameworkEntry entry, Instant now) {
        if (isKnown() && entry.hasRemovedAt()) {
            return remove(now);
        }
        boolean gone = subscription.state() == State.DISCONNECTED || subscription.state() == State.RECOVERED;
        if (gone && entry.hasDisconnectedSince()) {
            subscription = subscription.awaySince(entry);
        }
        if (subscription.state() != State.UNKNOWN) {
            return List.of();
        }
        subscription = Subscription.recalled(entry, now);
        early.begin(now);
        return List.of(SessionCalls.wantsNothing(id), isKnown() ? seen() : new SessionEffect.Buried());
    }

    /** Another session's subscription is this one's to speak for: its scheduler has its time anew. */
    List<SessionEffect> inherits(FrameworkEntry entry, Instant now) {
        return isKnown() ? recovered(entry.getInfo(), now) : List.of();
    }

    /** The change that the registry has yet to learn of; see {@link FrameworkRecord#due}. */
    Optional<Command.Builder> due(Optional<FrameworkEntry> entry, OwnEpoch own) {
        return FrameworkRecord.due(entry, subscription, own);
    }

    /**
     * The stream has ended. The framework keeps its tasks until its failover timeout is over.
     *
     * @param byMaster the scheduler did not leave: it has {@link Subscription#GRACE} at least. May turn out to be wrong:
     *     what is said later of the same stream holds
     */
    public List<SessionEffect> disconnected(String streamId, boolean byMaster, Instant now) {
        if (streamId.isEmpty() || !subscription.streamId().equals(streamId)) {
            return List.of();
        }
        boolean known = !subscription.connected();
        subscription = subscription.disconnected(byMaster, now);
        if (known) {
            return tick(now);
        }
        var effects = new ArrayList<SessionEffect>(List.of(new SessionEffect.EndStream()));
        effects.addAll(giveBackOffers());
        effects.add(SessionCalls.wantsNothing(id));
        effects.add(seen());
        effects.addAll(tick(now));
        return effects;
    }

    private List<SessionEffect> giveBackOffers() {
        inverse.clear();
        return offers.giveBack();
    }

    /** Another session speaks for the framework from now on: it cannot know what was offered, and the stream ends. */
    public List<SessionEffect> moves() {
        return giveBackOffers();
    }

    /**
     * Who owns the agents of which something is offered. What an owner has offered ends with it, and it may have no time to
     * say so.
     *
     * @param newest the epoch of the newest one that is known; 0 if there is none
     */
    public List<SessionEffect> owned(ToLongFunction<AgentId> newest) {
        return offers.owned(newest);
    }

    /** What the allocator is to know, which may have just begun. */
    List<SessionEffect> called() {
        return subscription.connected() ? List.of(wants()) : List.of();
    }

    /** Time has passed: a framework whose scheduler stays away is removed. */
    public List<SessionEffect> tick(Instant now) {
        boolean waiting = subscription.state() == State.DISCONNECTED || subscription.state() == State.RECOVERED;
        if (waiting && !now.isBefore(subscription.deadline())) {
            return List.of(new SessionEffect.Remove(true));
        }
        if (subscription.state() == State.UNKNOWN && tasks.all().isEmpty()) {
            return List.of(new SessionEffect.Idle());
        }
        if (!subscription.connected()) {
            return List.of();
        }
        var effects = new ArrayList<SessionEffect>();
        tasks.toAsk(now).forEach((task, offer) -> tasks.agentOf(task)
                .ifPresent(agent -> effects.add(
                        new SessionEffect.ToAgent(agent, new AgentProtocol.Ask(id, task, Optional.of(offer))))));
        effects.addAll(operations.ask(id, now));
        early.due(task -> tasks.find(task).isPresent(), now)
                .forEach(call -> effects.addAll(calls(now).effectsOf(call)));
        effects.add(wants());
        return effects;
    }

    EarlyCalls early() {
        return early;
    }

    private SessionCalls calls(Instant now) {
        return new SessionCalls(subscription, offers.book(), tasks, operations, inverse, early, now);
    }

    /** An operator ends the framework. */
    public Answered teardown() {
        if (!isKnown()) {
            return Answered.refused(CallAnswer.badRequest("No framework found with specified ID"));
        }
        return new Answered(CallAnswer.OK, List.of(new SessionEffect.Remove(false)));
    }

    /** An operator ends a task, whoever launched it. */
    public Answered killTask(TaskId task) {
        var agent = tasks.find(task)
                .filter(t -> !TaskStates.isTerminal(t.getState()))
                .flatMap(t -> tasks.agentOf(task));
        return agent.map(a -> Answered.accepted(
                        List.of(tasks.kills().ordered(a, new AgentProtocol.Kill(id, task, Optional.empty())))))
                .orElseGet(() -> Answered.refused(CallAnswer.notFound(
                        "Framework " + id + " has no task '" + task + "' that is alive; see 'baton tasks'")));
    }

    /** The registry has removed the framework: its tasks end, and it is only remembered. A copy changes nothing. */
    public List<SessionEffect> remove(Instant now) {
        if (subscription.state() == State.REMOVED) {
            return List.of();
        }
        var effects = new ArrayList<SessionEffect>();
        if (subscription.connected()) {
            effects.add(new SessionEffect.EndStream());
        }
        effects.addAll(giveBackOffers());
        effects.add(SessionCalls.wantsNothing(id));
        tasks.agents().forEach(agent -> effects.addAll(removedFrom(agent)));
        for (var task : tasks.all()) {
            var last = TaskStates.isTerminal(task.getState())
                    ? task
                    : SessionTasks.told(
                            task.toBuilder().setState(TaskState.TASK_KILLED), Statuses.frameworkRemoved(task, now));
            tasks.remove(TaskId.fromProto(task.getTaskId()));
            effects.add(new SessionEffect.TaskSeen(last, true));
        }
        effects.add(new SessionEffect.Seen(subscription.last(now)));
        subscription = subscription.removed(now);
        forget();
        effects.add(new SessionEffect.Buried());
        return effects;
    }

    /** There is no such agent as a scheduler has named: what it asks of it is answered, and nothing else comes of it. */
    public List<SessionEffect> noAgent(SessionEffect.ToNamed named, Instant now) {
        if (named.message() instanceof AgentProtocol.Ask m) {
            var none = new FrameworkProtocol.Unknown(named.agent(), m.task(), Optional.empty(), TaskState.TASK_UNKNOWN);
            return unknown(none, now, now);
        }
        return named.message() instanceof AgentProtocol.AskOperation m
                ? tell(operations.noAgent(named.agent(), m.operationId()))
                : List.of();
    }

    /** Thousands of removed frameworks are remembered: of each one only that it was. */
    private void forget() {
        offers = new SessionOffers(id);
        tasks = new SessionTasks();
        operations = new SessionOperations();
        inverse = new InverseOfferBook();
        owners = new Owners();
        early = new EarlyCalls();
    }

    /** As {@link #call(Call, String, Optional, Instant)}, where nobody has to say who they are. */
    public Answered call(Call call, String streamId, Instant now) {
        return call(call, streamId, Optional.empty(), now);
    }

    /**
     * A call that is not SUBSCRIBE.
     *
     * @param principal who sends it; it must be the framework's. Empty where nobody has to say so
     */
    public Answered call(Call call, String streamId, Optional<String> principal, Instant now) {
        var refusal = CallRefusal.of(subscription, streamId, principal);
        if (refusal.isPresent()) {
            return Answered.refused(refusal.get());
        }
        return switch (call.getType()) {
            case TEARDOWN -> Answered.accepted(List.of(new SessionEffect.Remove(false)));
            case UPDATE_FRAMEWORK -> update(call.getUpdateFramework());
            case REVIVE -> revive(call.getRevive().getRolesList());
            case SUPPRESS -> suppress(call.getSuppress().getRolesList());
            default -> Answered.accepted(effectsOf(call, now));
        };
    }

    private List<SessionEffect> effectsOf(Call call, Instant now) {
        var effects = new ArrayList<>(calls(now).effectsOf(LongCalls.first(call)));
        LongCalls.rest(call).ifPresent(rest -> effects.add(new SessionEffect.Later(rest, streamId())));
        return effects;
    }

    /** More of a call that was taken; whoever has the stream by now has not made it. */
    public List<SessionEffect> rest(SessionEffect.Later more, Instant now) {
        return more.streamId().equals(streamId()) ? effectsOf(more.rest(), now) : List.of();
    }

    /** Whether there is such a framework, as far as this session knows. */
    boolean isKnown() {
        return subscription.isKnown();
    }

    int taskCount() {
        return tasks.count();
    }

    /** One role that the framework does not have, and nothing of the call is done: as in Mesos. */
    private Answered revive(List<String> named) {
        if (!subscription.roles().containsAll(named)) {
            return Answered.accepted(List.of());
        }
        var roles = named.isEmpty() ? subscription.roles() : named;
        subscription = subscription.revive(roles);
        var effects = inverse.revived(id);
        effects.addAll(
                List.of(wants(), new SessionEffect.ToAllocator(new AllocatorProtocol.Revive(id, roles)), seen()));
        return Answered.accepted(effects);
    }

    private Answered suppress(List<String> named) {
        if (!subscription.roles().containsAll(named)) {
            return Answered.accepted(List.of());
        }
        subscription = subscription.suppress(named.isEmpty() ? subscription.roles() : named);
        return Answered.accepted(List.of(wants(), seen()));
    }

    private Answered update(Call.UpdateFramework update) {
        var problem = UpdateRules.problemOf(subscription.info(), update);
        if (problem.isPresent()) {
            return Answered.refused(CallAnswer.badRequest(problem.get()));
        }
        var before = subscription;
        subscription = subscription.updated(update);
        var effects = inverse.revived(id); // As in Mesos, whatever has changed.
        var revived = before.suppressed().stream()
                .filter(r -> !subscription.suppressed().contains(r))
                .toList();
        effects.addAll(SessionCalls.withdraw(id, offers.book(), subscription.roles()));
        effects.add(wants());
        if (!revived.isEmpty()) {
            effects.add(new SessionEffect.ToAllocator(new AllocatorProtocol.Revive(id, revived)));
        }
        effects.add(seen());
        return new Answered(CallAnswer.OK, effects);
    }

    /**
     * A ledger has granted a lease. Without a scheduler it goes back at once, and the allocator hears why: nobody else may
     * have told it, for the session that knew the scheduler may have ended with its master.
     */
    public List<SessionEffect> offered(FrameworkProtocol.Offered m) {
        var offer = m.offer();
        owners.hears(AgentId.fromProto(offer.getAgentId()), m.registration());
        return subscription.connected() ? offers.made(offer) : offers.refused(offer);
    }

    /** Sends the offers that have gathered as one event. */
    public List<SessionEffect> flush() {
        var batch = offers.book().takeUnsent();
        return batch.isEmpty() ? List.of() : tell(Events.offers(subscription.info(), batch));
    }

    public List<SessionEffect> rescinded(List<OfferId> ended) {
        return offers.over(ended);
    }

    /** A ledger asks the framework to leave its agent. */
    public List<SessionEffect> inverseOffered(List<InverseOffer> asked) {
        return subscription.connected() ? inverse.offered(asked) : List.of();
    }

    /** And asks no more. */
    public List<SessionEffect> inverseRescinded(List<OfferId> over) {
        return subscription.connected() ? inverse.rescinded(over) : List.of();
    }

    /** Which leases a ledger holds for this framework. */
    public List<SessionEffect> leased(FrameworkProtocol.Leased m) {
        return offers.leased(m);
    }

    /** Of the live stream; empty while there is none. */
    public String streamId() {
        return subscription.connected() ? subscription.streamId() : "";
    }

    /** Tasks that will not run. Those no longer known have been answered for already. */
    public List<SessionEffect> refused(List<TaskInfo> infos, TaskStatus why, Instant now) {
        var effects = new ArrayList<SessionEffect>();
        for (var info : infos) {
            tasks.find(TaskId.fromProto(info.getTaskId()))
                    .ifPresent(task -> effects.addAll(over(task, Statuses.refused(info, why, now))));
        }
        return effects;
    }

    private List<SessionEffect> told(TaskStatus status) {
        return tell(Events.update(status));
    }

    /** An update of an agent: kept until the scheduler acknowledges it, whether or not it is there now. */
    public List<SessionEffect> updated(FrameworkProtocol.Updated m, Instant now) {
        var update = m.update();
        var agent = AgentId.fromProto(update.getStatus().getAgentId());
        if (subscription.state() == State.REMOVED) {
            return removedFrom(agent);
        }
        if (!owners.speaks(agent, m.epoch()) || owners.isPast(agent, m.registration())) {
            return List.of();
        }
        var status = update.getStatus();
        if (tasks.isOver(status)) {
            var known = new AgentProtocol.Acknowledge(id, TaskId.fromProto(status.getTaskId()), status.getUuid());
            return List.of(new SessionEffect.ToAgent(agent, known));
        }
        owners.hears(agent, m.registration());
        if (tasks.isKnownEnd(status)) {
            return told(status); // It needs to be acknowledged once more, and is no task for that.
        }
        var task = tasks.updated(id, update.getStatus(), update.getLatestState());
        var effects = new ArrayList<SessionEffect>();
        effects.add(new SessionEffect.TaskSeen(task, false));
        effects.addAll(told(update.getStatus()));
        return effects;
    }

    /** How an operation went; the agent keeps it until the scheduler acknowledges it, and longer if it is never there. */
    public List<SessionEffect> operated(AgentId agent, OperationStatus status) {
        if (subscription.state() == State.REMOVED) {
            return removedFrom(agent);
        }
        return operations.isNoNews(agent, status) ? List.of() : tell(operations.updated(agent, status));
    }

    /** An agent has registered: its list is the truth about this framework's tasks there. */
    public List<SessionEffect> adopted(FrameworkProtocol.TasksAdopted m, Instant now) {
        if (subscription.state() == State.REMOVED) {
            return removedFrom(m.agent());
        }
        if (!owners.speaks(m.agent(), m.term().epoch()) || owners.isPast(m.agent(), m.registration())) {
            return List.of();
        }
        var effects = new ArrayList<>(recovered(m.info(), now));
        boolean news = owners.hears(m.agent(), m.registration());
        if (news) {
            for (var lost : tasks.missing(m.agent(), m.tasks())) {
                effects.addAll(dropped(lost, now));
            }
        }
        var shown = new ArrayList<Task>();
        for (var listed : m.tasks().stream().filter(t -> !tasks.isOver(t, news)).toList()) {
            boolean wasUnreachable = tasks.find(TaskId.fromProto(listed.getTaskId()))
                    .filter(t -> t.getState() == TaskState.TASK_UNREACHABLE)
                    .isPresent();
            var task = tasks.adopted(listed);
            shown.add(task);
            if (wasUnreachable) {
                effects.addAll(told(Statuses.back(task, now)));
            }
        }
        effects.addAll(tasks.kills().again(m.agent(), shown));
        tasks.on(m.agent()).stream().filter(t -> !shown.contains(t)).forEach(shown::add);
        effects.add(new SessionEffect.TasksSeen(m.agent(), shown));
        return effects;
    }

    /** An agent has something of this framework, of which nobody may have known. */
    private List<SessionEffect> recovered(Optional<FrameworkInfo> info, Instant now) {
        return subscription.state() == State.UNKNOWN && info.isPresent() ? recovered(info.get(), now) : List.of();
    }

    private List<SessionEffect> recovered(FrameworkInfo info, Instant now) {
        subscription = subscription.recovered(info, now);
        return List.of(SessionCalls.wantsNothing(id), seen());
    }

    /** What an agent still has of a removed framework ends. */
    private List<SessionEffect> removedFrom(AgentId agent) {
        return List.of(new SessionEffect.ToAgent(agent, new AgentProtocol.RemoveFramework(id)));
    }

    /** What is on an agent, in short. Its list is wanted if this session, which may have begun since, knows others. */
    public List<SessionEffect> tasksThere(FrameworkProtocol.TasksThere m) {
        if (subscription.state() == State.REMOVED) {
            return removedFrom(m.agent());
        }
        return tasks.agreesWith(m)
                ? List.of()
                : List.of(new SessionEffect.ToAgent(m.agent(), new AgentProtocol.TellTasks(id)));
    }

    /** The list. Ends are told by their own updates: only what runs and is not known is taken in. */
    public List<SessionEffect> tasksTold(FrameworkProtocol.TasksTold m, Instant now) {
        if (subscription.state() == State.REMOVED) {
            return removedFrom(m.agent());
        }
        if (!owners.speaks(m.agent(), m.epoch()) || owners.isPast(m.agent(), m.registration())) {
            return List.of();
        }
        owners.hears(m.agent(), m.registration());
        var effects = new ArrayList<>(recovered(m.info(), now));
        if (tasks.told(m.agent(), m.tasks())) {
            effects.add(new SessionEffect.TasksSeen(m.agent(), tasks.on(m.agent())));
        }
        return effects;
    }

    /** A launch that did not come to its agent. */
    private List<SessionEffect> dropped(Task task, Instant now) {
        return over(task, Statuses.dropped(subscription.info(), task, now));
    }

    /** Its end, which no agent tells: the read model shows it among the completed. */
    private List<SessionEffect> over(Task task, TaskStatus status) {
        tasks.remove(TaskId.fromProto(task.getTaskId()));
        early.ended(TaskId.fromProto(task.getTaskId()));
        var last = SessionTasks.told(task.toBuilder().setState(status.getState()), status);
        var effects = new ArrayList<SessionEffect>();
        effects.add(new SessionEffect.TaskSeen(last, true));
        effects.addAll(told(status));
        return effects;
    }

    /** Something that a scheduler hears if it is there, and misses if not. */
    public List<SessionEffect> tell(Event event) {
        return subscription.connected() ? List.of(new SessionEffect.Emit(event)) : List.of();
    }

    /**
     * An agent cannot be reached: its tasks may go on, and nobody knows. Or it is gone for good: then they are over. What of
     * them only its owner knows is told as well.
     */
    public List<SessionEffect> agentLost(FrameworkProtocol.AgentLost m, Instant now) {
        var agent = m.agent();
        var state = m.state();
        boolean news = isKnown() && owners.speaks(agent, m.epoch());
        if (!news && (m.again() || isKnown() && state != TaskState.TASK_GONE_BY_OPERATOR)) {
            return offers.over(agent, made -> made.epoch() <= m.epoch()); // A newer owner may have its link again.
        }
        if (news) {
            tasks.named(id, agent, m.tasks());
        }
        owners.lost(agent);
        tasks.lost(agent);
        var effects = new ArrayList<SessionEffect>();
        for (var task : tasks.on(agent)) {
            if (state == TaskState.TASK_GONE_BY_OPERATOR) {
                if (m.removed().isEmpty()) {
                    tasks.remember(TaskId.fromProto(task.getTaskId()), state);
                }
                effects.addAll(over(task, Statuses.agentRemoved(subscription.info(), task, m.removed(), now)));
            } else if (!TaskStates.isTerminal(task.getState()) && task.getState() != TaskState.TASK_UNREACHABLE) {
                var status = Statuses.unreachable(subscription.info(), task, now);
                effects.add(new SessionEffect.TaskSeen(tasks.unreachable(task, status), false));
                effects.addAll(told(status));
            }
        }
        if (subscription.connected() && !(m.again() && effects.isEmpty())) {
            effects.add(new SessionEffect.Emit(Events.agentFailure(agent)));
        }
        effects.addAll(offers.over(agent, made -> made.epoch() <= m.epoch()));
        return effects;
    }

    /**
     * A ledger has answered for a task that it does not know. It may have been launched since, or be yet by a former session.
     *
     * @param agentSince when the agent came into its state
     */
    public List<SessionEffect> unknown(FrameworkProtocol.Unknown m, Instant agentSince, Instant now) {
        var known = tasks.find(m.task());
        if (known.isPresent() || early.learns(now)) {
            boolean lost = m.state() == TaskState.TASK_GONE && tasks.isSilent(m.task(), m.launchedOn());
            return lost ? dropped(known.get(), now) : List.of();
        }
        if (m.state() == TaskState.TASK_UNREACHABLE) {
            return told(Statuses.unknownThere(subscription.info(), m.task(), m.agent(), agentSince, now));
        }
        tasks.kills().over(m.task());
        offers.book().deny(m.task(), m.agent());
        return told(Statuses.unknown(subscription.info(), m.task(), m.agent(), m.state(), now));
    }

    private SessionEffect wants() {
        return new SessionEffect.ToAllocator(subscription.wants(id));
    }

    private SessionEffect seen() {
        return new SessionEffect.Seen(subscription.toProto());
    }
}
