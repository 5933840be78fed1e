package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.security.AddressBlock;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Tls;
import io.baton.link.ToAgent;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port to which agents open their links: frames of a four-byte big-endian length and a protobuf message.
 *
 * @see <a href="file:docs/adr/0005-agent-link.md">ADR 5</a>
 */
public final class AgentLinks {
    /** Largest frame either way; a registration with tens of thousands of tasks fits. */
    public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    /** Most frames that wait for a slow agent; then its link is closed, and it registers anew. */
    static final int MAX_WAITING_FRAMES = 20_000;

    /** What is waiting goes out together up to this size. */
    private static final int BATCH_BYTES = 64 * 1024;

    /** Agents that may wait to be let in: after a failover all of them come at once. */
    private static final int BACKLOG = 4096;

    /** Frames are small and somebody waits for each. */
    private static final List<Inet.SocketOption> NO_DELAY = List.of(TcpSO.tcpNoDelay(true));

    private static final int LENGTH_BYTES = 4;
    private static final Duration SILENCE = AgentLinkActor.HEARTBEAT.multipliedBy(3);

    /** How often it is logged that links are turned away. */
    private static final Duration LOGGED = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(AgentLinks.class);

    private final ActorSystem<?> system;
    private final BiConsumer<AgentId, AgentProtocol> agents;
    private final Supplier<List<String>> masters;
    private final Registrations registrations;
    private final Optional<Tls> tls;
    private final SharedKillSwitch open = KillSwitches.shared("agent-links");
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong logAgain = new AtomicLong(System.nanoTime());
    private final Newcomers newcomers;

    /**
     * Links of agents to this master.
     *
     * @param masters the link addresses of all masters; each agent is told when they change
     * @param authentication which agents may register
     * @param tls by which links are encrypted, and agents show a certificate
     */
    public AgentLinks(
            ActorSystem<?> system,
            BiConsumer<AgentId, AgentProtocol> agents,
            Supplier<List<String>> masters,
            AuthenticationConfig authentication,
            Optional<Tls> tls) {
        this(system, agents, masters, new Registrations(authentication), tls, Newcomers.Limits.USUAL);
    }

    AgentLinks(
            ActorSystem<?> system,
            BiConsumer<AgentId, AgentProtocol> agents,
            Supplier<List<String>> masters,
            Registrations registrations,
            Optional<Tls> tls,
            Newcomers.Limits limits) {
        this.system = system;
        this.agents = agents;
        this.masters = masters;
        this.registrations = registrations;
        this.tls = tls;
        this.newcomers = new Newcomers(limits);
    }

    /**
     * Listens.
     *
     * @param port 0 for any free one
     * @return where; fails if the port is taken
     */
    public CompletionStage<InetSocketAddress> bind(String host, int port) {
        return connections(Tcp.get(system), host, port)
                .via(open.flow())
                .to(Sink.foreach(this::accept))
                .run(system)
                .thenApply(Tcp.ServerBinding::localAddress);
    }

    private Source<Tcp.IncomingConnection, CompletionStage<Tcp.ServerBinding>> connections(
            Tcp tcp, String host, int port) {
        if (tls.isEmpty()) {
            return tcp.bind(host, port, BACKLOG, NO_DELAY, false, Optional.empty());
        }
        return tcp.bindWithTls(
                host,
                port,
                tls.get()::accepting,
                BACKLOG,
                NO_DELAY,
                Optional.empty(),
                session -> Optional.empty(), // The engine has looked at the certificate.
                TLSClosing.eagerClose());
    }

    /** How many links there are whose agents have not registered. */
    int newcomers() {
        return newcomers.open();
    }

    /** How many of them have brought so much that others wait. */
    int largeNewcomers() {
        return newcomers.large();
    }

    /** No new links, and the open ones end: their agents go to other masters. */
    public void close() {
        open.shutdown();
    }

    private void accept(Tcp.IncomingConnection connection) {
        var remote = connection.remoteAddress().getAddress();
        var newcomer = newcomers.admit(AddressBlock.of(remote).getHostAddress(), remote.isLoopbackAddress());
        if (newcomer.isPresent()) {
            connection.handleWith(link(remote.getHostAddress(), newcomer.get()), system);
        } else {
            turnAway(connection, remote.getHostAddress());
        }
    }

    private void turnAway(Tcp.IncomingConnection connection, String ip) {
        long now = System.nanoTime();
        long due = logAgain.get();
        if (now - due >= 0 && logAgain.compareAndSet(due, now + LOGGED.toNanos())) {
            LOG.warn("too many links whose agents have not registered ip={} in all={}", ip, newcomers.open());
        }
        connection.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), system);
    }

    private Flow<ByteString, ByteString, NotUsed> link(String remoteIp, Newcomers.Newcomer newcomer) {
        var outbound = Source.<ToAgent>queue(MAX_WAITING_FRAMES).preMaterialize(system);
        var socket = new QueueSocket(outbound.first(), remoteIp, newcomer);
        ActorRef<AgentLinkActor.Message> actor = system.systemActorOf(
                AgentLinkActor.create(socket, agents, masters, registrations),
                "agent-link-" + opened.incrementAndGet(),
                Props.empty());
        var frames = new FrameReader(registrations, newcomer);
        Sink<ByteString, CompletionStage<Done>> in = Flow.of(ByteString.class)
                .idleTimeout(SILENCE)
                .via(new RegistrationGate(newcomer))
                .via(Framing.lengthField(LENGTH_BYTES, 0, MAX_FRAME_BYTES + LENGTH_BYTES, ByteOrder.BIG_ENDIAN))
                .map(frame -> frames.read(frame.drop(LENGTH_BYTES).toArrayUnsafe()))
                .toMat(
                        Sink.foreach(frame -> actor.tell(new AgentLinkActor.Inbound(frame))),
                        org.apache.pekko.stream.javadsl.Keep.right());
        Source<ByteString, NotUsed> out = outbound.second()
                .via(open.flow())
                .map(AgentLinks::encode)
                .batchWeighted(BATCH_BYTES, b -> (long) b.size(), b -> b, ByteString::concat);
        return Flow.fromSinkAndSourceCoupledMat(in, out, (done, none) -> {
            done.whenComplete((ok, failure) -> {
                outbound.first().complete();
                actor.tell(new AgentLinkActor.Ended(
                        failure == null ? AgentLinkActor.Ended.IN_ORDER : String.valueOf(failure.getMessage())));
            });
            return none;
        });
    }

    private static ByteString encode(ToAgent frame) {
        var bytes = frame.toByteArray();
        return new ByteStringBuilder()
                .putInt(bytes.length, ByteOrder.BIG_ENDIAN)
                .putBytes(bytes)
                .result();
    }

    private record QueueSocket(BoundedSourceQueue<ToAgent> queue, String remoteIp, Newcomers.Newcomer newcomer)
            implements AgentLinkActor.Socket {
        @Override
        public boolean send(ToAgent frame) {
            return queue.offer(frame) == QueueOfferResult.enqueued() || queue.isCompleted();
        }

        @Override
        public void registered() {
            newcomer.registered();
        }

        @Override
        public void close() {
            if (!queue.isCompleted()) {
                queue.complete();
            }
        }
    }
}
