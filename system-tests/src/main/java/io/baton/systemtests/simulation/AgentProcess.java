package io.baton.systemtests.simulation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.executor.agent.Effect;
import io.baton.executor.agent.LaunchOrder;
import io.baton.executor.agent.Registration;
import io.baton.executor.agent.TaskBooks;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Record;
import io.baton.executor.task.TaskKey;
import io.baton.link.Heartbeat;
import io.baton.link.Kill;
import io.baton.link.Register;
import io.baton.link.Run;
import io.baton.link.Stale;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The agent process of one host: {@link TaskBooks} and {@link Registration}, driven as its actor drives them. */
final class AgentProcess extends Node {
    private static final long TICK_MILLIS = 1_000;
    private static final long CHECK_MILLIS = 2_000;

    /** Something a host tells an agent. */
    interface News {
        List<Effect> to(TaskBooks books);
    }

    private record Waiting(long number, Runnable action) {}

    private final Host host;
    private final Disk disk;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<com.google.protobuf.ByteString> sent = new HashSet<>();
    private TaskBooks books;
    private Registration registration;
    private Link<ToMaster, ToAgent> link;
    private long appended;
    private long durable;

    AgentProcess(Host host, World world) {
        super("agent-" + host.name, world);
        this.host = host;
        this.disk = new Disk(world);
        host.bears(this);
    }

    @Override
    void start() {
        super.start();
        waiting.clear();
        link = null;
        appended = 0;
        durable = 0;
        var state = disk.open(this, this::onDurable);
        var id = state.agentId().orElseGet(world::newAgentId);
        var identity = Records.identity(id, state.clusterId(), state.epoch(), state.lastStart() + 1);
        disk.appendAtOnce(identity);
        state.apply(identity);
        books = new TaskBooks(host.facts(), state, world.chance()::uuid);
        long epoch = world.keeps(Rule.EPOCH_OUTLIVES_AGENT) ? state.epoch() : 0;
        registration = new Registration(state.agentId(), state.clusterId(), epoch, state.lastStart());
        registration.masters(
                world.masters().stream().map(m -> m.name).toList(),
                world.chance().fraction());
        var bootId = host.facts().bootId();
        for (var entry : List.copyOf(state.tasks())) {
            take(books.recovered(entry, host.find(entry, bootId), now()));
        }
        obey(registration.tick(now(), world.chance().fraction()));
        in(world.chance().between(1, TICK_MILLIS), () -> {
            tick();
            every(TICK_MILLIS, this::tick);
        });
        every(CHECK_MILLIS, () -> host.check(books.toCheck(now())));
    }

    @Override
    void crash(boolean silently) {
        super.crash(silently);
        disk.crash();
    }

    Host host() {
        return host;
    }

    TaskBooks books() {
        return books;
    }

    Registration registration() {
        return registration;
    }

    private Instant now() {
        return world.agenda().instant();
    }

    private void tick() {
        obey(registration.tick(now(), world.chance().fraction()));
        take(books.tick(now()));
        if (disk.wantsCompaction()) {
            disk.compact(books.state().records());
        }
    }

    void news(News news) {
        take(news.to(books));
    }

    // ---- the link

    private void connect(int number, String address) {
        var master = world.master(address);
        boolean answers = master.isUp() && world.network().reaches(this, master);
        in(world.network().delay() + 1, () -> {
            if (!answers || !master.isUp() || !world.network().reaches(master, this)) {
                if (!answers && world.network().reaches(this, master)) {
                    obey(registration.linkLost(number, now(), world.chance().fraction()));
                }
                return;
            }
            var opened = new Link<ToMaster, ToAgent>(this, master);
            opened.onClient(frame -> heard(number, opened, frame), () -> lost(number));
            link = opened;
            master.accept(opened);
            obey(registration.linkUp(number, now()));
        });
    }

    private void lost(int number) {
        obey(registration.linkLost(number, now(), world.chance().fraction()));
    }

    private void heard(int number, Link<ToMaster, ToAgent> from, ToAgent frame) {
        if (from != link) {
            return;
        }
        registration.heard(number, now());
        switch (frame.getMessageCase()) {
            case REGISTERED -> {
                var registered = frame.getRegistered();
                long epoch = world.keeps(Rule.AGENT_CHECKS_EPOCH)
                        ? registered.getEpoch()
                        : Math.max(registered.getEpoch(), registration.epoch());
                world.history().note(() -> name + " hears that it is registered with epoch " + registered.getEpoch());
                var id = AgentId.fromProto(registered.getAgentId());
                obey(registration.registered(
                        number,
                        new Registration.Adoption(id, epoch, registered.getClusterId(), registered.getNumber()),
                        now(),
                        world.chance().fraction()));
            }
            case REFUSED -> {
                var refused = frame.getRefused();
                obey(registration.refused(number, refused.getReason(), refused.getPermanent(), now()));
            }
            case RUN -> ifObeyed(number, frame.getRun().getEpoch(), () -> run(frame.getRun()));
            case KILL -> ifObeyed(number, frame.getKill().getEpoch(), () -> kill(frame.getKill()));
            case ACKNOWLEDGE -> {
                var ack = frame.getAcknowledge();
                var key = TaskKey.of(ack.getFrameworkId(), ack.getTaskId());
                ifObeyed(number, ack.getEpoch(), () -> books.acknowledge(key, ack.getUuid(), now()));
            }
            case REMOVE_FRAMEWORK -> {
                var removed = frame.getRemoveFramework();
                ifObeyed(
                        number,
                        removed.getEpoch(),
                        () -> books.removeFramework(FrameworkId.fromProto(removed.getFrameworkId()), now()));
            }
            case TELL_TASKS -> {
                var tell = frame.getTellTasks();
                ifObeyed(number, tell.getEpoch(), () -> books.tellTasks(FrameworkId.fromProto(tell.getFrameworkId())));
            }
            case MASTERS ->
                obey(registration.masters(
                        frame.getMasters().getLinksList(), world.chance().fraction()));
            case REGISTER_AGAIN -> obey(registration.registerAgain(number, now()));
            case OPERATE, ACKNOWLEDGE_OPERATION, DRAIN ->
                throw new AssertionError("nobody in the simulation asks for " + frame.getMessageCase());
            case HEARTBEAT, MESSAGE_NOT_SET -> {}
        }
    }

    private void ifObeyed(int number, long epoch, Supplier<List<Effect>> command) {
        var judgement = registration.judge(number, epoch);
        if (!judgement.obey() && !world.keeps(Rule.AGENT_CHECKS_EPOCH)) {
            take(command.get());
            return;
        }
        obey(judgement.first());
        if (judgement.obey()) {
            take(command.get());
        }
    }

    private List<Effect> run(Run run) {
        var key = TaskKey.of(run.getFramework().getId(), run.getTask().getTaskId());
        boolean known = books.state().task(key).isPresent()
                || books.state().completed(key).isPresent();
        world.history()
                .note(() -> name + " is to run " + key.task() + (known ? ", which it knows" : "") + " by epoch "
                        + run.getEpoch());
        var task = known && !world.keeps(Rule.AGENT_KNOWS_DUPLICATES)
                ? run.getTask().toBuilder()
                        .setTaskId(run.getTask().getTaskId().toBuilder()
                                .setValue(key.task().value() + "~"
                                        + world.agenda().steps()))
                        .build()
                : run.getTask();
        return books.run(LaunchOrder.of(run.toBuilder().setTask(task).build()), true, now());
    }

    private List<Effect> kill(Kill kill) {
        Optional<Duration> grace = kill.hasKillPolicy() && kill.getKillPolicy().hasGracePeriod()
                ? Optional.of(
                        Duration.ofNanos(kill.getKillPolicy().getGracePeriod().getNanoseconds()))
                : Optional.empty();
        return books.kill(TaskKey.of(kill.getFrameworkId(), kill.getTaskId()), grace, now());
    }

    private void obey(List<Registration.Effect> effects) {
        effects.forEach(this::obey);
    }

    private void obey(Registration.Effect effect) {
        if (effect instanceof Registration.Effect.Connect connect) {
            connect(connect.link(), connect.address());
        } else if (effect instanceof Registration.Effect.Disconnect) {
            disconnect();
        } else if (effect instanceof Registration.Effect.SendRegister) {
            waiting.add(new Waiting(
                    appended,
                    () -> send(ToMaster.newBuilder().setRegister(register()).build())));
            drain();
        } else if (effect instanceof Registration.Effect.SendHeartbeat) {
            send(ToMaster.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build());
        } else if (effect instanceof Registration.Effect.SendStale stale) {
            world.history().note(() -> name + " refuses a command of an epoch below " + stale.epoch());
            world.judge().count("stale commands refused");
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
            registration.masters(
                    world.masters().stream().map(m -> m.name).toList(),
                    world.chance().fraction());
        } else if (effect instanceof Registration.Effect.End end) {
            throw new ViolationException(name + " was refused for good: " + end.reason());
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private void disconnect() {
        if (link != null) {
            link.closeByClient();
            link = null;
        }
    }

    private void send(ToMaster frame) {
        if (link != null) {
            link.up(frame);
        }
    }

    private Register register() {
        var info = AgentInfo.newBuilder()
                .setHostname(host.name)
                .setPort(5051)
                .addAllResources(host.total().toProto(""));
        registration.agentId().map(AgentId::toProto).ifPresent(info::setId);
        var frameworks = new LinkedHashMap<FrameworkId, FrameworkInfo>();
        var tasks = books.state().tasks().stream().filter(e -> !e.isAbandoned()).toList();
        tasks.forEach(e -> frameworks.put(e.key().framework(), e.framework()));
        return Register.newBuilder()
                .setAgentInfo(info)
                .setNumber(registration.number())
                .setEpoch(registration.epoch())
                .setClusterId(registration.clusterId())
                .setVersion("1.11.0")
                .addAllTasks(tasks.stream().map(TaskEntry::forRegistration).toList())
                .addAllFrameworks(frameworks.values())
                .build();
    }

    // ---- the books' effects, each after what stands before it is on the disk

    private void onDurable(long number) {
        durable = Math.max(durable, number);
        drain();
    }

    private void take(List<Effect> effects) {
        if (effects.isEmpty()) {
            return;
        }
        var records = new ArrayList<Record>();
        effects.forEach(effect -> {
            if (effect instanceof Effect.Checkpoint checkpoint) {
                records.add(checkpoint.record());
            }
        });
        boolean behind = false;
        for (var effect : effects) {
            if (!(effect instanceof Effect.Checkpoint)) {
                if (waitsForDisk(effect)) {
                    waiting.add(new Waiting(appended, () -> perform(effect)));
                } else {
                    perform(effect);
                }
            } else if (!behind) {
                behind = true;
                appended = disk.append(records);
            }
        }
        drain();
    }

    private boolean waitsForDisk(Effect effect) {
        if (effect instanceof Effect.Prepare || effect instanceof Effect.Launch) {
            return world.keeps(Rule.CHECKPOINT_BEFORE_START);
        }
        return !(effect instanceof Effect.Send) || world.keeps(Rule.CHECKPOINT_BEFORE_UPDATE);
    }

    private void drain() {
        while (!waiting.isEmpty() && waiting.element().number() <= durable) {
            waiting.remove().action().run();
        }
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Prepare prepare) {
            host.prepare(prepare.entry());
        } else if (effect instanceof Effect.Launch launch) {
            host.launch(launch.container());
        } else if (effect instanceof Effect.Kill kill) {
            host.signal(kill.signal(), kill.process());
        } else if (effect instanceof Effect.Send send) {
            if (world.keeps(Rule.UPDATES_AGAIN)
                    || sent.add(send.update().getStatus().getUuid())) {
                send(ToMaster.newBuilder().setUpdate(send.update()).build());
            }
        } else if (effect instanceof Effect.ToMaster told) {
            send(told.frame());
        } else if (effect instanceof Effect.ReadLastWords words) {
            in(1, () -> news(b -> b.lastWords(words.entry().container(), words.verdict(), "", now())));
        } else if (effect instanceof Effect.CleanUp cleanUp) {
            host.forget(cleanUp.entry().container());
        } else if (effect instanceof Effect.KillGroup) {
            // The signal before it has ended all there is: a task of the simulation is one process.
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    AgentState state() {
        return books.state();
    }
}
