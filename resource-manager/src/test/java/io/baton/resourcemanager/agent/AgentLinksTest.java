package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.security.AuthenticationConfig;
import io.baton.link.Heartbeat;
import io.baton.link.Register;
import io.baton.link.ToMaster;
import io.baton.v1.AgentInfo;
import io.baton.v1.Attribute;
import io.baton.v1.Value;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets, from this host. */
class AgentLinksTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int LARGE = 300 * 1024;

    private final ActorTestKit kit = ActorTestKit.create();
    private final BlockingQueue<AgentId> registered = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final AgentLinks links = new AgentLinks(
            kit.system(),
            (agent, message) -> {
                if (message instanceof AgentProtocol.Register) {
                    registered.add(agent);
                }
            },
            List::of,
            new Registrations(AuthenticationConfig.OFF),
            Optional.empty(),
            new Newcomers.Limits(3, 3, 16 * 1024, 1, 1, 2_000_000));
    private InetSocketAddress address;

    @BeforeEach
    void listen() throws Exception {
        address = links.bind(InetAddress.getLoopbackAddress().getHostAddress(), 0)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws IOException {
        links.close();
        for (var socket : sockets) {
            socket.close();
        }
        kit.shutdownTestKit();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        return socket;
    }

    private static byte[] register(String id, int bytes) {
        var info = AgentInfo.newBuilder()
                .setHostname("h")
                .setId(new AgentId(id).toProto())
                .addAttributes(Attribute.newBuilder()
                        .setName("n")
                        .setType(Value.Type.TEXT)
                        .setText(Value.Text.newBuilder().setValue("v".repeat(bytes))));
        return ToMaster.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info)
                        .setEpoch(0)
                        .setVersion("1")
                        .setNumber(1))
                .build()
                .toByteArray();
    }

    private static void send(Socket socket, byte[] frame, int bytes) throws IOException {
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(frame.length);
        out.write(frame, 0, bytes);
        out.flush();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void oneMoreThanMayWaitForTheirAgentsToRegisterIsClosed() throws Exception {
        for (int i = 0; i < 3; i++) {
            var heartbeat = ToMaster.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build()
                    .toByteArray();
            send(connect(), heartbeat, heartbeat.length);
        }

        assertThat(isClosed(connect())).isTrue();
    }

    /** Announced are 4 GiB, minus one, a hello of TLS, a request of HTTP, nothing; and a frame that is no message. */
    @ParameterizedTest
    @ValueSource(strings = {"ffffffff", "7fffffff", "16030100c8010000c4", "474554202f20485454502f312e31", "00000001ff"})
    void whatIsNoFrameEndsTheLink(String bytes) throws Exception {
        var socket = connect();
        socket.getOutputStream().write(HexFormat.of().parseHex(bytes));
        socket.getOutputStream().flush();

        assertThat(isClosed(socket)).isTrue();
        var frame = register("a", 1);
        send(connect(), frame, frame.length);
        assertThat(registered.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(new AgentId("a"));
    }

    @Test
    void linksOfAgentsThatHaveRegisteredAndOfThoseThatHaveLeftDoNotCount() throws Exception {
        for (int i = 0; i < 10; i++) {
            var frame = register("a" + i, 1);
            send(connect(), frame, frame.length);
            assertThat(registered.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(new AgentId("a" + i));
        }
        connect().close();
        connect().close();
        await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .untilAsserted(() -> assertThat(links.newcomers()).isZero());
    }

    /** Whoever stops in the middle of a large frame keeps other large ones waiting, and no small ones. */
    @Test
    void whoBringsMuchBeforeItIsKnownWaitsForItsTurn() throws Exception {
        var frame = register("slow", LARGE);
        var slow = connect();
        send(slow, frame, frame.length - 1);
        await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .untilAsserted(() -> assertThat(links.largeNewcomers()).isEqualTo(1));
        var other = register("other", LARGE);
        send(connect(), other, other.length);
        var small = register("small", 1);
        send(connect(), small, small.length);

        assertThat(registered.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(new AgentId("small"));
        assertThat(registered).isEmpty();

        slow.close();
        assertThat(registered.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(new AgentId("other"));
    }
}
