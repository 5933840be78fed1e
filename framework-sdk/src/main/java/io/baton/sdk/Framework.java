package io.baton.sdk;

import com.google.protobuf.ByteString;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.session.Figures;
import io.baton.sdk.session.Session;
import io.baton.sdk.session.SessionSettings;
import io.baton.sdk.wire.Requests;
import io.baton.v1.AgentID;
import io.baton.v1.DurationInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.Filters;
import io.baton.v1.KillPolicy;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * A running framework: the way of a {@link Scheduler} to its masters.
 *
 * <p>Every call returns at once with a future, which completes when the master has taken the call. That says nothing
 * about its effect: that comes as events. Futures fail with a {@link FrameworkException}. Code chained to them runs on
 * an I/O thread and must not block. Calls take effect in the order they are made.
 *
 * <p>Calls made while there is no subscription wait for the next one, but for {@link #accept} and {@link #decline}:
 * offers end with their subscription.
 */
public final class Framework implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final CompletableFuture<Void> subscribedOnce = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final SessionShell shell;
    private CallbackThread callbacks;

    private Framework(SessionSettings settings, Requests requests, SSLContext tls, Scheduler scheduler) {
        shell = new SessionShell(settings, requests, tls, self -> {
            callbacks = new CallbackThread(this, self, scheduler, stopped);
            return callbacks;
        });
    }

    /** Begins the description of a framework. */
    public static FrameworkBuilder builder() {
        return new FrameworkBuilder();
    }

    static Framework start(SessionSettings settings, Requests requests, SSLContext tls, Scheduler scheduler) {
        var framework = new Framework(settings, requests, tls, scheduler);
        framework.shell.start();
        return framework;
    }

    /** How many more events of the stream may wait for the callbacks. */
    int room() {
        return shell.room();
    }

    void onSubscribed() {
        subscribedOnce.complete(null);
    }

    /** The framework's id; empty until it was subscribed first, unless it was given. Keep it to fail over. */
    public String id() {
        return shell.ask(Session::frameworkId);
    }

    /** Whether there is a subscription right now. */
    public boolean isSubscribed() {
        return shell.ask(Session::isSubscribed);
    }

    /** The present subscription's id on the wire; empty while there is none. For requests made past this class. */
    public String streamId() {
        return shell.ask(Session::streamId);
    }

    /** What the session did and holds. */
    public Figures figures() {
        return shell.ask(Session::figures);
    }

    /** Completes when the framework has stopped: normally after close or teardown, else with the reason. */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /**
     * Waits for the first subscription. Not to be called from a callback.
     *
     * @throws FrameworkException saying why there will be none, or which masters failed how until now
     */
    public void awaitSubscribed(Duration limit) throws InterruptedException {
        try {
            CompletableFuture.anyOf(subscribedOnce, stopped).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FrameworkException reason) {
                throw reason;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            var trouble = shell.ask(Session::trouble);
            throw new MasterUnreachableException("not subscribed within " + limit + ": "
                    + (trouble.isEmpty() ? "no master has answered yet" : trouble)
                    + ". Check the URLs, and that a master runs there and can be reached from here");
        }
    }

    /** Launches tasks on one offer; with none it is declined. What is left comes again after the default 5 s. */
    public CompletableFuture<Void> launch(Offer offer, TaskInfo... tasks) {
        return launch(List.of(offer.getId()), List.of(tasks));
    }

    /** Launches tasks on offers of one agent. */
    public CompletableFuture<Void> launch(Collection<OfferID> offers, Collection<TaskInfo> tasks) {
        var operation = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks));
        return accept(offers, List.of(operation.build()), Filters.getDefaultInstance());
    }

    /**
     * Uses offers of one agent.
     *
     * <p>Sent once: if its answer stays out the future fails with {@code CallUnansweredException} and the master is
     * asked about the tasks. If it certainly had no effect, each task gets TASK_DROPPED, as from a master (TASK_LOST if the
     * framework is not PARTITION_AWARE).
     *
     * @param filters when what is left may come again; the default instance for 5 s
     */
    public CompletableFuture<Void> accept(
            Collection<OfferID> offers, Collection<Offer.Operation> operations, Filters filters) {
        return call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addAllOfferIds(offers)
                        .addAllOperations(operations)
                        .setFilters(filters)));
    }

    /** Gives offers back; such resources come again after the default 5 s. */
    public CompletableFuture<Void> decline(Collection<OfferID> offers) {
        return call(declining(offers));
    }

    /** Gives offers back for so long, or until {@link #revive}. */
    public CompletableFuture<Void> decline(Collection<OfferID> offers, Duration refuse) {
        var call = declining(offers);
        call.getDeclineBuilder().setFilters(refusing(refuse));
        return call(call);
    }

    private static Call.Builder declining(Collection<OfferID> offers) {
        return Call.newBuilder()
                .setType(Call.Type.DECLINE)
                .setDecline(Call.Decline.newBuilder().addAllOfferIds(offers));
    }

    /** Filters that keep resources away for so long. */
    public static Filters refusing(Duration refuse) {
        return Filters.newBuilder()
                .setRefuseSeconds(refuse.toMillis() / 1_000.0)
                .build();
    }

    /** Ends a task, on whichever agent it is. */
    public CompletableFuture<Void> kill(TaskID task) {
        return call(killing(task));
    }

    /** Ends a task with a grace period of its own between SIGTERM and SIGKILL. */
    public CompletableFuture<Void> kill(TaskID task, Duration grace) {
        var call = killing(task);
        call.getKillBuilder()
                .setKillPolicy(KillPolicy.newBuilder()
                        .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(grace.toNanos())));
        return call(call);
    }

    private static Call.Builder killing(TaskID task) {
        return Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder().setTaskId(task));
    }

    /** Ends an executor with all its tasks. */
    public CompletableFuture<Void> shutdown(ExecutorID executor, AgentID agent) {
        return call(Call.newBuilder()
                .setType(Call.Type.SHUTDOWN)
                .setShutdown(Call.Shutdown.newBuilder().setExecutorId(executor).setAgentId(agent)));
    }

    /** Sends something to an executor. It may be lost; it is not sent twice. */
    public CompletableFuture<Void> message(AgentID agent, ExecutorID executor, ByteString data) {
        return call(Call.newBuilder()
                .setType(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder()
                        .setAgentId(agent)
                        .setExecutorId(executor)
                        .setData(data)));
    }

    /** Asks for the state of every task of this framework; answered by updates. */
    public CompletableFuture<Void> reconcile() {
        return reconcile(List.of());
    }

    /**
     * Asks for the state of these tasks, or of all if there are none; answered by updates. The framework does this by
     * itself for the tasks it knows after each subscription.
     */
    public CompletableFuture<Void> reconcile(Collection<TaskID> tasks) {
        var questions = tasks.stream()
                .map(task -> Call.Reconcile.Task.newBuilder().setTaskId(task).build())
                .collect(Collectors.toList());
        return call(Call.newBuilder()
                .setType(Call.Type.RECONCILE)
                .setReconcile(Call.Reconcile.newBuilder().addAllTasks(questions)));
    }

    /** Makes a task from an earlier life known, so that it is asked about. The agent may be the default instance. */
    public void track(TaskID task, AgentID agent) {
        var known = agent.getValue().isEmpty() ? null : agent;
        shell.tell((session, now) -> session.track(task.getValue(), known));
    }

    /**
     * Says whether offers are wanted. No call is made if nothing changes, and changes in quick succession make one:
     * say it as often as you like, for example after every look at the queue of what is to be launched.
     *
     * @param roles none for all of the framework's
     */
    public void demand(boolean wanted, String... roles) {
        shell.tell((session, now) -> session.demand(List.of(roles), wanted, now));
    }

    /** Wants offers, also of resources that were declined: forgets all filters. No roles for all. */
    public CompletableFuture<Void> revive(String... roles) {
        return call(Call.newBuilder()
                .setType(Call.Type.REVIVE)
                .setRevive(Call.Revive.newBuilder().addAllRoles(List.of(roles))));
    }

    /** Wants no offers until {@link #revive}. No roles for all. See {@link #demand} for the easier way. */
    public CompletableFuture<Void> suppress(String... roles) {
        return call(Call.newBuilder()
                .setType(Call.Type.SUPPRESS)
                .setSuppress(Call.Suppress.newBuilder().addAllRoles(List.of(roles))));
    }

    /** Acknowledges an update, if the framework was built to do so by hand. Without a uuid there is nothing to do. */
    public void acknowledge(TaskStatus status) {
        shell.tell((session, now) -> session.acknowledge(status, now));
    }

    /** Ends the framework for good, with all its tasks; its id cannot be used again. Then this stops. */
    public CompletableFuture<Void> teardown() {
        return call(Call.newBuilder().setType(Call.Type.TEARDOWN));
    }

    /**
     * Any call; the framework id is filled in. For those without a method here.
     *
     * @throws IllegalArgumentException if required fields are missing, naming them
     */
    public CompletableFuture<Void> call(Call.Builder call) {
        if (call.getType() == Call.Type.SUBSCRIBE || call.getType() == Call.Type.UNKNOWN) {
            throw new IllegalArgumentException("a call of type " + call.getType() + " is not for a scheduler to make");
        }
        if (!call.isInitialized()) {
            throw new IllegalArgumentException(
                    call.getType() + " lacks " + String.join(", ", call.findInitializationErrors()));
        }
        return shell.call(call.clone());
    }

    /**
     * Leaves the masters: calls made so far are sent, then connections end. The framework and its tasks stay for its
     * failover timeout. Waits for the end; called from a callback it returns at once, and the end comes when the
     * callback has returned and its update is acknowledged. Events that wait for a callback are not handed over any more:
     * updates among them come again to the next subscription.
     *
     * @throws IllegalStateException if a callback runs for longer than five seconds
     */
    @Override
    public void close() {
        callbacks.leave();
        if (callbacks.isCurrent()) {
            return;
        }
        shell.tell(Session::close);
        try {
            stopped.handle((unused, reason) -> true).get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            // A callback does not return; its thread is a daemon and ends with the JVM.
            throw new IllegalStateException("a callback of framework " + id() + " still runs", late);
        }
    }
}
