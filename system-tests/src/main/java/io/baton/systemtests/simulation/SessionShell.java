package io.baton.systemtests.simulation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.resourcemanager.framework.FrameworkSession;
import io.baton.resourcemanager.framework.SessionEffect;
import io.baton.sdk.session.Reply;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Drives one {@link FrameworkSession}. */
final class SessionShell implements Entity {
    private final FrameworkId id;
    private final Master master;
    private final World world;
    private final FrameworkSession session;
    private SchedulerGate stream;
    private SchedulerGate asking;

    SessionShell(FrameworkId id, Master master) {
        this.id = id;
        this.master = master;
        this.world = master.world;
        this.session = new FrameworkSession(id);
        world.registry().framework(id).ifPresent(entry -> take(session.recalled(entry, now())));
    }

    private Instant now() {
        return world.agenda().instant();
    }

    void subscribe(Call.Subscribe call, String streamId, SchedulerGate from) {
        asking = from;
        world.history().note(() -> id + " subscribes at " + master + " with stream " + streamId);
        var message = new FrameworkProtocol.Subscribe(
                id, true, call.getFrameworkInfo(), call.getSuppressedRolesList(), Optional.empty(), streamId, null);
        world.registry().subscribe(session.infoOf(message));
        take(session.subscribe(message, now()));
    }

    void disconnected(String streamId, boolean byMaster) {
        take(session.disconnected(streamId, byMaster, now()));
    }

    void call(Call call, String streamId, Master gate, Consumer<Reply> answer) {
        var answered = session.call(call, streamId, now());
        CallAnswer reply = answered.answer();
        world.network().send(master, gate, () -> answer.accept(Reply.answered(reply.status(), reply.message())));
        take(answered.effects());
    }

    void offered(FrameworkProtocol.Offered message) {
        take(session.offered(message));
    }

    void rescinded(List<OfferId> offers) {
        take(session.rescinded(offers));
    }

    void leased(FrameworkProtocol.Leased leases) {
        take(session.leased(leases));
    }

    void refused(List<TaskInfo> tasks, TaskStatus status) {
        take(session.refused(tasks, status, now()));
    }

    void updated(FrameworkProtocol.Updated update) {
        take(session.updated(update, now()));
        if (!world.keeps(Rule.SCHEDULERS_ACKNOWLEDGE)) {
            var status = update.update().getStatus();
            toAgent(
                    AgentId.fromProto(status.getAgentId()),
                    new AgentProtocol.Acknowledge(id, TaskId.fromProto(status.getTaskId()), status.getUuid()));
        }
    }

    void adopted(FrameworkProtocol.TasksAdopted tasks) {
        take(session.adopted(tasks, now()));
    }

    void told(FrameworkProtocol message) {
        if (message instanceof FrameworkProtocol.TasksThere m) {
            if (master.world.keeps(Rule.SESSIONS_HEAR_OF_TASKS)) {
                take(session.tasksThere(m));
            }
        } else if (message instanceof FrameworkProtocol.TasksTold m) {
            take(session.tasksTold(m, now()));
        } else {
            throw new AssertionError("no ledger in the simulation says " + message);
        }
    }

    void agentLost(FrameworkProtocol.AgentLost message) {
        take(session.agentLost(message, now()));
    }

    void unknown(AgentId agent, TaskId task, Optional<OfferId> launchedOn, TaskState state) {
        take(session.unknown(new FrameworkProtocol.Unknown(agent, task, launchedOn, state), now(), now()));
    }

    @Override
    public void tick() {
        take(session.owned(world.registry()::newest));
        take(session.tick(now()));
    }

    @Override
    public void stopped() {
        take(session.moves());
    }

    private void take(List<SessionEffect> effects) {
        effects.forEach(this::perform);
    }

    private void perform(SessionEffect effect) {
        if (effect instanceof SessionEffect.Emit e) {
            master.tell(stream, gate -> gate.deliver(e.event()));
        } else if (effect instanceof SessionEffect.RefuseSubscriber e) {
            var refused = asking;
            master.tell(refused, gate -> {
                gate.deliver(e.error());
                gate.close();
            });
        } else if (effect instanceof SessionEffect.AdoptSubscriber) {
            stream = asking;
        } else if (effect instanceof SessionEffect.EndStream) {
            master.tell(stream, SchedulerGate::close);
        } else if (effect instanceof SessionEffect.ToAgent e) {
            toAgent(e.agent(), e.message());
        } else if (effect instanceof SessionEffect.ToNamed e) {
            toAgent(e.agent(), e.message());
        } else if (effect instanceof SessionEffect.Later e) {
            master.in(1, () -> take(session.rest(e, now())));
        } else if (effect instanceof SessionEffect.ToAllocator e) {
            master.tellAllocator(allocator -> allocator.told(e.message()));
        } else if (effect instanceof SessionEffect.Remove) {
            take(session.remove(now()));
        } else if (effect instanceof SessionEffect.FlushLater) {
            master.in(1, () -> take(session.flush()));
        } else {
            boolean forTheReadModel = effect instanceof SessionEffect.Seen
                    || effect instanceof SessionEffect.TaskSeen
                    || effect instanceof SessionEffect.TasksSeen
                    || effect instanceof SessionEffect.Buried
                    || effect instanceof SessionEffect.Idle
                    || effect instanceof SessionEffect.OfferSeen
                    || effect instanceof SessionEffect.OffersOver;
            if (!forTheReadModel) {
                throw new AssertionError("no one performs " + effect);
            }
        }
    }

    private void toAgent(AgentId agent, AgentProtocol message) {
        if (message instanceof AgentProtocol.Accept m) {
            master.tell(agent, l -> l.accept(m.framework(), m.offers(), m.operations(), m.refuse()));
        } else if (message instanceof AgentProtocol.Decline m) {
            master.tell(agent, l -> l.decline(m.framework(), m.offers(), m.refuse()));
        } else if (message instanceof AgentProtocol.Kill m) {
            master.tell(agent, l -> l.kill(m.framework(), m.task(), m.killPolicy()));
        } else if (message instanceof AgentProtocol.Acknowledge m) {
            master.tell(agent, l -> l.acknowledge(m.framework(), m.task(), m.uuid()));
        } else if (message instanceof AgentProtocol.Ask m) {
            master.tell(agent, l -> l.ask(m.framework(), m.task(), m.launchedOn()));
        } else if (message instanceof AgentProtocol.TellTasks m) {
            master.tell(agent, l -> l.tellTasks(m.framework()));
        } else if (message instanceof AgentProtocol.RemoveFramework m) {
            master.tell(agent, l -> l.removeFramework(m.framework()));
        } else {
            throw new AssertionError("no session tells an agent " + message);
        }
    }
}
