package io.baton.systemtests.simulation;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.link.Register;
import io.baton.link.Run;
import io.baton.link.TasksTold;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.resourcemanager.agent.AgentLedger;
import io.baton.resourcemanager.agent.LedgerEffect;
import io.baton.resourcemanager.allocation.Proposal;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.KillPolicy;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Drives one {@link AgentLedger}. */
final class LedgerShell implements Entity {
    private final AgentId id;
    private final Master master;
    private final World world;
    private final AgentLedger ledger;
    private final Set<OfferId> granted = new HashSet<>();
    private AgentGate gate;
    private long proposals;
    private long registrations = 1;

    LedgerShell(AgentId id, Master master) {
        this.id = id;
        this.master = master;
        this.world = master.world;
        this.ledger = new AgentLedger(id, master.rules(), world.registry().acquire(id, master), now());
        world.registry().agent(id).ifPresent(ledger::recalled);
    }

    AgentLedger ledger() {
        return ledger;
    }

    private Instant now() {
        return world.agenda().instant();
    }

    /** The agent's link has watched this ledger: its agent has to register anew, on the same link. */
    @Override
    public void stopped() {
        take(ledger.moves());
        if (gate != null) {
            master.tellSurely(gate, AgentGate::ownerGone);
        }
    }

    /** The agent's link hears of that, too, when the masters have given up the one that crashed. */
    void crashed() {
        var watcher = gate;
        if (watcher != null && watcher.master() != master) {
            watcher.master().in(world.scenario().failoverMillis(), watcher::ownerGone);
        }
    }

    void register(Register register, AgentGate from) {
        if (ledger.isOld(register, now())) {
            if (from != gate) {
                master.tell(from, AgentGate::close);
            }
            return;
        }
        if (gate != null && gate != from) {
            master.tell(gate, AgentGate::close);
        }
        gate = from;
        ledger.admitted(world.registry().admit(id, register));
        take(ledger.register(register, "10.0.0.1", registrations++, now()));
        world.history()
                .note(() -> id + " registers at " + master + " and gets " + ledger.term() + ", with "
                        + register.getTasksCount() + " tasks");
    }

    /** What a master that does not wait for its agent would do. */
    void assume(Register register, AgentGate from) {
        gate = from;
        ledger.register(register, "10.0.0.1", registrations++, now()).stream()
                .filter(effect -> !(effect instanceof LedgerEffect.ToLink) && !(effect instanceof LedgerEffect.Adopted))
                .forEach(this::perform);
    }

    void linkLost(AgentGate which) {
        if (which == gate) {
            take(ledger.linkLost(now()));
            gate = null;
        }
    }

    /** The agent obeys a newer owner. */
    void stale(long epoch) {
        take(ledger.stale(epoch));
    }

    /** What comes over a link that is not the agent's any more may be long since acknowledged. */
    void updated(Update update, AgentGate from) {
        if (from == gate) {
            take(ledger.updated(update));
        }
    }

    void propose(Proposal p, long epoch, AllocatorShell allocator) {
        proposals = world.keeps(Rule.PROPOSALS_ONCE) ? p.number() : Math.max(p.number(), proposals + 1);
        var proposed = new AgentProtocol.Propose(p.framework(), p.role(), p.resources(), epoch, proposals, p.owner());
        var effects = ledger.propose(proposed, now());
        effects.stream().filter(LedgerEffect.Granted.class::isInstance).forEach(e -> world.judge()
                .granted(this, allocator, p.number(), ((LedgerEffect.Granted) e).offer()));
        take(effects);
    }

    void accept(FrameworkInfo framework, List<OfferId> offers, List<Offer.Operation> operations, Duration refuse) {
        world.history().note(() -> id + " on " + master + " is to use " + offers + " of " + ledger.term());
        if (!world.keeps(Rule.LEASES_END_WITH_EPOCH)
                && gate != null
                && offers.stream().noneMatch(o -> o.value().startsWith(id + "-O" + ledger.term() + "."))) {
            operations.stream()
                    .flatMap(o -> o.getLaunch().getTaskInfosList().stream())
                    .forEach(task -> perform(new LedgerEffect.ToLink(ToAgent.newBuilder()
                            .setRun(Run.newBuilder()
                                    .setEpoch(ledger.term().epoch())
                                    .setFramework(framework)
                                    .setTask(task)
                                    .setLaunch(offers.get(0).value()))
                            .build())));
            return;
        }
        take(ledger.accept(framework, offers, operations, refuse));
    }

    void decline(FrameworkId framework, List<OfferId> offers, Duration refuse) {
        take(ledger.decline(framework, offers, refuse));
    }

    void kill(FrameworkId framework, TaskId task, Optional<KillPolicy> policy) {
        take(ledger.kill(framework, task, policy));
    }

    void acknowledge(FrameworkId framework, TaskId task, ByteString uuid) {
        take(ledger.acknowledge(framework, task, uuid));
    }

    void ask(FrameworkId framework, TaskId task, Optional<OfferId> launchedOn) {
        if (!world.keeps(Rule.ANSWERS_AFTER_AGENT) && !ledger.connected()) {
            perform(new LedgerEffect.Answer(framework, task, launchedOn, TaskState.TASK_GONE));
            return;
        }
        take(ledger.ask(framework, task, launchedOn));
    }

    void tellTasks(FrameworkId framework) {
        take(ledger.tellTasks(framework));
    }

    void tasksTold(TasksTold told, AgentGate from) {
        if (from == gate) {
            take(ledger.tasksTold(told));
        }
    }

    void removeFramework(FrameworkId framework) {
        take(ledger.removeFramework(framework, now()));
    }

    @Override
    public void tick() {
        take(ledger.tick(now()));
    }

    private void take(List<LedgerEffect> effects) {
        effects.forEach(this::perform);
        if (!effects.isEmpty()) {
            world.judge().ledger(id, ledger);
        }
    }

    private void perform(LedgerEffect effect) {
        if (effect instanceof LedgerEffect.ToLink e) {
            if (gate != null) {
                master.tell(gate, g -> g.send(e.frame()));
            }
        } else if (effect instanceof LedgerEffect.Granted e) {
            granted.add(OfferId.fromProto(e.offer().getId()));
            master.tell(
                    e.framework(),
                    session -> session.offered(new FrameworkProtocol.Offered(e.offer(), e.registration())));
        } else if (effect instanceof LedgerEffect.Rescinded e) {
            master.tell(e.framework(), session -> session.rescinded(e.offers()));
        } else if (effect instanceof LedgerEffect.Refused e) {
            master.tell(e.framework(), session -> session.refused(e.tasks(), e.status()));
        } else if (effect instanceof LedgerEffect.Forward e) {
            master.tell(e.framework(), session -> session.updated(e.update()));
        } else if (effect instanceof LedgerEffect.Adopted e) {
            master.tell(e.framework(), session -> session.adopted(e.tasks()));
        } else if (effect instanceof LedgerEffect.ToFramework e) {
            master.tell(e.framework(), session -> session.told(e.message()));
        } else if (effect instanceof LedgerEffect.Lost e) {
            var lost = new FrameworkProtocol.AgentLost(id, e.state(), e.epoch(), e.tasks(), e.again(), e.removed());
            master.tell(e.framework(), session -> session.agentLost(lost));
        } else if (effect instanceof LedgerEffect.Mark e) {
            var result = world.registry().mark(id, e.incarnation());
            take(result.hasConflict() ? ledger.stepDown(0) : ledger.marked(List.of()));
        } else if (effect instanceof LedgerEffect.Holds e) {
            master.tell(e.framework(), session -> session.leased(new FrameworkProtocol.Leased(id, e.offers())));
        } else if (effect instanceof LedgerEffect.StepDown) {
            world.history().note(() -> id + " on " + master + " steps down");
            master.over(id, this);
        } else if (effect instanceof LedgerEffect.Answer e) {
            boolean owner = world.registry().holds(id, ledger.term().epoch());
            if (!owner && world.keeps(Rule.ANSWERS_OF_OWNER)) {
                take(ledger.stepDown(0));
                return;
            }
            world.history().note(() -> id + " on " + master + " answers for " + e.task() + ": " + e.state());
            master.tell(e.framework(), session -> session.unknown(id, e.task(), e.launchedOn(), e.state()));
        } else if (effect instanceof LedgerEffect.ToAllocator e) {
            master.tellAllocator(allocator -> allocator.told(e.message()));
        } else {
            boolean forTheReadModel = effect instanceof LedgerEffect.Seen
                    || effect instanceof LedgerEffect.Hosts
                    || effect instanceof LedgerEffect.OffersOver
                    || effect instanceof LedgerEffect.Forgotten
                    || effect instanceof LedgerEffect.Settled
                    || effect instanceof LedgerEffect.Idle;
            if (!forTheReadModel) {
                throw new AssertionError("no one performs " + effect);
            }
        }
    }
}
