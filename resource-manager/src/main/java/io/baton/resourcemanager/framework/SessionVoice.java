package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.routing.Neighbours;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Tells agents' ledgers, the allocator and the read model what a session wants them to know. */
final class SessionVoice {
    /**
     * This master's copy of the registry has caught up.
     *
     * @param known false if nobody can say whether it has
     */
    record CaughtUp(List<SessionEffect.ToNamed> named, boolean known) implements FrameworkProtocol.Internal {}

    private final ActorContext<FrameworkProtocol> context;
    private final FrameworkId id;
    private final Registrar registrar;
    private final Neighbours neighbours;
    private final CatchingUp catchingUp;
    private final NamedAgents named = new NamedAgents();

    SessionVoice(
            ActorContext<FrameworkProtocol> context,
            FrameworkId id,
            Registrar registrar,
            FrameworkSurroundings surroundings) {
        this.context = context;
        this.id = id;
        this.registrar = registrar;
        this.neighbours = surroundings.neighbours();
        this.catchingUp = surroundings.catchingUp();
    }

    /** The entity stops: whoever comes next speaks for the framework. */
    void moved() {
        neighbours.view().tell(new ViewProtocol.FrameworkMoved(id));
    }

    /** Of an effect that is for others than the stream and the shell. */
    void tell(SessionEffect effect) {
        if (effect instanceof SessionEffect.ToAgent e) {
            neighbours.tell(e.agent(), e.message());
        } else if (effect instanceof SessionEffect.ToNamed e) {
            tellNamed(e);
        } else if (effect instanceof SessionEffect.Later e) {
            context.getSelf().tell(new FrameworkEntity.Rest(e));
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

    private boolean isThere(AgentId agent) {
        return registrar.read(state -> state.agents().containsKey(agent.value()));
    }

    private void tellNamed(SessionEffect.ToNamed e) {
        if (isThere(e.agent())) {
            neighbours.tell(e.agent(), e.message());
        } else {
            named.add(e);
            catchUp();
        }
    }

    private void catchUp() {
        named.next()
                .ifPresent(all -> context.pipeToSelf(
                        catchingUp.now(registrar), (done, failure) -> new CaughtUp(all, failure == null)));
    }

    /**
     * Those that are there are told what waited; if nobody can say which are, nobody is.
     *
     * @return what follows for the scheduler of those that are not there
     */
    List<SessionEffect> caughtUp(CaughtUp m, FrameworkSession session, Instant now) {
        named.asked();
        var effects = new ArrayList<SessionEffect>();
        for (var one : m.known() ? m.named() : List.<SessionEffect.ToNamed>of()) {
            if (isThere(one.agent())) {
                neighbours.tell(one.agent(), one.message());
            } else {
                effects.addAll(session.noAgent(one, now));
            }
        }
        catchUp();
        return effects;
    }
}
