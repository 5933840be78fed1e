package io.baton.resourcemanager.framework;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.routing.Neighbours;
import org.apache.pekko.actor.typed.ActorRef;

/** Tells owners of agents, the allocator and the read model what a session wants them to know. */
final class SessionVoice {
    private final FrameworkId id;
    private final Neighbours neighbours;

    SessionVoice(FrameworkId id, Neighbours neighbours) {
        this.id = id;
        this.neighbours = neighbours;
    }

    /** The entity stops: whoever comes next speaks for the framework. @param stream its scheduler's; null if there was none */
    void moved(ActorRef<StreamProtocol> stream, ActorRef<FrameworkProtocol> entity) {
        neighbours.view().tell(new ViewProtocol.FrameworkMoved(id));
        if (stream != null) {
            stream.tell(new StreamProtocol.Moved(entity));
        }
    }

    /** Of an effect that is for others than the scheduler and the shell. */
    void tell(SessionEffect effect) {
        if (effect instanceof SessionEffect.ToAgent e) {
            neighbours.tell(e.agent(), e.message());
        } else if (effect instanceof SessionEffect.ToAllocator e) {
            neighbours.allocator().tell(e.message());
        } else if (effect instanceof SessionEffect.Seen e) {
            neighbours.view().tell(new ViewProtocol.FrameworkSeen(e.framework()));
        } else if (effect instanceof SessionEffect.TaskSeen e) {
            neighbours.view().tell(new ViewProtocol.TaskSeen(e.task(), e.completed()));
        } else if (effect instanceof SessionEffect.TasksSeen e) {
            neighbours.view().tell(new ViewProtocol.TasksSeen(id, e.agent(), e.tasks()));
        } else if (effect instanceof SessionEffect.OfferSeen e) {
            neighbours.view().tell(new ViewProtocol.OfferSeen(e.offer()));
        } else if (effect instanceof SessionEffect.OffersOver e) {
            neighbours.view().tell(new ViewProtocol.OffersGone(e.framework(), e.offers()));
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }
}
