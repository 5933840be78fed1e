package io.baton.httpapi.server;

import java.net.InetAddress;

/**
 * One client's connection, shared by the stages that serve it and by whoever wants to end it. Safe for threads.
 *
 * <p>Its requests come one after another: the next head is read after the answer to the last one has begun.
 */
public final class Connection {
    private final InetAddress remote;
    private volatile int answered;
    private volatile boolean streaming;
    private volatile boolean closing;
    private volatile Runnable aborter = () -> {};
    private volatile Runnable closer = () -> {};
    private volatile Runnable drainer = () -> {};
    private Runnable whenClosed = () -> {};
    private boolean closed;

    Connection(InetAddress remote) {
        this.remote = remote;
    }

    public InetAddress remote() {
        return remote;
    }

    /** Ends it at once; what waits to be sent is lost. Once ended, this does nothing. */
    public void abort() {
        aborter.run();
    }

    /** What ends the stream that this connection carries when the server ends in good order. */
    public void onDrain(Runnable action) {
        drainer = action;
        if (closing) {
            action.run();
        }
    }

    /** What is done when it has ended for whatever reason; at once if it has. Only the last one that was given. */
    public void onClosed(Runnable action) {
        synchronized (this) {
            if (!closed) {
                whenClosed = action;
                return;
            }
        }
        action.run();
    }

    /** It has ended. */
    void closed() {
        Runnable action;
        synchronized (this) {
            closed = true;
            action = whenClosed;
            whenClosed = () -> {};
        }
        action.run();
    }

    /** To be told by every source of an answer that is not sent at once, when it has ended. */
    public void streamEnded() {
        streaming = false;
    }

    /** No further request after this one, or the next if there is none; a stream ends. */
    void drain() {
        closing = true;
        drainer.run();
    }

    /** Ends it as soon as no request is under way. */
    void close() {
        closer.run();
    }

    void onAbort(Runnable abort, Runnable close) {
        aborter = abort;
        closer = close;
    }

    /** Whether the server ends. */
    public boolean closing() {
        return closing;
    }

    boolean streaming() {
        return streaming;
    }

    /** How many answers have begun: whoever has seen another number knows that a new head is due. */
    int answered() {
        return answered;
    }

    /** Told by the one stage that answers. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void answer(boolean isStream) {
        streaming = isStream;
        answered = answered + 1;
    }
}
