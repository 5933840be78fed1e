package io.baton.executor.agent;

import io.baton.executor.crash.CrashPoint;
import io.baton.executor.link.Frames;
import io.baton.executor.link.MasterLink;
import io.baton.executor.record.Record;
import io.baton.link.ToMaster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Shell of {@link TaskBooks} and {@link Registration}: brings them messages and time, and performs their effects in
 * order. What stands behind a checkpoint waits until that is on the disk; the actor goes on meanwhile.
 */
public final class AgentActor extends AbstractBehavior<AgentCommand> {
    static final Duration TICK = Duration.ofMillis(100);

    /** How often the processes are looked at, in case their news was lost. */
    static final Duration CHECK = Duration.ofSeconds(2);

    /** How often the disk is looked at, whether it is nearly full. */
    static final Duration COLLECT = Duration.ofMinutes(1);

    /** Each so many times old sandboxes are looked for also if it is not. */
    private static final int COLLECT_ALWAYS = 10;

    /** How often containers are looked at of which the kernel may have killed a part for want of memory. */
    static final Duration WATCH_MEMORY = Duration.ofSeconds(5);

    /** How often the tasks' output is looked at. */
    static final Duration ROTATE = Duration.ofSeconds(1);

    private enum Timer implements AgentCommand {
        TICK,
        ATTEMPT,
        CHECK,
        WATCH_MEMORY,
        ROTATE,
        MEASURE,
        COLLECT,
        SERVING
    }

    private final TimerScheduler<AgentCommand> timers;
    private final AgentParts parts;
    private final TaskBooks books;
    private final Registration registration;
    private final MasterOrders orders;
    private final ExecutorCalls executors;
    private final ContainerCalls containers;
    private final AfterDisk afterDisk = new AfterDisk();
    private final List<String> toLaunch = new ArrayList<>();
    private final List<CompletableFuture<Done>> wantIdle = new ArrayList<>();
    private Optional<MasterLink> link = Optional.empty();
    private boolean changed = true;
    private AgentSnapshot picture;
    private long looks;

    private AgentActor(ActorContext<AgentCommand> context, TimerScheduler<AgentCommand> timers, AgentParts parts) {
        super(context);
        this.timers = timers;
        this.parts = parts;
        this.books = parts.books();
        this.registration = parts.registration();
        this.orders = new MasterOrders(parts, this::obey, this::take);
        this.executors = new ExecutorCalls(parts, orders::room, this::take);
        this.containers = new ContainerCalls(parts, this::take);
        timers.startTimerWithFixedDelay(Timer.TICK, TICK);
        timers.startTimerWithFixedDelay(Timer.CHECK, CHECK);
        timers.startTimerWithFixedDelay(Timer.MEASURE, parts.measure());
        timers.startTimerWithFixedDelay(Timer.ROTATE, ROTATE);
        timers.startTimerWithFixedDelay(Timer.WATCH_MEMORY, WATCH_MEMORY);
        timers.startTimerWithFixedDelay(Timer.COLLECT, CHECK, COLLECT);
        var self = context.getSelf();
        parts.serving().thenRun(() -> self.tell(Timer.SERVING));
        orders.room(0);
        take(parts.host().begin());
        parts.found().forEach((entry, found) -> take(books.recovered(entry, found, now())));
        obey(registration.tick(now(), luck()));
    }

    /** The agent's one actor. */
    public static Behavior<AgentCommand> create(AgentParts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new AgentActor(context, timers, parts)));
    }

    @Override
    public Receive<AgentCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(AgentCommand.Frames.class, this::onFrames)
                .onMessage(AgentCommand.LinkUp.class, m -> obey(registration.linkUp(m.link(), now())))
                .onMessage(AgentCommand.LinkLost.class, this::onLinkLost)
                .onMessage(AgentCommand.Masters.class, this::onMasters)
                .onMessage(AgentCommand.Prepared.class, this::onPrepared)
                .onMessage(AgentCommand.Started.class, m -> take(books.started(m.container(), m.identity(), now())))
                .onMessage(AgentCommand.Ended.class, m -> take(books.ended(m.container(), m.verdict(), now())))
                .onMessage(
                        AgentCommand.LastWords.class,
                        m -> take(books.lastWords(m.container(), m.verdict(), m.words(), now())))
                .onMessage(AgentCommand.DiskUsed.class, m -> take(books.diskUsed(m.container(), m.megabytes(), now())))
                .onMessage(
                        AgentCommand.MemoryExceeded.class,
                        m -> take(books.memoryExceeded(m.container(), m.verdict(), now())))
                .onMessage(
                        AgentCommand.VolumeExceeded.class,
                        m -> take(books.volumeExceeded(m.container(), m.megabytes(), m.volume(), now())))
                .onMessage(AgentCommand.VolumesLinked.class, m -> run(() -> executors.linked(m)))
                .onMessage(
                        AgentCommand.Probed.class,
                        m -> take(books.probed(m.container(), m.kind(), m.number(), m.outcome(), now())))
                .onMessage(AgentCommand.OfExecutor.class, m -> run(() -> executors.hear(m.message())))
                .onMessage(AgentCommand.OfContainer.class, m -> run(() -> containers.hear(m.message())))
                .onMessage(AgentCommand.Show.class, m -> run(() -> m.replyTo().tell(shown())))
                .onMessage(AgentCommand.Durable.class, this::onDurable)
                .onMessage(AgentCommand.JournalFailed.class, this::onJournalFailed)
                .onMessage(AgentCommand.KillAll.class, this::onKillAll)
                .onMessage(AgentCommand.Stop.class, this::onStop)
                .onMessageEquals(Timer.TICK, this::onTick)
                .onMessageEquals(Timer.ATTEMPT, () -> obey(registration.tick(now(), luck())))
                .onMessageEquals(Timer.CHECK, () -> run(this::check))
                .onMessageEquals(Timer.MEASURE, () -> run(() -> parts.launcher().measure(books.withDiskLimit())))
                .onMessageEquals(Timer.ROTATE, () -> run(() -> parts.logs().look(books.rotated())))
                .onMessageEquals(Timer.WATCH_MEMORY, () -> run(this::watchMemory))
                .onMessageEquals(Timer.COLLECT, () -> run(this::collect))
                .onMessageEquals(Timer.SERVING, () -> run(this::drain))
                .build();
    }

    private Instant now() {
        return parts.clock().instant();
    }

    static double luck() {
        return ThreadLocalRandom.current().nextDouble();
    }

    private Behavior<AgentCommand> run(Runnable action) {
        action.run();
        return this;
    }

    private void check() {
        orders.room(0);
        parts.launcher().check(books.toCheck(now()));
    }

    private void watchMemory() {
        var self = getContext().getSelf();
        parts.containment()
                .watchMemory((container, verdict) -> self.tell(new AgentCommand.MemoryExceeded(container, verdict)));
    }

    private void collect() {
        // The files have the host's time.
        parts.launcher().collect(parts.containers(), looks++ % COLLECT_ALWAYS == 0, Instant.now());
    }

    private Behavior<AgentCommand> onTick() {
        obey(registration.tick(now(), luck()));
        take(books.tick(now()));
        take(parts.host().tick(now()));
        if (parts.journal().wantsCompaction()) {
            parts.journal().compact(books.records());
        }
        shown();
        answerIdle();
        obey(registration.tickOfEnd(books.isIdle(), now()));
        return this;
    }

    /** The picture of now, published. */
    private AgentSnapshot shown() {
        if (changed) {
            changed = false;
            picture = AgentSnapshot.of(
                    parts.described(), parts.host().total(), registration.master(), books, books.numbers());
            parts.publish().accept(picture);
        }
        return picture;
    }

    private Behavior<AgentCommand> onFrames(AgentCommand.Frames message) {
        registration.heard(message.link(), now());
        message.frames().forEach(frame -> orders.follow(message.link(), frame));
        message.heard().complete(Done.getInstance());
        return this;
    }

    private Behavior<AgentCommand> onMasters(AgentCommand.Masters message) {
        obey(registration.masters(message.addresses(), luck()));
        return obey(registration.tick(now(), luck()));
    }

    private Behavior<AgentCommand> onLinkLost(AgentCommand.LinkLost message) {
        getContext().getLog().info("link {} to the master lost: {}", message.link(), message.why());
        obey(registration.linkLost(message.link(), now(), luck()));
        timers.startSingleTimer(Timer.ATTEMPT, registration.untilDue(now()));
        return this;
    }

    private Behavior<AgentCommand> onPrepared(AgentCommand.Prepared message) {
        afterDisk.prepared(message.container(), () -> take(books.prepared(message.container(), now())));
        return this;
    }

    private Behavior<AgentCommand> onDurable(AgentCommand.Durable message) {
        afterDisk.durable(message.number());
        drain();
        return this;
    }

    private Behavior<AgentCommand> onJournalFailed(AgentCommand.JournalFailed message) {
        parts.end()
                .accept("the agent cannot write down what it does: " + message.why()
                        + ". Tasks go on; make room and start the agent again");
        return Behaviors.stopped();
    }

    private Behavior<AgentCommand> onKillAll(AgentCommand.KillAll message) {
        wantIdle.add(message.idle());
        take(books.killAll(message.grace(), now()));
        answerIdle();
        return this;
    }

    private void answerIdle() {
        if (!wantIdle.isEmpty() && books.isIdle()) {
            wantIdle.forEach(idle -> idle.complete(Done.getInstance()));
            wantIdle.clear();
        }
    }

    private Behavior<AgentCommand> onStop(AgentCommand.Stop message) {
        link.ifPresent(MasterLink::close);
        message.stopped().complete(Done.getInstance());
        return Behaviors.stopped();
    }

    /** Performs the books' effects: at once if nothing is waiting for the disk, else in their turn. */
    private Behavior<AgentCommand> take(List<Effect> effects) {
        if (effects.isEmpty()) {
            return this;
        }
        changed = true;
        var records = new ArrayList<Record>();
        effects.forEach(effect -> {
            if (effect instanceof Effect.Checkpoint checkpoint) {
                records.add(checkpoint.record());
            }
        });
        boolean behind = false;
        for (var effect : effects) {
            if (effect instanceof Effect.Launch
                    || effect instanceof Effect.Prepare p
                            && afterDisk.prepareNow(p.entry().container())) {
                perform(effect); // Whatever is launched was on the disk when its preparation was told of.
            } else if (!(effect instanceof Effect.Checkpoint)) {
                afterDisk.add(() -> perform(effect));
            } else if (!behind) {
                behind = true;
                afterDisk.appended(parts.journal().append(records));
            }
        }
        drain();
        return this;
    }

    private void drain() {
        afterDisk.drain();
        if (!toLaunch.isEmpty() && parts.serving().isDone()) {
            parts.launcher().launch(List.copyOf(toLaunch));
            toLaunch.clear();
            CrashPoint.reached("launches ordered");
        }
    }

    private void perform(Effect effect) {
        CrashPoint.before(effect);
        carryOut(effect);
        CrashPoint.after(effect);
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Prepare prepare) {
            parts.launcher().prepare(prepare.entry(), prepare.plan());
        } else if (effect instanceof Effect.CancelFetch cancel) {
            parts.launcher().cancelFetch(cancel.container());
        } else if (effect instanceof Effect.Launch launch) {
            toLaunch.add(launch.container());
        } else if (effect instanceof Effect.Kill kill) {
            parts.launcher().signal(kill.signal(), kill.process());
        } else if (effect instanceof Effect.KillGroup group) {
            parts.containment().kill(group.container());
        } else if (effect instanceof Effect.Resize resize) {
            parts.containment().resize(resize.container(), resize.resources());
        } else if (effect instanceof Effect.LinkVolumes link) {
            parts.launcher().linkVolumes(link.executor(), link.volumes());
        } else if (effect instanceof Effect.Send send) {
            send(Frames.of(send.update()));
        } else if (effect instanceof Effect.ToMaster frame) {
            send(frame.frame());
        } else if (effect instanceof Effect.OfNested nested) {
            containers.carryOut(nested);
        } else if (effect instanceof Effect.Tell tell) {
            executors.tell(tell);
        } else if (effect instanceof Effect.CloseStream close) {
            executors.close(close);
        } else if (effect instanceof Effect.SendOperation send) {
            send(Frames.of(send.update()));
        } else if (effect instanceof Effect.RemoveVolume remove) {
            parts.launcher().removeVolume(remove.id(), remove.disk());
            take(parts.host().removed(remove.id(), now()));
        } else if (effect instanceof Effect.Probe probe) {
            parts.launcher().probe(probe.entry(), probe.probe());
        } else if (effect instanceof Effect.ReadLastWords words) {
            parts.launcher().readLastWords(words.entry(), words.verdict());
        } else if (effect instanceof Effect.CleanUp cleanUp) {
            parts.launcher().cleanUp(cleanUp.entry());
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private Behavior<AgentCommand> obey(List<Registration.Effect> effects) {
        effects.forEach(this::obey);
        changed |= !effects.isEmpty();
        return this;
    }

    private void obey(Registration.Effect effect) {
        if (effect instanceof Registration.Effect.Connect connect) {
            var news = MasterOrders.listener(connect.link(), getContext().getSelf());
            link = Optional.of(parts.open().apply(connect.address(), news));
        } else if (effect instanceof Registration.Effect.Disconnect) {
            link.ifPresent(MasterLink::close);
            link = Optional.empty();
        } else if (effect instanceof Registration.Effect.SendRegister) {
            long number = registration.number(); // The next one may be given before the disk has caught up.
            afterDisk.add(() -> send(Frames.of(parts.register(number))));
            drain();
        } else if (effect instanceof Registration.Effect.SendHeartbeat) {
            send(Frames.HEARTBEAT);
        } else if (effect instanceof Registration.Effect.SendStale stale) {
            getContext().getLog().warn("a command of an epoch below {} was refused", stale.epoch());
            send(Frames.stale(stale.epoch()));
        } else if (effect instanceof Registration.Effect.Checkpoint checkpoint) {
            take(books.identified(checkpoint.identity()));
        } else if (effect instanceof Registration.Effect.Connected) {
            take(books.connected(now()));
            take(parts.host().connected(now()));
            changed = true;
            shown(); // Somebody may wait for it.
        } else if (effect instanceof Registration.Effect.Disconnected) {
            books.disconnected();
            parts.host().disconnected();
        } else if (effect instanceof Registration.Effect.Resolve) {
            resolve();
        } else if (effect instanceof Registration.Effect.End end) {
            parts.end().accept("the master refuses this agent: " + end.reason());
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private void send(ToMaster frame) {
        link.ifPresent(l -> l.send(frame));
    }

    private void resolve() {
        var self = getContext().getSelf();
        var log = getContext().getLog();
        parts.resolve().get().whenComplete((addresses, failure) -> {
            if (failure != null) {
                log.debug("no master can be asked for link addresses: {}", failure.getMessage());
            } else {
                self.tell(new AgentCommand.Masters(addresses));
            }
        });
    }
}
