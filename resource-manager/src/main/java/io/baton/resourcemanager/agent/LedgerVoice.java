package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.LinkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.link.ExecutorMessage;
import io.baton.link.ToAgent;
import io.baton.resourcemanager.metrics.MasterNumbers;
import io.baton.resourcemanager.routing.Neighbours;
import io.baton.resourcemanager.validation.OperationRules;
import io.baton.v1.Offer;
import io.baton.v1.OperationState;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** Tells sessions, allocator and read model what a ledger wants them to know. */
final class LedgerVoice {
    private final AgentId id;
    private final Neighbours neighbours;
    private final MasterNumbers numbers;
    private final Set<ActorRef<LinkProtocol>> waiting = new LinkedHashSet<>();
    private boolean toBeMarked;

    LedgerVoice(AgentId id, Neighbours neighbours) {
        this.id = id;
        this.neighbours = neighbours;
        this.numbers = neighbours.metrics().numbers();
    }

    /** The registry is asked whether the agent of this link may register. */
    void waits(ActorRef<LinkProtocol> link) {
        waiting.add(link);
    }

    /** It has answered. */
    void answered(ActorRef<LinkProtocol> link) {
        waiting.remove(link);
    }

    /** The entity stops: whoever comes next speaks for the agent. @param link of its agent; null if there is none */
    void moved(ActorRef<LinkProtocol> link, ActorRef<AgentProtocol> entity) {
        neighbours.view().tell(new ViewProtocol.AgentMoved(id));
        if (link != null) {
            waiting.add(link);
        }
        waiting.forEach(one -> one.tell(new LinkProtocol.Moved(entity)));
    }

    /** Launches that go to the agent. */
    void count(ToAgent frame) {
        if (frame.hasRun()) {
            neighbours.metrics().launched();
        }
        frame.getRunGroup().getTasksList().forEach(task -> neighbours.metrics().launched());
    }

    /** An executor has something for its framework. */
    void pass(ExecutorMessage said) {
        numbers.add("master/messages_executor_to_framework");
        numbers.add("master/valid_executor_to_framework_messages");
        neighbours.tell(FrameworkId.fromProto(said.getFrameworkId()), new FrameworkProtocol.ExecutorSaid(id, said));
    }

    /** The offers were made by an owner before this one, or not at all. */
    void refuse(AgentProtocol.Accept m) {
        if (m.offers().isEmpty()) {
            return;
        }
        var owner = FrameworkId.fromProto(m.framework().getId());
        var tasks = Refusals.tasksOf(m.operations());
        if (!tasks.isEmpty()) {
            tell(new LedgerEffect.Refused(
                    owner,
                    tasks,
                    Refusals.invalidOffer(m.framework(), m.offers().get(0))));
        }
        var why = Operations.invalidOffer(m.offers().get(0));
        m.operations().stream()
                .filter(operation -> operation.hasId() && !OperationRules.launches(operation.getType()))
                .forEach(operation -> tell(new LedgerEffect.Operated(owner, Operations.refusal(operation, why))));
    }

    /** Of an effect that is for others than the agent and the shell. */
    void tell(LedgerEffect effect) {
        if (effect instanceof LedgerEffect.Granted e) {
            neighbours.metrics().offered();
            neighbours.tell(e.framework(), new FrameworkProtocol.Offered(e.offer(), e.registration()));
        } else if (effect instanceof LedgerEffect.Rescinded e) {
            neighbours.metrics().rescinded(e.offers().size());
            neighbours.tell(e.framework(), new FrameworkProtocol.Rescinded(e.offers()));
        } else if (effect instanceof LedgerEffect.Refused e) {
            neighbours
                    .metrics()
                    .refused(e.status().getReason().name(), e.tasks().size());
            neighbours.tell(e.framework(), new FrameworkProtocol.TasksRefused(id, e.tasks(), e.status()));
        } else if (effect instanceof LedgerEffect.Forward e) {
            neighbours
                    .metrics()
                    .updated(e.update().update().getStatus().getState().name());
            neighbours.tell(e.framework(), e.update());
        } else if (effect instanceof LedgerEffect.Adopted e) {
            neighbours.tell(e.framework(), e.tasks());
        } else if (effect instanceof LedgerEffect.ToFramework e) {
            if (e.message() instanceof FrameworkProtocol.ExecutorEnded) {
                numbers.add("master/messages_exited_executor");
            }
            neighbours.tell(e.framework(), e.message());
        } else if (effect instanceof LedgerEffect.Lost e) {
            var lost = new FrameworkProtocol.AgentLost(id, e.state(), e.epoch(), e.tasks(), e.again(), e.removed());
            neighbours.tell(e.framework(), lost);
        } else if (effect instanceof LedgerEffect.Operated e) {
            neighbours.tell(e.framework(), new FrameworkProtocol.Operated(id, e.status()));
        } else if (effect instanceof LedgerEffect.Holds e) {
            neighbours.tell(e.framework(), new FrameworkProtocol.Leased(id, e.offers()));
        } else if (effect instanceof LedgerEffect.Answer e) {
            neighbours.tell(e.framework(), new FrameworkProtocol.Unknown(id, e.task(), e.launchedOn(), e.state()));
        } else if (effect instanceof LedgerEffect.Settled e) {
            settled(e.type(), e.state());
        } else {
            toCluster(effect);
        }
    }

    /** Over a new link. */
    void registered(boolean first) {
        var name = first ? "register" : "reregister";
        numbers.add("master/messages_" + name + "_slave");
        numbers.add(first ? "master/slave_registrations" : "master/slave_reregistrations");
        if (toBeMarked) {
            toBeMarked = false;
            numbers.add("master/slave_unreachable_canceled");
        }
    }

    /** The registry is asked to mark the agent unreachable, which may have to wait for others. */
    void toBeMarked() {
        if (!toBeMarked) {
            toBeMarked = true;
            numbers.add("master/slave_unreachable_scheduled");
        }
    }

    void unreachable() {
        toBeMarked = false;
        numbers.add("master/slave_unreachable_completed");
        numbers.add("master/slave_removals");
        numbers.add("master/slave_removals/reason_unhealthy");
    }

    void gone() {
        numbers.add("master/slave_removals");
    }

    private void settled(Offer.Operation.Type type, OperationState state) {
        if (OperationRules.launches(type)) {
            return; // Their tasks are counted.
        }
        var name = state.name().substring("OPERATION_".length()).toLowerCase(Locale.ROOT);
        numbers.add("master/operations/" + name);
        numbers.add("master/operations/" + type.name().toLowerCase(Locale.ROOT) + "/" + name);
        numbers.add("master/messages_operation_status_update");
        numbers.add("master/valid_operation_status_updates");
    }

    private void toCluster(LedgerEffect effect) {
        if (effect instanceof LedgerEffect.ToAllocator e) {
            neighbours.allocator().tell(e.message());
        } else if (effect instanceof LedgerEffect.Seen e) {
            neighbours.view().tell(new ViewProtocol.AgentSeen(e.agent(), e.connected()));
        } else if (effect instanceof LedgerEffect.Details e) {
            neighbours.view().tell(e.details());
        } else if (effect instanceof LedgerEffect.Hosts e) {
            neighbours.view().tell(new ViewProtocol.ExecutorsSeen(id, e.executors()));
        } else if (effect instanceof LedgerEffect.Forgotten e) {
            neighbours.view().tell(new ViewProtocol.AgentForgotten(e.agent()));
        } else if (effect instanceof LedgerEffect.OffersOver e) {
            neighbours.view().tell(new ViewProtocol.OffersGone(e.framework(), e.offers()));
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }
}
