package io.baton.sdk.wire;

import io.baton.sdk.session.Reply;
import io.baton.v1.scheduler.Call;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends calls: a few threads, each with a connection that it keeps.
 *
 * <p>As many calls are on their way as there are lanes; whoever gives more makes them wait here, so the session gives
 * no more. Threads start when they are first needed.
 */
public final class CallLanes implements Closeable {
    /** Who is told what came of a call, on the lane's thread. */
    @FunctionalInterface
    public interface Answers {
        void answered(long id, Reply reply);
    }

    /** A connection that was idle for longer is not used again: the master may be about to close it. */
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();
    /** The most of a response's body that is read, to keep the connection. */
    private static final int BODY_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(CallLanes.class);

    private record Job(long id, URI endpoint, String streamId, Call call) {}

    private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final String name;
    private final int limit;
    private final Requests requests;
    private final Duration connectLimit;
    private final long callNanos;
    private final SSLContext tls;
    private final Answers answers;
    private volatile boolean closed;
    private int waiting;

    /**
     * Lanes without a thread as yet.
     *
     * @param name for the threads
     * @param limit most threads and connections
     * @param connect how long to wait for a connection
     * @param call how long to wait for an answer, of which {@link #expire} is to remind
     */
    public CallLanes(
            String name,
            int limit,
            Requests requests,
            Duration connect,
            Duration call,
            SSLContext tls,
            Answers answers) {
        this.name = name;
        this.limit = limit;
        this.requests = requests;
        this.connectLimit = connect;
        this.callNanos = call.toNanos();
        this.tls = tls;
        this.answers = answers;
    }

    /** Sends a call as soon as a lane is free. */
    public void send(long id, URI endpoint, String streamId, Call call) {
        synchronized (lanes) {
            waiting++;
            if (waiting > lanes.size() && lanes.size() < limit && !closed) {
                var lane = new Lane();
                lanes.add(lane);
                var thread = new Thread(lane, name + "-call-" + lanes.size());
                thread.setDaemon(true);
                thread.start();
            }
        }
        jobs.add(new Job(id, endpoint, streamId, call));
    }

    /** Breaks off the calls whose answer is overdue. To be called now and then. */
    public void expire(long nowNanos) {
        synchronized (lanes) {
            lanes.forEach(lane -> lane.expire(nowNanos));
        }
    }

    /**
     * Closes the connections on which no call is. To be called when a stream is over: its master may be about to stop, and a
     * call that meets the end of its connection may or may not have had its effect.
     */
    public void rest() {
        synchronized (lanes) {
            lanes.forEach(Lane::rest);
        }
    }

    /** Ends all lanes; calls without an answer get none. */
    @Override
    public void close() {
        closed = true;
        synchronized (lanes) {
            lanes.forEach(Lane::end);
        }
    }

    private final class Lane implements Runnable {
        private final Requests.Buffer buffer = requests.buffer();
        private volatile HttpConnection connection;
        private volatile Thread thread;
        private volatile long overdueNanos;
        private volatile boolean busy;
        private boolean taken;
        private URI connectedTo;
        private long usedNanos;

        @Override
        public void run() {
            thread = Thread.currentThread();
            while (!closed) {
                try {
                    var job = jobs.take();
                    take(true);
                    var reply = exchange(job);
                    take(false);
                    synchronized (lanes) {
                        waiting--;
                    }
                    if (!closed) {
                        answers.answered(job.id, reply);
                    }
                } catch (InterruptedException asked) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
            drop();
        }

        private synchronized void take(boolean now) {
            taken = now;
        }

        private synchronized void rest() {
            if (!taken) {
                drop();
            }
        }

        private Reply exchange(Job job) {
            try {
                connect(job.endpoint);
            } catch (IOException e) {
                return Reply.unsent(Text.why(e));
            }
            overdueNanos = System.nanoTime() + callNanos;
            busy = true;
            try {
                buffer.write(job.endpoint, job.streamId, job.call);
                connection.write(buffer.bytes(), buffer.length());
                var head = connection.readHead();
                var text = body(head);
                usedNanos = System.nanoTime();
                if (head.close()) {
                    drop();
                }
                return new Reply(Reply.Kind.ANSWERED, head.status(), head.location(), head.retryAfterMillis(), text);
            } catch (IOException e) {
                var late = System.nanoTime() - overdueNanos >= 0;
                drop();
                return Reply.broken(late ? "no answer within " + Duration.ofNanos(callNanos) : Text.why(e));
            } finally {
                busy = false;
            }
        }

        private String body(ResponseHead head) throws IOException {
            if (head.length() == 0 && !head.chunked()) {
                return "";
            }
            var body = connection.body(head).readNBytes(BODY_BYTES);
            if (body.length == BODY_BYTES) {
                drop();
            }
            return Text.shortened(body);
        }

        private void connect(URI endpoint) throws IOException {
            var idle = System.nanoTime() - usedNanos > IDLE_NANOS;
            if (connection != null && (idle || !sameServer(endpoint))) {
                drop();
            }
            if (connection == null) {
                connectedTo = endpoint;
                connection = HttpConnection.open(endpoint, connectLimit, tls);
                if (closed) {
                    drop();
                    throw new IOException("closed");
                }
            }
        }

        private boolean sameServer(URI endpoint) {
            return endpoint.equals(connectedTo)
                    || (endpoint.getRawAuthority().equals(connectedTo.getRawAuthority())
                            && endpoint.getScheme().equals(connectedTo.getScheme()));
        }

        private void expire(long nowNanos) {
            if (busy && nowNanos - overdueNanos >= 0) {
                closeQuietly(connection);
            }
        }

        private void end() {
            closeQuietly(connection);
            var running = thread;
            if (running != null && running != Thread.currentThread()) {
                running.interrupt();
            }
        }

        private void drop() {
            closeQuietly(connection);
            connection = null;
        }
    }

    static void closeQuietly(HttpConnection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                LOG.debug("closing a connection failed", e);
            }
        }
    }
}
