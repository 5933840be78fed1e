package io.baton.systemtests.simulation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.resourcemanager.agent.LedgerRules;
import io.baton.sdk.session.Reply;
import io.baton.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One master: the entities it believes to own, and the gates through which agents and schedulers talk to any. */
final class Master extends Node {
    private static final long WATCH_MILLIS = 1_000;
    private static final long TICK_MILLIS = 1_000;
    private static final long GATE_MILLIS = 5_000;

    /** A message that is passed on more often than this has lost its way. */
    private static final int MOST_HOPS = 3;

    private final Map<String, Master> beliefs = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Entity> entities = new TreeMap<>();
    private final Set<AgentGate> agentGates = new LinkedHashSet<>();
    private final Set<SchedulerGate> schedulerGates = new LinkedHashSet<>();

    private long joined;

    Master(String name, World world) {
        super(name, world);
    }

    @Override
    void start() {
        super.start();
        joined = world.registry().join(name);
        beliefs.clear();
        versions.clear();
        entities.clear();
        agentGates.clear();
        schedulerGates.clear();
        world.placement().restarted(this);
        in(world.chance().between(1, TICK_MILLIS), () -> {
            tick();
            every(TICK_MILLIS, this::tick);
        });
        every(GATE_MILLIS, () -> {
            List.copyOf(agentGates).forEach(AgentGate::tick);
            List.copyOf(schedulerGates).forEach(SchedulerGate::tick);
        });
    }

    @Override
    void crash(boolean silently) {
        super.crash(silently);
        entities.values().stream().filter(LedgerShell.class::isInstance).forEach(ledger -> ((LedgerShell) ledger)
                .crashed());
        entities.clear();
    }

    /** This start of it, as the registry counts. */
    long joined() {
        return joined;
    }

    private void tick() {
        if (believed(Placement.ALLOCATOR) == this) {
            local(Placement.ALLOCATOR);
        }
        new ArrayList<>(entities.values()).forEach(Entity::tick);
    }

    LedgerRules rules() {
        return new LedgerRules(
                name,
                world.keeps(Rule.LEASES_EXPIRE) ? world.scenario().offerTimeout() : java.time.Duration.ZERO,
                java.time.Duration.ofSeconds(75));
    }

    // ---- who is where

    Master believed(String key) {
        var known = beliefs.get(key);
        if (known != null) {
            return known;
        }
        versions.put(key, world.placement().version(key));
        var owner = world.placement().owner(key);
        beliefs.put(key, owner);
        return owner;
    }

    /** The news of where an entity is now. */
    void learn(String key) {
        var owner = world.placement().owner(key);
        long version = world.placement().version(key);
        beliefs.put(key, owner);
        var before = versions.put(key, version);
        if (before != null && before == version) {
            return;
        }
        world.history().note(() -> name + " learns that " + key + " is at " + owner);
        if (owner != this) {
            var gone = entities.remove(key);
            if (gone != null) {
                gone.stopped();
            }
        }
        List.copyOf(agentGates).forEach(gate -> gate.moved(key));
        List.copyOf(schedulerGates).forEach(gate -> gate.moved(key));
    }

    /** The instance here, for looking at; null if there is none. */
    Entity instance(String key) {
        return entities.get(key);
    }

    /** A ledger that may not act any more is gone; whoever speaks to it next finds a new one. */
    void over(AgentId agent, LedgerShell ledger) {
        if (entities.remove(Placement.agent(agent), ledger)) {
            ledger.stopped();
        }
    }

    private Entity local(String key) {
        var there = entities.get(key);
        return there != null ? there : entities.computeIfAbsent(key, this::begin);
    }

    private Entity begin(String key) {
        world.history().note(() -> key + " begins on " + name);
        if (key.equals(Placement.ALLOCATOR)) {
            return new AllocatorShell(this);
        }
        var id = key.substring(key.indexOf(' ') + 1);
        return key.startsWith("agent ")
                ? new LedgerShell(new AgentId(id), this)
                : new SessionShell(new FrameworkId(id), this);
    }

    private void tell(String key, Consumer<Entity> message, int hops) {
        var owner = believed(key);
        world.network().send(this, owner, () -> owner.arrive(key, message, hops + 1));
    }

    private void arrive(String key, Consumer<Entity> message, int hops) {
        if (believed(key) == this) {
            message.accept(local(key));
        } else if (hops < MOST_HOPS) {
            tell(key, message, hops);
        }
    }

    void tell(AgentId agent, Consumer<LedgerShell> message) {
        tell(Placement.agent(agent), entity -> message.accept((LedgerShell) entity), 0);
    }

    void tell(FrameworkId framework, Consumer<SessionShell> message) {
        tell(Placement.framework(framework), entity -> message.accept((SessionShell) entity), 0);
    }

    void tellAllocator(Consumer<AllocatorShell> message) {
        tell(Placement.ALLOCATOR, entity -> message.accept((AllocatorShell) entity), 0);
    }

    void tell(AgentGate gate, Consumer<AgentGate> message) {
        world.network().send(this, gate.master(), () -> message.accept(gate));
    }

    /** What a watch tells: it is not lost, it comes when there is a way. */
    void tellSurely(AgentGate gate, Consumer<AgentGate> message) {
        var network = world.network();
        if (network.reaches(this, gate.master())) {
            gate.master().in(1, () -> message.accept(gate));
        } else {
            in(WATCH_MILLIS, () -> tellSurely(gate, message));
        }
    }

    void tell(SchedulerGate gate, Consumer<SchedulerGate> message) {
        world.network().send(this, gate.master(), () -> message.accept(gate));
    }

    // ---- the gates

    void accept(Link<ToMaster, ToAgent> link) {
        agentGates.add(new AgentGate(this, link));
    }

    void subscribe(Link<Call, Object> link) {
        schedulerGates.add(new SchedulerGate(this, link));
    }

    void closed(AgentGate gate) {
        agentGates.remove(gate);
    }

    void closed(SchedulerGate gate) {
        schedulerGates.remove(gate);
    }

    /** A call: on a stream of this master it is told to the session, on another it is asked. */
    void call(Call call, String streamId, Consumer<Reply> answer) {
        var framework = FrameworkId.fromProto(call.getFrameworkId());
        var live = schedulerGates.stream()
                .filter(g -> g.isLive(framework, streamId))
                .findFirst();
        if (live.isPresent()) {
            var gate = live.get();
            gate.tells();
            tell(framework, session -> session.call(call, streamId, this, reply -> gate.told(reply)));
            answer.accept(Reply.answered(202, ""));
        } else {
            tell(framework, session -> session.call(call, streamId, this, answer));
        }
    }
}
