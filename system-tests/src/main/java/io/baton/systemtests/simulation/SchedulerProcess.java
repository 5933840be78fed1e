package io.baton.systemtests.simulation;

import io.baton.core.resource.Resources;
import io.baton.sdk.error.NotSubscribedException;
import io.baton.sdk.session.Effect;
import io.baton.sdk.session.Limits;
import io.baton.sdk.session.Reply;
import io.baton.sdk.session.Session;
import io.baton.sdk.session.SessionSettings;
import io.baton.sdk.session.Timing;
import io.baton.v1.Filters;
import io.baton.v1.Offer;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A scheduler's process: the {@link Session} of the SDK, and above it a framework that wants its tasks run. */
final class SchedulerProcess extends Node {
    private static final long TICK_MILLIS = 500;
    private static final long CONNECT_MILLIS = 5_000;
    private static final long CALL_MILLIS = 15_000;
    private static final long RECONCILE_MILLIS = 30_000;

    /** Longer than any agent is away in a simulation. */
    private static final long DOUBT_MILLIS = 300_000;

    private final Framework framework;
    private final Map<Long, Call.Accept> accepts = new HashMap<>();
    private final Map<String, Offer> offers = new LinkedHashMap<>();
    private Session session;
    private Link<Call, Object> link;
    private long calls;
    private long offeredAt;
    private long callbackAt;

    SchedulerProcess(String name, Framework framework, World world) {
        super(name, world);
        this.framework = framework;
    }

    @Override
    void start() {
        super.start();
        accepts.clear();
        offers.clear();
        link = null;
        var masters = world.masters().stream()
                .map(m -> URI.create("http://" + m.name + ":5050/api/v1/scheduler"))
                .toList();
        var subscribe =
                Call.Subscribe.newBuilder().setFrameworkInfo(framework.info()).build();
        session = new Session(
                new SessionSettings(masters, subscribe, false, Limits.DEFAULTS, Timing.DEFAULTS),
                world.chance().split());
        for (var wish : framework.store().in(Store.Phase.LAUNCHED)) {
            session.track(wish.taskId(), wish.agent);
        }
        take(session.start(now()));
        every(TICK_MILLIS, this::tick);
        every(RECONCILE_MILLIS, this::reconcile);
    }

    private long now() {
        return world.agenda().now();
    }

    boolean isSubscribed() {
        return isUp() && session.isSubscribed();
    }

    long offeredAt() {
        return offeredAt;
    }

    private void tick() {
        take(session.tick(now()));
        if (session.isSubscribed()) {
            take(session.demand(List.of(), framework.store().hasPending(), now()));
            useOffers();
            for (var wish : framework.store().in(Store.Phase.LAUNCHED)) {
                if (wish.killAt <= now()) {
                    wish.killAt = now() + 30_000;
                    kill(wish);
                }
            }
        }
    }

    private void kill(Store.Wish wish) {
        var kill = Call.newBuilder().setType(Call.Type.KILL);
        kill.getKillBuilder().getTaskIdBuilder().setValue(wish.taskId());
        if (wish.taskId().hashCode() % 2 == 0) { // Schedulers need not say where.
            kill.getKillBuilder().setAgentId(wish.agent);
        }
        call(kill);
    }

    /** Asks about every task of which nothing was heard for a while. */
    private void reconcile() {
        var call = Call.newBuilder().setType(Call.Type.RECONCILE);
        for (var wish : framework.store().in(Store.Phase.LAUNCHED)) {
            if (now() - wish.launchedAt > RECONCILE_MILLIS) {
                call.getReconcileBuilder()
                        .addTasksBuilder()
                        .setAgentId(wish.agent)
                        .getTaskIdBuilder()
                        .setValue(wish.taskId());
            }
        }
        if (session.isSubscribed() && call.getReconcileBuilder().getTasksCount() > 0) {
            call(call);
        }
    }

    private long call(Call.Builder call) {
        calls++;
        take(session.call(calls, call, now()));
        return calls;
    }

    // ---- what the session wants done

    private void take(List<Effect> effects) {
        effects.forEach(this::perform);
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.OpenStream open) {
            open(open);
        } else if (effect instanceof Effect.CloseStream) {
            close();
        } else if (effect instanceof Effect.Send send) {
            send(send);
        } else if (effect instanceof Effect.Deliver deliver) {
            callbackAt = Math.max(callbackAt, now() + world.chance().between(0, 20));
            in(callbackAt - now(), () -> deliver(deliver.event()));
        } else if (effect instanceof Effect.Failed failed) {
            failed(failed.id(), failed.reason() instanceof NotSubscribedException);
        } else if (effect instanceof Effect.Completed completed) {
            accepts.remove(completed.id());
        } else if (effect instanceof Effect.Stopped stopped) {
            world.history().note(() -> name + " stops: " + stopped.reason());
            in(0, () -> crash(false));
        } else if (effect instanceof Effect.Disconnected) {
            offers.clear();
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    private void close() {
        if (link != null) {
            link.closeByClient();
            link = null;
        }
    }

    private void open(Effect.OpenStream open) {
        var master = world.master(open.endpoint().getHost());
        boolean there = world.network().reaches(this, master) && world.network().reaches(master, this);
        if (!there || !master.isUp()) {
            in(
                    there ? 2 : CONNECT_MILLIS,
                    () -> take(session.streamRefused(open.stream(), Reply.unsent("no connection"), now())));
            return;
        }
        var opened = new Link<Call, Object>(this, master);
        opened.onClient(frame -> heard(open.stream(), frame), () -> {
            take(session.streamRefused(open.stream(), Reply.broken("closed"), now()));
            take(session.streamEnded(open.stream(), "closed", now()));
        });
        link = opened;
        master.subscribe(opened);
        opened.up(open.subscribe());
    }

    private void heard(long stream, Object frame) {
        if (frame instanceof SchedulerGate.Head head) {
            take(session.streamOpened(stream, head.streamId(), now()));
        } else {
            take(session.event(stream, (Event) frame, now()));
        }
    }

    /** One request on a connection of its own: it may fail before, in or after the act. */
    private void send(Effect.Send send) {
        var master = world.master(send.endpoint().getHost());
        var network = world.network();
        boolean there = network.reaches(this, master) && network.reaches(master, this);
        if (!there || !master.isUp()) {
            in(there ? 2 : CONNECT_MILLIS, () -> answered(send.id(), Reply.unsent("no connection")));
            return;
        }
        var request = new Link<Call, Reply>(this, master);
        var replied = new boolean[1];
        request.onClient(
                reply -> {
                    request.closeByClient();
                    replied[0] = true;
                    answered(send.id(), reply);
                },
                () -> {
                    if (!replied[0]) {
                        replied[0] = true;
                        answered(send.id(), Reply.broken("the connection was reset"));
                    }
                });
        request.onServer(call -> master.call(call, send.streamId(), request::down), () -> {});
        request.up(send.call());
        in(CALL_MILLIS, () -> {
            if (!replied[0]) {
                replied[0] = true;
                request.closeByClient();
                answered(send.id(), Reply.broken("no answer"));
            }
        });
    }

    private void answered(long id, Reply reply) {
        take(session.answered(id, reply, now()));
    }

    /** A call came to nothing. If an ACCEPT certainly had no effect, its tasks are to be launched again. */
    private void failed(long id, boolean certainly) {
        var accept = accepts.remove(id);
        if (accept != null && certainly) {
            for (var operation : accept.getOperationsList()) {
                for (var task : operation.getLaunch().getTaskInfosList()) {
                    var wish = framework.store().find(task.getTaskId().getValue());
                    if (wish != null && !wish.seen) {
                        wish.phase = Store.Phase.PENDING;
                    }
                }
            }
        }
    }

    // ---- the framework's own mind

    private void deliver(Event event) {
        switch (event.getType()) {
            case OFFERS -> {
                event.getOffers()
                        .getOffersList()
                        .forEach(o -> offers.put(o.getId().getValue(), o));
                offeredAt = now();
                if (world.chance().perMille(800)) {
                    useOffers();
                }
            }
            case RESCIND -> offers.remove(event.getRescind().getOfferId().getValue());
            case UPDATE -> {
                updated(event.getUpdate().getStatus());
                take(session.handled(event, true, now()));
            }
            default -> {}
        }
    }

    private void useOffers() {
        if (!offers.isEmpty() && session.isSubscribed()) {
            var all = new ArrayList<>(offers.values());
            offers.clear();
            all.forEach(this::use);
        }
    }

    private void use(Offer offer) {
        var left = Resources.fromProto(offer.getResourcesList());
        var launch = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        for (var wish : framework.store().in(Store.Phase.PENDING)) {
            if (left.contains(wish.resources)) {
                left = left.minus(wish.resources);
                wish.launched(offer.getAgentId(), now());
                launch.getLaunchBuilder().addTaskInfos(wish.toProto());
            }
        }
        var filters = Filters.newBuilder()
                .setRefuseSeconds(
                        world.chance().perMille(20) ? 0 : world.chance().between(1, 5));
        if (launch.getLaunch().getTaskInfosCount() == 0) {
            var decline = Call.newBuilder().setType(Call.Type.DECLINE);
            decline.getDeclineBuilder().addOfferIds(offer.getId()).setFilters(filters);
            call(decline);
            return;
        }
        world.history()
                .note(() -> name + " launches " + ids(launch) + " on "
                        + offer.getId().getValue());
        var accept = Call.newBuilder().setType(Call.Type.ACCEPT);
        accept.getAcceptBuilder()
                .addOfferIds(offer.getId())
                .addOperations(launch)
                .setFilters(filters);
        accepts.put(calls + 1, accept.getAccept());
        call(accept);
    }

    private static List<String> ids(Offer.Operation.Builder launch) {
        return launch.getLaunch().getTaskInfosList().stream()
                .map(t -> t.getTaskId().getValue())
                .toList();
    }

    /** That nobody knows a task proves nothing at first: its agent may be about to register. */
    private void doubted(Store.Wish wish) {
        wish.doubtedSince = Math.min(wish.doubtedSince, now());
        if (now() - wish.doubtedSince > DOUBT_MILLIS) {
            if (wish.seen) {
                framework.store().done(wish);
            } else {
                wish.phase = Store.Phase.PENDING;
            }
        }
    }

    private void updated(TaskStatus status) {
        world.history()
                .note(() -> name + " is told that " + status.getTaskId().getValue() + " is " + status.getState()
                        + (status.hasReason() ? " " + status.getReason() : "")
                        + (status.hasUuid() ? "" : ", by a master"));
        world.judge().told(framework.id, this, status);
        var wish = framework.store().find(status.getTaskId().getValue());
        if (wish == null) {
            return;
        }
        wish.seen |= status.hasUuid();
        switch (status.getState()) {
            case TASK_FINISHED, TASK_FAILED, TASK_KILLED -> framework.store().done(wish);
            case TASK_DROPPED, TASK_GONE, TASK_LOST, TASK_GONE_BY_OPERATOR -> {
                if (wish.seen) {
                    framework.store().done(wish);
                } else {
                    wish.phase = Store.Phase.PENDING;
                }
            }
            case TASK_UNKNOWN -> doubted(wish);
            default -> wish.doubtedSince = Long.MAX_VALUE;
        }
    }
}
