package io.baton.httpapi.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.TLSProtocol.SendBytes;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Stands between the socket and the HTTP library and does what the library does not: a deadline for the whole head of a
 * request, an end for clients that do not read and for connections on which nothing was ever asked, refusal of folded
 * headers and of unclear lengths, and an abrupt end on demand. A connection that has carried a request stays open however long
 * it is quiet, as with Mesos: clients send their next call on it, and take its end for the end of the server. Bytes that come
 * while the socket is busy go out together with the next write.
 */
final class ConnectionGuard extends GraphStage<BidiShape<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound>> {
    /** Most bytes that are joined into one write. */
    private static final int MAX_JOINED_BYTES = 128 * 1024;

    private static final String HEAD_TIMER = "head";
    private static final String IDLE_TIMER = "idle";
    private static final String CLOSE_TIMER = "close";
    /** How often a connection that is to be closed is looked at. */
    private static final Duration CLOSE_POLL = Duration.ofMillis(20);

    private final Inlet<SslTlsOutbound> httpIn = Inlet.create("guard.httpIn");
    private final Outlet<SslTlsOutbound> netOut = Outlet.create("guard.netOut");
    private final Inlet<SessionBytes> netIn = Inlet.create("guard.netIn");
    private final Outlet<SslTlsInbound> httpOut = Outlet.create("guard.httpOut");
    private final BidiShape<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound> shape =
            BidiShape.of(httpIn, netOut, netIn, httpOut);

    private final Connection connection;
    private final Duration headTimeout;
    private final Duration idleTimeout;
    private final BooleanSupplier stays;
    private final Runnable whenClosed;

    /**
     * @param stays whether it may be quiet for longer than the timeout
     * @param whenClosed run once, when the connection has ended for whatever reason
     */
    ConnectionGuard(
            Connection connection,
            Duration headTimeout,
            Duration idleTimeout,
            BooleanSupplier stays,
            Runnable whenClosed) {
        this.connection = connection;
        this.headTimeout = headTimeout;
        this.idleTimeout = idleTimeout;
        this.stays = stays;
        this.whenClosed = whenClosed;
    }

    @Override
    public BidiShape<SslTlsOutbound, SslTlsOutbound, SessionBytes, SslTlsInbound> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private final RequestScanner requests = new RequestScanner();
        private boolean headDue;
        private ByteString waiting = ByteString.emptyByteString();
        private boolean refused;

        Logic() {
            super(shape);
            setHandler(netIn, new FromNet());
            setHandler(httpOut, new ToHttp());
            setHandler(httpIn, new FromHttp());
            setHandler(netOut, new ToNet());
        }

        @Override
        public void preStart() {
            var abort = createAsyncCallback(cause -> cancelStage(new StreamAbortedException(String.valueOf(cause))));
            var close = createAsyncCallback(ignored -> closeIfIdle());
            var retire = createAsyncCallback(ignored -> retire());
            connection.onAbort(
                    () -> abort.invoke("aborted"), () -> close.invoke("closing"), () -> retire.invoke("retired"));
            scheduleOnce(IDLE_TIMER, idleTimeout);
            pull(httpIn);
        }

        @Override
        public void postStop() {
            connection.onAbort(() -> {}, () -> {}, () -> {});
            whenClosed.run();
            connection.closed();
        }

        @Override
        public void onTimer(Object timer) {
            if (timer.equals(HEAD_TIMER)) {
                if (busy()) {
                    scheduleOnce(HEAD_TIMER, headTimeout); // The one before is answered first.
                } else {
                    refuse("408 Request Timeout", "The head of the request did not come in time");
                }
                return;
            }
            if (timer.equals(CLOSE_TIMER)) {
                closeIfIdle();
                return;
            }
            long idle = System.nanoTime() - connection.lastActivity();
            boolean stalled = !waiting.isEmpty();
            if (idle < idleTimeout.toNanos()) {
                scheduleOnce(IDLE_TIMER, Duration.ofNanos(idleTimeout.toNanos() - idle));
            } else if (!stalled && (busy() || connection.streaming() || stays.getAsBoolean())) {
                scheduleOnce(IDLE_TIMER, idleTimeout);
            } else {
                cancelStage(new StreamAbortedException(stalled ? "the client does not read" : "idle"));
            }
        }

        /** A request has come whose answer has not begun. */
        private boolean busy() {
            return requests.heads() > connection.answered();
        }

        private boolean isIdle() {
            return !busy() && !requests.inHead() && waiting.isEmpty() && !connection.streaming();
        }

        private void retire() {
            if (isIdle()) {
                completeStage();
            } else {
                connection.stay();
            }
        }

        private void closeIfIdle() {
            if (isIdle()) {
                completeStage();
            } else {
                scheduleOnce(CLOSE_TIMER, CLOSE_POLL);
            }
        }

        /** Whether the bytes may go on to the HTTP library. */
        private boolean inspect(ByteString bytes) {
            requests.answered(connection.answered());
            int heads = requests.heads();
            if (!requests.takes(bytes)) {
                var why = requests.problem();
                if (heads > connection.answered()) {
                    cancelStage(new StreamAbortedException(why)); // An answer now would be taken for the one before.
                } else {
                    refuse("400 Bad Request", why);
                }
                return false;
            }
            connection.begin(requests.heads() + (requests.inHead() ? 1 : 0));
            boolean before = headDue && heads == requests.heads();
            headDue = requests.inHead();
            if (headDue && !before) {
                scheduleOnce(HEAD_TIMER, headTimeout);
            } else if (!headDue) {
                cancelTimer(HEAD_TIMER);
            }
            return true;
        }

        private void refuse(String status, String text) {
            if (connection.streaming()) {
                cancelStage(new StreamAbortedException(text));
                return;
            }
            refused = true;
            cancel(netIn);
            var answer = "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Length: " + text.length() + "\r\n\r\n" + text;
            waiting = waiting.concat(ByteString.fromString(answer, StandardCharsets.US_ASCII));
            flush();
        }

        private void flush() {
            if (!waiting.isEmpty() && isAvailable(netOut)) {
                connection.active();
                push(netOut, new SendBytes(waiting));
                waiting = ByteString.emptyByteString();
            }
            if (waiting.isEmpty() && (refused || isClosed(httpIn))) {
                complete(netOut);
                if (refused) {
                    completeStage();
                }
            } else if (!refused && !hasBeenPulled(httpIn) && waiting.size() < MAX_JOINED_BYTES) {
                tryPull(httpIn);
            }
        }

        private final class FromNet extends AbstractInHandler {
            @Override
            public void onPush() {
                connection.active();
                var bytes = grab(netIn);
                if (inspect(bytes.bytes())) {
                    push(httpOut, bytes);
                }
            }

            /** The client has closed. The library alone would notice when it next writes: a stream could wait long. */
            @Override
            public void onUpstreamFinish() {
                if (!refused) {
                    completeStage();
                }
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
                completeStage();
            }
        }

        private final class ToHttp extends AbstractOutHandler {
            @Override
            public void onPull() {
                if (!isClosed(netIn)) {
                    pull(netIn);
                }
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                if (!refused) {
                    cancel(netIn, cause);
                }
            }
        }

        private final class FromHttp extends AbstractInHandler {
            @Override
            public void onPush() {
                var element = grab(httpIn);
                if (element instanceof SendBytes send && !refused) {
                    waiting = waiting.isEmpty() ? send.bytes() : waiting.concat(send.bytes());
                }
                flush();
            }

            @Override
            public void onUpstreamFinish() {
                flush();
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
                fail(netOut, failure);
            }
        }

        private final class ToNet extends AbstractOutHandler {
            @Override
            public void onPull() {
                connection.active();
                flush();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                cancel(httpIn, cause);
            }
        }
    }
}
