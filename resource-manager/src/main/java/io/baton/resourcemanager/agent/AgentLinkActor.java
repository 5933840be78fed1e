package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.LinkProtocol;
import io.baton.link.Heartbeat;
import io.baton.link.Masters;
import io.baton.link.Refused;
import io.baton.link.RegisterAgain;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The master's end of one agent link: passes frames between the socket and the agent's entity. */
final class AgentLinkActor extends AbstractBehavior<AgentLinkActor.Message> {
    /** Both ends send one this often; {@link AgentLinks} closes a link that is silent for three of them. */
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /**
     * An owner that has not answered a registration for so long may have died with its master, and the message with it: the
     * agent is asked for another one. The same one must not go out twice: with an owner that is replaced between the two
     * there would be two answers to it, and the late one would be obeyed.
     */
    static final Duration ASK_AGAIN = Duration.ofMillis(500);

    /** A link whose agent has not registered by then is closed, whatever else comes on it. */
    static final Duration REGISTRATION = Duration.ofSeconds(15);

    /** After so many times it is left to the agent. */
    static final int MOST_QUESTIONS = 9;

    /** What the actor is told. */
    interface Message {}

    /** A frame from the agent. */
    record Inbound(ToMaster frame) implements Message {}

    /** The socket is closed. */
    record Ended(String reason) implements Message {
        /** The reason where the other end has closed it. */
        static final String IN_ORDER = "closed";
    }

    /** The entity that spoke for the agent is gone. */
    record OwnerGone() implements Message {}

    /** From the agent's entity. */
    record FromEntity(LinkProtocol message) implements Message {}

    private enum Tick implements Message {
        HEARTBEAT,
        REGISTRATION,
        ASK_AGAIN
    }

    /** The socket, as the actor sees it. */
    interface Socket {
        /** False if what waits to be sent has reached its limit. */
        boolean send(ToAgent frame);

        /** It is known whose it is. */
        void registered();

        void close();

        String remoteIp();
    }

    private static final ToAgent REGISTER_AGAIN = ToAgent.newBuilder()
            .setRegisterAgain(RegisterAgain.getDefaultInstance())
            .build();
    private static final ToAgent HEARTBEAT_FRAME =
            ToAgent.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

    private final Socket socket;
    private final BiConsumer<AgentId, AgentProtocol> agents;
    private final ActorRef<LinkProtocol> self;
    private final Supplier<List<String>> masters;
    private final Registrations registrations;
    private final TimerScheduler<Message> timers;
    private AgentId agent;
    private int questions;
    private ActorRef<AgentProtocol> owner;
    private List<String> toldMasters = List.of();

    private AgentLinkActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Socket socket,
            BiConsumer<AgentId, AgentProtocol> agents,
            Supplier<List<String>> masters,
            Registrations registrations) {
        super(context);
        this.registrations = registrations;
        this.socket = socket;
        this.agents = agents;
        this.masters = masters;
        this.timers = timers;
        this.self = context.messageAdapter(LinkProtocol.class, FromEntity::new);
        timers.startTimerWithFixedDelay(Tick.HEARTBEAT, HEARTBEAT);
        timers.startSingleTimer(Tick.REGISTRATION, REGISTRATION);
    }

    static Behavior<Message> create(
            Socket socket,
            BiConsumer<AgentId, AgentProtocol> agents,
            Supplier<List<String>> masters,
            Registrations registrations) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new AgentLinkActor(context, timers, socket, agents, masters, registrations)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Inbound.class, m -> inbound(m.frame()))
                .onMessage(FromEntity.class, m -> fromEntity(m.message()))
                .onMessage(OwnerGone.class, m -> owner == null ? this : registerAgain())
                .onMessageEquals(Tick.HEARTBEAT, this::heartbeat)
                .onMessageEquals(Tick.REGISTRATION, this::registrationIsDue)
                .onMessageEquals(Tick.ASK_AGAIN, this::askAgain)
                .onMessage(Ended.class, this::ended)
                .build();
    }

    private Behavior<Message> inbound(ToMaster frame) {
        return switch (frame.getMessageCase()) {
            case REGISTER -> register(frame);
            case UPDATE -> toEntity(new AgentProtocol.Updated(frame.getUpdate(), self));
            case OPERATION_UPDATE -> toEntity(new AgentProtocol.Operated(frame.getOperationUpdate(), self));
            case STALE -> toEntity(new AgentProtocol.Stale(frame.getStale().getEpoch()));
            case EXECUTOR_ENDED -> toEntity(new AgentProtocol.ExecutorEnded(frame.getExecutorEnded(), self));
            case TASKS_TOLD -> toEntity(new AgentProtocol.TasksTold(frame.getTasksTold(), self));
            case EXECUTOR_MESSAGE -> toEntity(new AgentProtocol.ExecutorSaid(frame.getExecutorMessage()));
            case HEARTBEAT, MESSAGE_NOT_SET -> this;
        };
    }

    private Behavior<Message> register(ToMaster frame) {
        var problem = registrations.problemOf(frame.getRegister());
        if (problem.isPresent()) {
            getContext().getLog().warn("agent refused ip={} reason={}", socket.remoteIp(), problem.get());
            socket.send(ToAgent.newBuilder()
                    .setRefused(Refused.newBuilder().setReason(problem.get()).setPermanent(true))
                    .build());
            return close();
        }
        socket.registered();
        timers.cancel(Tick.REGISTRATION);
        agent = AgentId.fromProto(frame.getRegister().getAgentInfo().getId());
        var register = Registrations.withoutCredential(frame.getRegister());
        if (questions < MOST_QUESTIONS) {
            timers.startSingleTimer(Tick.ASK_AGAIN, ASK_AGAIN);
        }
        return toEntity(
                new AgentProtocol.Register(agent, register, Registrations.ipOf(register, socket.remoteIp()), self));
    }

    private Behavior<Message> registrationIsDue() {
        getContext()
                .getLog()
                .warn(
                        "agent link closed: nobody has registered on it within {} s ip={}",
                        REGISTRATION.toSeconds(),
                        socket.remoteIp());
        return close();
    }

    private Behavior<Message> askAgain() {
        questions++;
        return send(REGISTER_AGAIN);
    }

    private void answered() {
        questions = 0;
        timers.cancel(Tick.ASK_AGAIN);
    }

    private Behavior<Message> toEntity(AgentProtocol message) {
        if (agent == null) {
            getContext().getLog().warn("agent link closed: its first frame is not Register ip={}", socket.remoteIp());
            return close();
        }
        agents.accept(agent, message);
        return this;
    }

    private Behavior<Message> fromEntity(LinkProtocol message) {
        if (message instanceof LinkProtocol.Send send) {
            return send(send.frame());
        }
        if (message instanceof LinkProtocol.Moved moved) {
            return moved.entity().equals(owner) || isWaiting() ? registerAgain() : this;
        }
        answered();
        if (message instanceof LinkProtocol.Owner taken) {
            owned(taken.entity());
            return tellMasters();
        }
        return close();
    }

    /** Whether nobody has taken what the agent has registered last: an entity that stops says so to all that wait for it. */
    private boolean isWaiting() {
        return owner == null && timers.isTimerActive(Tick.ASK_AGAIN);
    }

    private void owned(ActorRef<AgentProtocol> entity) {
        if (!entity.equals(owner)) {
            if (owner != null) {
                getContext().unwatch(owner);
            }
            owner = entity;
            getContext().watchWith(entity, new OwnerGone());
        }
    }

    /** The next entity knows nothing until the agent tells it. */
    private Behavior<Message> registerAgain() {
        if (owner != null) {
            getContext().unwatch(owner);
        }
        owner = null;
        timers.cancel(Tick.ASK_AGAIN);
        getContext().getLog().info("agent is asked to register again agentId={}", agent);
        return send(REGISTER_AGAIN);
    }

    private Behavior<Message> heartbeat() {
        tellMasters();
        return send(HEARTBEAT_FRAME);
    }

    private Behavior<Message> tellMasters() {
        var now = masters.get();
        if (agent == null || now.isEmpty() || now.equals(toldMasters)) {
            return this;
        }
        toldMasters = now;
        return send(ToAgent.newBuilder()
                .setMasters(Masters.newBuilder().addAllLinks(now))
                .build());
    }

    private Behavior<Message> send(ToAgent frame) {
        if (socket.send(frame)) {
            return this;
        }
        getContext().getLog().warn("agent link closed: the agent does not read agentId={}", agent);
        return close();
    }

    /** The socket's end brings {@link Ended}. */
    private Behavior<Message> close() {
        socket.close();
        return this;
    }

    private Behavior<Message> ended(Ended m) {
        if (agent != null) {
            getContext().getLog().info("agent link ended agentId={} reason={}", agent, m.reason());
            agents.accept(agent, new AgentProtocol.LinkLost(self));
        } else if (!m.reason().equals(Ended.IN_ORDER)) {
            getContext()
                    .getLog()
                    .info("link ended before its agent had registered ip={} reason={}", socket.remoteIp(), m.reason());
        }
        return Behaviors.stopped();
    }
}
