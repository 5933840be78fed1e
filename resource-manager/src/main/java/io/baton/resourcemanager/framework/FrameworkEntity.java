package io.baton.resourcemanager.framework;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.resourcemanager.routing.Neighbours;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Shell of one {@link FrameworkSession}: brings it messages and time, and performs its effects. */
public final class FrameworkEntity extends AbstractBehavior<FrameworkProtocol> {
    /** How often the failover deadline is looked at. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** A session of an id that nobody has is only here because somebody asked: it goes after this many ticks. */
    static final int IDLE_TICKS = 60;

    private enum Tick implements FrameworkProtocol.Internal {
        TICK,
        FLUSH,
        FORGET
    }

    private final FrameworkId id;
    private final FrameworkSession session;
    private final Neighbours neighbours;
    private final Tombstones tombstones;
    private final Clock clock;
    private ActorRef<StreamProtocol> stream;
    private ActorRef<StreamProtocol> asking;
    private int idleTicks;

    private FrameworkEntity(
            ActorContext<FrameworkProtocol> context,
            FrameworkId id,
            Neighbours neighbours,
            Tombstones tombstones,
            Clock clock) {
        super(context);
        this.id = id;
        this.session = new FrameworkSession(id);
        this.neighbours = neighbours;
        this.tombstones = tombstones;
        this.clock = clock;
    }

    public static Behavior<FrameworkProtocol> create(
            FrameworkId id, Neighbours neighbours, Tombstones tombstones, Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.TICK, TICK);
            return new FrameworkEntity(context, id, neighbours, tombstones, clock);
        }));
    }

    @Override
    public Receive<FrameworkProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(FrameworkProtocol.Subscribe.class, this::subscribe)
                .onMessage(
                        FrameworkProtocol.Disconnected.class,
                        m -> take(session.disconnected(m.streamId(), clock.instant())))
                .onMessage(
                        FrameworkProtocol.Invoke.class,
                        m -> answer(m.replyTo(), session.call(m.call(), m.streamId(), clock.instant())))
                .onMessage(FrameworkProtocol.Offered.class, m -> take(session.offered(m.offer())))
                .onMessage(FrameworkProtocol.Leased.class, m -> take(session.leased(m)))
                .onMessage(FrameworkProtocol.Rescinded.class, m -> take(session.rescinded(m.offers())))
                .onMessage(
                        FrameworkProtocol.TasksRefused.class,
                        m -> take(session.refused(m.tasks(), m.status(), clock.instant())))
                .onMessage(FrameworkProtocol.Updated.class, m -> take(session.updated(m.update(), clock.instant())))
                .onMessage(FrameworkProtocol.TasksAdopted.class, m -> take(session.adopted(m, clock.instant())))
                .onMessage(
                        FrameworkProtocol.ExecutorEnded.class,
                        m -> take(session.tell(Events.executorFailure(m.agent(), m.ended()))))
                .onMessage(
                        FrameworkProtocol.ExecutorSaid.class,
                        m -> take(session.tell(Events.message(m.agent(), m.said()))))
                .onMessage(FrameworkProtocol.AgentLost.class, m -> take(session.agentLost(m.agent(), clock.instant())))
                .onMessage(FrameworkProtocol.Unknown.class, m -> take(session.unknown(m, clock.instant())))
                .onMessage(
                        FrameworkProtocol.Teardown.class, m -> answer(m.replyTo(), session.teardown(clock.instant())))
                .onMessage(FrameworkProtocol.KillTask.class, m -> answer(m.replyTo(), session.killTask(m.task())))
                .onMessageEquals(Tick.FLUSH, () -> take(session.flush()))
                .onMessageEquals(Tick.FORGET, Behaviors::stopped)
                .onMessageEquals(Tick.TICK, () -> take(session.tick(clock.instant())))
                .onSignal(PostStop.class, signal -> moved())
                .build();
    }

    private Behavior<FrameworkProtocol> subscribe(FrameworkProtocol.Subscribe m) {
        asking = m.stream();
        getContext()
                .getLog()
                .info(
                        "framework subscribes frameworkId={} name={}",
                        id,
                        m.info().getName());
        return take(session.subscribe(m, clock.instant()));
    }

    /** Whoever comes next speaks for the framework. */
    private Behavior<FrameworkProtocol> moved() {
        neighbours.view().tell(new ViewProtocol.FrameworkMoved(id));
        return this;
    }

    /** The stream's own word of its end is lost if the whole master is. */
    private void adoptSubscriber() {
        if (stream != null) {
            getContext().unwatch(stream);
        }
        stream = asking;
        getContext().watchWith(stream, new FrameworkProtocol.Disconnected(session.streamId()));
        stream.tell(new StreamProtocol.Owner(getContext().getSelf()));
    }

    private Behavior<FrameworkProtocol> answer(ActorRef<CallAnswer> replyTo, Answered answered) {
        replyTo.tell(answered.answer());
        return take(answered.effects());
    }

    private Behavior<FrameworkProtocol> take(List<SessionEffect> effects) {
        effects.forEach(this::perform);
        return idleTicks >= IDLE_TICKS ? Behaviors.stopped() : this;
    }

    private void perform(SessionEffect effect) {
        if (effect instanceof SessionEffect.Emit e) {
            stream.tell(new StreamProtocol.Deliver(e.event()));
        } else if (effect instanceof SessionEffect.RefuseSubscriber e) {
            asking.tell(new StreamProtocol.Deliver(e.error()));
            asking.tell(new StreamProtocol.Complete());
        } else if (effect instanceof SessionEffect.AdoptSubscriber) {
            adoptSubscriber();
        } else if (effect instanceof SessionEffect.EndStream) {
            stream.tell(new StreamProtocol.Complete());
        } else if (effect instanceof SessionEffect.ToAgent e) {
            neighbours.tell(e.agent(), e.message());
        } else if (effect instanceof SessionEffect.ToAllocator e) {
            neighbours.allocator().tell(e.message());
        } else if (effect instanceof SessionEffect.FlushLater) {
            getContext().getSelf().tell(Tick.FLUSH);
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
        } else if (effect instanceof SessionEffect.Buried) {
            var self = getContext().getSelf();
            tombstones.add(() -> self.tell(Tick.FORGET));
        } else if (effect instanceof SessionEffect.Idle) {
            idleTicks++;
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }
}
