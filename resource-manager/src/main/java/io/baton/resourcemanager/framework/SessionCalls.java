package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.resourcemanager.validation.OperationRules;
import io.baton.v1.KillPolicy;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the calls of a live scheduler lead to. The calls themselves were well-formed; whatever is wrong with their
 * content comes back as events, never as a status code.
 */
final class SessionCalls {
    private final Subscription subscription;
    private final FrameworkId id;
    private final OfferBook offers;
    private final SessionTasks tasks;
    private final SessionOperations operations;
    private final InverseOfferBook inverse;
    private final EarlyCalls early;
    private final Instant now;

    SessionCalls(
            Subscription subscription,
            OfferBook offers,
            SessionTasks tasks,
            SessionOperations operations,
            InverseOfferBook inverse,
            EarlyCalls early,
            Instant now) {
        this.subscription = subscription;
        this.id = subscription.id();
        this.offers = offers;
        this.tasks = tasks;
        this.operations = operations;
        this.inverse = inverse;
        this.early = early;
        this.now = now;
    }

    List<SessionEffect> effectsOf(Call call) {
        return switch (call.getType()) {
            case ACCEPT -> accept(call.getAccept());
            case DECLINE -> decline(call.getDecline());
            case KILL -> kill(call);
            case SHUTDOWN -> shutdown(call.getShutdown());
            case ACKNOWLEDGE -> acknowledge(call.getAcknowledge());
            case RECONCILE -> reconcile(call.getReconcile());
            case RECONCILE_OPERATIONS -> operations.reconcile(id, call.getReconcileOperations());
            case ACKNOWLEDGE_OPERATION_STATUS -> operations.acknowledged(id, call.getAcknowledgeOperationStatus());
            case MESSAGE -> message(call.getMessage());
            case ACCEPT_INVERSE_OFFERS -> {
                var answer = call.getAcceptInverseOffers();
                yield inverse.answer(
                        id, answer.getInverseOfferIdsList(), true, answer.hasFilters(), answer.getFilters());
            }
            case DECLINE_INVERSE_OFFERS -> {
                var answer = call.getDeclineInverseOffers();
                yield inverse.answer(
                        id, answer.getInverseOfferIdsList(), false, answer.hasFilters(), answer.getFilters());
            }
            // A hint, and nobody is there who heeds it.
            case REQUEST -> List.of();
            case UNKNOWN, SUBSCRIBE, TEARDOWN, REVIVE, SUPPRESS, UPDATE_FRAMEWORK ->
                throw new AssertionError("the session itself takes " + call.getType());
        };
    }

    private List<SessionEffect> accept(Call.Accept accept) {
        var effects = new ArrayList<SessionEffect>();
        var wanted =
                accept.getOperationsList().stream().map(OperationRules::only).toList();
        var problem = offers.problemOf(id, accept.getOfferIdsList());
        long newest = offers.newestOf(accept.getOfferIdsList());
        var taken = offers.take(accept.getOfferIdsList());
        if (problem.isPresent()) {
            effects.addAll(giveBack(id, taken, Duration.ZERO));
            refuse(effects, wanted, problem.get());
            return effects;
        }
        var agent = AgentId.fromProto(taken.get(0).getAgentId());
        var valid = new ArrayList<Offer.Operation>();
        var launcher = new SessionLaunches(
                subscription, tasks, task -> offers.denies(task, agent, newest), taken.get(0), now, effects);
        for (var operation : wanted) {
            switch (operation.getType()) {
                case LAUNCH -> launcher.launch(operation).ifPresent(valid::add);
                case LAUNCH_GROUP -> launcher.launchGroup(operation).ifPresent(valid::add);
                default -> convert(effects, operation, taken.get(0)).ifPresent(valid::add);
            }
        }
        var ids = taken.stream().map(o -> OfferId.fromProto(o.getId())).toList();
        effects.add(new SessionEffect.OffersOver(id, ids));
        effects.add(new SessionEffect.ToAgent(
                agent,
                new AgentProtocol.Accept(
                        subscription.info(), ids, valid, OfferBook.refusal(accept.hasFilters(), accept.getFilters()))));
        return effects;
    }

    private Optional<Offer.Operation> convert(List<SessionEffect> effects, Offer.Operation operation, Offer offer) {
        var problem = OperationRules.problemOf(
                operation, subscription.info(), offer.getAllocationInfo().getRole());
        if (problem.isEmpty()) {
            operations.sent(offer, operation, now);
            return Optional.of(operation);
        }
        if (operation.hasId()) {
            effects.add(SessionOperations.error(operation, problem.get()));
        }
        return Optional.empty();
    }

    /** The offers were no good, so nothing of these operations happens. All tasks share one text. */
    private void refuse(List<SessionEffect> effects, List<Offer.Operation> operations, String why) {
        var ofTasks = Statuses.offersAreInvalid(why);
        var ofOthers = "Operation attempted with invalid offers: " + ForeignText.reason(why);
        for (var operation : operations) {
            var wanted = new ArrayList<>(operation.getLaunch().getTaskInfosList());
            wanted.addAll(operation.getLaunchGroup().getTaskGroup().getTasksList());
            wanted.forEach(
                    task -> effects.add(update(Statuses.invalidOffers(subscription.info(), task, ofTasks, now))));
            if (operation.hasId() && !OperationRules.launches(operation.getType())) {
                effects.add(SessionOperations.error(operation, ofOthers));
            }
        }
    }

    private List<SessionEffect> decline(Call.Decline decline) {
        return giveBack(
                id,
                offers.take(decline.getOfferIdsList()),
                OfferBook.refusal(decline.hasFilters(), decline.getFilters()));
    }

    static SessionEffect wantsNothing(FrameworkId id) {
        return new SessionEffect.ToAllocator(new AllocatorProtocol.FrameworkGone(id));
    }

    /** Takes back offers of other roles than these. */
    static List<SessionEffect> withdraw(FrameworkId id, OfferBook offers, List<String> roles) {
        var effects = new ArrayList<SessionEffect>();
        for (var offer : offers.ofRolesOutside(roles)) {
            effects.addAll(giveBack(id, List.of(offer), Duration.ZERO));
            offers.rescind(List.of(OfferId.fromProto(offer.getId())))
                    .forEach(event -> effects.add(new SessionEffect.Emit(event)));
        }
        return effects;
    }

    /** Returns offers to their ledgers, with a filter unless {@code refuse} is zero. */
    static List<SessionEffect> giveBack(FrameworkId id, List<Offer> given, Duration refuse) {
        var effects = new ArrayList<SessionEffect>();
        OfferBook.byAgent(given).forEach((agent, ids) -> {
            effects.add(new SessionEffect.OffersOver(id, ids));
            effects.add(new SessionEffect.ToAgent(agent, new AgentProtocol.Decline(id, ids, refuse)));
        });
        return effects;
    }

    private List<SessionEffect> kill(Call call) {
        var kill = call.getKill();
        var task = TaskId.fromProto(kill.getTaskId());
        var agent = tasks.agentOf(task);
        if (agent.isEmpty()) {
            return killUnknown(call, task);
        }
        boolean elsewhere = kill.hasAgentId()
                && !kill.getAgentId().getValue().equals(agent.get().value());
        var effects = new ArrayList<SessionEffect>();
        if (!elsewhere) {
            effects.add(order(agent.get(), kill, task));
            // Whoever waits for the end hears, as in Mesos, that none comes now. The order waits for the agent.
            tasks.find(task)
                    .filter(known -> known.getState() == TaskState.TASK_UNREACHABLE)
                    .ifPresent(known -> effects.add(update(Statuses.latest(subscription.info(), known, now))));
        }
        return effects;
    }

    /** A session that has just begun may not know it yet: its agent does nothing for a task that it does not know either. */
    private List<SessionEffect> killUnknown(Call call, TaskId task) {
        var kill = call.getKill();
        var agent = kill.hasAgentId() ? Optional.of(AgentId.fromProto(kill.getAgentId())) : Optional.<AgentId>empty();
        var effects = new ArrayList<SessionEffect>();
        agent.filter(NamedAgents::canBe)
                .map(a -> order(a, kill, task))
                .ifPresent(order -> effects.add(new SessionEffect.ToNamed(order.agent(), order.message())));
        effects.addAll(endOr(task, agent, call));
        return effects;
    }

    /**
     * While this session learns, the end of a task that is no more: for all that it knows the scheduler has called before it was
     * told, by a longer way. To wait and to ask the agent then would contradict what it has heard.
     */
    private List<SessionEffect> endOr(TaskId task, Optional<AgentId> agent, Call asked) {
        return tasks.endOf(task)
                .filter(state -> early.learns(now))
                .map(end -> List.<SessionEffect>of(
                        update(Statuses.ended(subscription.info(), task, agent.orElse(null), end, now))))
                .orElseGet(() -> ask(task, agent, asked));
    }

    private SessionEffect.ToAgent order(AgentId agent, Call.Kill kill, TaskId task) {
        var policy = kill.hasKillPolicy() ? Optional.of(kill.getKillPolicy()) : Optional.<KillPolicy>empty();
        return tasks.kills().ordered(agent, new AgentProtocol.Kill(id, task, policy));
    }

    private List<SessionEffect> shutdown(Call.Shutdown shutdown) {
        return NamedAgents.tell(
                AgentId.fromProto(shutdown.getAgentId()),
                new AgentProtocol.ShutdownExecutor(id, shutdown.getExecutorId()));
    }

    private List<SessionEffect> message(Call.Message message) {
        return NamedAgents.tell(
                AgentId.fromProto(message.getAgentId()),
                new AgentProtocol.TellExecutor(id, message.getExecutorId(), message.getData()));
    }

    private List<SessionEffect> acknowledge(Call.Acknowledge acknowledge) {
        var task = TaskId.fromProto(acknowledge.getTaskId());
        var agent = AgentId.fromProto(acknowledge.getAgentId());
        var passedOn = new AgentProtocol.Acknowledge(id, task, acknowledge.getUuid());
        boolean known = tasks.agentOf(task).filter(agent::equals).isPresent();
        var effects = new ArrayList<SessionEffect>();
        tasks.acknowledged(task, agent, acknowledge.getUuid()).ifPresent(last -> {
            effects.add(new SessionEffect.TaskSeen(last, true));
            early.ended(task);
        });
        effects.addAll(known ? List.of(new SessionEffect.ToAgent(agent, passedOn)) : NamedAgents.tell(agent, passedOn));
        return effects;
    }

    private List<SessionEffect> reconcile(Call.Reconcile reconcile) {
        var effects = new ArrayList<SessionEffect>();
        if (reconcile.getTasksCount() == 0) {
            tasks.all().forEach(task -> effects.add(update(Statuses.latest(subscription.info(), task, now))));
        }
        for (var wanted : reconcile.getTasksList()) {
            var task = TaskId.fromProto(wanted.getTaskId());
            var agent = wanted.hasAgentId()
                    ? Optional.of(AgentId.fromProto(wanted.getAgentId()))
                    : Optional.<AgentId>empty();
            var known = tasks.find(task);
            if (known.isPresent()) {
                effects.add(update(Statuses.latest(subscription.info(), known.get(), now)));
            } else {
                effects.addAll(endOr(
                        task,
                        agent,
                        Call.newBuilder()
                                .setType(Call.Type.RECONCILE)
                                .setReconcile(Call.Reconcile.newBuilder().addTasks(wanted))
                                .build()));
            }
        }
        return effects;
    }

    /** Only the ledger knows whether the agent is there, so it says what has become of a task nobody knows. */
    private List<SessionEffect> ask(TaskId task, Optional<AgentId> agent, Call call) {
        if (early.takes(task, call, now)) {
            return List.of();
        }
        if (agent.filter(NamedAgents::canBe).isPresent()) {
            return NamedAgents.tell(agent.get(), new AgentProtocol.Ask(id, task, Optional.empty()));
        }
        var status = Statuses.unknown(subscription.info(), task, agent.orElse(null), TaskState.TASK_UNKNOWN, now);
        return List.of(update(status));
    }

    private static SessionEffect update(TaskStatus status) {
        return new SessionEffect.Emit(Events.update(status));
    }
}
