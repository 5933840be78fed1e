package io.baton.resourcemanager.routing;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Calls the entities that the registry knows of, so that they are there although nobody speaks to them: who else would
 * notice that an agent did not come back after all masters were off, or that a framework's time is over? One in the
 * cluster. Those who are there already tell the allocator what it is to know: one that has just begun has them called,
 * {@link #once}.
 */
public final class RollCallActor extends AbstractBehavior<RollCallActor.Message> {
    /** How often it looks. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** Most entities that are called at a tick. */
    static final int MOST_CALLS = 1_000;

    /** Frameworks without a scheduler have a deadline: they are called each time after so many ticks. */
    static final int AWAY_TICKS = 5;

    /** All are called each time after so many ticks, and when a master has gone. */
    static final int ALL_TICKS = 60;

    /** So long ago may an agent have been marked that is called too: whoever marked it may not have told it. */
    static final Duration LATELY = Duration.ofMinutes(10);

    /** What it is told. */
    public interface Message {}

    private enum Tick implements Message {
        TICK,
        NEVER
    }

    private record Started(Registrar registrar) implements Message {}

    private record MasterGone() implements Message {}

    private final Registrar registrar;
    private final Neighbours neighbours;
    private final Clock clock;
    private final Queue<Runnable> calls = new ArrayDeque<>();
    private final boolean once;
    private int ticks;
    private boolean all = true;

    private RollCallActor(
            ActorContext<Message> context, Registrar registrar, Neighbours neighbours, Clock clock, boolean once) {
        super(context);
        this.registrar = registrar;
        this.neighbours = neighbours;
        this.clock = clock;
        this.once = once;
    }

    private void callWhenMastersGo() {
        Cluster.get(getContext().getSystem())
                .subscriptions()
                .tell(new Subscribe<>(
                        getContext().messageAdapter(MemberRemoved.class, removed -> new MasterGone()),
                        MemberRemoved.class));
    }

    /** Calls all there are, at once or {@link #MOST_CALLS} at a time, and ends. */
    public static Behavior<Message> once(
            CompletionStage<? extends Registrar> registrar, Neighbours neighbours, Clock clock) {
        return begin(registrar, (context, started) -> {
            var caller = new RollCallActor(context, started, neighbours, clock, true);
            context.getSelf().tell(Tick.TICK);
            return caller;
        });
    }

    /**
     * @param registrar this master's registry; it waits for it
     * @param clock the host's: it is compared with the times that the registry holds
     */
    public static Behavior<Message> create(
            CompletionStage<? extends Registrar> registrar, Neighbours neighbours, Clock clock) {
        return begin(registrar, (context, started) -> {
            var caller = new RollCallActor(context, started, neighbours, clock, false);
            caller.callWhenMastersGo();
            return caller;
        });
    }

    private static Behavior<Message> begin(
            CompletionStage<? extends Registrar> registrar,
            BiFunction<ActorContext<Message>, Registrar, Behavior<Message>> begun) {
        return Behaviors.setup(context -> {
            context.pipeToSelf(registrar, (started, failure) -> failure == null ? new Started(started) : Tick.NEVER);
            return Behaviors.receive(Message.class)
                    .onMessage(
                            Started.class,
                            m -> Behaviors.withTimers(timers -> {
                                timers.startTimerWithFixedDelay(Tick.TICK, TICK);
                                return Behaviors.setup(actor -> begun.apply(actor, m.registrar()));
                            }))
                    .onMessageEquals(Tick.NEVER, Behaviors::stopped)
                    .build();
        });
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(MasterGone.class, m -> {
                    all = true;
                    return this;
                })
                .onMessageEquals(Tick.TICK, this::tick)
                .build();
    }

    private Behavior<Message> tick() {
        ticks++;
        if (calls.isEmpty()) {
            boolean everyone = all || ticks % ALL_TICKS == 0;
            if (everyone || ticks % AWAY_TICKS == 0) {
                all = false;
                calls.addAll(registrar.read(state -> calls(state, everyone)));
            }
        }
        for (int i = 0; i < MOST_CALLS && !calls.isEmpty(); i++) {
            calls.remove().run();
        }
        return once && calls.isEmpty() ? Behaviors.stopped() : this;
    }

    private List<Runnable> calls(RegistryState state, boolean everyone) {
        var out = new ArrayList<Runnable>();
        state.frameworks().forEach((id, entry) -> {
            if (!entry.hasRemovedAt() && (everyone || entry.hasDisconnectedSince())) {
                out.add(() -> neighbours.tell(new FrameworkId(id), new FrameworkProtocol.Wake()));
            }
        });
        var now = clock.instant();
        state.agents().forEach((id, entry) -> {
            if (everyone && isCalled(entry, now)) {
                out.add(() -> neighbours.tell(new AgentId(id), new AgentProtocol.Wake()));
            }
        });
        return out;
    }

    /** Agents that are there, and those that were marked lately. */
    public static boolean isCalled(AgentEntry entry, Instant now) {
        return entry.getState() == State.ADMITTED
                || Instant.ofEpochMilli(entry.getSince()).plus(LATELY).isAfter(now);
    }
}
