package io.baton.resourcemanager.query;

import io.baton.core.protocol.ViewProtocol;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Shell of the {@link ClusterView}. */
public final class ViewActor extends AbstractBehavior<ViewProtocol> {
    private final ClusterView view = new ClusterView();

    private ViewActor(ActorContext<ViewProtocol> context) {
        super(context);
    }

    public static Behavior<ViewProtocol> create() {
        return Behaviors.setup(ViewActor::new);
    }

    @Override
    public Receive<ViewProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(ViewProtocol.TaskSeen.class, m -> then(() -> view.taskSeen(m.task(), m.completed())))
                .onMessage(ViewProtocol.OfferSeen.class, m -> then(() -> view.offerSeen(m.offer())))
                .onMessage(ViewProtocol.OffersGone.class, m -> then(() -> view.offersGone(m.offers())))
                .onMessage(ViewProtocol.AgentSeen.class, m -> then(() -> view.agentSeen(m.agent())))
                .onMessage(ViewProtocol.AgentForgotten.class, m -> then(() -> view.agentForgotten(m.agent())))
                .onMessage(ViewProtocol.FrameworkSeen.class, m -> then(() -> view.frameworkSeen(m.framework())))
                .onMessage(
                        ViewProtocol.GetState.class, m -> then(() -> m.replyTo().tell(view.state())))
                .build();
    }

    private Behavior<ViewProtocol> then(Runnable change) {
        change.run();
        return this;
    }
}
