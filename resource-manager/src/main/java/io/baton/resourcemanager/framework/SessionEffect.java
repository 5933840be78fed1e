package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.v1.Offer;
import io.baton.v1.Task;
import io.baton.v1.master.Response;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.List;

/** What the shell of a {@link FrameworkSession} does after a step, in the order given. */
public sealed interface SessionEffect {
    /** Write an event to the live stream. Only while connected. */
    record Emit(Event event) implements SessionEffect {}

    /** The subscriber that is just asking may not: tell it why and end its stream. The live one stays. */
    record RefuseSubscriber(Event error) implements SessionEffect {}

    /** The subscriber that is just asking is the live one from here on. */
    record AdoptSubscriber() implements SessionEffect {}

    /** End the live stream. */
    record EndStream() implements SessionEffect {}

    /** Tell an agent's ledger something. It has spoken to the session, so there is one. */
    record ToAgent(AgentId agent, AgentProtocol message) implements SessionEffect {}

    /**
     * Tell the ledger of an agent something that a scheduler has named, and may have made up. If the registry knows no such
     * agent, call {@link FrameworkSession#noAgent} instead.
     */
    record ToNamed(AgentId agent, AgentProtocol message) implements SessionEffect {}

    /** Tell the allocator something. */
    record ToAllocator(AllocatorProtocol message) implements SessionEffect {}

    /** Offers are waiting: call {@link FrameworkSession#flush} when the messages now queued have been read. */
    record FlushLater() implements SessionEffect {}

    /** There is more to a long call: call {@link FrameworkSession#rest} when the messages now queued have been read. */
    record Later(Call rest, String streamId) implements SessionEffect {}

    /** Show the framework in the read model. */
    record Seen(Response.GetFrameworks.Framework framework) implements SessionEffect {}

    /** Show a task in the read model. */
    record TaskSeen(Task task, boolean completed) implements SessionEffect {}

    /** Show that these are all tasks of the framework there that are not completed. */
    record TasksSeen(AgentId agent, List<Task> tasks) implements SessionEffect {}

    /** Show an offer in the read model. */
    record OfferSeen(Offer offer) implements SessionEffect {}

    /** Tell the read model that offers are over. */
    record OffersOver(FrameworkId framework, List<OfferId> offers) implements SessionEffect {}

    /**
     * Have the registry remove the framework, then call {@link FrameworkSession#remove}.
     *
     * @param expired because its failover timeout is over, and only if no scheduler has come back anywhere
     */
    record Remove(boolean expired) implements SessionEffect {}

    /** The framework is removed for good, and only remembered from now on. */
    record Buried() implements SessionEffect {}

    /** Nobody ever was this framework: stop the entity when it has been idle. */
    record Idle() implements SessionEffect {}
}
