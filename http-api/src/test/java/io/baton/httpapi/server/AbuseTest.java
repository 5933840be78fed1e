package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.RawClient;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.scheduler.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients that are broken, slow or hostile do, over real sockets. Times are shorter than in production. */
class AbuseTest {
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}";
    private static final int BODY_LIMIT = 64 * 1024;
    private static final Duration SHORT = Duration.ofMillis(600);
    private static final int MANY = 100;
    private static final MasterEdge EDGE = new MasterEdge(MasterEdge.config()
            .with(new HttpConfig.Limits(20_000, 1000, MANY, 5, BODY_LIMIT, 16 * 1024))
            .with(new HttpConfig.Timeouts(
                    SHORT, SHORT, Duration.ofMillis(1500), SHORT, Duration.ofSeconds(10), SHORT)));

    @AfterAll
    static void end() {
        EDGE.close();
    }

    private static String post(String headers, String body) {
        return "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers + "\r\n"
                + body;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        two lengths            | Content-Length: 2~Content-Length: 3~        | {}x
        length and chunked     | Content-Length: 2~Transfer-Encoding: chunked~ | {}
        chunked twice          | Transfer-Encoding: chunked~Transfer-Encoding: chunked~ | 0~~
        other transfer coding  | Transfer-Encoding: gzip~                    | x
        negative length        | Content-Length: -1~                         | {}
        two numbers            | Content-Length: 0 2~                        | {}
        no number              | Content-Length:~                            | {}
        2^64 and two           | Content-Length: 18446744073709551618~       | {}
        folded header          | X-A: a~ b~Content-Length: 2~                | {}
        folded with a tab      | X-A: a~\tb~Content-Length: 2~               | {}
        chunk of 1 TB          | Transfer-Encoding: chunked~                 | FFFFFFFFFF~{}~0~~
        chunk that is no chunk | Transfer-Encoding: chunked~                 | zz~{}~0~~
        body that ends early   | Transfer-Encoding: chunked~                 | 2~{}xx
        """)
    void refusesAmbiguousRequests(String name, String headers, String body) throws Exception {
        try (var client = EDGE.raw()) {
            var answer = client.send(
                            post(headers.strip().replace("~", "\r\n").replace("\\t", "\t"), body.replace("~", "\r\n")))
                    .answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isNotEmpty().doesNotContain("xception", "pekko");
            assertThat(client.ended()).isTrue();
        }
    }

    /** The library takes it as 2, and so do we. */
    @Test
    void refusesAFoldedHeaderBehindALengthBehindManyBlanks() throws Exception {
        try (var client = EDGE.raw()) {
            var length = "Content-Length:" + " ".repeat(60) + "2\r\n";
            var answer = client.send(post(length, "{}") + "GET /x HTTP/1.1\r\nA: b\r\n c\r\n\r\n")
                    .answer();
            if (answer.body().contains("Expecting 'type'")) {
                answer = client.answer(); // The bytes have come in two pieces.
            }

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("must not go on in a second line");
            assertThat(client.ended()).isTrue();
        }
    }

    /** With a good request in front, in one write: the library has both before it answers one. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        a read               | GET /health HTTP/1.1~Host: x~~
        a call               | POST /api/v1/scheduler HTTP/1.1~Host: x~Content-Type: application/json~Content-Length: 2~~{}
        a call in chunks     | POST /api/v1/scheduler HTTP/1.1~Host: x~Content-Type: application/json~Transfer-Encoding: chunked~~2~{}~0~~
        """)
    void refusesAFoldedHeaderBehindAGoodRequest(String name, String before) throws Exception {
        try (var client = EDGE.raw()) {
            var folded = "X-A: a\r\n Content-Length: 4\r\nContent-Length: 2\r\n";
            var answer = client.send(before.replace("~", "\r\n") + post(folded, "{}"))
                    .answer();
            if (answer.status() != 400 || answer.body().contains("Expecting 'type'")) {
                answer = client.answer(); // The bytes have come in two pieces.
            }

            assertThat(answer.body()).contains("must not go on in a second line");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void answersRequestsThatComeTogether() throws Exception {
        try (var client = EDGE.raw()) {
            var read = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
            client.send(read
                    + post("Content-Length: 4\r\n", " {} ")
                    + read
                    + post("Transfer-Encoding: chunked\r\n", "1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
                    + read);

            for (int status : new int[] {200, 400, 200, 400, 200}) {
                var answer = client.answer();
                assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        GET /health HTTP/1.1                        | 400
        GET /%zz HTTP/1.1~Host: x                   | 400
        GET /\0 HTTP/1.1~Host: x                    | 400
        GET health HTTP/1.1~Host: x                 | 404
        TRACE /health HTTP/1.1~Host: x              | 405
        BREW /health HTTP/1.1~Host: x               | 501
        GET /health HTTP/3.7~Host: x                | 505
        GET /health HTTP/1.1~Host: x~Host: y        | 400
        POST /health HTTP/1.1~Host: x~Content-Length: 0 | 405
        GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1~Host: x | 404
        GET /..%2f..%2fetc%2fpasswd HTTP/1.1~Host: x | 404
        """)
    void answersOddRequestLines(String head, int status) throws Exception {
        try (var client = EDGE.raw()) {
            var answer = client.send(head.strip().replace("\\0", "\0").replace("~", "\r\n") + "\r\n\r\n")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        }
    }

    @Test
    void limitsHeads() throws Exception {
        for (var head : new String[] {
            "GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: x\r\nX-A: " + "a".repeat(9000) + "\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: x\r\n" + "X-A: a\r\n".repeat(70) + "\r\n"
        }) {
            try (var client = EDGE.raw()) {
                assertThat(client.send(head).answer().status()).isIn(414, 431, 400);
            }
        }
        try (var client = EDGE.raw()) {
            client.send("GET /health HTTP/1.1\r\nHost: x\r\nUser-Agent: " + "(".repeat(5000) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesBodiesOverTheLimit() throws Exception {
        try (var client = EDGE.raw()) {
            var answer = client.send(post("Content-Length: " + (BODY_LIMIT + 1) + "\r\n", "{"))
                    .answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("" + BODY_LIMIT);
            assertThat(client.ended()).isTrue();
        }
        try (var client = EDGE.raw()) {
            var chunk = "4000\r\n" + " ".repeat(0x4000) + "\r\n";
            client.send(post("Transfer-Encoding: chunked\r\n", chunk.repeat(4) + "1\r\n \r\n0\r\n\r\n"));
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
        try (var client = EDGE.raw()) {
            var body = " ".repeat(BODY_LIMIT - 2) + "{}";
            assertThat(client.send(post("Content-Length: " + BODY_LIMIT + "\r\n", body))
                            .answer()
                            .body())
                    .contains("Expecting 'type'");
        }
    }

    private static byte[] gzipped(String text) throws IOException {
        return gzipped(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        as long as it may be | 400 | Expecting 'type'
        a byte longer        | 413 | longer than 65536 bytes
        a bomb               | 413 | longer than 65536 bytes
        without its end      | 400 | Failed to decompress body
        not gzip             | 400 | Failed to decompress body
        empty                | 400 | Failed to decompress body
        """)
    void unpacksBodiesWithinTheLimit(String which, int status, String text) throws Exception {
        var whole = gzipped(" ".repeat(BODY_LIMIT - 2) + "{}");
        var body =
                switch (which) {
                    case "a byte longer" -> gzipped(" ".repeat(BODY_LIMIT - 1) + "{}");
                    case "a bomb" -> gzipped(" ".repeat(32 * 1024 * 1024));
                    case "without its end" -> Arrays.copyOf(whole, whole.length - 9);
                    case "not gzip" -> "{}".getBytes(StandardCharsets.UTF_8);
                    case "empty" -> new byte[0];
                    default -> whole;
                };
        assertThat(body).as("as it came").hasSizeLessThan(BODY_LIMIT);

        try (var client = EDGE.raw()) {
            var answer = client.send(post("Content-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n", ""))
                    .send(body)
                    .answer();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains(text);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesGzippedCalls(Encoding encoding) throws Exception {
        var call = Call.newBuilder().setType(Call.Type.SUPPRESS);
        call.getFrameworkIdBuilder().setValue("f");
        var request = HttpRequest.newBuilder(EDGE.uri("/api/v1/scheduler"))
                .header("Content-Type", encoding.contentType())
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzipped(encoding.write(call.build()))));

        var answer = EDGE.client.sendAsync(request.build(), BodyHandlers.ofString());
        var invoke = EDGE.expect(FrameworkProtocol.Invoke.class);
        assertThat(invoke.call()).isEqualTo(call.build());
        invoke.replyTo().tell(CallAnswer.ACCEPTED);
        assertThat(answer.get().statusCode()).isEqualTo(202);
    }

    @Test
    void takesChunkedBodies() throws Exception {
        try (var client = EDGE.raw()) {
            client.send(post("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"));
            assertThat(client.answer().body()).contains("Expecting 'type'");
        }
    }

    @Test
    void refusesDeepNesting() throws Exception {
        var body = "{\"a\":".repeat(5000) + "1" + "}".repeat(5000);
        var answer = EDGE.post("/api/v1/scheduler", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("Failed to parse body into JSON: ").hasSizeLessThan(300);
    }

    @Test
    void givesUpOnSlowHeadsWithoutHarmToOthers() throws Exception {
        try (var slow = EDGE.raw();
                var other = EDGE.raw()) {
            long started = System.nanoTime();
            slow.send("GET /health HTTP/1.1\r\nHo");
            var sender = new Thread(() -> drip(slow, "st: x\r\nX-A: " + "a".repeat(200)));
            sender.start();
            assertThat(other.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(200);

            var answer = slow.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(slow.ended()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(SHORT.multipliedBy(8));
            sender.join();
        }
    }

    /** A byte every 50 ms until the other end is gone. */
    private static void drip(RawClient client, String text) {
        try {
            for (var letter : text.split("", -1)) {
                client.send(letter);
                new java.util.concurrent.CountDownLatch(1).await(50, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
        } catch (java.io.IOException e) {
            return; // closed, as it should be
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void givesUpOnSlowBodies() throws Exception {
        try (var slow = EDGE.raw()) {
            slow.send(post("Content-Length: 500\r\n", "{"));
            var sender = new Thread(() -> drip(slow, " ".repeat(200)));
            sender.start();

            assertThat(slow.answer().status()).isEqualTo(408);
            assertThat(slow.ended()).isTrue();
            sender.join();
        }
    }

    private static RawClient manyAndOneMore(List<RawClient> many) throws Exception {
        for (int i = 0; i < MANY; i++) {
            many.add(EDGE.raw());
        }
        return EDGE.raw();
    }

    @Test
    void refusesConnectionsOverTheLimitOfAnAddress() throws Exception {
        // Quiet ones make room: all are opened anew if a slow host took too long to ask.
        await().atMost(MasterEdge.PATIENCE).until(() -> {
            List<RawClient> clients = new ArrayList<>();
            try (var client = manyAndOneMore(clients)) {
                var answer =
                        client.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").answer();
                return answer.status() == 503 && answer.body().contains("as many connections");
            } finally {
                for (var client : clients) {
                    client.close();
                }
            }
        });
        await().atMost(MasterEdge.PATIENCE)
                .ignoreExceptions()
                .until(() -> EDGE.get("/health").statusCode() == 200);
    }

    @Test
    void limitsSubscriptions() throws Exception {
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 80; i++) {
            try (var client = EDGE.raw()) {
                var answer = client.call(SUBSCRIBE).answer();
                if (answer.status() == 429) {
                    refused++;
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                } else {
                    taken++;
                }
            }
        }
        assertThat(refused).isPositive();
        for (int i = 0; i < 2 * taken; i++) {
            EDGE.frameworks.expectMessageClass(FrameworkProtocol.class, MasterEdge.PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "a", "a, b", "*/*;q=x", ";;;", "text/html;q=0.1, */*;q=0"})
    void takesAnyAcceptHeaderWithoutHarm(String accept) throws Exception {
        assertThat(EDGE.post("/api/v1", "{\"type\":\"GET_HEALTH\"}", "Accept", accept)
                        .statusCode())
                .isIn(200, 406);
    }
}
