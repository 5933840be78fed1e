package io.baton.sdk.session;

import io.baton.sdk.error.CallRefusedException;
import io.baton.sdk.error.CallUnansweredException;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.error.NotSubscribedException;
import io.baton.sdk.error.OverloadedException;
import io.baton.v1.Filters;
import io.baton.v1.FrameworkID;
import io.baton.v1.OfferID;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The calls of a session, from being made to being answered: when each goes out, where to, and what its answer means.
 *
 * <p>Between {@link #begin} and {@link #end} there is a subscription and calls go out; otherwise they wait.
 */
final class Calls {
    /** What an answer means for the subscription. */
    enum Consequence {
        NONE,
        /** The master does not know it, or not any more. */
        SUBSCRIPTION_DOUBTFUL,
        /** The framework was torn down. */
        TORN_DOWN
    }

    /** For so long others have the offers of a call that was refused: the same call would be refused again at once. */
    private static final double GIVEN_BACK_SECONDS = 1;

    private final Limits limits;
    private final Backoff backoff;
    private final Outbox outbox;
    private final Reconciliation reconciliation;
    private final Demand demand;
    private final Dropped dropped;
    private final Tally tally;
    private final List<Effect> effects;
    private final Consumer<Call.UpdateFramework> changed;

    /** Where calls go: the master of the stream, until a call fails there or is redirected. */
    private Masters masters;

    private FrameworkID frameworkId = FrameworkID.getDefaultInstance();
    /** Empty while there is no subscription. */
    private String streamId = "";

    private boolean subscribed;
    private long lastOwnId;

    /**
     * @param effects where to put what is to be done
     * @param changed is told of each UPDATE_FRAMEWORK that a master has taken
     */
    Calls(
            SessionSettings settings,
            RandomGenerator random,
            Tally tally,
            List<Effect> effects,
            Consumer<Call.UpdateFramework> changed) {
        this.changed = changed;
        this.limits = settings.limits();
        this.tally = tally;
        this.effects = effects;
        var timing = settings.timing();
        backoff = new Backoff(timing.retryFirst().toMillis(), timing.retryMax().toMillis(), random);
        masters = new Masters(settings.masters(), backoff);
        outbox = new Outbox(limits);
        reconciliation = new Reconciliation(
                limits.trackedTasks(),
                new Backoff(
                        timing.reconcileFirst().toMillis(),
                        timing.reconcileMax().toMillis(),
                        random));
        demand = new Demand(settings.subscribe());
        dropped = new Dropped(settings.subscribe().getFrameworkInfo());
    }

    Reconciliation reconciliation() {
        return reconciliation;
    }

    Demand demand() {
        return demand;
    }

    Outbox outbox() {
        return outbox;
    }

    // ---- the subscription

    /**
     * There is a subscription: calls may go out, and the master is asked about the tasks.
     *
     * @param endpoints the master of the stream first
     * @param askForAll true if there may be tasks that this session has never heard of
     */
    void begin(FrameworkID framework, String stream, List<URI> endpoints, boolean askForAll, long nowMillis) {
        frameworkId = framework;
        streamId = stream;
        subscribed = true;
        masters = new Masters(endpoints, backoff);
        outbox.resume();
        demand.begun(nowMillis);
        if (demand.untold()) {
            addDemand();
        }
        if (askForAll || reconciliation.incomplete()) {
            add(Reconciliation.reconcile(Call.Reconcile.newBuilder()));
        }
        reconciliation.askAll(nowMillis);
        tick(nowMillis);
    }

    /** The subscription is gone, and with it its offers; other calls wait for the next. */
    void end() {
        subscribed = false;
        streamId = "";
        outbox.remove(call -> call.aboutDemand() || call.asks()); // The next subscription says it all anew.
        outbox.remove(Pending::aboutOffers).forEach(this::lapse);
    }

    /** Whether a TEARDOWN was sent: the stream may end before it is answered. */
    boolean tearingDown() {
        return outbox.onItsWay(Calls::tearsDown) || outbox.waits(call -> tearsDown(call) && call.attempts > 0);
    }

    /** The framework is gone, as a TEARDOWN wanted that has not been answered. */
    void tornDown() {
        outbox.remove(Calls::tearsDown).forEach(this::complete);
        outbox.recall(Calls::tearsDown).forEach(this::complete);
    }

    private static boolean tearsDown(Pending call) {
        return call.type() == Call.Type.TEARDOWN;
    }

    void failAll(Function<Call.Type, FrameworkException> reason) {
        outbox.clear().forEach(call -> fail(call, reason.apply(call.type())));
    }

    // ---- making them

    /** The scheduler makes a call. */
    void make(long id, Call.Builder call, long nowMillis) {
        var pending = Pending.ofScheduler(id, call);
        pending.streamId = streamId;
        if (!subscribed && pending.aboutOffers()) {
            lapse(pending);
        } else if (!outbox.add(pending)) {
            giveUp(pending, new OverloadedException(Refusals.overloaded(call.getType(), limits)));
        } else {
            if (call.getType() == Call.Type.ACCEPT) {
                reconciliation.launching(call.getAccept());
            } else if (call.getType() == Call.Type.UPDATE_FRAMEWORK) {
                var update = call.getUpdateFramework();
                demand.changed(update.getFrameworkInfo(), update.getSuppressedRolesList());
            }
            demand.made(call);
            pump(nowMillis);
        }
    }

    /** A call of the session's own, to go out with the next pump. */
    void add(Call.Builder call) {
        if (!outbox.add(Pending.ofSession(--lastOwnId, call))) {
            tally.acknowledgementsDropped++;
        }
    }

    void demand(Collection<String> roles, boolean wanted, long nowMillis) {
        demand.set(roles, wanted);
        if (tellDemand()) {
            pump(nowMillis);
        }
    }

    /** Offers came. */
    void offered(long nowMillis) {
        demand.offered(nowMillis);
        if (tellDemand()) {
            pump(nowMillis);
        }
    }

    /** @return whether there is something to tell that does not wait already */
    private boolean tellDemand() {
        boolean due = demand.untold() && !outbox.waits(call -> call.type() == Pending.DEMAND);
        if (due) {
            addDemand();
        }
        return due;
    }

    private void addDemand() {
        add(Call.newBuilder().setType(Pending.DEMAND));
    }

    // ---- sending them

    void tick(long nowMillis) {
        if (subscribed) {
            if (!outbox.waits(Pending::asks)) {
                reconciliation.due(nowMillis).forEach(this::add);
            }
            demand.tick(nowMillis);
            tellDemand();
            pump(nowMillis);
        }
    }

    void pump(long nowMillis) {
        while (subscribed) {
            var call = outbox.next(nowMillis);
            if (call == null) {
                return;
            }
            if (call.type() == Pending.DEMAND) {
                outbox.answered(call.id());
                var calls = demand.calls(nowMillis);
                for (var i = calls.size() - 1; i >= 0; i--) {
                    outbox.again(Pending.ofSession(--lastOwnId, calls.get(i)), nowMillis);
                }
            } else {
                send(call);
            }
        }
    }

    private void send(Pending call) {
        tally.sent(call);
        call.streamId = streamId;
        var built = call.call();
        if (!built.hasFrameworkId()) {
            built.setFrameworkId(frameworkId);
        }
        if (call.type() == Call.Type.UPDATE_FRAMEWORK
                && !built.getUpdateFramework().getFrameworkInfo().hasId()) {
            built.getUpdateFrameworkBuilder().getFrameworkInfoBuilder().setId(frameworkId);
        }
        effects.add(new Effect.Send(call.id(), masters.current(), streamId, built.build()));
    }

    // ---- their answers

    Consequence answered(long id, Reply reply, long nowMillis) {
        var call = outbox.answered(id);
        if (call == null) {
            return Consequence.NONE;
        }
        return switch (Verdict.of(call.type(), call.unsure, reply)) {
            case DONE -> taken(call);
            case REDIRECT -> redirect(call, reply, nowMillis);
            case RETRY -> retry(call, reply, nowMillis);
            case STALE -> stale(call, reply, nowMillis);
            case UNANSWERED -> unanswered(call, reply, nowMillis);
            case REFUSED -> refused(call, reply);
        };
    }

    private Consequence taken(Pending call) {
        masters.succeeded();
        if (call.type() == Call.Type.UPDATE_FRAMEWORK) {
            var update = call.call().getUpdateFramework();
            demand.taken(update.getFrameworkInfo(), update.getSuppressedRolesList());
            changed.accept(update);
        }
        complete(call);
        return call.type() == Call.Type.TEARDOWN ? Consequence.TORN_DOWN : Consequence.NONE;
    }

    private Consequence redirect(Pending call, Reply reply, long nowMillis) {
        if (masters.redirected(reply.location())) {
            outbox.again(call, nowMillis);
            return Consequence.NONE;
        }
        return retry(call, Reply.unsent("it redirects in circles, last to " + reply.location()), nowMillis);
    }

    private Consequence retry(Pending call, Reply reply, long nowMillis) {
        call.attempts++;
        call.unsure |= reply.kind() == Reply.Kind.BROKEN;
        if (reply.kind() != Reply.Kind.ANSWERED) {
            masters.failed(reply.shown());
        }
        if (call.attempts >= Timing.CALL_ATTEMPTS) {
            giveUp(call, new MasterUnreachableException(Refusals.gaveUp(call, reply)));
        } else if (call.streamId.equals(streamId) || !call.endsWithItsSubscription()) {
            outbox.again(call, nowMillis + Math.max(backoff.millis(call.attempts), reply.retryAfterMillis()));
        } else {
            lapse(call);
        }
        return Consequence.NONE;
    }

    /** The master does not know the subscription the call was sent under. */
    private Consequence stale(Pending call, Reply reply, long nowMillis) {
        var present = subscribed && call.streamId.equals(streamId);
        call.attempts++;
        if (call.endsWithItsSubscription()) {
            lapse(call);
        } else if (call.attempts >= Timing.CALL_ATTEMPTS) {
            giveUp(call, new CallRefusedException(reply.status(), Refusals.refused(call, reply)));
        } else {
            // A new subscription lifts the wait.
            outbox.again(call, present ? nowMillis + Session.DOUBT_MILLIS : nowMillis);
        }
        return present ? Consequence.SUBSCRIPTION_DOUBTFUL : Consequence.NONE;
    }

    private Consequence refused(Pending call, Reply reply) {
        giveUp(call, new CallRefusedException(reply.status(), Refusals.refused(call, reply)));
        return Consequence.NONE;
    }

    private Consequence unanswered(Pending call, Reply reply, long nowMillis) {
        if (call.type() == Call.Type.ACCEPT) {
            reconciliation.unsure(call.call().getAccept(), nowMillis);
        }
        fail(call, new CallUnansweredException(Refusals.unanswered(call, reply)));
        return Consequence.NONE;
    }

    /** Its offers are gone: declining them is done thereby, accepting them is not. What is wanted the next one is told anew. */
    private void lapse(Pending call) {
        if (call.type() != Call.Type.ACCEPT) {
            complete(call);
        } else {
            abandon(
                    call,
                    new NotSubscribedException("ACCEPT had no effect: its offers ended with their subscription."
                            + " Wait for new offers"));
        }
    }

    /** It certainly had no effect, and will have none; what it was about is still there. */
    private void giveUp(Pending call, FrameworkException reason) {
        abandon(call, reason);
        if (subscribed && call.streamId.equals(streamId) && !call.ofSession()) {
            giveBack(call.offers());
        }
    }

    /** Offers that are neither used nor declined stay with the framework, and nobody else can have them. */
    private void giveBack(List<OfferID> offers) {
        if (!offers.isEmpty()) {
            add(Call.newBuilder()
                    .setType(Call.Type.DECLINE)
                    .setDecline(Call.Decline.newBuilder()
                            .addAllOfferIds(offers)
                            .setFilters(Filters.newBuilder().setRefuseSeconds(GIVEN_BACK_SECONDS))));
        }
    }

    private void abandon(Pending call, FrameworkException reason) {
        fail(call, reason);
        if (call.type() == Call.Type.ACCEPT) {
            reconciliation.notLaunched(
                    call.call().getAccept(),
                    task -> effects.add(new Effect.Deliver(dropped.update(task, reason), true)));
        }
    }

    private void complete(Pending call) {
        if (!call.ofSession()) {
            effects.add(new Effect.Completed(call.id()));
        }
    }

    void fail(Pending call, FrameworkException reason) {
        if (call.type() == Call.Type.UPDATE_FRAMEWORK) {
            demand.refused();
        }
        if (!call.ofSession()) {
            effects.add(new Effect.Failed(call.id(), reason));
        }
    }

    /** An update came. */
    void updated(TaskStatus status) {
        reconciliation.updated(status);
    }
}
