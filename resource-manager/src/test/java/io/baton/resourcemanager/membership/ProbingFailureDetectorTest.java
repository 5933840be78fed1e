package io.baton.resourcemanager.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.pekko.event.EventStream;
import org.junit.jupiter.api.Test;

/** Heartbeats come once and no more; the pause that is granted is an hour. */
class ProbingFailureDetectorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static ProbingFailureDetector detector(int port, String probeAfter) {
        var settings = ConfigFactory.parseString("acceptable-heartbeat-pause = 1h\nprobe-after = " + probeAfter)
                .withFallback(ConfigFactory.load().getConfig("pekko.cluster.failure-detector"));
        var detector = new ProbingFailureDetector(settings, new EventStream(null, false));
        detector.setAddress("pekko://baton@127.0.0.1:" + port);
        return detector;
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aPortThatRefusesSaysMoreThanThePauseGrants() throws IOException {
        var detector = detector(closedPort(), "1ms");
        detector.heartbeat();

        await().atMost(PATIENCE).until(() -> !detector.isAvailable());
        detector.heartbeat();

        assertThat(detector.isAvailable()).isTrue();
    }

    @Test
    void aPortThatListensIsLeftToTheHeartbeats() throws IOException {
        try (var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(1);
            var detector = detector(socket.getLocalPort(), "1ms");
            detector.heartbeat();

            await().atMost(PATIENCE).until(() -> {
                assertThat(detector.isAvailable()).isTrue();
                try (var probe = socket.accept()) {
                    return probe.isConnected();
                } catch (SocketTimeoutException notYet) {
                    return false;
                }
            });
            assertThat(detector.isAvailable()).isTrue();
        }
    }

    @Test
    void nobodyIsProbedWhoseHeartbeatsCome() throws IOException {
        var detector = detector(closedPort(), "1h");
        detector.heartbeat();

        assertThat(detector.isAvailable()).isTrue();
        assertThat(detector.isMonitoring()).isTrue();
    }

    @Test
    void nobodyIsProbedBeforeTheFirstHeartbeat() throws IOException {
        assertThat(detector(closedPort(), "1ms").isAvailable()).isTrue();
    }
}
