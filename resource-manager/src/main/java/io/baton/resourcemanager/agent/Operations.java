package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.OperationUuids;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Conversion;
import io.baton.core.resource.Resources;
import io.baton.link.Operate;
import io.baton.link.OperationUpdate;
import io.baton.link.ToAgent;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations on an agent's resources: those of which the agent has not spoken, and those whose updates a scheduler
 * has not acknowledged. An operation counts as done when it is sent; if the agent refuses it, its registration corrects
 * the books.
 */
final class Operations {
    /** How long the agent may say nothing of an operation before it is told again: it knows its operations. */
    static final Duration SEND_AGAIN = Duration.ofSeconds(10);

    /** An operation of which the agent has not spoken; {@code sentAt} is the first tick after it. */
    private record Unheard(ToAgent frame, Instant sentAt) {}

    private final Map<String, Unheard> unheard = new LinkedHashMap<>();

    /** As the agent has told them, until they are acknowledged. */
    private final Map<String, OperationUpdate> told = new LinkedHashMap<>();

    private final AgentId id;
    private final Balance balance;
    private Term term = Term.NONE;
    private long made;

    Operations(AgentId id, Balance balance) {
        this.id = id;
        this.balance = balance;
    }

    /**
     * Does what a scheduler wants, or refuses it.
     *
     * @param left what the scheduler may use
     * @return what is left and made of it
     */
    Resources perform(
            List<LedgerEffect> effects, FrameworkInfo framework, Offer.Operation operation, Resources left, Term now) {
        var conversion = Conversion.of(operation);
        var misfit = conversion.misfit(left, balance.total());
        if (misfit.isPresent()) {
            refuse(effects, framework, operation, "Operation attempted with invalid resources: " + misfit.get());
            return left;
        }
        convert(effects, Optional.of(FrameworkId.fromProto(framework.getId())), operation, now);
        return conversion.applyTo(left);
    }

    /**
     * Does what an operator wants, or refuses it: 409 if there is not enough that nobody uses. Offers end for it, if what
     * is free does not suffice.
     */
    Ordered order(Offer.Operation operation, Leases leases, Term now) {
        var conversion = Conversion.of(operation);
        var misfit = conversion.misfit(balance.free().plus(leases.sum()), balance.total());
        if (misfit.isPresent()) {
            return Ordered.refused(refusal(operation, conversion, misfit.get()));
        }
        var effects = new ArrayList<LedgerEffect>();
        leases.rescindUntil(() -> balance.free().contains(conversion.consumed()), conversion.consumed(), effects);
        convert(effects, Optional.empty(), operation, now);
        return new Ordered(CallAnswer.ACCEPTED, effects);
    }

    /** That there is not enough may pass; a volume that is there already, is used, or is not there, is a wrong call. */
    private CallAnswer refusal(Offer.Operation operation, Conversion conversion, String misfit) {
        if (operation.getType() == Offer.Operation.Type.DESTROY) {
            boolean used = balance.total().contains(conversion.consumed());
            return CallAnswer.badRequest(
                    "Invalid DESTROY operation: Persistent volumes " + (used ? "in use" : "not found"));
        }
        var there = balance.total().volumeIds();
        var consumed = conversion.consumed().volumeIds();
        boolean twice = conversion.converted().volumeIds().stream()
                .anyMatch(id -> there.contains(id) && !consumed.contains(id));
        return twice
                ? CallAnswer.badRequest("Invalid " + operation.getType() + " operation: " + misfit)
                : new CallAnswer(409, misfit);
    }

    /** @param operation that fits what is free */
    void convert(List<LedgerEffect> effects, Optional<FrameworkId> framework, Offer.Operation operation, Term now) {
        balance.convert(Conversion.of(operation));
        made = now.equals(term) ? made + 1 : 1;
        term = now;
        var key = id + "-X" + term + "." + made;
        var operate = Operate.newBuilder().setEpoch(term.epoch()).setKey(key).setOperation(operation);
        framework.map(FrameworkId::toProto).ifPresent(operate::setFrameworkId);
        var frame = ToAgent.newBuilder().setOperate(operate).build();
        unheard.put(key, new Unheard(frame, Instant.MAX));
        effects.add(new LedgerEffect.ToLink(frame));
    }

    /** Its scheduler hears of it if it gave the operation an id. */
    static void refuse(List<LedgerEffect> effects, FrameworkInfo framework, Offer.Operation operation, String why) {
        effects.add(new LedgerEffect.Settled(operation.getType(), OperationState.OPERATION_ERROR));
        if (operation.hasId()) {
            effects.add(new LedgerEffect.Operated(FrameworkId.fromProto(framework.getId()), refusal(operation, why)));
        }
    }

    /** @param operation that has an id */
    static OperationStatus refusal(Offer.Operation operation, String why) {
        return status(operation, OperationState.OPERATION_ERROR, why);
    }

    /** Why nothing is done on an offer that is over. */
    static String invalidOffer(OfferId offer) {
        return "Operation attempted with invalid offers: Offer " + offer + " is no longer valid";
    }

    /** None is under way, and none waits for its scheduler's acknowledgement. */
    boolean isEmpty() {
        return unheard.isEmpty() && told.isEmpty();
    }

    /** Whether it was sent and not heard of, or heard of and not acknowledged. */
    private boolean knows(String key) {
        return unheard.containsKey(key) || told.containsKey(key);
    }

    /**
     * How an operation went.
     *
     * @return whether the books are wrong: the agent would not do it, or has done one that was not thought to reach it
     */
    boolean operated(OperationUpdate update, List<LedgerEffect> effects) {
        boolean news = !knows(update.getKey());
        boolean awaited = unheard.containsKey(update.getKey());
        if (news || awaited) {
            effects.add(new LedgerEffect.Settled(
                    update.getOperation().getType(), update.getStatus().getState()));
        }
        if (updated(update)) {
            effects.add(new LedgerEffect.Operated(FrameworkId.fromProto(update.getFrameworkId()), update.getStatus()));
        }
        boolean done = update.getStatus().getState() == OperationState.OPERATION_FINISHED;
        return awaited && !done || news && done;
    }

    /** @return whether a scheduler is to hear of it */
    private boolean updated(OperationUpdate update) {
        unheard.remove(update.getKey());
        boolean wanted = update.hasFrameworkId() && update.getStatus().hasOperationId();
        if (wanted && update.getStatus().hasUuid()) {
            told.put(update.getKey(), update);
        }
        return wanted;
    }

    /**
     * The key of the operation that the agent knows it by; empty if it was acknowledged, or never was, or if its update is
     * another one.
     */
    Optional<String> acknowledged(AgentProtocol.AcknowledgeOperation m) {
        var key = told.entrySet().stream()
                .filter(e -> isOf(m.framework(), m.operationId(), e.getValue()))
                .filter(e -> m.uuid()
                        .filter(uuid ->
                                !uuid.equals(e.getValue().getStatus().getUuid().getValue()))
                        .isEmpty())
                .map(Map.Entry::getKey)
                .findFirst();
        key.ifPresent(told::remove);
        return key;
    }

    /**
     * What its scheduler, which asks, hears of an operation.
     *
     * @param unknown what it is if nobody knows it here. If the agent is lost, every operation is, however it went
     */
    LedgerEffect answer(AgentProtocol.AskOperation m, OperationState unknown) {
        boolean lost =
                unknown == OperationState.OPERATION_UNREACHABLE || unknown == OperationState.OPERATION_GONE_BY_OPERATOR;
        var latest = told.values().stream()
                .filter(update -> !lost && isOf(m.framework(), m.operationId(), update))
                .map(update -> update.getStatus().toBuilder().clearUuid())
                .findFirst();
        boolean underWay = !lost
                && unheard.values().stream()
                        .map(one -> one.frame.getOperate())
                        .anyMatch(o -> FrameworkId.fromProto(o.getFrameworkId()).equals(m.framework())
                                && o.getOperation().getId().getValue().equals(m.operationId()));
        var why =
                lost ? "Agent of the operation is lost" : underWay ? "Operation is under way" : "Operation is unknown";
        var status = latest.orElseGet(() -> OperationStatus.newBuilder()
                .setOperationId(OperationID.newBuilder().setValue(m.operationId()))
                .setState(underWay ? OperationState.OPERATION_PENDING : unknown)
                .setMessage("Reconciliation: " + why));
        return new LedgerEffect.Operated(m.framework(), status.build());
    }

    private static boolean isOf(FrameworkId framework, String operationId, OperationUpdate update) {
        return FrameworkId.fromProto(update.getFrameworkId()).equals(framework)
                && update.getStatus().getOperationId().getValue().equals(operationId);
    }

    /** The framework is gone: nobody acknowledges what became of its operations. */
    void removed(FrameworkId framework) {
        told.values().removeIf(update -> FrameworkId.fromProto(update.getFrameworkId())
                .equals(framework));
    }

    /** Those under way, and those whose updates are not acknowledged, as operators see them. */
    List<Operation> toProto() {
        var out = new ArrayList<Operation>();
        told.forEach((key, update) -> out.add(shown(key, update.getOperation(), update.getStatus())
                .setFrameworkId(update.getFrameworkId())
                .build()));
        unheard.forEach((key, one) -> {
            var operate = one.frame.getOperate();
            var status = OperationStatus.newBuilder().setState(OperationState.OPERATION_PENDING);
            if (operate.getOperation().hasId()) {
                status.setOperationId(operate.getOperation().getId());
            }
            var operation = shown(key, operate.getOperation(), status.build());
            if (operate.hasFrameworkId()) {
                operation.setFrameworkId(operate.getFrameworkId());
            }
            out.add(operation.build());
        });
        return out;
    }

    private Operation.Builder shown(String key, Offer.Operation operation, OperationStatus status) {
        return Operation.newBuilder()
                .setAgentId(id.toProto())
                .setInfo(operation)
                .setLatestStatus(status)
                .addStatuses(status)
                .setUuid(OperationUuids.of(key));
    }

    /**
     * The agent's own list replaces what was believed: what was sent and is not in it did not come to the agent.
     *
     * @return what schedulers are to hear
     */
    List<LedgerEffect> adopt(List<OperationUpdate> updates) {
        var effects = new ArrayList<LedgerEffect>();
        told.clear();
        updates.forEach(update -> {
            if (updated(update)) {
                effects.add(
                        new LedgerEffect.Operated(FrameworkId.fromProto(update.getFrameworkId()), update.getStatus()));
            }
        });
        for (var lost : unheard.values()) {
            var operate = lost.frame.getOperate();
            effects.add(new LedgerEffect.Settled(operate.getOperation().getType(), OperationState.OPERATION_DROPPED));
            if (operate.hasFrameworkId() && operate.getOperation().hasId()) {
                effects.add(new LedgerEffect.Operated(
                        FrameworkId.fromProto(operate.getFrameworkId()),
                        status(
                                operate.getOperation(),
                                OperationState.OPERATION_DROPPED,
                                "The operation did not come to the agent")));
            }
        }
        unheard.clear();
        return effects;
    }

    /** A status that the master makes: without a uuid, so nobody acknowledges it. */
    private static OperationStatus status(Offer.Operation operation, OperationState state, String message) {
        return OperationStatus.newBuilder()
                .setOperationId(operation.getId())
                .setState(state)
                .setMessage(message)
                .build();
    }

    /** The agent is lost: schedulers that gave their operations ids hear that nobody can say what becomes of them. */
    void lost(TaskState with, List<LedgerEffect> effects) {
        var state = with == TaskState.TASK_UNREACHABLE
                ? OperationState.OPERATION_UNREACHABLE
                : OperationState.OPERATION_GONE_BY_OPERATOR;
        toProto().stream()
                .filter(one -> one.hasFrameworkId() && one.getInfo().hasId())
                .forEach(one -> effects.add(new LedgerEffect.Operated(
                        FrameworkId.fromProto(one.getFrameworkId()),
                        status(one.getInfo(), state, "The agent of the operation is lost"))));
    }

    void sendAgain(Instant now, List<LedgerEffect> effects) {
        unheard.replaceAll((key, one) -> {
            if (one.sentAt.equals(Instant.MAX)) {
                return new Unheard(one.frame, now);
            }
            if (now.isBefore(one.sentAt.plus(SEND_AGAIN))) {
                return one;
            }
            effects.add(new LedgerEffect.ToLink(one.frame));
            return new Unheard(one.frame, now);
        });
    }
}
