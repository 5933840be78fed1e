package io.baton.executor.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.executor.checkpoint.JournalWriter;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.launch.Launcher;
import io.baton.executor.link.MasterLink;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Record;
import io.baton.executor.task.TaskKey;
import io.baton.link.Heartbeat;
import io.baton.link.Kill;
import io.baton.link.Register;
import io.baton.link.Stale;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
public final class AgentActor extends AbstractBehavior<AgentActor.Command> {
    static final Duration TICK = Duration.ofMillis(100);

    /** How often the processes are looked at, in case their news was lost. */
    static final Duration CHECK = Duration.ofSeconds(2);

    /** How often old sandboxes are looked for. */
    static final Duration COLLECT = Duration.ofMinutes(10);

    /** What the agent is told, from within its own process only. */
    public sealed interface Command {}

    private enum Timer implements Command {
        TICK,
        CHECK,
        MEASURE,
        COLLECT
    }

    /** Frames of a link; {@code heard} is completed when the next ones are welcome. */
    record Frames(int link, List<ToAgent> frames, CompletableFuture<Done> heard) implements Command {}

    record LinkUp(int link) implements Command {}

    record LinkLost(int link, String why) implements Command {}

    record Masters(List<String> addresses) implements Command {}

    /** A launch script lies ready. */
    public record Prepared(String container) implements Command {}

    /** A process runs. */
    public record Started(String container, Optional<ProcessIdentity> identity) implements Command {}

    /** A process is over. */
    public record Ended(String container, Verdict verdict) implements Command {}

    /** What a task wrote last. */
    public record LastWords(String container, Verdict verdict, String words) implements Command {}

    /** How much a sandbox holds. */
    public record DiskUsed(String container, long megabytes) implements Command {}

    /** Launches may be lost. */
    public record SpawnerLost() implements Command {}

    /** All appends up to this one are on the disk. */
    public record Durable(long number) implements Command {}

    /** The journal is out of order: nothing can be promised any more. */
    public record JournalFailed(String why) implements Command {}

    /** End all tasks; {@code idle} is completed when none runs any more. */
    public record KillAll(Optional<Duration> grace, CompletableFuture<Done> idle) implements Command {}

    /** Leave the tasks alone and end; completed when nothing more is written. */
    public record Stop(CompletableFuture<Done> stopped) implements Command {}

    /**
     * What the actor works with.
     *
     * @param info without an id
     * @param incarnation of this start of the agent
     * @param resolve the masters' link addresses
     * @param open opens a link
     * @param publish takes each new picture
     * @param end called with the reason if the agent cannot go on
     */
    public record Parts(
            TaskBooks books,
            Registration registration,
            Map<TaskEntry, Supervision.Found> found,
            AgentInfo info,
            String incarnation,
            String version,
            JournalWriter journal,
            Launcher launcher,
            Supplier<CompletionStage<List<String>>> resolve,
            BiFunction<String, MasterLink.Listener, MasterLink> open,
            Consumer<AgentSnapshot> publish,
            Consumer<String> end,
            Duration measure,
            Clock clock) {}

    private record Waiting(long number, Runnable action) {}

    private final Parts parts;
    private final TaskBooks books;
    private final Registration registration;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<String> toLaunch = new ArrayList<>();
    private final List<CompletableFuture<Done>> wantIdle = new ArrayList<>();
    private Optional<MasterLink> link = Optional.empty();
    private long appended;
    private long durable;
    private boolean changed = true;

    private AgentActor(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
        super(context);
        this.parts = parts;
        this.books = parts.books();
        this.registration = parts.registration();
        timers.startTimerWithFixedDelay(Timer.TICK, TICK);
        timers.startTimerWithFixedDelay(Timer.CHECK, CHECK);
        timers.startTimerWithFixedDelay(Timer.MEASURE, parts.measure());
        timers.startTimerWithFixedDelay(Timer.COLLECT, CHECK, COLLECT);
        parts.found().forEach((entry, found) -> take(books.recovered(entry, found, now())));
        obey(registration.tick(now(), luck()));
    }

    /** The agent's one actor. */
    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new AgentActor(context, timers, parts)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Frames.class, this::onFrames)
                .onMessage(LinkUp.class, m -> obey(registration.linkUp(m.link(), now())))
                .onMessage(LinkLost.class, this::onLinkLost)
                .onMessage(Masters.class, m -> obey(registration.masters(m.addresses())))
                .onMessage(Prepared.class, m -> take(books.prepared(m.container(), now())))
                .onMessage(Started.class, m -> take(books.started(m.container(), m.identity(), now())))
                .onMessage(Ended.class, m -> take(books.ended(m.container(), m.verdict(), now())))
                .onMessage(
                        LastWords.class,
                        m -> take(books.lastWords(m.container(), m.verdict(), m.words(), now())))
                .onMessage(DiskUsed.class, m -> take(books.diskUsed(m.container(), m.megabytes(), now())))
                .onMessage(SpawnerLost.class, m -> run(() -> parts.launcher().recheck(books.launching())))
                .onMessage(Durable.class, this::onDurable)
                .onMessage(JournalFailed.class, this::onJournalFailed)
                .onMessage(KillAll.class, this::onKillAll)
                .onMessage(Stop.class, this::onStop)
                .onMessageEquals(Timer.TICK, this::onTick)
                .onMessageEquals(Timer.CHECK, () -> run(() -> parts.launcher().check(books.toCheck(now()))))
                .onMessageEquals(Timer.MEASURE, () -> run(() -> parts.launcher().measure(books.withDiskLimit())))
                .onMessageEquals(Timer.COLLECT, () -> run(() -> parts.launcher().collect(containers(), now())))
                .build();
    }

    private Instant now() {
        return parts.clock().instant();
    }

    private static double luck() {
        return ThreadLocalRandom.current().nextDouble();
    }

    private Behavior<Command> run(Runnable action) {
        action.run();
        return this;
    }

    private Set<String> containers() {
        return books.state().tasks().stream().map(TaskEntry::container).collect(Collectors.toSet());
    }

    private Behavior<Command> onTick() {
        obey(registration.tick(now(), luck()));
        take(books.tick(now()));
        if (parts.journal().wantsCompaction()) {
            parts.journal().compact(books.state().records());
        }
        if (changed) {
            changed = false;
            parts.publish()
                    .accept(AgentSnapshot.of(info(), registration.master(), books.state(), books.counters()));
        }
        answerIdle();
        return this;
    }

    private AgentInfo info() {
        var info = parts.info().toBuilder();
        registration.agentId().map(AgentId::toProto).ifPresent(info::setId);
        return info.build();
    }

    private Behavior<Command> onFrames(Frames message) {
        registration.heard(message.link(), now());
        message.frames().forEach(frame -> onFrame(message.link(), frame));
        message.heard().complete(Done.getInstance());
        return this;
    }

    private void onFrame(int which, ToAgent frame) {
        switch (frame.getMessageCase()) {
            case REGISTERED -> {
                var id = AgentId.fromProto(frame.getRegistered().getAgentId());
                getContext().getLog().info("registered as {} with epoch {}", id, frame.getRegistered().getEpoch());
                obey(registration.registered(which, id, frame.getRegistered().getEpoch(), now(), luck()));
            }
            case REFUSED -> {
                var refused = frame.getRefused();
                getContext().getLog().warn("refused by the master: {}", refused.getReason());
                obey(registration.refused(which, refused.getReason(), refused.getPermanent(), now()));
            }
            case RUN -> {
                var run = frame.getRun();
                ifObeyed(which, run.getEpoch(), () -> books.run(
                        run.getFramework(), run.getTask(), parts.journal().hasRoom(), now()));
            }
            case KILL -> {
                var kill = frame.getKill();
                var key = TaskKey.of(kill.getFrameworkId(), kill.getTaskId());
                ifObeyed(which, kill.getEpoch(), () -> books.kill(key, graceOf(kill), now()));
            }
            case ACKNOWLEDGE -> {
                var acknowledge = frame.getAcknowledge();
                var key = TaskKey.of(acknowledge.getFrameworkId(), acknowledge.getTaskId());
                ifObeyed(
                        which,
                        acknowledge.getEpoch(),
                        () -> books.acknowledge(key, acknowledge.getUuid(), now()));
            }
            case REMOVE_FRAMEWORK -> {
                var removed = frame.getRemoveFramework();
                ifObeyed(which, removed.getEpoch(), () -> books.removeFramework(
                        FrameworkId.fromProto(removed.getFrameworkId()), now()));
            }
            case MASTERS -> obey(registration.masters(frame.getMasters().getLinksList()));
            case HEARTBEAT -> {
                // That it was heard is all there is to it.
            }
            case MESSAGE_NOT_SET -> getContext().getLog().warn("ignored a frame of a kind that is not known here");
        }
    }

    private static Optional<Duration> graceOf(Kill kill) {
        return kill.hasKillPolicy() && kill.getKillPolicy().hasGracePeriod()
                ? Optional.of(Duration.ofNanos(
                        kill.getKillPolicy().getGracePeriod().getNanoseconds()))
                : Optional.empty();
    }

    private void ifObeyed(int which, long epoch, Supplier<List<Effect>> command) {
        var judgement = registration.judge(which, epoch);
        obey(judgement.first());
        if (judgement.obey()) {
            take(command.get());
        }
    }

    private Behavior<Command> onLinkLost(LinkLost message) {
        getContext().getLog().info("link {} to the master lost: {}", message.link(), message.why());
        return obey(registration.linkLost(message.link(), now(), luck()));
    }

    private Behavior<Command> onDurable(Durable message) {
        durable = Math.max(durable, message.number());
        drain();
        return this;
    }

    private Behavior<Command> onJournalFailed(JournalFailed message) {
        parts.end().accept("the agent cannot write down what it does: " + message.why()
                + ". Tasks go on; make room and start the agent again");
        return Behaviors.stopped();
    }

    private Behavior<Command> onKillAll(KillAll message) {
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

    private Behavior<Command> onStop(Stop message) {
        link.ifPresent(MasterLink::close);
        message.stopped().complete(Done.getInstance());
        return Behaviors.stopped();
    }

    /** Performs the books' effects: at once if nothing is waiting for the disk, else in their turn. */
    private Behavior<Command> take(List<Effect> effects) {
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
            if (!(effect instanceof Effect.Checkpoint)) {
                waiting.add(new Waiting(appended, () -> perform(effect)));
            } else if (!behind) {
                behind = true;
                appended = parts.journal().append(records);
            }
        }
        drain();
        return this;
    }

    private void drain() {
        while (!waiting.isEmpty() && waiting.element().number() <= durable) {
            waiting.remove().action().run();
        }
        if (!toLaunch.isEmpty()) {
            parts.launcher().launch(List.copyOf(toLaunch));
            toLaunch.clear();
        }
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Prepare prepare) {
            parts.launcher().prepare(prepare.entry(), prepare.plan());
        } else if (effect instanceof Effect.Launch launch) {
            toLaunch.add(launch.container());
        } else if (effect instanceof Effect.Kill kill) {
            parts.launcher().signal(kill.signal(), kill.process());
        } else if (effect instanceof Effect.Send send) {
            link.ifPresent(l -> l.send(
                    ToMaster.newBuilder().setUpdate(send.update()).build()));
        } else if (effect instanceof Effect.ReadLastWords words) {
            parts.launcher().readLastWords(words.entry(), words.verdict());
        } else if (effect instanceof Effect.CleanUp cleanUp) {
            parts.launcher().cleanUp(cleanUp.container());
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private Behavior<Command> obey(List<Registration.Effect> effects) {
        effects.forEach(this::obey);
        changed |= !effects.isEmpty();
        return this;
    }

    private void obey(Registration.Effect effect) {
        if (effect instanceof Registration.Effect.Connect connect) {
            link = Optional.of(parts.open().apply(connect.address(), listener(connect.link())));
        } else if (effect instanceof Registration.Effect.Disconnect) {
            link.ifPresent(MasterLink::close);
            link = Optional.empty();
        } else if (effect instanceof Registration.Effect.SendRegister) {
            afterDisk(() -> send(ToMaster.newBuilder().setRegister(register()).build()));
        } else if (effect instanceof Registration.Effect.SendHeartbeat) {
            send(ToMaster.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build());
        } else if (effect instanceof Registration.Effect.SendStale stale) {
            getContext().getLog().warn("a command of an epoch below {} was refused", stale.epoch());
            send(ToMaster.newBuilder()
                    .setStale(Stale.newBuilder().setEpoch(stale.epoch()))
                    .build());
        } else if (effect instanceof Registration.Effect.Checkpoint checkpoint) {
            take(books.identified(checkpoint.identity()));
        } else if (effect instanceof Registration.Effect.Connected) {
            take(books.connected(now()));
        } else if (effect instanceof Registration.Effect.Disconnected) {
            books.disconnected();
        } else if (effect instanceof Registration.Effect.Resolve) {
            resolve();
        } else if (effect instanceof Registration.Effect.End end) {
            parts.end().accept("the master refuses this agent: " + end.reason());
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private void afterDisk(Runnable action) {
        waiting.add(new Waiting(appended, action));
        drain();
    }

    private void send(ToMaster frame) {
        link.ifPresent(l -> l.send(frame));
    }

    private void resolve() {
        var self = getContext().getSelf();
        var log = getContext().getLog();
        parts.resolve().get().whenComplete((addresses, failure) -> {
            if (failure != null) {
                log.info("no master can be asked for link addresses: {}", failure.getMessage());
            } else {
                self.tell(new Masters(addresses));
            }
        });
    }

    private MasterLink.Listener listener(int which) {
        var self = getContext().getSelf();
        return new MasterLink.Listener() {
            @Override
            public void up() {
                self.tell(new LinkUp(which));
            }

            @Override
            public void lost(String why) {
                self.tell(new LinkLost(which, why));
            }

            @Override
            public CompletionStage<Done> frames(List<ToAgent> frames) {
                var heard = new CompletableFuture<Done>();
                self.tell(new Frames(which, frames, heard));
                return heard;
            }
        };
    }

    private Register register() {
        var frameworks = new LinkedHashMap<FrameworkId, FrameworkInfo>();
        Collection<TaskEntry> tasks = books.state().tasks().stream()
                .filter(entry -> !entry.isAbandoned())
                .toList();
        tasks.forEach(entry -> frameworks.put(entry.key().framework(), entry.framework()));
        return Register.newBuilder()
                .setAgentInfo(info())
                .setIncarnation(parts.incarnation())
                .setEpoch(registration.epoch())
                .setVersion(parts.version())
                .addAllTasks(tasks.stream().map(TaskEntry::forRegistration).toList())
                .addAllFrameworks(frameworks.values())
                .build();
    }
}
