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
    /** The number of the request whose first bytes have come. */
    private volatile int begun;

    private volatile boolean streaming;
    private volatile boolean served;
    private volatile boolean leaving;
    private volatile boolean carriesCalls;
    private volatile long lastActivity = System.nanoTime();
    private volatile boolean closing;
    private volatile Runnable aborter = () -> {};
    private volatile Runnable closer = () -> {};
    private volatile Runnable drainer = () -> {};
    private volatile Runnable retirer = () -> {};
    private volatile Runnable whenServed = () -> {};
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

    /**
     * How the stage at the socket ends it.
     *
     * @param retire ends it if it is quiet, and calls {@link #stay} else
     */
    void onAbort(Runnable abort, Runnable close, Runnable retire) {
        aborter = abort;
        closer = close;
        retirer = retire;
    }

    /** What is done once, when a request on it has been answered. */
    void onServed(Runnable action) {
        whenServed = action;
    }

    /** Bytes have come or gone. */
    void active() {
        lastActivity = System.nanoTime();
    }

    long lastActivity() {
        return lastActivity;
    }

    /** The first bytes of this request have come: the first one is 1. */
    void begin(int request) {
        begun = request;
    }

    /**
     * For how many nanoseconds it has been open without a request; 0 while one is under way, of a stream, and of one that
     * has to go.
     *
     * @param now by {@link System#nanoTime}
     */
    long quiet(long now) {
        return leaving || streaming || begun > answered ? 0 : now - lastActivity;
    }

    /** Whether it has carried a request that was answered, other than as anybody's would be. */
    boolean served() {
        return served;
    }

    /**
     * It has to go for another, if it is still quiet when that is heard.
     *
     * @return whether it was not told before
     */
    boolean retire() {
        if (leaving) {
            return false;
        }
        leaving = true;
        retirer.run();
        return true;
    }

    /** A request has come before it could go. */
    void stay() {
        leaving = false;
    }

    /** Calls come on it that must not be sent twice. */
    public void calls() {
        carriesCalls = true;
    }

    boolean carriesCalls() {
        return carriesCalls;
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

    /**
     * Told by the one stage that answers.
     *
     * @param known whether the answer is not one that anybody can get
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void answer(boolean isStream, boolean known) {
        lastActivity = System.nanoTime();
        streaming = isStream;
        answered = answered + 1;
        if (known && !served) {
            served = true;
            whenServed.run();
        }
    }
}
