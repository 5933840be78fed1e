package io.baton.sdk.session;

import io.baton.sdk.error.FrameworkClosedException;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.error.StreamBrokenException;
import io.baton.sdk.error.SubscriptionRefusedException;
import io.baton.v1.AgentID;
import io.baton.v1.FrameworkID;
import io.baton.v1.OperationStatus;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One scheduler's session with its masters, over as many subscriptions as it takes.
 *
 * <p>Each method is one thing that happened; it answers with what is to be done, in order. A session is a mutable
 * class with one owner, who must not let two calls overlap.
 *
 * <p>States: idle, then {@code WAITING} (for the next attempt), {@code CONNECTING} (until SUBSCRIBED) and
 * {@code SUBSCRIBED} in turns, at last {@code STOPPED}. What streams report after they were replaced is not heard:
 * every stream has a number, and only the latest counts.
 */
public final class Session {
    private enum State {
        IDLE,
        WAITING,
        CONNECTING,
        SUBSCRIBED,
        STOPPED
    }

    /** How long {@code close} waits for calls that are still to be sent. */
    static final long CLOSE_MILLIS = 2_000;

    /** How long a stream may go on whose subscription the master does not know. */
    static final long DOUBT_MILLIS = 1_000;

    /** How long a stream may be over while the TEARDOWN that may have ended it is not answered. */
    static final long TEARDOWN_MILLIS = 2_000;

    private static final double HEARTBEAT_SECONDS = 15;
    private static final int UNAVAILABLE = 503;

    private final SessionSettings settings;
    private final Masters masters;
    private final UpdateLedger ledger;
    private final Calls calls;
    private final Tally tally = new Tally();
    private final List<Effect> effects = new ArrayList<>();

    private Call.Subscribe subscribe;
    private State state = State.IDLE;
    private long stream;
    private String streamId = "";
    /** In WAITING when to try again, in CONNECTING when to stop waiting. */
    private long deadlineMillis;

    private long unsubscribedSinceMillis;
    private long subscribedSinceMillis;
    private long heardMillis;
    private long silenceMillis;
    /** When to give up a stream whose calls are refused, if it does not say itself by then what happened. */
    private long doubtedUntilMillis = Long.MAX_VALUE;

    private String doubt = "";
    /** What the scheduler is told of when it is not the end that a TEARDOWN makes; null if there is nothing. */
    private StreamBrokenException brokenUnlessTornDown;

    private long closeAtMillis = Long.MAX_VALUE;

    /**
     * A session that has not begun.
     *
     * @param random for jitter; the same seed gives the same session
     */
    public Session(SessionSettings settings, RandomGenerator random) {
        this.settings = settings;
        var timing = settings.timing();
        masters = new Masters(
                settings.masters(),
                new Backoff(timing.retryFirst().toMillis(), timing.retryMax().toMillis(), random));
        ledger = new UpdateLedger(settings.limits().rememberedUpdates());
        calls = new Calls(settings, random, tally, effects, this::change);
        subscribe = settings.subscribe();
    }

    /** The framework's id; empty until the first SUBSCRIBED, unless it was given. */
    public String frameworkId() {
        return subscribe.getFrameworkInfo().getId().getValue();
    }

    /** Whether there is a live subscription. */
    public boolean isSubscribed() {
        return state == State.SUBSCRIBED;
    }

    /** The present subscription's id; empty while there is none. */
    public String streamId() {
        return streamId;
    }

    /** For messages while it is not subscribed: every master with its last failure; empty if there was none. */
    public String trouble() {
        return masters.shown();
    }

    /** What it did so far. */
    public Figures figures() {
        return tally.figures(calls.outbox(), calls.reconciliation());
    }

    /** Begins: connects to the first master. */
    public List<Effect> start(long nowMillis) {
        unsubscribedSinceMillis = nowMillis;
        connect(nowMillis);
        return done();
    }

    /** The master took the SUBSCRIBE call; events follow. */
    public List<Effect> streamOpened(long number, String id, long nowMillis) {
        if (number == stream && state == State.CONNECTING) {
            streamId = id;
            heardMillis = nowMillis;
        }
        return done();
    }

    /** The master answered SUBSCRIBE with something else than a stream, or could not be reached. */
    public List<Effect> streamRefused(long number, Reply reply, long nowMillis) {
        if (number != stream || state != State.CONNECTING) {
            return done();
        }
        switch (Verdict.of(Call.Type.SUBSCRIBE, false, reply)) {
            case REDIRECT -> followRedirect(reply.location(), nowMillis);
            case REFUSED, STALE ->
                stop(new SubscriptionRefusedException(Refusals.subscription(masters.current(), reply)));
            default -> lost(reply.shown(), refusedFor(reply), nowMillis);
        }
        return done();
    }

    /** How long no master is to be asked; one that cannot serve now says nothing of the others. */
    private long refusedFor(Reply reply) {
        return reply.status() == UNAVAILABLE && masters.hasOthers() ? 0 : reply.retryAfterMillis();
    }

    private void followRedirect(String location, long nowMillis) {
        if (masters.redirected(location)) {
            connect(nowMillis);
        } else {
            lost("it redirects in circles, last to " + location, 0, nowMillis);
        }
    }

    /** The stream ended, by itself or by a failure. */
    public List<Effect> streamEnded(long number, String why, long nowMillis) {
        if (number != stream || !streaming()) {
            return done();
        }
        // A master may end the stream before it answers the call that asked for it.
        lost(why, calls.tearingDown() ? TEARDOWN_MILLIS : 0, nowMillis);
        return done();
    }

    /** Something came on the stream, or could have come: its reader is waiting for room. */
    public List<Effect> heard(long number, long nowMillis) {
        if (number == stream) {
            heardMillis = nowMillis;
            if (state == State.CONNECTING) { // It may be SUBSCRIBED that waits.
                deadlineMillis = nowMillis + settings.timing().subscribe().toMillis();
                unsubscribedSinceMillis = nowMillis;
            }
        }
        return done();
    }

    /** An event came. */
    public List<Effect> event(long number, Event event, long nowMillis) {
        if (number != stream || !streaming()) {
            return done();
        }
        heardMillis = nowMillis;
        switch (event.getType()) {
            case SUBSCRIBED -> subscribed(event, nowMillis);
            case UPDATE -> updated(event, nowMillis);
            case UPDATE_OPERATION_STATUS -> operationUpdated(event, nowMillis);
            case ERROR -> ended(event.getError().getMessage());
            case HEARTBEAT, UNKNOWN -> {}
            case OFFERS -> {
                calls.offered(nowMillis);
                effects.add(new Effect.Deliver(event));
            }
            default -> effects.add(new Effect.Deliver(event));
        }
        return done();
    }

    /**
     * The scheduler's callback for an update or an operation's update has returned.
     *
     * @param well false if it threw: then the update is not acknowledged, and is new when it comes again
     */
    public List<Effect> handled(Event event, boolean well, long nowMillis) {
        if (event.getType() == Event.Type.UPDATE) {
            var status = event.getUpdate().getStatus();
            if (!well) {
                ledger.forget(status.getUuid());
            } else if (!settings.acknowledgesItself()) {
                acknowledge(status);
            }
        } else if (event.getType() == Event.Type.UPDATE_OPERATION_STATUS) {
            var status = event.getUpdateOperationStatus().getStatus();
            if (!well) {
                ledger.forget(status.getUuid().getValue());
            } else if (!settings.acknowledgesItself()) {
                acknowledge(status);
            }
        }
        calls.pump(nowMillis);
        return done();
    }

    /** The scheduler acknowledges by hand. Updates without uuid need none and are ignored. */
    public List<Effect> acknowledge(TaskStatus status, long nowMillis) {
        acknowledge(status);
        calls.pump(nowMillis);
        return done();
    }

    /** A task the scheduler knows to be alive, to be asked about when it is next subscribed. */
    public List<Effect> track(String taskId, AgentID agent) {
        calls.reconciliation().track(taskId, agent);
        return done();
    }

    /**
     * The scheduler makes a call; its framework id is filled in.
     *
     * @param id under which {@link Effect.Completed} or {@link Effect.Failed} will follow; positive
     */
    public List<Effect> call(long id, Call.Builder call, long nowMillis) {
        if (state == State.STOPPED || closeAtMillis != Long.MAX_VALUE) {
            var late = new FrameworkClosedException(call.getType() + " came after the framework was closed");
            effects.add(new Effect.Failed(id, late));
            return done();
        }
        calls.make(id, call, nowMillis);
        return done();
    }

    /**
     * The scheduler wants offers for these roles, or wants none.
     *
     * @param roles empty for all
     */
    public List<Effect> demand(Collection<String> roles, boolean wanted, long nowMillis) {
        calls.demand(roles, wanted, nowMillis);
        return done();
    }

    /** A call was answered, or failed. */
    public List<Effect> answered(long id, Reply reply, long nowMillis) {
        switch (calls.answered(id, reply, nowMillis)) {
            case SUBSCRIPTION_DOUBTFUL -> doubt(reply, nowMillis);
            case TORN_DOWN -> stop(null);
            case NONE -> calls.pump(nowMillis);
        }
        finishClosing(nowMillis);
        return done();
    }

    /** Time went by. To be told some ten times a second. */
    public List<Effect> tick(long nowMillis) {
        var timing = settings.timing();
        if (state == State.SUBSCRIBED && nowMillis >= doubtedUntilMillis) {
            lost(doubt, 0, nowMillis);
        } else if (state == State.WAITING && nowMillis >= deadlineMillis) {
            connect(nowMillis);
        } else if (state == State.CONNECTING && nowMillis >= deadlineMillis) {
            lost("no SUBSCRIBED event within " + timing.subscribe(), 0, nowMillis);
        } else if (state == State.SUBSCRIBED && nowMillis - heardMillis > silenceMillis) {
            lost(
                    "nothing heard for " + (nowMillis - heardMillis) + " ms, a heartbeat is due every "
                            + silenceMillis / timing.missedHeartbeats() + " ms",
                    0,
                    nowMillis);
        }
        if ((state == State.WAITING || state == State.CONNECTING)
                && nowMillis - unsubscribedSinceMillis >= timing.giveUpAfter().toMillis()) {
            stop(new MasterUnreachableException(Refusals.unreachable(masters.shown(), timing.giveUpAfter())));
        }
        calls.tick(nowMillis);
        finishClosing(nowMillis);
        return done();
    }

    /** Ends the session once the calls made so far are answered, or after 2 s. The framework stays registered. */
    public List<Effect> close(long nowMillis) {
        if (state != State.STOPPED && closeAtMillis == Long.MAX_VALUE) {
            closeAtMillis = nowMillis + CLOSE_MILLIS;
            finishClosing(nowMillis);
        }
        return done();
    }

    // ---- the subscription

    private boolean streaming() {
        return state == State.CONNECTING || state == State.SUBSCRIBED;
    }

    private void tellBroken() {
        if (brokenUnlessTornDown != null) {
            effects.add(new Effect.Disconnected(brokenUnlessTornDown));
            brokenUnlessTornDown = null;
        }
    }

    private void connect(long nowMillis) {
        tellBroken();
        state = State.CONNECTING;
        stream++;
        streamId = "";
        doubtedUntilMillis = Long.MAX_VALUE;
        deadlineMillis = nowMillis + settings.timing().subscribe().toMillis();
        var call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(subscribe.toBuilder()
                        .clearSuppressedRoles()
                        .addAllSuppressedRoles(calls.demand().subscribing()));
        if (!frameworkId().isEmpty()) {
            call.setFrameworkId(subscribe.getFrameworkInfo().getId());
        }
        effects.add(new Effect.OpenStream(stream, masters.current(), call.build()));
    }

    private void subscribed(Event event, long nowMillis) {
        var firstOfKnownId = !frameworkId().isEmpty() && tally.subscriptions == 0;
        var subscription = event.getSubscribed();
        identify(subscription.getFrameworkId());
        state = State.SUBSCRIBED;
        tally.subscriptions++;
        masters.connected();
        subscribedSinceMillis = nowMillis;
        var seconds = subscription.getHeartbeatIntervalSeconds();
        silenceMillis = (long) ((seconds > 0 ? seconds : HEARTBEAT_SECONDS)
                * 1_000
                * settings.timing().missedHeartbeats());
        effects.add(new Effect.Deliver(event));
        calls.begin(subscription.getFrameworkId(), streamId, callOrder(), firstOfKnownId, nowMillis);
    }

    /** A master has taken that. */
    private void change(Call.UpdateFramework update) {
        var changed = subscribe.toBuilder().setFrameworkInfo(update.getFrameworkInfo());
        if (update.hasOfferConstraints()) {
            changed.setOfferConstraints(update.getOfferConstraints());
        }
        subscribe = changed.build();
    }

    private void identify(FrameworkID id) {
        subscribe = subscribe.toBuilder()
                .setFrameworkInfo(subscribe.getFrameworkInfo().toBuilder().setId(id))
                .build();
    }

    /** The master of the stream first, then the others. */
    private List<URI> callOrder() {
        var order = new ArrayList<URI>();
        order.add(masters.current());
        settings.masters().stream().filter(m -> !m.equals(masters.current())).forEach(order::add);
        return order;
    }

    /**
     * The master does not know the subscription a call was made under. If another scheduler took the framework over,
     * an ERROR event that says so is on its way; subscribing again before it comes would take the framework back.
     */
    private void doubt(Reply reply, long nowMillis) {
        if (state == State.SUBSCRIBED && doubtedUntilMillis == Long.MAX_VALUE) {
            doubt = "it answered a call with " + reply.shown();
            doubtedUntilMillis = nowMillis + DOUBT_MILLIS;
        }
    }

    private void lost(String why, long notBeforeMillis, long nowMillis) {
        var where = masters.current();
        // Had it been subscribed for a moment only, it would be one failure more.
        boolean served = state == State.SUBSCRIBED
                && nowMillis - subscribedSinceMillis
                        >= settings.timing().retryMax().toMillis();
        if (state == State.SUBSCRIBED) {
            unsubscribedSinceMillis = nowMillis;
            brokenUnlessTornDown =
                    new StreamBrokenException("the event stream of " + where + " ended: " + why + "; reconnecting");
            if (!calls.tearingDown()) {
                tellBroken();
            }
        }
        effects.add(new Effect.CloseStream(stream));
        state = State.WAITING;
        streamId = "";
        calls.end();
        deadlineMillis = nowMillis + Math.max(notBeforeMillis, served ? masters.left(why) : masters.failed(why));
    }

    private void ended(String message) {
        if (Refusals.isRemoved(message) && calls.tearingDown()) {
            calls.tornDown();
            stop(null);
        } else {
            stop(Refusals.error(message, frameworkId()));
        }
    }

    private void stop(FrameworkException reason) {
        state = State.STOPPED;
        effects.add(new Effect.CloseStream(stream));
        calls.end();
        calls.failAll(type -> reason != null
                ? reason
                : new FrameworkClosedException(type + " was not sent: the framework was closed"));
        effects.add(new Effect.Stopped(reason));
    }

    private void finishClosing(long nowMillis) {
        if (state == State.STOPPED || closeAtMillis == Long.MAX_VALUE) {
            return;
        }
        boolean unheard = state != State.SUBSCRIBED && !calls.tearingDown();
        if (unheard || calls.outbox().isEmpty() || nowMillis >= closeAtMillis) {
            stop(null);
        }
    }

    // ---- updates

    private void updated(Event event, long nowMillis) {
        var status = event.getUpdate().getStatus();
        calls.updated(status);
        if (status.getUuid().isEmpty()) {
            tally.updates++;
            effects.add(new Effect.Deliver(event));
            return;
        }
        switch (ledger.seen(status.getUuid())) {
            case NEW -> {
                tally.updates++;
                effects.add(new Effect.Deliver(event));
            }
            case WAITING -> tally.duplicates++;
            case ACKNOWLEDGED -> {
                tally.duplicates++;
                acknowledge(status);
                calls.pump(nowMillis);
            }
        }
    }

    private void operationUpdated(Event event, long nowMillis) {
        var status = event.getUpdateOperationStatus().getStatus();
        if (!status.hasUuid()) {
            effects.add(new Effect.Deliver(event));
            return;
        }
        switch (ledger.seen(status.getUuid().getValue())) {
            case NEW -> effects.add(new Effect.Deliver(event));
            case WAITING -> tally.duplicates++;
            case ACKNOWLEDGED -> {
                tally.duplicates++;
                acknowledge(status);
                calls.pump(nowMillis);
            }
        }
    }

    private void acknowledge(TaskStatus status) {
        if (Acknowledgement.needed(status)) {
            ledger.acknowledged(status.getUuid());
            calls.add(Acknowledgement.of(status));
        }
    }

    private void acknowledge(OperationStatus status) {
        if (Acknowledgement.needed(status)) {
            ledger.acknowledged(status.getUuid().getValue());
            calls.add(Acknowledgement.of(status));
        }
    }

    private List<Effect> done() {
        if (effects.isEmpty()) {
            return List.of();
        }
        var all = List.copyOf(effects);
        effects.clear();
        return all;
    }
}
