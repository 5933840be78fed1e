package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Mesos ends no connection that is kept alive. Its clients send their next call on it after any pause, and take its end
 * for the end of the server: a call is lost, or all that runs. Each test is another client, by its address.
 */
class QuietConnectionsTest {
    private static final int MANY = 5;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final MasterEdge EDGE = new MasterEdge(MasterEdge.config()
            .with(new HttpConfig.Limits(20_000, 1000, MANY, 0, 1 << 20, 16 * 1024))
            .with(new HttpConfig.Timeouts(LONG, LONG, IDLE, LONG, LONG, IDLE)));

    @AfterAll
    static void end() {
        EDGE.close();
    }

    private static RawClient client(int number) throws Exception {
        return new RawClient("127.0.1." + number, EDGE.binding.address().getPort(), 0);
    }

    private static int ask(RawClient client) throws Exception {
        return client.send(HEALTH).answer().status();
    }

    /** Strangers are cut off when the time is over; so it is over, several times, for those that are not. */
    private static void waitLongerThanTheTimeout() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (var stranger = client(250)) {
                assertThat(stranger.ended()).isTrue();
            }
        }
    }

    @Test
    void staysOpenOnceItHasCarriedARequest() throws Exception {
        try (var used = client(1)) {
            assertThat(ask(used)).isEqualTo(200);
            waitLongerThanTheTimeout();
            assertThat(ask(used)).isEqualTo(200);
            waitLongerThanTheTimeout();
            assertThat(ask(used)).isEqualTo(200);
        }
    }

    /** The clients of Mesos open two connections, subscribe on one and need the other later. */
    @Test
    void theSecondOneOfASchedulerWaitsForItsFirstCall() throws Exception {
        try (var stream = client(2)) {
            stream.call("{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}")
                    .answer();
            var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
            EDGE.accept(subscribe);
            stream.record();
            try (var calls = client(2)) {
                waitLongerThanTheTimeout();
                assertThat(ask(calls)).isEqualTo(200);
            }
            subscribe.stream().tell(new io.baton.core.protocol.StreamProtocol.Complete());
            stream.record();
            assertThat(stream.record()).isEmpty();
        }
        EDGE.expect(FrameworkProtocol.Disconnected.class);
    }

    @Test
    void theLongestQuietOneMakesRoomForANewOne() throws Exception {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < MANY; i++) {
                clients.add(client(3));
                assertThat(ask(clients.get(i))).isEqualTo(200);
            }
            waitLongerThanTheTimeout();
            assertThat(ask(clients.get(0))).isEqualTo(200);
            clients.add(client(3));

            assertThat(ask(clients.get(MANY))).isEqualTo(200);
            assertThat(clients.get(1).ended()).isTrue();
            for (int i : new int[] {0, 2, 3, 4, 5}) {
                assertThat(ask(clients.get(i))).as("client %d", i).isEqualTo(200);
            }
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
