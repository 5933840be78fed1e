package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.Offer;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the operations of a framework went whose updates it has not acknowledged, and which are under way. The agents keep
 * the former; a new session hears of them again.
 */
final class SessionOperations {
    /** Most that are kept for reconciliation; of more the agents go on to tell. */
    static final int MAX_KEPT = 10_000;

    private final Map<String, OperationStatus> latest = new LinkedHashMap<>();

    /** How long a ledger may be silent before it is asked, and from one question to the next. */
    static final Duration SILENCE = SessionTasks.SILENCE;

    /**
     * An operation whose agent's ledger was sent it, on this offer, and has not said how it went.
     *
     * @param wanted answers that the scheduler waits for
     */
    private record Sent(AgentId agent, OfferId offer, Instant askAt, int wanted) {
        Sent askedAgainAt(Instant next) {
            return new Sent(agent, offer, next, wanted);
        }

        Sent wants(int more) {
            return new Sent(agent, offer, askAt, wanted + more);
        }
    }

    private final Map<String, Sent> underWay = new LinkedHashMap<>();

    /** It goes to the ledger of the offer's agent. Of one without an id nobody is told anything. */
    void sent(Offer offer, Offer.Operation operation, Instant now) {
        if (operation.hasId() && underWay.size() < MAX_KEPT) {
            var agent = AgentId.fromProto(offer.getAgentId());
            underWay.put(
                    operation.getId().getValue(),
                    new Sent(agent, OfferId.fromProto(offer.getId()), now.plus(SILENCE), 0));
        }
    }

    /** Ledgers that have been silent for long are asked: they may have ended, and the operation with them. */
    List<SessionEffect> ask(FrameworkId framework, Instant now) {
        var effects = new ArrayList<SessionEffect>();
        underWay.replaceAll((id, sent) -> {
            if (now.isBefore(sent.askAt)) {
                return sent;
            }
            effects.add(new SessionEffect.ToAgent(
                    sent.agent, new AgentProtocol.AskOperation(framework, id, Optional.of(sent.offer))));
            return sent.askedAgainAt(now.plus(SILENCE));
        });
        return effects;
    }

    /** Whether this only says that an operation is under way still, and it is not the scheduler who has asked. */
    boolean isNoNews(AgentId agent, OperationStatus said) {
        var id = said.getOperationId().getValue();
        var sent = underWay.get(id);
        if (sent == null || !sent.agent.equals(agent) || !isOpen(said)) {
            return false;
        }
        if (sent.wanted > 0) {
            underWay.put(id, sent.wants(-1));
            return false;
        }
        return true;
    }

    /** @return what the scheduler is told, if it is there */
    Event updated(AgentId agent, OperationStatus said) {
        var id = said.getOperationId().getValue();
        boolean awaited = underWay.containsKey(id) && underWay.get(id).agent.equals(agent);
        var status = awaited && said.getState() == OperationState.OPERATION_UNKNOWN ? dropped(said) : said;
        var complete = isRefusal(status)
                ? status
                : status.toBuilder().setAgentId(agent.toProto()).build();
        var known = latest.get(id);
        if (awaited && !isOpen(status)) {
            underWay.remove(id);
        }
        if (isLost(status) && known != null && known.getAgentId().equals(complete.getAgentId())) {
            latest.remove(id); // Told again with its uuid if the agent comes back.
        }
        if (status.hasUuid() && (latest.containsKey(id) || latest.size() < MAX_KEPT)) {
            latest.put(id, complete);
        }
        return event(complete);
    }

    /** It was sent, and the agent, which is there, has never heard of it. */
    private static OperationStatus dropped(OperationStatus unknown) {
        return unknown.toBuilder()
                .setState(OperationState.OPERATION_DROPPED)
                .setMessage("The operation did not come to the agent")
                .build();
    }

    /** Whether more is to be heard of it. */
    private static boolean isOpen(OperationStatus status) {
        return status.getState() == OperationState.OPERATION_PENDING
                || status.getState() == OperationState.OPERATION_RECOVERING;
    }

    /** Whether a master would not have it: then, as in Mesos, no agent is named. */
    private static boolean isRefusal(OperationStatus status) {
        return status.getState() == OperationState.OPERATION_ERROR && !status.hasUuid();
    }

    /** Whether its agent is lost, and it with that, however it went. */
    private static boolean isLost(OperationStatus status) {
        return status.getState() == OperationState.OPERATION_UNREACHABLE
                || status.getState() == OperationState.OPERATION_GONE_BY_OPERATOR;
    }

    List<SessionEffect> acknowledged(FrameworkId framework, Call.AcknowledgeOperationStatus acknowledge) {
        var id = acknowledge.getOperationId().getValue();
        var known = latest.get(id);
        if (known != null
                && known.getAgentId().getValue().equals(acknowledge.getAgentId().getValue())
                && known.getUuid().getValue().equals(acknowledge.getUuid())) {
            latest.remove(id);
        }
        return acknowledge.hasAgentId()
                ? NamedAgents.tell(
                        AgentId.fromProto(acknowledge.getAgentId()),
                        new AgentProtocol.AcknowledgeOperation(framework, id, Optional.of(acknowledge.getUuid())))
                : List.of();
    }

    /**
     * Answers for each operation that is named, for all that are known if none is; never with a uuid. Only the ledger knows
     * whether the agent is there and what is on its way to it, so it says what has become of an operation that is under
     * way, or that nobody knows here.
     */
    List<SessionEffect> reconcile(FrameworkId framework, Call.ReconcileOperations reconcile) {
        var effects = new ArrayList<SessionEffect>();
        if (reconcile.getOperationsCount() == 0) {
            latest.values()
                    .forEach(status -> effects.add(new SessionEffect.Emit(
                            event(status.toBuilder().clearUuid().build()))));
            for (var id : List.copyOf(underWay.keySet())) {
                if (!latest.containsKey(id)) {
                    effects.add(ask(framework, underWay.get(id).agent, id));
                }
            }
        }
        for (var operation : reconcile.getOperationsList()) {
            var id = operation.getOperationId().getValue();
            var known = latest.get(id);
            var agent = operation.hasAgentId()
                    ? Optional.of(AgentId.fromProto(operation.getAgentId()))
                    : Optional.ofNullable(underWay.get(id)).map(Sent::agent);
            if (known != null) {
                effects.add(new SessionEffect.Emit(
                        event(known.toBuilder().clearUuid().build())));
            } else if (agent.filter(NamedAgents::canBe).isPresent()) {
                effects.add(ask(framework, agent.get(), id));
            } else {
                effects.add(new SessionEffect.Emit(unknown(id, agent)));
            }
        }
        return effects;
    }

    private SessionEffect ask(FrameworkId framework, AgentId agent, String id) {
        var sentOn = Optional.ofNullable(underWay.get(id))
                .filter(sent -> sent.agent.equals(agent))
                .map(Sent::offer);
        if (sentOn.isPresent()) {
            underWay.computeIfPresent(id, (key, sent) -> sent.wants(1));
        }
        return new SessionEffect.ToNamed(agent, new AgentProtocol.AskOperation(framework, id, sentOn));
    }

    /** There is no such agent: what was under way to it has come to nothing. */
    Event noAgent(AgentId agent, String operation) {
        if (underWay.containsKey(operation) && underWay.get(operation).agent.equals(agent)) {
            underWay.remove(operation);
        }
        return unknown(operation, Optional.of(agent));
    }

    /** @param agent that the scheduler has named, and that is none */
    private static Event unknown(String operation, Optional<AgentId> agent) {
        var status = OperationStatus.newBuilder()
                .setOperationId(OperationID.newBuilder().setValue(operation))
                .setState(OperationState.OPERATION_UNKNOWN)
                .setMessage("Reconciliation: Operation is unknown");
        agent.ifPresent(named -> status.setAgentId(named.toProto()));
        return event(status.build());
    }

    /** The master will not have it. */
    static SessionEffect error(Offer.Operation operation, String why) {
        return new SessionEffect.Emit(event(OperationStatus.newBuilder()
                .setOperationId(operation.getId())
                .setState(OperationState.OPERATION_ERROR)
                .setMessage(why)
                .build()));
    }

    private static Event event(OperationStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE_OPERATION_STATUS)
                .setUpdateOperationStatus(
                        Event.UpdateOperationStatus.newBuilder().setStatus(status))
                .build();
    }
}
