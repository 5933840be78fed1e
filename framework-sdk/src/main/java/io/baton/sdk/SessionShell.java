package io.baton.sdk;

import io.baton.sdk.error.FrameworkClosedException;
import io.baton.sdk.session.Effect;
import io.baton.sdk.session.Reply;
import io.baton.sdk.session.Session;
import io.baton.sdk.session.SessionSettings;
import io.baton.sdk.wire.CallLanes;
import io.baton.sdk.wire.EventStream;
import io.baton.sdk.wire.Requests;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shell of one {@link Session}: brings it calls, events and time, one at a time, and performs its effects.
 *
 * <p>Whichever thread has something to tell takes the lock and performs what comes of it; none of the effects blocks.
 * Futures complete outside the lock, on the thread that brought their answer.
 */
final class SessionShell implements EventStream.Listener, CallLanes.Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Framework.class);
    private static final long TICK_MILLIS = 50;

    private final Session session;
    private final SessionSettings settings;
    private final Requests requests;
    private final SSLContext tls;
    private final CallLanes lanes;
    private final CallbackThread callbacks;
    private final ScheduledExecutorService ticker;
    private final String name;
    /** Room for events on their way to the callbacks. */
    private final Semaphore room;

    private final Map<Long, CompletableFuture<Void>> futures = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Object lock = new Object();
    private EventStream stream;
    private volatile boolean crashed;

    SessionShell(
            SessionSettings settings, Requests requests, SSLContext tls, Function<SessionShell, CallbackThread> to) {
        this.settings = settings;
        this.requests = requests;
        this.tls = tls;
        name = "baton-" + settings.subscribe().getFrameworkInfo().getName();
        session = new Session(settings, new Random());
        room = new Semaphore(settings.limits().queuedEvents());
        var timing = settings.timing();
        lanes = new CallLanes(
                name, settings.limits().connections(), requests, timing.connect(), timing.call(), tls, this);
        callbacks = to.apply(this);
        ticker = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, name + "-timer");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        callbacks.start(name + "-callbacks");
        // First the clock: a master may refuse, and end all this, before start returns.
        @SuppressWarnings("unused") // A step that fails ends the session itself.
        var ticks = ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        step(session::start);
    }

    /** Asks the session something. */
    <T> T ask(Function<Session, T> question) {
        synchronized (lock) {
            return question.apply(session);
        }
    }

    /** Tells the session something. */
    void tell(BiFunction<Session, Long, List<Effect>> input) {
        step(now -> input.apply(session, now));
    }

    CompletableFuture<Void> call(Call.Builder call) {
        var id = lastId.incrementAndGet();
        var future = new CompletableFuture<Void>();
        futures.put(id, future);
        step(now -> session.call(id, call, now));
        if (crashed) {
            complete(new Effect.Failed(id, new FrameworkClosedException(call.getType() + ": the session failed")));
        }
        return future;
    }

    /** Only what came in the stream has taken of the room. */
    void handled(Effect.Deliver deliver, boolean well) {
        if (!deliver.made()) {
            room.release();
        }
        var event = deliver.event();
        if (event.getType() == Event.Type.UPDATE || event.getType() == Event.Type.UPDATE_OPERATION_STATUS) {
            step(now -> session.handled(event, well, now));
        }
    }

    @Override
    public void answered(long id, Reply reply) {
        step(now -> session.answered(id, reply, now));
    }

    @Override
    public void opened(long number, String streamId) {
        step(now -> session.streamOpened(number, streamId, now));
    }

    @Override
    public void refused(long number, Reply reply) {
        step(now -> session.streamRefused(number, reply, now));
    }

    @Override
    public void ended(long number, String why) {
        step(now -> session.streamEnded(number, why, now));
    }

    @Override
    public void event(long number, Event event) throws InterruptedException {
        while (!room.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            // The scheduler is slow, not the master: the stream is alive though nobody reads it.
            step(now -> session.heard(number, now));
        }
        var effects = step(now -> session.event(number, event, now));
        if (effects.stream().noneMatch(effect -> effect instanceof Effect.Deliver deliver && !deliver.made())) {
            room.release();
        }
    }

    /** How many more events of the stream may wait. */
    int room() {
        return room.availablePermits();
    }

    private void tick() {
        step(session::tick);
        lanes.expire(System.nanoTime());
    }

    private List<Effect> step(LongFunction<List<Effect>> input) {
        List<Effect> effects;
        synchronized (lock) {
            if (crashed) {
                return List.of();
            }
            try {
                effects = input.apply(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
                effects.forEach(this::perform);
            } catch (RuntimeException | Error bug) {
                effects = crash(bug);
            }
        }
        effects.forEach(this::complete);
        return effects;
    }

    /** A broken invariant: nothing can be believed any more, and nobody must wait for ever. */
    private List<Effect> crash(Throwable bug) {
        crashed = true;
        LOG.error("the session of {} failed and ends", name, bug);
        var reason = new FrameworkClosedException("the session failed, which is a bug: " + bug);
        var effects = new ArrayList<Effect>();
        futures.keySet().forEach(id -> effects.add(new Effect.Failed(id, reason)));
        perform(new Effect.Stopped(reason));
        return effects;
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            lanes.send(send.id(), send.endpoint(), send.streamId(), send.call());
        } else if (effect instanceof Effect.Deliver || effect instanceof Effect.Disconnected) {
            callbacks.add(effect);
        } else if (effect instanceof Effect.OpenStream open) {
            open(open);
        } else if (effect instanceof Effect.CloseStream) {
            closeStream();
            lanes.rest();
        } else if (effect instanceof Effect.Stopped) {
            closeStream();
            lanes.close();
            ticker.shutdown();
            callbacks.add(effect);
        } else if (!(effect instanceof Effect.Completed || effect instanceof Effect.Failed)) {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private void complete(Effect effect) {
        if (effect instanceof Effect.Completed completed) {
            Optional.ofNullable(futures.remove(completed.id())).ifPresent(future -> future.complete(null));
        } else if (effect instanceof Effect.Failed failed) {
            if (!(failed.reason() instanceof FrameworkClosedException)) {
                // Many schedulers do not look at the futures of their calls.
                LOG.warn("a call of {} failed: {}", name, failed.reason().getMessage());
            }
            Optional.ofNullable(futures.remove(failed.id()))
                    .ifPresent(future -> future.completeExceptionally(failed.reason()));
        }
    }

    private void open(Effect.OpenStream open) {
        closeStream();
        stream = new EventStream(
                open.stream(),
                open.endpoint(),
                requests,
                settings.timing().connect(),
                settings.limits().recordBytes(),
                tls,
                this);
        stream.open(name + "-stream-" + open.stream(), open.subscribe());
    }

    private void closeStream() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
