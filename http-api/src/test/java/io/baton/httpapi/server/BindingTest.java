package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.core.config.FreePorts;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BindingTest {
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}";

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> HttpServer.tryPort("127.0.0.1", port))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageStartingWith("port " + port + " is taken");
            assertThatThrownBy(() -> new MasterEdge(MasterEdge.config().at("127.0.0.1", port)))
                    .hasRootCauseInstanceOf(java.net.BindException.class)
                    .hasStackTraceContaining("port " + port + " is taken: another process listens on 127.0.0.1:" + port
                            + "; end it or choose another port, use --port");
        }
        assertThatThrownBy(() -> new MasterEdge(MasterEdge.config().at("192.0.2.1", 0)))
                .hasStackTraceContaining("no interface of this host has the address 192.0.2.1");
        assertThatThrownBy(() -> HttpServer.tryPort("192.0.2.1", 0))
                .hasMessageContaining("no interface of this host has the address 192.0.2.1");
    }

    @Test
    void aPortThatWasTriedIsFree() throws Exception {
        int port = FreePorts.some(1).get(0);
        HttpServer.tryPort("127.0.0.1", port);

        try (var edge = new MasterEdge(MasterEdge.config().at("127.0.0.1", port))) {
            assertThat(edge.binding.address().getPort()).isEqualTo(port);
        }
    }

    @Test
    void endsInGoodOrder() throws Exception {
        try (var edge = new MasterEdge();
                var idle = edge.raw();
                var stream = edge.raw();
                var call = edge.raw()) {
            assertThat(idle.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);
            stream.call(SUBSCRIBE).answer();
            var subscribe = edge.expect(FrameworkProtocol.Subscribe.class);
            edge.accept(subscribe);
            stream.record();
            stream.record();
            call.call("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}");
            var asked = edge.expect(FrameworkProtocol.Invoke.class);

            var done = edge.binding.terminate(Duration.ofSeconds(20)).toCompletableFuture();

            assertThat(stream.record()).isEmpty();
            assertThat(stream.ended()).isTrue();
            assertThat(idle.ended()).isTrue();
            assertThat(edge.expect(FrameworkProtocol.Disconnected.class).byMaster())
                    .isTrue();
            assertThat(done).isNotDone();
            asked.replyTo().tell(CallAnswer.ACCEPTED);
            var answer = call.answer();
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Connection")).isEqualTo("close");
            done.get(10, TimeUnit.SECONDS);
            assertThatThrownBy(edge::raw).isInstanceOf(java.net.ConnectException.class);
        }
    }

    /** It may have been on its way when the end began: a reset would not say whether the call had its effect. */
    @Test
    void answersARequestOnAConnectionThatWasIdle() throws Exception {
        var timeouts = MasterEdge.config().timeouts();
        var patient = new HttpConfig.Timeouts(
                timeouts.head(),
                timeouts.body(),
                timeouts.idle(),
                timeouts.call(),
                timeouts.subscribe(),
                Duration.ofMinutes(1));
        try (var edge = new MasterEdge(MasterEdge.config().with(patient));
                var idle = edge.raw()) {
            idle.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").answer();

            var done = edge.binding.terminate(Duration.ofMinutes(2)).toCompletableFuture();
            var answer = idle.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n").answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(idle.ended()).isTrue();
            done.get(10, TimeUnit.SECONDS);
        }
    }

    /** Who comes anew would have to leave again soon; those who are there are served as before. */
    @Test
    void aPortThatIsClosedIsOneForNewClientsOnly() throws Exception {
        try (var edge = new MasterEdge();
                var client = edge.raw()) {
            client.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").answer();

            edge.binding.unbind().toCompletableFuture().get(10, TimeUnit.SECONDS);

            assertThatThrownBy(edge::raw).isInstanceOf(java.net.ConnectException.class);
            for (int i = 0; i < 2; i++) {
                assertThat(client.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
                                .answer()
                                .status())
                        .isEqualTo(200);
            }
            var done = edge.binding.terminate(Duration.ofSeconds(20)).toCompletableFuture();
            assertThat(client.ended()).isTrue();
            done.get(10, TimeUnit.SECONDS);
        }
    }

    /** Its client may not know yet that its stream is over, and would not know what became of a call. */
    @Test
    void aConnectionThatHasCarriedCallsIsKeptLongerThanOthers() throws Exception {
        try (var edge = new MasterEdge();
                var idle = edge.raw();
                var calls = edge.raw()) {
            idle.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").answer();
            calls.call("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}");
            edge.expect(FrameworkProtocol.Invoke.class).replyTo().tell(CallAnswer.ACCEPTED);
            assertThat(calls.answer().status()).isEqualTo(202);

            var done = edge.binding.terminate(Duration.ofMinutes(2)).toCompletableFuture();
            assertThat(idle.ended()).isTrue();
            calls.call("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}");
            edge.expect(FrameworkProtocol.Invoke.class).replyTo().tell(CallAnswer.ACCEPTED);
            var answer = calls.answer();

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(calls.ended()).isTrue();
            done.get(10, TimeUnit.SECONDS);
        }
    }

    /** Nor does it wait for ever for one whose client says nothing more. */
    @Test
    void aConnectionThatHasCarriedCallsIsClosedInTheEnd() throws Exception {
        try (var edge = new MasterEdge();
                var calls = edge.raw()) {
            calls.call("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}");
            edge.expect(FrameworkProtocol.Invoke.class).replyTo().tell(CallAnswer.ACCEPTED);
            assertThat(calls.answer().status()).isEqualTo(202);

            var done = edge.binding.terminate(Duration.ofMinutes(2)).toCompletableFuture();

            assertThat(calls.ended()).isTrue();
            done.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void cutsOffWhatDoesNotEnd() throws Exception {
        try (var edge = new MasterEdge();
                var call = edge.raw()) {
            call.call("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}");
            edge.expect(FrameworkProtocol.Invoke.class);

            edge.binding.terminate(Duration.ofMillis(100)).toCompletableFuture().get(4, TimeUnit.SECONDS);

            assertThat(call.ended()).isTrue();
        }
    }

    @Test
    void answersHeadAndExpectations() throws Exception {
        try (var edge = new MasterEdge()) {
            var head = HttpRequest.newBuilder(edge.uri("/version"))
                    .method("HEAD", BodyPublishers.noBody())
                    .build();
            var answer = edge.client.send(head, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("Content-Length")).hasValue("109");

            var expecting = HttpRequest.newBuilder(edge.uri("/api/v1"))
                    .header("Content-Type", "application/json")
                    .expectContinue(true)
                    .POST(BodyPublishers.ofString("{\"type\":\"GET_HEALTH\"}"))
                    .build();
            assertThat(edge.client.send(expecting, BodyHandlers.ofString()).body())
                    .isEqualTo("{\"type\":\"GET_HEALTH\",\"get_health\":{\"healthy\":true}}");
        }
    }

    @Test
    void leavesAStreamAloneWhenItsClientSendsEmptyLines() throws Exception {
        var shortHeads = new HttpConfig.Timeouts(
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(250));
        var config =
                MasterEdge.config().with(shortHeads).with(new HttpConfig.Streams(Duration.ofMillis(100), 100, 1 << 20));
        try (var edge = new MasterEdge(config);
                var stream = edge.raw()) {
            stream.call(SUBSCRIBE).answer();
            edge.accept(edge.expect(FrameworkProtocol.Subscribe.class));
            stream.record();
            stream.send("\r\n");
            for (int i = 0; i < 8; i++) {
                assertThat(stream.record()).isEqualTo("{\"type\":\"HEARTBEAT\"}");
            }
        }
    }
}
