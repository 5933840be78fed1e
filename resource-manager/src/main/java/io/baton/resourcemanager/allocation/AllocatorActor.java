package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.ownership.Authority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Shell of the {@link Allocator}. A change leads to a round at once, or a little after the last one ({@link RoundPace}); each
 * second one follows for what changes by time alone. It claims the allocator's epoch first: ledgers grant nothing to an older
 * one. A new one offers nothing to roles with limits before it has heard of all agents; see {@link Recovery}.
 */
public final class AllocatorActor extends AbstractBehavior<AllocatorProtocol> {
    /** How often time is looked at: filters end, and proposals that were lost go out again. */
    static final Duration BATCH = Duration.ofSeconds(1);

    /** How long after a claim that nobody granted the next one is made. */
    static final Duration CLAIM_AGAIN = Duration.ofMillis(500);

    /**
     * An agent that has been away long enough is marked within this: its ledger begins to count when it has moved, and the
     * registry is asked once a second.
     */
    static final Duration MARKED_WITHIN = Duration.ofSeconds(15);

    /** So many agents are not heard of, and therefore nothing is offered to roles with limits. */
    static final String AWAITED = "allocator/awaited_agents";

    /**
     * Whom it speaks to.
     *
     * @param agents tells an agent's entity something
     * @param roles of this master: nothing is offered before it says what is set for roles
     * @param everyone has all agents and frameworks say what there is of them
     */
    public record Neighbours(
            BiConsumer<AgentId, AgentProtocol> agents, ActorRef<RoleProtocol> roles, Behavior<?> everyone) {}

    private enum Tick implements AllocatorProtocol.Internal {
        ROUND,
        BATCH,
        CLAIM
    }

    private record Claimed(long epoch) implements AllocatorProtocol.Internal {}

    private record NotClaimed(String why) implements AllocatorProtocol.Internal {}

    private final Allocator allocator;
    private final TimerScheduler<AllocatorProtocol> timers;
    private final Neighbours neighbours;
    private final SteadyClock clock;
    private final MasterMetrics metrics;
    private final Authority authority;
    private final Duration recoveryWait;
    private final Recovery recovery = new Recovery();
    private boolean recovering;
    /** 0 while nobody has granted one. */
    private long epoch;

    private final RoundPace pace = new RoundPace();
    private Instant calledFor = Instant.EPOCH;
    private boolean rolesKnown;
    /**
     * Without a majority nothing is offered. The epoch stays: under a new one a ledger would take a proposal that is sent
     * again for another.
     */
    private boolean paused;

    private boolean scheduled;

    private AllocatorActor(
            ActorContext<AllocatorProtocol> context,
            Allocator allocator,
            TimerScheduler<AllocatorProtocol> timers,
            Neighbours neighbours,
            SteadyClock clock,
            MasterMetrics metrics,
            Authority authority,
            Duration recoveryWait) {
        super(context);
        this.allocator = allocator;
        this.timers = timers;
        this.neighbours = neighbours;
        this.clock = clock;
        this.metrics = metrics;
        this.authority = authority;
        this.recoveryWait = recoveryWait;
        claim();
    }

    private void claim() {
        getContext()
                .pipeToSelf(
                        authority.acquireAllocator(),
                        (granted, failure) ->
                                failure == null ? new Claimed(granted) : new NotClaimed(failure.toString()));
    }

    private Behavior<AllocatorProtocol> batch() {
        if (epoch != 0 && authority.allocatorReplaced(epoch)) {
            getContext().getLog().warn("the allocator claims its epoch anew epoch={}", epoch);
            epoch = 0;
            claim();
        }
        boolean held = epoch == 0 || authority.holdsAllocator(epoch);
        if (held == paused) {
            paused = !held;
            getContext().getLog().warn("the allocator {} epoch={}", paused ? "waits for a majority" : "goes on", epoch);
        }
        recover();
        return then(() -> {
            allocator.batch(clock.instant());
            if (epoch != 0) {
                recall(allocator.recallsAgain());
            }
            metrics.allocator(epoch == 0 ? Map.of() : gauges());
            if (mayOffer() && !isRecovering()) {
                allocator.reclaim(clock.instant()).forEach(this::reclaim);
            }
        });
    }

    private void recover() {
        int missing = recovery.awaited() == 0 ? 0 : recovery.tick(authority.admitted(), clock.instant());
        if (missing > 0 && recovering) {
            getContext().getLog().warn("agents were not heard of in time, offers begin agents={}", missing);
        }
        if (recovering != isRecovering()) {
            recovering = !recovering;
            var what = recovering
                    ? "roles with limits are offered nothing until all agents are heard of"
                    : "all agents that count are known";
            getContext().getLog().info("quotas are set: {} awaited={}", what, recovery.awaited());
        }
        allocator.holdLimited(isRecovering());
    }

    private boolean isRecovering() {
        return epoch != 0 && recovery.awaited() > 0 && allocator.hasQuotas();
    }

    private Map<String, Double> gauges() {
        var out = new TreeMap<>(allocator.gauges());
        out.put(AWAITED, isRecovering() ? (double) recovery.awaited() : 0);
        return out;
    }

    private void reclaim(Reclaim one) {
        if (one instanceof Reclaim.Ask ask) {
            metrics.reclaimed();
            getContext()
                    .getLog()
                    .info(
                            "a role takes something back agentId={} role={} from={} frameworkId={} resources={}",
                            ask.agent(),
                            ask.claimant(),
                            ask.role(),
                            ask.framework(),
                            ask.wanted());
        }
        neighbours.agents().accept(one.agent(), one.order(epoch));
    }

    private Behavior<AllocatorProtocol> preempted(AllocatorProtocol.Preempted m) {
        metrics.preempted(m.tasks());
        return then(() -> allocator.preempted(m));
    }

    private Behavior<AllocatorProtocol> claimed(Claimed m) {
        epoch = m.epoch();
        allocator.claimed();
        recovery.begin(authority.admitted(), clock.instant().plus(recoveryWait));
        getContext().getLog().info("the allocator is here epoch={} agents={}", epoch, recovery.awaited());
        // Asked after the claim was granted, this master's copy shows all that was set before it.
        neighbours.roles().tell(new RoleProtocol.Follow(getContext().getSelf()));
        getContext().spawnAnonymous(neighbours.everyone()); // Those that did not move have nothing new to say.
        return then(allocator::everythingChanged);
    }

    private Behavior<AllocatorProtocol> notClaimed(NotClaimed m) {
        getContext().getLog().warn("allocator not claimed, nothing is offered reason={}", m.why());
        timers.startSingleTimer(Tick.CLAIM, CLAIM_AGAIN);
        return this;
    }

    private Behavior<AllocatorProtocol> claimAgain() {
        claim();
        return this;
    }

    /**
     * @param unreachableAfter how long an agent may be away until it is to be marked
     */
    public static Behavior<AllocatorProtocol> create(
            AllocationRules rules,
            Neighbours neighbours,
            SteadyClock clock,
            MasterMetrics metrics,
            Authority authority,
            Duration unreachableAfter) {
        var recoveryWait = unreachableAfter.plus(MARKED_WITHIN);
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.BATCH, BATCH);
            return new AllocatorActor(
                    context, new Allocator(rules), timers, neighbours, clock, metrics, authority, recoveryWait);
        }));
    }

    @Override
    public Receive<AllocatorProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(AllocatorProtocol.AgentChanged.class, this::agentChanged)
                .onMessage(AllocatorProtocol.AgentGone.class, this::agentGone)
                .onMessage(AllocatorProtocol.FrameworkChanged.class, m -> then(() -> allocator.frameworkChanged(m)))
                .onMessage(
                        AllocatorProtocol.FrameworkGone.class, m -> then(() -> allocator.frameworkGone(m.framework())))
                .onMessage(AllocatorProtocol.Filter.class, m -> then(() -> allocator.filter(m, clock.instant())))
                .onMessage(AllocatorProtocol.Revive.class, m -> then(() -> allocator.revive(m.framework(), m.roles())))
                .onMessage(AllocatorProtocol.Preempted.class, this::preempted)
                .onMessage(AllocatorProtocol.Explain.class, this::explain)
                .onMessage(AllocatorProtocol.RolesSet.class, this::rolesSet)
                .onMessage(AllocatorProtocol.JudgeQuotas.class, this::judge)
                .onMessage(Claimed.class, this::claimed)
                .onMessage(NotClaimed.class, this::notClaimed)
                .onMessageEquals(Tick.CLAIM, this::claimAgain)
                .onMessageEquals(Tick.BATCH, this::batch)
                .onMessageEquals(Tick.ROUND, this::round)
                .onSignal(PostStop.class, signal -> leaves())
                .build();
    }

    private Behavior<AllocatorProtocol> agentChanged(AllocatorProtocol.AgentChanged m) {
        recovery.heard(m.agent());
        return then(() -> allocator.agentChanged(m));
    }

    private Behavior<AllocatorProtocol> agentGone(AllocatorProtocol.AgentGone m) {
        if (!m.away()) {
            recovery.heard(m.agent());
        }
        return then(() -> allocator.agentGone(m));
    }

    private Behavior<AllocatorProtocol> leaves() {
        metrics.allocator(Map.of());
        return this;
    }

    private Behavior<AllocatorProtocol> explain(AllocatorProtocol.Explain m) {
        m.replyTo().tell(new AllocatorProtocol.Explained(allocator.explain(m, clock.instant())));
        return this;
    }

    private Behavior<AllocatorProtocol> rolesSet(AllocatorProtocol.RolesSet m) {
        return then(() -> {
            rolesKnown = true;
            recall(allocator.settings(m.settings()));
        });
    }

    private void recall(List<Recall> offers) {
        offers.forEach(r -> neighbours.agents().accept(r.agent(), new AgentProtocol.Recall(r.role(), epoch)));
    }

    private Behavior<AllocatorProtocol> judge(AllocatorProtocol.JudgeQuotas m) {
        m.replyTo()
                .tell(
                        isLearning()
                                ? CallAnswer.unavailable("the allocator is learning what there is: "
                                        + recovery.awaited() + " agents are awaited")
                                : allocator.judge(m.named(), m.all()));
        return this;
    }

    /** Whether it is not known yet what the cluster has, and what is held of it. */
    private boolean isLearning() {
        return epoch == 0 || !rolesKnown || recovery.awaited() > 0;
    }

    private boolean mayOffer() {
        return epoch != 0 && rolesKnown && !paused;
    }

    private Behavior<AllocatorProtocol> then(Runnable change) {
        change.run();
        if (mayOffer() && allocator.hasChanges() && !scheduled) {
            scheduled = true;
            calledFor = clock.instant();
            var wait = pace.wait(calledFor);
            if (wait.isZero()) {
                getContext().getSelf().tell(Tick.ROUND);
            } else {
                timers.startSingleTimer(Tick.ROUND, wait);
            }
        }
        return this;
    }

    private Behavior<AllocatorProtocol> round() {
        scheduled = false;
        if (!mayOffer()) {
            return this;
        }
        var now = clock.instant();
        pace.round(now);
        allocator.holdLimited(isRecovering());
        var proposals = allocator.propose(now);
        metrics.round(
                Duration.between(now, clock.instant()).toNanos() / 1e9,
                proposals.size(),
                Duration.between(calledFor, now));
        for (var p : proposals) {
            neighbours
                    .agents()
                    .accept(
                            p.agent(),
                            new AgentProtocol.Propose(
                                    p.framework(), p.role(), p.resources(), epoch, p.number(), p.owner()));
        }
        return this;
    }
}
