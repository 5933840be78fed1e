package io.baton.distribution.node;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/** Something that runs in an actor system of its own, and ends with it. */
public record Started<T>(ActorSystem<Void> system, T node) implements AutoCloseable {
    /** For all of it but the connections, which have their own time. */
    private static final Duration STOP = Duration.ofSeconds(30);

    /** What ends the system, in the log. */
    private enum Asked implements CoordinatedShutdown.Reason {
        TO_STOP
    }

    /** Ends it in good order and waits for that. */
    @Override
    public void close() {
        var shutdown = CoordinatedShutdown.get(system);
        var done = shutdown.runAll(Asked.TO_STOP).toCompletableFuture();
        var connections = shutdown.timeout(CoordinatedShutdown.PhaseServiceUnbind());
        try {
            done.get(STOP.toMillis() + connections.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LoggerFactory.getLogger(Started.class).warn("it did not stop in good order", late);
        }
    }

    /** Waits until the system has ended, for whatever reason. */
    public void awaitEnd() throws InterruptedException {
        try {
            system.getWhenTerminated().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
