package io.baton.sdk.session;

import com.google.protobuf.ByteString;
import io.baton.v1.AgentID;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A session with a clock, whose effects are written as text. */
final class SessionDriver {
    static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

    private final Session session;
    private final List<Long> own = new ArrayList<>();
    private Call sent;
    private long stream;
    private Call.Subscribe subscribe;
    private long now;

    SessionDriver(String... masters) {
        this(Limits.DEFAULTS, masters);
    }

    SessionDriver(Limits limits, String... masters) {
        this(limits, Timing.DEFAULTS, masters);
    }

    SessionDriver(Limits limits, Timing timing, String... masters) {
        var info = FrameworkInfo.newBuilder().setName("n").setUser("u").addRoles("*");
        var subscribe = Call.Subscribe.newBuilder().setFrameworkInfo(info).build();
        var endpoints = Stream.of(masters).map(URI::create).toList();
        session = new Session(new SessionSettings(endpoints, subscribe, false, limits, timing), new Random(1));
    }

    Session session() {
        return session;
    }

    /** What it subscribed with last. */
    Call.Subscribe subscribe() {
        return subscribe;
    }

    /** The last call but for subscriptions. */
    Call lastSent() {
        return sent;
    }

    /** The reader of the stream has something and waits for room. */
    void heard() {
        session.heard(stream, now);
    }

    String tick() {
        return shown(session.tick(now));
    }

    long now() {
        return now;
    }

    String start() {
        return shown(session.start(now));
    }

    String opened() {
        return shown(session.streamOpened(stream, "s" + stream, now));
    }

    String subscribed() {
        return event(Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                        .setHeartbeatIntervalSeconds(15))
                .build());
    }

    /** All of the above. */
    void begin() {
        start();
        opened();
        subscribed();
    }

    String refused(Reply reply) {
        return shown(session.streamRefused(stream, reply, now));
    }

    String ended(String why) {
        return endedOn(stream, why);
    }

    String endedOn(long number, String why) {
        return shown(session.streamEnded(number, why, now));
    }

    String event(Event event) {
        return eventOn(stream, event);
    }

    String eventOn(long number, Event event) {
        return shown(session.event(number, event, now));
    }

    String handled(Event event, boolean well) {
        return shown(session.handled(event, well, now));
    }

    String make(long id, Call.Builder call) {
        return shown(session.call(id, call, now));
    }

    String answered(long id, Reply reply) {
        return shown(session.answered(id, reply, now));
    }

    /** The session's oldest own call is answered. */
    String answeredOwn(Reply reply) {
        return answered(own.remove(0), reply);
    }

    String demand(boolean wanted) {
        return shown(session.demand(List.of(), wanted, now));
    }

    String close() {
        return shown(session.close(now));
    }

    void pass(long millis) {
        now += millis;
    }

    /** So many seconds with a heartbeat each; what came of them. */
    String heartbeats(int seconds) {
        var seen = new StringBuilder();
        for (int i = 0; i < seconds; i++) {
            now += 1_000;
            seen.append(event(HEARTBEAT)).append(shown(session.tick(now)));
        }
        return seen.toString();
    }

    String tickUntilSomething() {
        for (var ticks = 0; ticks < 10_000; ticks++) {
            now += 50;
            var seen = shown(session.tick(now));
            if (!seen.isEmpty()) {
                return seen;
            }
        }
        throw new AssertionError("nothing happened in 500 s");
    }

    static Call.Builder call(Call.Type type) {
        var call = Call.newBuilder().setType(type);
        if (type == Call.Type.KILL) {
            call.setKill(Call.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue("t")));
        }
        return call;
    }

    static Call.Builder launch(String task) {
        var info = TaskInfo.newBuilder()
                .setName(task)
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(AgentID.newBuilder().setValue("S"));
        var operation = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(info));
        return Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder().addOperations(operation));
    }

    static Event offer(String id) {
        return Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder()
                        .addOffers(Offer.newBuilder()
                                .setId(OfferID.newBuilder().setValue(id))
                                .setHostname("h")
                                .setAgentId(AgentID.newBuilder().setValue("S"))
                                .setFrameworkId(FrameworkID.newBuilder().setValue("f"))))
                .build();
    }

    static Event update(String task, TaskState state, String uuid) {
        var status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(AgentID.newBuilder().setValue("S"))
                .setState(state);
        if (!uuid.isEmpty()) {
            status.setUuid(ByteString.copyFromUtf8(uuid));
        }
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status))
                .build();
    }

    static Event error(String text) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(text))
                .build();
    }

    private String shown(List<Effect> effects) {
        return effects.stream().map(this::shown).collect(Collectors.joining(", "));
    }

    private String shown(Effect effect) {
        if (effect instanceof Effect.OpenStream open) {
            stream = open.stream();
            subscribe = open.subscribe().getSubscribe();
            var id = open.subscribe().getFrameworkId().getValue();
            return "open " + open.stream() + " " + open.endpoint() + (id.isEmpty() ? "" : " as " + id);
        } else if (effect instanceof Effect.CloseStream close) {
            return "close " + close.stream();
        } else if (effect instanceof Effect.Send send) {
            sent = send.call();
            if (send.id() < 0) {
                own.add(send.id());
            }
            return "send " + send.call().getType() + " to " + send.endpoint();
        } else if (effect instanceof Effect.Deliver deliver) {
            var status = deliver.event().getUpdate().getStatus();
            return "deliver " + deliver.event().getType()
                    + (status.hasReason()
                            ? " " + status.getTaskId().getValue() + " " + status.getState() + " " + status.getReason()
                            : "");
        } else if (effect instanceof Effect.Disconnected) {
            return "disconnected";
        } else if (effect instanceof Effect.Completed completed) {
            return "completed " + completed.id();
        } else if (effect instanceof Effect.Failed failed) {
            return "failed " + failed.id() + " " + failed.reason().getClass().getSimpleName();
        } else if (effect instanceof Effect.Stopped stopped) {
            return "stopped"
                    + (stopped.reason() == null
                            ? ""
                            : " " + stopped.reason().getClass().getSimpleName());
        }
        throw new AssertionError("not shown: " + effect);
    }
}
