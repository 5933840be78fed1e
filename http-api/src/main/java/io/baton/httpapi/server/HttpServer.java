package io.baton.httpapi.server;

import com.typesafe.config.ConfigFactory;
import io.baton.httpapi.error.ParsingErrors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a port, admits connections and joins to each the stages that serve it. It opens the sockets itself, since
 * the HTTP library's own server sees a request only when its head is complete.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    /**
     * Answers and events are small and somebody waits for each. Quiet connections stay open: the kernel looks whether
     * there still is somebody at the other end.
     */
    private static final List<Inet.SocketOption> SOCKET_OPTIONS =
            List.of(TcpSO.tcpNoDelay(true), TcpSO.keepAlive(true));

    /**
     * At a stop, how long a connection is kept on which calls came that must not be sent twice: a client that has not noticed yet
     * that its stream is over sends more of them, and a connection that just ends does not say whether they had their effect.
     */
    private static final Duration CALLERS_DRAIN = Duration.ofSeconds(2);

    /** How long a client beyond a limit may take until it is told so. */
    private static final Duration REFUSAL_TIME = Duration.ofSeconds(1);
    /** Clients that may be told so at the same time; more are cut off without a word. */
    private static final int MAX_REFUSALS = 256;

    private final ActorSystem<?> system;
    private final Materializer materializer;
    private final HttpConfig config;
    private final Router router;
    private final HttpMetrics metrics;
    private final ServerSettings settings;
    private final Admission admission;
    private final Semaphore refusals = new Semaphore(MAX_REFUSALS);
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Done> ended = new CompletableFuture<>();
    private volatile boolean terminating;
    private volatile boolean unbound;

    private HttpServer(ActorSystem<?> system, HttpConfig config, Router router, HttpMetrics metrics) {
        this.system = system;
        this.materializer = SystemMaterializer.get(system).materializer();
        this.config = config;
        this.router = router;
        this.metrics = metrics;
        this.settings = settings(system, config);
        this.admission = new Admission(config.limits(), config.timeouts().idle());
    }

    /**
     * @return fails with {@link PortTakenException} if the port or address cannot be had
     */
    public static CompletionStage<HttpBinding> bind(
            ActorSystem<?> system, HttpConfig config, Router router, HttpMetrics metrics) {
        var server = new HttpServer(system, config, router, metrics);
        return Tcp.get(system)
                .bind(config.host(), config.port(), BACKLOG, SOCKET_OPTIONS, false, Optional.empty())
                .toMat(Sink.foreach(server::accept), Keep.left())
                .run(server.materializer)
                .handle((bound, failure) -> {
                    if (failure != null) {
                        throw new PortTakenException(config.host(), config.port(), failure);
                    }
                    return server.new Binding(bound);
                });
    }

    /**
     * Opens a port for a moment.
     *
     * @throws PortTakenException if the port or address cannot be had
     */
    public static void tryPort(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // As a server does: connections of an earlier one may still be closing.
            socket.bind(new InetSocketAddress(host, port), 1);
        } catch (IOException taken) {
            throw new PortTakenException(host, port, taken);
        }
    }

    private static ServerSettings settings(ActorSystem<?> system, HttpConfig config) {
        var ours = ConfigFactory.parseMap(Map.ofEntries(
                Map.entry("server-header", ""),
                Map.entry("idle-timeout", "infinite"),
                Map.entry("request-timeout", "off"),
                Map.entry("linger-timeout", "5 s"),
                Map.entry("pipelining-limit", 1),
                Map.entry("parsing.max-content-length", config.limits().bodyBytes()),
                Map.entry("parsing.max-uri-length", config.limits().targetBytes()),
                Map.entry("parsing.uri-parsing-mode", "relaxed"),
                Map.entry("parsing.illegal-header-warnings", "off"),
                Map.entry("parsing.modeled-header-parsing", "off"),
                Map.entry("parsing.error-logging-verbosity", "off"),
                Map.entry("parsing.error-handler", ParsingErrors.class.getName())));
        return ServerSettings.create(
                ours.atPath("pekko.http.server").withFallback(system.settings().config()));
    }

    private void accept(Tcp.IncomingConnection incoming) {
        var connection = new Connection(incoming.remoteAddress().getAddress());
        var verdict = admission.admit(connection, System.nanoTime());
        if (verdict != Admission.Verdict.ADMITTED) {
            metrics.refusedConnection(verdict == Admission.Verdict.FULL ? "connections" : "connections-per-address");
            turnAway(incoming, verdict);
            return;
        }
        connection.onServed(() -> admission.served(connection));
        connections.add(connection);
        if (terminating) {
            connection.drain(); // It came before the port was closed: its first request is its last.
        }
        metrics.connections(admission.open());
        try {
            serve(incoming, connection);
        } catch (RuntimeException e) {
            if (CoordinatedShutdown.get(system).getShutdownReason().isPresent()) {
                LOG.debug("a connection came while the process ends", e);
            } else {
                LOG.error("a connection could not be served", e);
            }
            closed(connection);
        }
    }

    private void serve(Tcp.IncomingConnection incoming, Connection connection) {
        var guard = BidiFlow.fromGraph(new ConnectionGuard(
                connection,
                config.timeouts().head(),
                config.timeouts().idle(),
                () -> connection.served() || admission.knows(connection),
                () -> closed(connection)));
        Flow<HttpResponse, org.apache.pekko.http.javadsl.model.HttpRequest, NotUsed> protocol = Http.get(system)
                .serverLayer(settings)
                .atop(guard)
                .atop(TLSPlacebo.getInstance())
                .join(incoming.flow());
        Flow.fromGraph(new CallStage(router, connection)).join(protocol).run(materializer);
    }

    private void closed(Connection connection) {
        if (connections.remove(connection)) {
            admission.release(connection);
            metrics.connections(admission.open());
            endIfQuiet();
        }
    }

    private void endIfQuiet() {
        if (unbound && connections.isEmpty()) {
            ended.complete(Done.getInstance());
        }
    }

    /** Reads what the client sends first and answers 503, whatever it is. */
    private void turnAway(Tcp.IncomingConnection incoming, Admission.Verdict verdict) {
        if (!refusals.tryAcquire()) {
            incoming.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), materializer);
            return;
        }
        var text = verdict == Admission.Verdict.FULL
                ? "This server has " + config.limits().connections() + " connections, as many as it may"
                : "Your address has as many connections to this server as it may";
        var answer = ByteString.fromString(
                "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + text.length() + "\r\n\r\n"
                        + text,
                StandardCharsets.US_ASCII);
        var flow = Flow.of(ByteString.class)
                .take(1)
                .map(ignored -> answer)
                .completionTimeout(REFUSAL_TIME)
                .watchTermination((used, done) -> done.whenComplete((ok, failure) -> refusals.release()));
        incoming.handleWith(flow, materializer);
    }

    private final class Binding implements HttpBinding {
        private final Tcp.ServerBinding bound;
        private Optional<CompletionStage<Done>> unbinding = Optional.empty();

        Binding(Tcp.ServerBinding bound) {
            this.bound = bound;
        }

        @Override
        public InetSocketAddress address() {
            return bound.localAddress();
        }

        @Override
        public synchronized CompletionStage<Done> unbind() {
            if (unbinding.isEmpty()) {
                unbinding = Optional.of(bound.unbind().thenApply(closed -> Done.getInstance()));
            }
            return unbinding.get();
        }

        @Override
        public CompletionStage<Done> terminate(Duration atMost) {
            terminating = true;
            connections.forEach(Connection::drain);
            var drain = config.timeouts().drain();
            later(drain, atMost, () -> connections.stream()
                    .filter(connection -> !connection.carriesCalls())
                    .forEach(Connection::close));
            var callers = drain.compareTo(CALLERS_DRAIN) > 0 ? drain : CALLERS_DRAIN;
            later(callers, atMost, () -> connections.forEach(Connection::close));
            later(atMost, atMost, () -> connections.forEach(Connection::abort));
            long end = System.nanoTime() + atMost.toNanos();
            return unbind().thenCompose(ignored -> {
                unbound = true;
                if (System.nanoTime() - end >= 0) {
                    connections.forEach(
                            Connection::abort); // What came before the port was closed, after the others' end.
                }
                endIfQuiet();
                return ended;
            });
        }

        private void later(Duration time, Duration atMost, Runnable action) {
            system.scheduler()
                    .scheduleOnce(time.compareTo(atMost) < 0 ? time : atMost, action, system.executionContext());
        }
    }
}
