package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.LinkProtocol;
import io.baton.resourcemanager.ownership.Grant;
import java.time.Duration;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The entity of an agent until its claim is granted: it answers nothing but what cannot wait. */
final class AgentClaim {
    /** How long after a claim that nobody granted the next one is made. */
    static final Duration AGAIN = Duration.ofMillis(500);

    /** Most messages that wait for a claim; what comes then is dropped, for everything that matters is said again. */
    static final int MOST_WAITING = 1000;

    private enum Tick implements AgentProtocol.Internal {
        CLAIM
    }

    private record Claimed(Grant grant) implements AgentProtocol.Internal {}

    private record NotClaimed(String why) implements AgentProtocol.Internal {}

    private AgentClaim() {}

    /** @param granted what the entity is afterwards; it gets what came meanwhile first */
    static Behavior<AgentProtocol> first(
            AgentId id, AgentSurroundings surroundings, Function<Grant, Behavior<AgentProtocol>> granted) {
        return Behaviors.withTimers(timers -> Behaviors.withStash(
                MOST_WAITING,
                waiting -> Behaviors.setup(context -> {
                    claim(context, id, surroundings);
                    return claiming(context, timers, waiting, id, surroundings, granted);
                })));
    }

    private static void claim(ActorContext<AgentProtocol> context, AgentId id, AgentSurroundings surroundings) {
        context.pipeToSelf(
                surroundings.authority().acquire(id),
                (grant, failure) -> failure == null ? new Claimed(grant) : new NotClaimed(failure.getMessage()));
    }

    private static Behavior<AgentProtocol> claiming(
            ActorContext<AgentProtocol> context,
            TimerScheduler<AgentProtocol> timers,
            StashBuffer<AgentProtocol> waiting,
            AgentId id,
            AgentSurroundings surroundings,
            Function<Grant, Behavior<AgentProtocol>> granted) {
        return Behaviors.receive(AgentProtocol.class)
                .onMessage(Claimed.class, m -> waiting.unstashAll(granted.apply(m.grant())))
                .onMessage(NotClaimed.class, m -> {
                    context.getLog()
                            .warn("agent not claimed, its owner does not act agentId={} reason={}", id, m.why());
                    timers.startSingleTimer(Tick.CLAIM, AGAIN);
                    return Behaviors.same();
                })
                .onMessageEquals(Tick.CLAIM, () -> {
                    claim(context, id, surroundings);
                    return Behaviors.same();
                })
                .onMessage(AgentProtocol.Accept.class, m -> {
                    new LedgerVoice(id, surroundings.neighbours()).refuse(m);
                    return Behaviors.same();
                })
                .onAnyMessage(m -> {
                    if (!waiting.isFull()) {
                        waiting.stash(m);
                    }
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    waiting.forEach(m -> {
                        if (m instanceof AgentProtocol.Register register) {
                            register.link().tell(new LinkProtocol.Moved(context.getSelf()));
                        }
                    });
                    return Behaviors.same();
                })
                .build();
    }
}
