package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.LinkProtocol;
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

/** Shell of one {@link AgentLedger}: brings it messages and time, and performs its effects. */
public final class AgentEntity extends AbstractBehavior<AgentProtocol> {
    /** How often leases and deadlines are looked at. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** An entity whose agent never registered is only here because somebody asked: it goes after this many ticks. */
    static final int IDLE_TICKS = 60;

    private enum Tick implements AgentProtocol.Internal {
        TICK
    }

    private final AgentId id;
    private final AgentLedger ledger;
    private final Neighbours neighbours;
    private final Clock clock;
    private ActorRef<LinkProtocol> link;
    private int idleTicks;

    private AgentEntity(
            ActorContext<AgentProtocol> context, AgentId id, LedgerRules rules, Neighbours neighbours, Clock clock) {
        super(context);
        this.id = id;
        this.ledger = new AgentLedger(id, rules);
        this.neighbours = neighbours;
        this.clock = clock;
    }

    public static Behavior<AgentProtocol> create(AgentId id, LedgerRules rules, Neighbours neighbours, Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.TICK, TICK);
            return new AgentEntity(context, id, rules, neighbours, clock);
        }));
    }

    @Override
    public Receive<AgentProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(AgentProtocol.Register.class, this::register)
                .onMessage(AgentProtocol.LinkLost.class, this::linkLost)
                .onMessage(AgentProtocol.Updated.class, m -> take(ledger.updated(m.update())))
                .onMessage(
                        AgentProtocol.Propose.class,
                        m -> take(ledger.offer(m.framework(), m.role(), m.resources(), m.number(), clock.instant())))
                .onMessage(
                        AgentProtocol.Accept.class,
                        m -> take(ledger.accept(m.framework(), m.offers(), m.operations(), m.refuse())))
                .onMessage(
                        AgentProtocol.Decline.class, m -> take(ledger.decline(m.framework(), m.offers(), m.refuse())))
                .onMessage(AgentProtocol.Kill.class, m -> take(ledger.kill(m.framework(), m.task(), m.killPolicy())))
                .onMessage(
                        AgentProtocol.Acknowledge.class,
                        m -> take(ledger.acknowledge(m.framework(), m.task(), m.uuid())))
                .onMessage(AgentProtocol.Ask.class, m -> take(ledger.ask(m.framework(), m.task())))
                .onMessage(AgentProtocol.RemoveFramework.class, m -> take(ledger.removeFramework(m.framework())))
                .onMessageEquals(Tick.TICK, () -> take(ledger.tick(clock.instant())))
                .onSignal(PostStop.class, signal -> moved())
                .build();
    }

    private Behavior<AgentProtocol> register(AgentProtocol.Register m) {
        if (link != null && !link.equals(m.link())) {
            getContext().unwatch(link);
            link.tell(new LinkProtocol.Close("agent " + id + " has opened another link"));
        }
        if (!m.link().equals(link)) {
            getContext().watchWith(m.link(), new AgentProtocol.LinkLost(m.link()));
        }
        link = m.link();
        link.tell(new LinkProtocol.Owner(getContext().getSelf()));
        getContext().getLog().info("agent registered agentId={} ip={} epoch={}", id, m.ip(), ledger.epoch() + 1);
        return take(ledger.register(m.register(), m.ip(), clock.instant()));
    }

    private Behavior<AgentProtocol> linkLost(AgentProtocol.LinkLost m) {
        if (!m.link().equals(link)) {
            return this;
        }
        getContext().getLog().warn("agent link lost agentId={}", id);
        var behavior = take(ledger.linkLost(clock.instant()));
        link = null;
        return behavior;
    }

    /** Whoever comes next speaks for the agent. */
    private Behavior<AgentProtocol> moved() {
        neighbours.view().tell(new ViewProtocol.AgentMoved(id));
        return this;
    }

    private Behavior<AgentProtocol> take(List<LedgerEffect> effects) {
        effects.forEach(this::perform);
        return idleTicks >= IDLE_TICKS ? Behaviors.stopped() : this;
    }

    private void perform(LedgerEffect effect) {
        if (effect instanceof LedgerEffect.ToLink e) {
            if (e.frame().hasRun()) {
                neighbours.metrics().launched();
            }
            link.tell(new LinkProtocol.Send(e.frame()));
        } else if (effect instanceof LedgerEffect.Granted e) {
            neighbours.metrics().offered();
            neighbours.tell(e.framework(), new FrameworkProtocol.Offered(e.offer()));
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
        } else if (effect instanceof LedgerEffect.Lost e) {
            neighbours.tell(e.framework(), new FrameworkProtocol.AgentLost(id));
        } else if (effect instanceof LedgerEffect.Answer e) {
            neighbours.tell(e.framework(), new FrameworkProtocol.Unknown(id, e.task(), e.state()));
        } else if (effect instanceof LedgerEffect.ToAllocator e) {
            neighbours.allocator().tell(e.message());
        } else if (effect instanceof LedgerEffect.Seen e) {
            neighbours.view().tell(new ViewProtocol.AgentSeen(e.agent()));
        } else if (effect instanceof LedgerEffect.OffersOver e) {
            neighbours.view().tell(new ViewProtocol.OffersGone(e.framework(), e.offers()));
        } else if (effect instanceof LedgerEffect.Idle) {
            idleTicks++;
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }
}
