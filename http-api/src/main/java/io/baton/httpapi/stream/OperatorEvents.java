package io.baton.httpapi.stream;

import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.Watched;
import io.baton.v1.master.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Passes what changes on to the operators' streams. It watches the read model only while somebody listens; those who
 * come at the same time share one picture, and each event is written once for all.
 */
public final class OperatorEvents extends AbstractBehavior<OperatorEvents.Message> {
    /** Most streams at a time, as in Mesos. One more, and the oldest is ended. */
    public static final int MAX_STREAMS = 1000;

    /** Most events gathered before they go out. */
    private static final int MAX_BATCH = 1000;

    /**
     * How long news waits for more of it, for each stream that there is: a few streams are told at once, a thousand every
     * twentieth of a second, so that what one write costs is not paid for each event of each stream.
     */
    private static final Duration GATHER = Duration.ofNanos(50_000);

    private static final double MILLIS_PER_SECOND = 1000;

    /** What it is told. */
    public sealed interface Message {}

    /** Tell this stream everything from now on. */
    record Join(ActorRef<ToStream> stream) implements Message {}

    /** This stream has ended; an unknown one is ignored. */
    record Leave(ActorRef<ToStream> stream) implements Message {}

    private record Seen(Watched news) implements Message {}

    private enum Self implements Message {
        FLUSH
    }

    /** What a stream is told. */
    sealed interface ToStream {}

    /** The first record, SUBSCRIBED. */
    record Begin(SharedEvents subscribed) implements ToStream {}

    /** What has happened since. */
    record News(SharedEvents events) implements ToStream {}

    /** Others have come: end. */
    record MakeRoom() implements ToStream {}

    private final RecipientRef<ViewProtocol> view;
    private final ActorRef<Watched> watcher;
    private final double heartbeatSeconds;
    private final int most;
    private final Set<ActorRef<ToStream>> streams = new LinkedHashSet<>();
    private final Set<ActorRef<ToStream>> newcomers = new LinkedHashSet<>();
    private final TimerScheduler<Message> timers;
    private final List<Event> gathered = new ArrayList<>();
    private long flushedAt = System.nanoTime();
    private boolean asked;
    private boolean flushing;

    private OperatorEvents(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            RecipientRef<ViewProtocol> view,
            Duration heartbeat,
            int most) {
        super(context);
        this.timers = timers;
        this.most = most;
        this.view = view;
        this.watcher = context.messageAdapter(Watched.class, Seen::new);
        this.heartbeatSeconds = heartbeat.toMillis() / MILLIS_PER_SECOND;
    }

    /** @param heartbeat how often the streams say that they are alive */
    public static Behavior<Message> create(RecipientRef<ViewProtocol> view, Duration heartbeat) {
        return create(view, heartbeat, MAX_STREAMS);
    }

    static Behavior<Message> create(RecipientRef<ViewProtocol> view, Duration heartbeat, int most) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new OperatorEvents(context, timers, view, heartbeat, most)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Join.class, this::join)
                .onMessage(Leave.class, this::leave)
                .onMessage(Seen.class, m -> m.news() instanceof Watched.Changes c ? changes(c) : picture(m.news()))
                .onMessageEquals(Self.FLUSH, this::flush)
                .build();
    }

    private Behavior<Message> join(Join m) {
        if (streams.size() + newcomers.size() >= most) {
            var from = streams.isEmpty() ? newcomers : streams;
            var oldest = from.iterator().next();
            from.remove(oldest);
            oldest.tell(new MakeRoom());
        }
        newcomers.add(m.stream());
        if (!asked) {
            asked = true;
            view.tell(new ViewProtocol.Watch(watcher));
        }
        return this;
    }

    private Behavior<Message> leave(Leave m) {
        streams.remove(m.stream());
        newcomers.remove(m.stream());
        return stopWatching();
    }

    /** Not while a picture is under way: whoever joins until it comes builds on it and what follows it. */
    private Behavior<Message> stopWatching() {
        if (streams.isEmpty() && newcomers.isEmpty() && !asked) {
            gathered.clear();
            view.tell(new ViewProtocol.Unwatch(watcher));
        }
        return this;
    }

    private Behavior<Message> picture(Watched news) {
        flush();
        asked = false;
        var state = ((Watched.Picture) news).view().state();
        var event = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
        event.getSubscribedBuilder().setGetState(state).setHeartbeatIntervalSeconds(heartbeatSeconds);
        var begin = new Begin(new SharedEvents(List.of(event.build())));
        newcomers.forEach(stream -> stream.tell(begin));
        streams.addAll(newcomers);
        newcomers.clear();
        return stopWatching();
    }

    /** They go out when the messages now queued have been read, or when the streams may be told again. */
    private Behavior<Message> changes(Watched.Changes news) {
        gathered.addAll(news.events());
        if (gathered.size() >= MAX_BATCH) {
            flush();
        } else if (!flushing) {
            flushing = true;
            var due = GATHER.multipliedBy(streams.size()).minusNanos(System.nanoTime() - flushedAt);
            if (due.isNegative() || due.isZero()) {
                getContext().getSelf().tell(Self.FLUSH);
            } else {
                timers.startSingleTimer(Self.FLUSH, due);
            }
        }
        return this;
    }

    private Behavior<Message> flush() {
        flushing = false;
        timers.cancel(Self.FLUSH);
        if (!gathered.isEmpty()) {
            flushedAt = System.nanoTime();
            var news = new News(new SharedEvents(List.copyOf(gathered)));
            gathered.clear();
            streams.forEach(stream -> stream.tell(news));
        }
        return this;
    }
}
