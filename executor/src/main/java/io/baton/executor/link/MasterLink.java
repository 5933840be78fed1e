package io.baton.executor.link;

import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.core.config.HostPort;
import io.baton.core.security.Tls;
import io.baton.link.Credential;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream of frames to a master, over TCP or TLS: a four-byte big-endian length and a message each. */
public final class MasterLink {
    /** Largest frame either way. */
    public static final int MAX_FRAME_BYTES = 16 << 20;

    /** Frames that wait to be sent; a master that takes them slower than they come loses the link. */
    public static final int MAX_WAITING = 65_536;

    /** A connection that is not there by then never will be. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Frames are small and somebody waits for each. */
    private static final List<Inet.SocketOption> NO_DELAY = List.of(TcpSO.tcpNoDelay(true));

    private static final int LENGTH_BYTES = 4;
    private static final int MAX_WRITE_BYTES = 65_536;
    private static final int MAX_BATCH = 256;
    private static final String NEVER_CONNECTED = "closed before it was connected";
    private static final Logger LOG = LoggerFactory.getLogger(MasterLink.class);

    /** Hears of the link, on any thread. */
    public interface Listener {
        void up();

        /** Told once, also if the link never came up. */
        void lost(String why);

        /** @return done when the next frames are welcome */
        CompletionStage<Done> frames(List<ToAgent> frames);
    }

    private final BoundedSourceQueue<ToMaster> outgoing;
    private final UniqueKillSwitch end;
    private final CompletableFuture<?> connected;
    private final AtomicBoolean aborted;
    private final Optional<Credential> credential;

    private MasterLink(
            BoundedSourceQueue<ToMaster> outgoing,
            UniqueKillSwitch end,
            CompletableFuture<?> connected,
            AtomicBoolean aborted,
            Optional<Credential> credential) {
        this.outgoing = outgoing;
        this.credential = credential;
        this.end = end;
        this.connected = connected;
        this.aborted = aborted;
    }

    /**
     * Opens a link.
     *
     * @param address {@code host:port}; IPv6 in square brackets
     */
    public static MasterLink open(ActorSystem<?> system, String address, LinkIdentity identity, Listener listener) {
        var connection = connection(Tcp.get(system), remote(address), identity.tls());
        Flow<ByteString, ToAgent, NotUsed> decode = Framing.lengthField(
                        LENGTH_BYTES, 0, MAX_FRAME_BYTES + LENGTH_BYTES, ByteOrder.BIG_ENDIAN)
                .map(MasterLink::parse);
        var parts = Source.<ToMaster>queue(MAX_WAITING)
                .map(MasterLink::frame)
                .batchWeighted(MAX_WRITE_BYTES, bytes -> (long) bytes.size(), bytes -> bytes, ByteString::concat)
                .viaMat(KillSwitches.single(), Keep.both())
                .viaMat(connection, Keep.both())
                .via(decode)
                .batch(MAX_BATCH, first -> new ArrayList<>(List.of(first)), (list, next) -> {
                    list.add(next);
                    return list;
                })
                .mapAsync(1, listener::frames)
                .toMat(Sink.ignore(), Keep.both())
                .run(system);
        parts.first().second().thenAccept(c -> listener.up());
        var aborted = new AtomicBoolean();
        parts.second()
                .whenComplete((done, failure) -> listener.lost(aborted.get() ? NEVER_CONNECTED : reason(failure)));
        return new MasterLink(
                parts.first().first().first(),
                parts.first().first().second(),
                parts.first().second().toCompletableFuture(),
                aborted,
                identity.credential());
    }

    private static Flow<ByteString, ByteString, CompletionStage<Tcp.OutgoingConnection>> connection(
            Tcp tcp, InetSocketAddress remote, Optional<Tls> tls) {
        if (tls.isEmpty()) {
            return tcp.outgoingConnection(
                    remote, Optional.empty(), NO_DELAY, false, Optional.of(CONNECT_TIMEOUT), Optional.empty());
        }
        return tcp.outgoingConnectionWithTls(
                remote,
                () -> tls.get().connecting(remote.getHostString(), remote.getPort()),
                Optional.empty(),
                NO_DELAY,
                Optional.of(CONNECT_TIMEOUT),
                Optional.empty(),
                session -> Optional.empty(), // The engine has looked at the certificate and the host's name.
                TLSClosing.eagerClose());
    }

    private static String reason(Throwable failure) {
        if (failure == null) {
            return "closed by the master";
        }
        var cause = failure;
        while (cause.getCause() != null) { // Those around it tell of commands and streams.
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static InetSocketAddress remote(String address) {
        return InetSocketAddress.createUnresolved(HostPort.host(address), HostPort.port(address));
    }

    private static ByteString frame(ToMaster message) {
        var content = message.toByteArray();
        if (content.length > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a frame of " + content.length + " bytes, more than " + MAX_FRAME_BYTES);
        }
        var head = new byte[] {
            (byte) (content.length >>> 24),
            (byte) (content.length >>> 16),
            (byte) (content.length >>> 8),
            (byte) content.length
        };
        return ByteString.fromArrayUnsafe(head).concat(ByteString.fromArrayUnsafe(content));
    }

    private static ToAgent parse(ByteString frame) throws InvalidProtocolBufferException {
        return ToAgent.parseFrom(frame.drop(LENGTH_BYTES).toArrayUnsafe());
    }

    private static ToMaster with(Credential credential, ToMaster message) {
        if (!message.hasRegister()) {
            return message;
        }
        return message.toBuilder()
                .setRegister(message.getRegister().toBuilder().setCredential(credential))
                .build();
    }

    /** Sends a frame. If too many wait, or the link is gone, the link ends: all that matters is sent again later. */
    public void send(ToMaster message) {
        if (!outgoing.offer(credential.map(c -> with(c, message)).orElse(message))
                .isEnqueued()) {
            LOG.debug("link does not take a frame any more");
            close();
        }
    }

    /** Closes the link; frames that wait are still sent, if there is a connection. */
    public void close() {
        if (connected.isDone()) {
            end.shutdown();
        } else { // Pekko's stage has nothing to complete yet, and would fail on it.
            aborted.set(true); // If it connects just now, the failure is the socket's and says less.
            end.abort(new IllegalStateException(NEVER_CONNECTED));
        }
    }
}
