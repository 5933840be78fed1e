package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.LinkProtocol;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.routing.Neighbours;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Shell of one {@link AgentLedger}: brings it messages and time, and performs its effects. It claims its agent before
 * anything else, and ends when another owner is newer or the claim cannot be known to hold; the next entity claims anew.
 */
public final class AgentEntity extends AbstractBehavior<AgentProtocol> {
    /** How often leases and deadlines are looked at. */
    static final Duration TICK = Duration.ofSeconds(1);

    private enum Tick implements AgentProtocol.Internal {
        TICK
    }

    private record Admitted(AgentProtocol.Register register, Answer answer) implements AgentProtocol.Internal {}

    private record Readmitted(Answer answer) implements AgentProtocol.Internal {}

    private record Marked(Answer answer) implements AgentProtocol.Internal {}

    private record Gone(Optional<ActorRef<CallAnswer>> replyTo, Answer answer) implements AgentProtocol.Internal {}

    /** @param holds none if nobody can say */
    private record Confirmed(List<LedgerEffect.Answer> answers, Optional<Boolean> holds)
            implements AgentProtocol.Internal {}

    private record Planned(Optional<ActorRef<CallAnswer>> replyTo, Answer answer) implements AgentProtocol.Internal {}

    private final AgentId id;
    private final AgentLedger ledger;
    private final AgentSurroundings surroundings;
    private final Neighbours neighbours;
    private final LedgerVoice voice;
    private final LedgerLog log;
    private final SteadyClock clock;
    private ActorRef<LinkProtocol> link;
    private boolean over;
    private boolean fresh;
    private final UnconfirmedAnswers unconfirmed = new UnconfirmedAnswers();
    private boolean marking;
    private boolean readmitting;
    private boolean writing;
    private final RegistryAgents agents;

    private AgentEntity(ActorContext<AgentProtocol> context, AgentId id, Grant grant, AgentSurroundings surroundings) {
        super(context);
        this.id = id;
        this.surroundings = surroundings;
        this.neighbours = surroundings.neighbours();
        this.voice = new LedgerVoice(id, neighbours);
        this.log = new LedgerLog(context, id);
        this.clock = surroundings.clock();
        this.ledger = new AgentLedger(id, surroundings.rules(), grant, clock.instant());
        this.agents = new RegistryAgents(surroundings.registrar(), id);
        agents.entry().ifPresent(ledger::recalled);
        agents.lostAgain(grant.epoch(), clock.hostInstant()).forEach(this::perform);
    }

    /** The entity of this agent, which claims it first. */
    public static Behavior<AgentProtocol> create(AgentId id, AgentSurroundings surroundings) {
        return AgentClaim.first(
                id,
                surroundings,
                grant -> Behaviors.withTimers(timers -> {
                    timers.startTimerWithFixedDelay(Tick.TICK, TICK);
                    return Behaviors.setup(context -> new AgentEntity(context, id, grant, surroundings));
                }));
    }

    @Override
    public Receive<AgentProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(AgentProtocol.Register.class, this::admit)
                .onMessage(Admitted.class, this::admitted)
                .onMessage(Readmitted.class, this::readmitted)
                .onMessage(Marked.class, this::marked)
                .onMessage(AgentProtocol.MarkGone.class, this::markGone)
                .onMessage(Gone.class, this::gone)
                .onMessage(Confirmed.class, this::confirmed)
                .onMessage(AgentProtocol.Drain.class, m -> plan(agents.drain(m.config(), ledger.ip()), m.replyTo()))
                .onMessage(AgentProtocol.Deactivate.class, m -> plan(agents.deactivate(), m.replyTo()))
                .onMessage(AgentProtocol.Reactivate.class, m -> plan(agents.reactivate(), m.replyTo()))
                .onMessage(Planned.class, this::planned)
                .onMessage(AgentProtocol.AnswerInverse.class, m -> take(ledger.inverseAnswered(m, clock.instant())))
                .onMessage(AgentProtocol.LinkLost.class, this::linkLost)
                .onMessage(AgentProtocol.Stale.class, m -> take(ledger.stale(m.epoch())))
                .onMessage(AgentProtocol.Wake.class, m -> take(ledger.called()))
                .onMessage(AgentProtocol.Updated.class, this::updated)
                .onMessage(AgentProtocol.TellTasks.class, m -> take(ledger.tellTasks(m.framework())))
                .onMessage(AgentProtocol.TasksTold.class, m -> ifSaidBy(m.link(), () -> ledger.tasksTold(m.told())))
                .onMessage(AgentProtocol.Propose.class, m -> take(ledger.propose(m, clock.instant())))
                .onMessage(AgentProtocol.Recall.class, m -> take(ledger.recall(m.role(), m.allocator())))
                .onMessage(AgentProtocol.Reclaim.class, m -> take(ledger.reclaim(m, clock.instant())))
                .onMessage(AgentProtocol.Preempt.class, this::preempt)
                .onMessage(AgentProtocol.Operate.class, this::operate)
                .onMessage(AgentProtocol.Operated.class, m -> ifSaidBy(m.link(), () -> ledger.operated(m.update())))
                .onMessage(AgentProtocol.AcknowledgeOperation.class, m -> take(ledger.acknowledgeOperation(m)))
                .onMessage(AgentProtocol.AskOperation.class, m -> take(ledger.askOperation(m)))
                .onMessage(
                        AgentProtocol.Accept.class,
                        m -> take(ledger.accept(m.framework(), m.offers(), m.operations(), m.refuse())))
                .onMessage(
                        AgentProtocol.Decline.class, m -> take(ledger.decline(m.framework(), m.offers(), m.refuse())))
                .onMessage(AgentProtocol.Kill.class, m -> take(ledger.kill(m.framework(), m.task(), m.killPolicy())))
                .onMessage(
                        AgentProtocol.Acknowledge.class,
                        m -> take(ledger.acknowledge(m.framework(), m.task(), m.uuid())))
                .onMessage(AgentProtocol.Ask.class, m -> take(ledger.ask(m.framework(), m.task(), m.launchedOn())))
                .onMessage(
                        AgentProtocol.ShutdownExecutor.class,
                        m -> take(ledger.toLink(Orders.shutdown(ledger.term(), m.framework(), m.executor()))))
                .onMessage(
                        AgentProtocol.TellExecutor.class,
                        m -> take(ledger.toLink(
                                Orders.tellExecutor(ledger.term(), m.framework(), m.executor(), m.data()))))
                .onMessage(
                        AgentProtocol.ExecutorEnded.class,
                        m -> link == null
                                ? take(ledger.executorEnded(m.ended())) // Its framework is to hear of it in any case.
                                : ifSaidBy(m.link(), () -> ledger.executorEnded(m.ended())))
                .onMessage(AgentProtocol.ExecutorSaid.class, m -> then(() -> voice.pass(m.said())))
                .onMessage(
                        AgentProtocol.RemoveFramework.class,
                        m -> take(ledger.removeFramework(m.framework(), clock.instant())))
                .onMessageEquals(Tick.TICK, this::tick)
                .onSignal(PostStop.class, s -> then(this::moved))
                .build();
    }

    private void moved() {
        ledger.moves().forEach(this::perform);
        voice.moved(link, getContext().getSelf());
    }

    /** The registry takes the agent in first; if it holds it as it is now, there is nothing to write. */
    private Behavior<AgentProtocol> admit(AgentProtocol.Register m) {
        var info = m.register().getAgentInfo().toBuilder().setId(id.toProto()).build();
        fresh |= agents.entry().isEmpty();
        boolean known = ledger.isOld(m.register(), clock.instant()) || !marking && agents.holds(info, m.ip());
        if (known) {
            return register(m);
        }
        voice.waits(m.link());
        getContext().pipeToSelf(agents.admit(info, m.ip()), (answer, failure) -> new Admitted(m, answer));
        return this;
    }

    private Behavior<AgentProtocol> admitted(Admitted m) {
        voice.answered(m.register().link());
        var refusal = RegistryAgents.refusal(m.answer());
        if (refusal.isPresent()) {
            var why = refusal.get().getRefused().getReason();
            log.notAdmitted(why);
            m.register().link().tell(new LinkProtocol.Send(refusal.get()));
            m.register().link().tell(new LinkProtocol.Close(why));
            return this;
        }
        ledger.admitted(agents.admitted(m.answer()));
        return register(m.register());
    }

    private Behavior<AgentProtocol> marked(Marked m) {
        marking = false;
        if (RegistryAgents.isConflict(m.answer())) {
            return take(ledger.stepDown(0));
        }
        var wait = RegistryAgents.wait(m.answer());
        if (wait.isPresent()) {
            ledger.markNotBefore(clock.instant().plus(wait.get()));
            return this;
        }
        log.unreachable();
        voice.unreachable();
        return take(ledger.marked(agents.frameworks()));
    }

    private Behavior<AgentProtocol> markGone(AgentProtocol.MarkGone m) {
        getContext().pipeToSelf(agents.markGone(), (answer, failure) -> new Gone(Optional.of(m.replyTo()), answer));
        return this;
    }

    private Behavior<AgentProtocol> plan(CompletionStage<Answer> change, ActorRef<CallAnswer> replyTo) {
        getContext().pipeToSelf(change, (answer, failure) -> new Planned(Optional.of(replyTo), answer));
        return this;
    }

    private Behavior<AgentProtocol> planned(Planned m) {
        writing &= m.replyTo().isPresent();
        m.replyTo().ifPresent(replyTo -> {
            var answer = RegistryAgents.ordered(m.answer());
            log.planned(answer);
            replyTo.tell(answer);
        });
        return look();
    }

    /**
     * What operators want of the agent is written in the registry, by whichever master they spoke to. So is what was marked
     * and nobody heard of: an agent that is gone ends, one that is here is not unreachable.
     */
    private Behavior<AgentProtocol> look() {
        var effects = ledger.planned(agents.plan(ledger.ip()), clock.instant());
        var down = ledger.down(agents::frameworks);
        if (!down.isEmpty()) {
            log.endsForMaintenance();
        }
        take(effects);
        take(down);
        var state = agents.state();
        if (state == State.GONE) {
            return gone();
        }
        if (ledger.connected() && !readmitting && state != State.ADMITTED) {
            readmitting = true;
            log.admittedAgain();
            getContext().pipeToSelf(agents.admitAgain(), (answer, failure) -> new Readmitted(answer));
        }
        return this;
    }

    private Behavior<AgentProtocol> readmitted(Readmitted m) {
        readmitting = false;
        if (RegistryAgents.refusal(m.answer()).isEmpty()) {
            ledger.admitted(agents.admitted(m.answer()));
        }
        return this;
    }

    private Behavior<AgentProtocol> gone(Gone m) {
        var answer = RegistryAgents.answered(m.answer());
        writing &= m.replyTo().isPresent();
        m.replyTo().ifPresent(replyTo -> replyTo.tell(answer));
        return answer.equals(CallAnswer.OK) ? gone() : this;
    }

    private Behavior<AgentProtocol> gone() {
        var effects = ledger.gone(agents::frameworks);
        if (!effects.isEmpty()) {
            log.gone();
            voice.gone();
        }
        return take(effects);
    }

    private Behavior<AgentProtocol> register(AgentProtocol.Register m) {
        if (ledger.isOld(m.register(), clock.instant())) {
            if (!m.link().equals(link)) {
                m.link().tell(new LinkProtocol.Close("agent " + id + " has registered anew since"));
            }
            return this;
        }
        if (link != null && !link.equals(m.link())) {
            getContext().unwatch(link);
            link.tell(new LinkProtocol.Close("agent " + id + " has opened another link"));
        }
        if (!m.link().equals(link)) {
            getContext().watchWith(m.link(), new AgentProtocol.LinkLost(m.link()));
            voice.registered(fresh);
            fresh = false;
            log.registers(m.ip(), ledger.term().epoch());
        }
        link = m.link();
        ledger.planned(agents.plan(m.ip()), clock.instant()).forEach(this::perform);
        link.tell(new LinkProtocol.Owner(getContext().getSelf()));
        ledger.down(agents::frameworks).forEach(this::perform);
        var number = surroundings.authority().nextNumber();
        return take(ledger.register(m.register(), m.ip(), number, clock.instant()));
    }

    private Behavior<AgentProtocol> updated(AgentProtocol.Updated m) {
        return m.link().equals(link) ? take(ledger.updated(m.update())) : then(neighbours.metrics()::strayUpdate);
    }

    private Behavior<AgentProtocol> preempt(AgentProtocol.Preempt m) {
        log.preempts(m);
        return take(ledger.preempt(m));
    }

    private Behavior<AgentProtocol> operate(AgentProtocol.Operate m) {
        var ordered = ledger.operate(m.operation());
        log.operated(m.operation().getType(), ordered.answer());
        m.replyTo().tell(ordered.answer());
        return take(ordered.effects());
    }

    /** Only the agent's present link speaks for it; what an older one says late may be about what was there before. */
    private Behavior<AgentProtocol> ifSaidBy(ActorRef<LinkProtocol> sender, Supplier<List<LedgerEffect>> step) {
        return sender == null || sender.equals(link) ? take(step.get()) : this;
    }

    private Behavior<AgentProtocol> tick() {
        if (!surroundings.authority().holds(id, ledger.term().epoch())) {
            return take(ledger.stepDown(0));
        }
        look();
        return take(ledger.tick(clock.instant()));
    }

    private Behavior<AgentProtocol> linkLost(AgentProtocol.LinkLost m) {
        if (!m.link().equals(link)) {
            return this;
        }
        log.linkLost();
        var behavior = take(ledger.linkLost(clock.instant()));
        link = null;
        return behavior;
    }

    private Behavior<AgentProtocol> then(Runnable change) {
        change.run();
        return this;
    }

    private Behavior<AgentProtocol> take(List<LedgerEffect> effects) {
        effects.forEach(this::perform);
        return over ? Behaviors.stopped() : this;
    }

    private void drained(boolean gone) {
        if (!writing) {
            writing = true;
            log.drained(gone);
            getContext()
                    .pipeToSelf(
                            agents.drained(gone),
                            (answer, failure) ->
                                    gone ? new Gone(Optional.empty(), answer) : new Planned(Optional.empty(), answer));
        }
    }

    private void stepDown(long newer) {
        log.stepsDown(ledger.term().epoch(), newer);
        surroundings.authority().lost(id, ledger.term().epoch(), newer);
        over = true;
    }

    private void confirm() {
        unconfirmed.next().ifPresent(answers -> getContext()
                .pipeToSelf(
                        surroundings.authority().holdsNow(id, ledger.term().epoch()),
                        (holds, failure) -> new Confirmed(answers, Optional.ofNullable(holds))));
    }

    /** If nobody can say, whoever wants to know asks again. */
    private Behavior<AgentProtocol> confirmed(Confirmed m) {
        unconfirmed.asked();
        if (m.holds().filter(holds -> !holds).isPresent()) {
            return take(ledger.stepDown(0));
        }
        m.holds().ifPresent(holds -> m.answers().forEach(voice::tell));
        confirm();
        return this;
    }

    private void perform(LedgerEffect effect) {
        if (effect instanceof LedgerEffect.ToLink e) {
            voice.count(e.frame());
            link.tell(new LinkProtocol.Send(e.frame()));
        } else if (effect instanceof LedgerEffect.Mark e) {
            if (!marking) {
                marking = true;
                voice.toBeMarked();
                getContext().pipeToSelf(agents.mark(e.incarnation()), (answer, failure) -> new Marked(answer));
            }
        } else if (effect instanceof LedgerEffect.Drained e) {
            drained(e.gone());
        } else if (effect instanceof LedgerEffect.Answer e) {
            unconfirmed.add(e);
            confirm();
        } else if (effect instanceof LedgerEffect.StepDown e) {
            stepDown(e.newer());
        } else if (effect instanceof LedgerEffect.Idle) {
            over = true;
        } else {
            voice.tell(effect);
        }
    }
}
