package io.baton.resourcemanager.framework;

import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The streams of one framework's schedulers, as its entity speaks to them: the live one, the one that is just asking to
 * become it, and those before it that are about to end.
 */
final class SchedulerStreams {
    /** How long a new scheduler waits until the edge of the old one takes no more calls; its master may be gone. */
    static final Duration HANDOVER = Duration.ofMillis(500);

    /** A stream is no more, and nothing is known of why. */
    record Gone(String streamId) implements FrameworkProtocol.Internal {}

    private final ActorContext<FrameworkProtocol> context;
    private final Handover handover = new Handover();
    private final KnownStreams known = new KnownStreams();
    /** Those that the registry is asked about. */
    private final Map<String, ActorRef<StreamProtocol>> waiting = new LinkedHashMap<>();

    private ActorRef<StreamProtocol> live;
    private String liveId = "";
    private ActorRef<StreamProtocol> asking;

    SchedulerStreams(ActorContext<FrameworkProtocol> context) {
        this.context = context;
    }

    /** Whether it has not asked before: else it has only not heard yet. It is the one that is just asking. */
    boolean asks(FrameworkProtocol.Subscribe m) {
        boolean fresh = known.isNew(m.streamId());
        if (fresh) {
            asking = m.stream();
        }
        return fresh;
    }

    /** Whether no scheduler has ever asked. */
    boolean isUnasked() {
        return asking == null;
    }

    /** The registry is asked about it. */
    void waits(FrameworkProtocol.Subscribe m) {
        waiting.put(m.streamId(), m.stream());
    }

    /** The registry has answered: it is the one that is just asking again. */
    void answered(FrameworkProtocol.Subscribe m) {
        waiting.remove(m.streamId());
        asking = m.stream();
    }

    /** The one that is just asking may not. */
    void refuse(Event error) {
        asking.tell(new StreamProtocol.Deliver(error));
        asking.tell(new StreamProtocol.Complete());
    }

    /** Nobody can say now whether it may: it ends, and may ask again. */
    void unanswered(String streamId) {
        known.forget(streamId);
        asking.tell(new StreamProtocol.Complete());
    }

    /** The one that is just asking is the live one from here on. The stream's own word of its end is lost if the whole master is. */
    void adopt(String streamId) {
        live = asking;
        liveId = streamId;
        context.watchWith(live, new Gone(liveId));
        live.tell(new StreamProtocol.Owner(context.getSelf()));
    }

    void deliver(List<Event> events) {
        send(handover.tell(events));
    }

    /** The live one is to end. */
    void end() {
        send(handover.from(liveId));
        live.tell(new StreamProtocol.Complete());
        context.scheduleOnce(HANDOVER, context.getSelf(), new Gone(liveId));
    }

    /** It has ended, or has had its time. */
    void ended(String streamId) {
        send(handover.ended(streamId));
    }

    private void send(List<Event> events) {
        events.forEach(event -> live.tell(new StreamProtocol.Deliver(event)));
    }

    /** The entity stops: the scheduler subscribes at the next one, and so does one that was about to be let in. */
    void moved() {
        var moved = new StreamProtocol.Moved(context.getSelf());
        if (live != null) {
            live.tell(moved);
        }
        waiting.values().forEach(stream -> stream.tell(moved));
    }
}
