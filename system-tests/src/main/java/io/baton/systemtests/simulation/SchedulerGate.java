package io.baton.systemtests.simulation;

import io.baton.core.id.FrameworkId;
import io.baton.sdk.session.Reply;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;

/** A master's end of one scheduler's stream: the HTTP edge. */
final class SchedulerGate {
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

    /** The head of the answer to SUBSCRIBE. */
    record Head(String streamId) {}

    private final Master master;
    private final Link<Call, Object> link;
    private final int incarnation;
    private final String streamId;
    private FrameworkId framework;
    private boolean open = true;
    private boolean closed;
    private boolean subscribed;
    private long beatAt;
    private long told;
    private long toldAtBeat;
    private long answered;

    SchedulerGate(Master master, Link<Call, Object> link) {
        this.master = master;
        this.link = link;
        this.incarnation = master.incarnation();
        this.streamId = master.world.chance().uuid().toString();
        link.onServer(this::heard, this::ended);
    }

    Master master() {
        return master;
    }

    boolean isLive(FrameworkId id, String stream) {
        return open && subscribed && streamId.equals(stream) && id.equals(framework);
    }

    private void heard(Call call) {
        framework = FrameworkId.fromProto(call.getFrameworkId());
        link.down(new Head(streamId));
        master.tell(framework, session -> session.subscribe(call.getSubscribe(), streamId, this));
    }

    void deliver(Event event) {
        if (open && incarnation == master.incarnation()) {
            if (event.getType() == Event.Type.SUBSCRIBED) {
                subscribed = true;
            }
            link.down(event);
        }
    }

    /** A call is told to the session. */
    void tells() {
        told++;
    }

    /** A session's answer to a call that was answered already. */
    void told(Reply reply) {
        answered++;
        if (reply.status() >= 400) {
            close();
        }
    }

    void close() {
        if (open) {
            closed = true;
            link.closeByServer();
        }
    }

    private void ended() {
        open = false;
        master.closed(this);
        if (framework != null) {
            master.tell(framework, session -> session.disconnected(streamId, closed));
        }
    }

    void tick() {
        long now = master.world.agenda().now();
        if (now - beatAt >= HEARTBEAT_MILLIS) {
            beatAt = now;
            if (answered < toldAtBeat) {
                close();
            }
            toldAtBeat = told;
            deliver(HEARTBEAT);
        }
    }

    /** The session is elsewhere now, and empty: the scheduler has to subscribe anew. */
    void moved(String key) {
        if (framework != null && key.equals(Placement.framework(framework))) {
            close();
        }
    }
}
