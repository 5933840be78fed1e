package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.link.ExecutorEnded;
import io.baton.link.ExecutorMessage;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.Offer;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.util.List;

/** The events a scheduler gets. */
final class Events {
    /** Of an executor of which nobody knows how it ended. */
    private static final int UNKNOWN_STATUS = -1;

    private Events() {}

    /** The edge adds its master's address and the heartbeat's interval. */
    static Event subscribed(FrameworkId id) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder().setFrameworkId(id.toProto()))
                .build();
    }

    static Event error(String message) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(message))
                .build();
    }

    /** Frameworks without MULTI_ROLE do not know allocation roles: theirs is the only one they have. */
    static Event offers(FrameworkInfo framework, List<Offer> offers) {
        var out = Event.Offers.newBuilder();
        boolean multiRole = FrameworkRoles.multiRole(framework);
        boolean refined = TaskStates.has(framework, FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT);
        for (var offer : offers) {
            var known = refined ? withStacks(offer) : offer;
            out.addOffers(multiRole ? known : withoutRoles(known));
        }
        return Event.newBuilder().setType(Event.Type.OFFERS).setOffers(out).build();
    }

    /** Who knows of refinements reads reservations from the stack only. */
    private static Offer withStacks(Offer offer) {
        if (offer.getResourcesList().stream().allMatch(r -> r.getRole().equals("*"))) {
            return offer;
        }
        var out = offer.toBuilder().clearResources();
        offer.getResourcesList().forEach(r -> out.addResources(Resources.stacked(r)));
        return out.build();
    }

    private static Offer withoutRoles(Offer offer) {
        var out = offer.toBuilder().clearAllocationInfo().clearResources();
        offer.getResourcesList().forEach(r -> out.addResources(r.toBuilder().clearAllocationInfo()));
        return out.build();
    }

    static Event rescind(OfferId offer) {
        return Event.newBuilder()
                .setType(Event.Type.RESCIND)
                .setRescind(Event.Rescind.newBuilder().setOfferId(offer.toProto()))
                .build();
    }

    static Event update(TaskStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status))
                .build();
    }

    /** A status is always there, as in Mesos: schedulers tell by it that it was an executor, and read it unchecked. */
    static Event executorFailure(AgentId agent, ExecutorEnded ended) {
        var failure = Event.Failure.newBuilder()
                .setAgentId(agent.toProto())
                .setExecutorId(ended.getExecutorId())
                .setStatus(ended.hasStatus() ? ended.getStatus() : UNKNOWN_STATUS);
        return Event.newBuilder()
                .setType(Event.Type.FAILURE)
                .setFailure(failure)
                .build();
    }

    static Event message(AgentId agent, ExecutorMessage said) {
        return Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder()
                        .setAgentId(agent.toProto())
                        .setExecutorId(said.getExecutorId())
                        .setData(said.getData()))
                .build();
    }

    static Event inverseOffers(List<InverseOffer> offers) {
        return Event.newBuilder()
                .setType(Event.Type.INVERSE_OFFERS)
                .setInverseOffers(Event.InverseOffers.newBuilder().addAllInverseOffers(offers))
                .build();
    }

    static Event rescindInverse(OfferId id) {
        return Event.newBuilder()
                .setType(Event.Type.RESCIND_INVERSE_OFFER)
                .setRescindInverseOffer(Event.RescindInverseOffer.newBuilder().setInverseOfferId(id.toProto()))
                .build();
    }

    static Event agentFailure(AgentId agent) {
        return Event.newBuilder()
                .setType(Event.Type.FAILURE)
                .setFailure(Event.Failure.newBuilder().setAgentId(agent.toProto()))
                .build();
    }
}
