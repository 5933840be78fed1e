package io.baton.resourcemanager.framework;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    private enum Tick implements FrameworkProtocol.Internal {
        TICK,
        FLUSH,
        FORGET
    }

    /** There is more to a call. */
    record Rest(SessionEffect.Later more) implements FrameworkProtocol.Internal {}

    private record Subscribed(FrameworkProtocol.Subscribe call, Answer answer) implements FrameworkProtocol.Internal {}

    private record Written(boolean subscription, Answer answer) implements FrameworkProtocol.Internal {}

    private record Removed(Optional<Reply> reply, Answer answer) implements FrameworkProtocol.Internal {}

    /** Who waits for a removal, and what it is told then. */
    private record Reply(ActorRef<CallAnswer> to, CallAnswer done) {}

    private final FrameworkId id;
    private final FrameworkSession session;
    private final Registrar registrar;
    private final FrameworkSurroundings surroundings;
    private final SteadyClock clock;
    private final FrameworkNumbers numbers;
    private final Strangers.Stranger stranger;
    private boolean writing;
    private boolean removing;
    private final OwnEpoch epoch = new OwnEpoch();
    private final AwayTime away = new AwayTime();
    private final SchedulerStreams streams;
    private final UpdateFlow flow;
    private final SessionVoice voice;

    private FrameworkEntity(
            ActorContext<FrameworkProtocol> context,
            FrameworkId id,
            Registrar registrar,
            FrameworkSurroundings surroundings) {
        super(context);
        this.id = id;
        this.session = new FrameworkSession(id);
        this.streams = new SchedulerStreams(context);
        this.flow = new UpdateFlow(session::taskCount);
        this.voice = new SessionVoice(context, id, registrar, surroundings);
        this.registrar = registrar;
        this.surroundings = surroundings;
        this.stranger = surroundings.strangers().stranger();
        this.clock = surroundings.clock();
        this.numbers =
                new FrameworkNumbers(id, surroundings.neighbours().metrics().numbers());
        recall();
    }

    /** The entity of this framework, which begins with what the registry holds of it. */
    public static Behavior<FrameworkProtocol> create(FrameworkId id, FrameworkSurroundings surroundings) {
        return FrameworkStart.waiting(surroundings.registrar(), registrar -> begun(id, registrar, surroundings));
    }

    private static Behavior<FrameworkProtocol> begun(
            FrameworkId id, Registrar registrar, FrameworkSurroundings surroundings) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.TICK, TICK);
            return Behaviors.setup(context -> new FrameworkEntity(context, id, registrar, surroundings));
        });
    }

    private Optional<FrameworkEntry> entry() {
        return registrar
                .read(state -> Optional.ofNullable(state.frameworks().get(id.value())))
                .map(known -> away.read(known, clock::fromHost));
    }

    private void recall() {
        entry().filter(known -> known.hasRemovedAt() || epoch.isOf(known)).ifPresent(known -> {
            epoch.recalled(known);
            session.recalled(known, clock.instant()).forEach(this::perform);
        });
    }

    @Override
    public Receive<FrameworkProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(FrameworkProtocol.Subscribe.class, this::subscribe)
                .onMessage(FrameworkProtocol.Disconnected.class, this::disconnected)
                .onMessage(SchedulerStreams.Gone.class, this::streamGone)
                .onMessage(FrameworkProtocol.HasRoom.class, this::hasRoom)
                .onMessage(FrameworkProtocol.Invoke.class, this::call)
                .onMessage(Subscribed.class, this::subscribed)
                .onMessage(Written.class, this::written)
                .onMessage(Removed.class, this::removed)
                .onMessage(FrameworkProtocol.Wake.class, m -> take(session.called()))
                .onMessage(FrameworkProtocol.Offered.class, m -> take(session.offered(m)))
                .onMessage(FrameworkProtocol.Leased.class, m -> take(session.leased(m)))
                .onMessage(FrameworkProtocol.Rescinded.class, m -> take(session.rescinded(m.offers())))
                .onMessage(FrameworkProtocol.InverseOffered.class, m -> take(session.inverseOffered(m.offers())))
                .onMessage(FrameworkProtocol.InverseRescinded.class, m -> take(session.inverseRescinded(m.offers())))
                .onMessage(
                        FrameworkProtocol.TasksRefused.class,
                        m -> take(session.refused(m.tasks(), m.status(), clock.instant())))
                .onMessage(FrameworkProtocol.Updated.class, m -> take(session.updated(m, clock.instant())))
                .onMessage(FrameworkProtocol.Operated.class, m -> take(session.operated(m.agent(), m.status())))
                .onMessage(FrameworkProtocol.TasksAdopted.class, m -> take(session.adopted(m, clock.instant())))
                .onMessage(FrameworkProtocol.TasksThere.class, m -> take(session.tasksThere(m)))
                .onMessage(FrameworkProtocol.TasksTold.class, m -> take(session.tasksTold(m, clock.instant())))
                .onMessage(
                        FrameworkProtocol.ExecutorEnded.class,
                        m -> take(session.tell(Events.executorFailure(m.agent(), m.ended()))))
                .onMessage(
                        FrameworkProtocol.ExecutorSaid.class,
                        m -> take(session.tell(Events.message(m.agent(), m.said()))))
                .onMessage(FrameworkProtocol.AgentLost.class, m -> take(session.agentLost(m, clock.instant())))
                .onMessage(FrameworkProtocol.Unknown.class, this::unknown)
                .onMessage(FrameworkProtocol.Teardown.class, m -> answer(m.replyTo(), session.teardown()))
                .onMessage(FrameworkProtocol.KillTask.class, m -> answer(m.replyTo(), session.killTask(m.task())))
                .onMessage(AgentsAway.Looked.class, this::looked)
                .onMessage(SessionVoice.CaughtUp.class, m -> take(voice.caughtUp(m, session, clock.instant())))
                .onMessage(Rest.class, m -> take(session.rest(m.more(), clock.instant())))
                .onMessageEquals(Tick.FLUSH, () -> take(session.flush()))
                .onMessageEquals(Tick.FORGET, Behaviors::stopped)
                .onMessageEquals(Tick.TICK, this::tick)
                .onSignal(PostStop.class, signal -> moved())
                .build();
    }

    private Behavior<FrameworkProtocol> call(FrameworkProtocol.Invoke m) {
        var answered = session.call(m.call(), m.streamId(), m.principal(), clock.instant());
        numbers.called(m.call(), answered, session.isKnown());
        return answer(m.replyTo(), answered);
    }

    /** What the registry has granted is told: who is the newest scheduler is decided there. */
    private Behavior<FrameworkProtocol> subscribe(FrameworkProtocol.Subscribe m) {
        if (!streams.asks(m)) {
            return this;
        }
        recall();
        stranger.known();
        var problem = session.problemOf(m);
        if (problem.isPresent()) {
            return take(FrameworkSession.refusal(problem.get()));
        }
        streams.waits(m);
        var command = FrameworkRecord.subscribe(session.infoOf(m));
        getContext().pipeToSelf(registrar.propose(command), (answer, failure) -> new Subscribed(m, answer));
        return this;
    }

    private Behavior<FrameworkProtocol> subscribed(Subscribed m) {
        streams.answered(m.call());
        epoch.subscribed(m.answer());
        if (m.answer() instanceof Answer.Committed committed) {
            var result = committed.result();
            if (result.hasRefused()) {
                recall();
                var why = session.problemOf(m.call()).orElse(result.getRefused().getMessage());
                return take(FrameworkSession.refusal(why));
            }
            long granted = result.getGranted().getEpoch();
            var name = m.call().info().getName();
            getContext().getLog().info("framework subscribes frameworkId={} name={} epoch={}", id, name, granted);
            var effects = session.subscribe(m.call(), clock.instant());
            if (session.isKnown()) {
                numbers.subscribes(m.call().chosen());
            }
            return take(effects);
        }
        getContext().getLog().warn("framework cannot subscribe now frameworkId={} reason={}", id, m.answer());
        streams.unanswered(m.call().streamId());
        return this;
    }

    /** A removal may be done though nobody heard the answer, or be another session's. */
    private Behavior<FrameworkProtocol> tick() {
        streams.deliver(flow.tick());
        take(session.owned(surroundings.owners()));
        var now = clock.instant();
        var entry = entry();
        entry.filter(FrameworkEntry::hasRemovedAt).ifPresent(known -> take(session.recalled(known, now)));
        entry.filter(known -> session.streamId().isEmpty() && epoch.inherits(known, now))
                .ifPresent(known -> take(session.inherits(known, now)));
        session.early().ifWondering(now, () -> surroundings.look(getContext(), registrar, now));
        return write(session.tick(now));
    }

    private Behavior<FrameworkProtocol> looked(AgentsAway.Looked m) {
        m.any().ifPresent(any -> session.early().agentsAway(any, clock.instant()));
        return this;
    }

    private Behavior<FrameworkProtocol> unknown(FrameworkProtocol.Unknown m) {
        var now = clock.instant();
        return take(session.unknown(m, AgentsAway.since(m.agent(), registrar, now), now));
    }

    private Behavior<FrameworkProtocol> disconnected(FrameworkProtocol.Disconnected m) {
        var next = write(session.disconnected(m.streamId(), m.byMaster(), clock.instant()));
        return ended(m.streamId(), next);
    }

    /** Its own word of why may be on another way still. The registry is told with the next tick, when it has come. */
    private Behavior<FrameworkProtocol> streamGone(SchedulerStreams.Gone m) {
        return ended(m.streamId(), take(session.disconnected(m.streamId(), true, clock.instant())));
    }

    /** After the effects: what they end has ended already, and nobody has to wait for it. */
    private Behavior<FrameworkProtocol> ended(String whose, Behavior<FrameworkProtocol> next) {
        streams.ended(whose);
        return next;
    }

    private Behavior<FrameworkProtocol> hasRoom(FrameworkProtocol.HasRoom m) {
        if (m.streamId().equals(session.streamId())) {
            streams.deliver(flow.hasRoom(m.updates(), m.upTo()));
        }
        return this;
    }

    /** Before the effects: a removal refers to it. One is under way at a time; what fails is tried with the next tick. */
    private Behavior<FrameworkProtocol> write(List<SessionEffect> effects) {
        if (!writing) {
            session.due(entry(), epoch).ifPresent(command -> {
                writing = true;
                boolean subscription = command.hasSubscribeFramework();
                getContext()
                        .pipeToSelf(
                                registrar.propose(away.write(command, clock::toHost)),
                                (answer, failure) -> new Written(subscription, answer));
            });
        }
        return take(effects);
    }

    private Behavior<FrameworkProtocol> written(Written m) {
        writing = false;
        if (m.subscription()) {
            epoch.subscribed(m.answer());
        }
        recall();
        return this;
    }

    private void remove(boolean expired, Optional<Reply> reply) {
        var entry = entry().filter(known -> expired);
        if (entry.isPresent() && !epoch.isOf(entry.get())) {
            return; // Another session's scheduler has subscribed.
        }
        removing = true;
        getContext()
                .pipeToSelf(
                        registrar.propose(FrameworkRecord.remove(id, entry.map(FrameworkEntry::getEpoch))),
                        (answer, failure) -> new Removed(reply, answer));
    }

    private Behavior<FrameworkProtocol> removed(Removed m) {
        removing = false;
        if (!(m.answer() instanceof Answer.Committed committed)) {
            getContext().getLog().warn("framework cannot be removed now frameworkId={} reason={}", id, m.answer());
            var why = "the masters cannot agree now" + (m.answer() instanceof Answer.Unknown ? ": it may be done" : "");
            m.reply().ifPresent(reply -> reply.to().tell(CallAnswer.unavailable(why)));
            return this;
        }
        Behavior<FrameworkProtocol> next = this;
        if (!committed.result().hasConflict()) {
            getContext().getLog().info("framework is removed frameworkId={}", id);
            next = take(session.remove(clock.instant()));
        }
        m.reply().ifPresent(reply -> reply.to().tell(reply.done()));
        return next;
    }

    private Behavior<FrameworkProtocol> moved() {
        stranger.known();
        session.moves().forEach(this::perform);
        voice.moved();
        streams.moved();
        return this;
    }

    private Behavior<FrameworkProtocol> answer(ActorRef<CallAnswer> replyTo, Answered answered) {
        if (answered.removes()) {
            remove(false, Optional.of(new Reply(replyTo, answered.answer())));
            return this;
        }
        replyTo.tell(answered.answer());
        var next = take(answered.effects());
        return isStranger() && stranger.askedInVain() ? Behaviors.stopped() : next;
    }

    /** Nobody has the id, as far as is known here, and nobody is about to. */
    private boolean isStranger() {
        return streams.isUnasked() && !session.isKnown() && session.taskCount() == 0 && entry().isEmpty();
    }

    private Behavior<FrameworkProtocol> take(List<SessionEffect> effects) {
        effects.forEach(this::perform);
        return stranger.isOver() && !session.isKnown() && session.taskCount() == 0 ? Behaviors.stopped() : this;
    }

    private void perform(SessionEffect effect) {
        if (effect instanceof SessionEffect.Emit e) {
            numbers.told(e.event());
            streams.deliver(flow.tell(e.event()));
        } else if (effect instanceof SessionEffect.RefuseSubscriber e) {
            streams.refuse(e.error());
        } else if (effect instanceof SessionEffect.AdoptSubscriber) {
            streams.adopt(session.streamId());
            flow.begin();
        } else if (effect instanceof SessionEffect.EndStream) {
            streams.end();
            flow.begin();
        } else if (effect instanceof SessionEffect.FlushLater) {
            getContext().getSelf().tell(Tick.FLUSH);
        } else if (effect instanceof SessionEffect.Buried) {
            var self = getContext().getSelf();
            surroundings.tombstones().add(() -> self.tell(Tick.FORGET));
        } else if (effect instanceof SessionEffect.Remove e) {
            if (!removing) {
                remove(e.expired(), Optional.empty());
            }
        } else if (effect instanceof SessionEffect.Idle) {
            stranger.ticked();
        } else {
            voice.tell(effect);
        }
    }
}
