package io.baton.sdk;

import io.baton.sdk.session.Effect;
import io.baton.sdk.session.Session;
import io.baton.v1.scheduler.Event;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the scheduler, one method at a time, on the one thread its methods are called on. */
final class CallbackThread {
    private static final Logger LOG = LoggerFactory.getLogger(Framework.class);

    /** Bounded by the shell, which takes in no event without room. */
    private final BlockingQueue<Effect> waiting = new LinkedBlockingQueue<>();

    private final Framework framework;
    private final SessionShell shell;
    private final Scheduler scheduler;
    private final CompletableFuture<Void> stopped;
    private volatile Thread thread;
    private volatile boolean leaving;

    CallbackThread(Framework framework, SessionShell shell, Scheduler scheduler, CompletableFuture<Void> stopped) {
        this.framework = framework;
        this.shell = shell;
        this.scheduler = scheduler;
        this.stopped = stopped;
    }

    void start(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /**
     * From now on no callback begins: what waits is not handed over, and is not acknowledged. When the one that runs has
     * returned, the framework is closed.
     */
    void leave() {
        leaving = true;
    }

    void add(Effect effect) {
        waiting.add(effect);
    }

    private void run() {
        try {
            while (true) {
                var next = waiting.take();
                if (next instanceof Effect.Deliver deliver) {
                    var well = !leaving && attempt(deliver.event().getType().name(), () -> deliver(deliver.event()));
                    shell.handled(deliver, well);
                } else if (next instanceof Effect.Disconnected lost && !leaving) {
                    LOG.warn(
                            "framework {} is disconnected: {}",
                            framework.id(),
                            lost.reason().getMessage());
                    attempt("disconnected", () -> scheduler.disconnected(framework, lost.reason()));
                } else if (next instanceof Effect.Stopped end) {
                    stop(end);
                    return;
                }
                if (leaving) {
                    shell.tell(Session::close);
                }
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(Effect.Stopped end) {
        if (end.reason() == null) {
            stopped.complete(null);
            return;
        }
        LOG.error("framework {} has stopped: {}", framework.id(), end.reason().getMessage());
        attempt("error", () -> scheduler.error(framework, end.reason()));
        stopped.completeExceptionally(end.reason());
    }

    /** @return false if the scheduler threw */
    private boolean attempt(String what, Runnable callback) {
        try {
            callback.run();
            return true;
        } catch (RuntimeException | Error thrown) {
            // The scheduler's failure must not end the session of its other tasks.
            LOG.error("the scheduler failed at {} of framework {}", what, framework.id(), thrown);
            return false;
        }
    }

    private void deliver(Event event) {
        switch (event.getType()) {
            case SUBSCRIBED -> {
                LOG.info(
                        "framework {} is subscribed",
                        event.getSubscribed().getFrameworkId().getValue());
                framework.onSubscribed();
                scheduler.subscribed(framework, event.getSubscribed().getMasterInfo());
            }
            case OFFERS -> scheduler.resourceOffers(framework, event.getOffers().getOffersList());
            case RESCIND -> scheduler.rescinded(framework, event.getRescind().getOfferId());
            case INVERSE_OFFERS ->
                scheduler.inverseOffers(framework, event.getInverseOffers().getInverseOffersList());
            case RESCIND_INVERSE_OFFER ->
                scheduler.inverseOfferRescinded(
                        framework, event.getRescindInverseOffer().getInverseOfferId());
            case UPDATE -> scheduler.update(framework, event.getUpdate().getStatus());
            case UPDATE_OPERATION_STATUS ->
                scheduler.operationUpdate(
                        framework, event.getUpdateOperationStatus().getStatus());
            case MESSAGE ->
                scheduler.message(
                        framework,
                        event.getMessage().getAgentId(),
                        event.getMessage().getExecutorId(),
                        event.getMessage().getData());
            case FAILURE -> scheduler.failure(framework, event.getFailure());
            default -> LOG.debug("an event of type {} has no callback", event.getType());
        }
    }
}
