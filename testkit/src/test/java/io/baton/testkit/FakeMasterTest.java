package io.baton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Call;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fake answers as real masters were seen to. */
@Timeout(20)
class FakeMasterTest {
    private static final String SUBSCRIBE =
            "{'type':'SUBSCRIBE','subscribe':{'framework_info':{'user':'u','name':'n','failover_timeout':60}}}";

    private final FakeMaster master = FakeMaster.start();

    @AfterEach
    void close() {
        master.close();
    }

    @ParameterizedTest(name = "[{index}] {0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        POST | application/json | {'type':'KILL','kill':{'task_id':{'value':'t'}}} | 400 | Expecting 'framework_id' to be present
        POST | application/json | {'type':'KILL','framework_id':{'value':'x'},'kill':{'task_id':{'value':'t'}}} | 400 | Framework cannot be found
        POST | application/json | {'framework_id':{'value':'x'}} | 400 | Expecting 'type' to be present
        POST | application/json | {'type':'KILL','framework_id':{'value':'x'},'kill':{}} | 400 | task_id
        POST | application/json | {{{ | 400 | Failed to parse body
        POST | text/plain       | {} | 415 | Expecting 'Content-Type' of
        POST | application/json | {'type':'SUBSCRIBE','framework_id':{'value':'x'},'subscribe':{'framework_info':{'user':'u','name':'n'}}} | 400 | differs from 'subscribe.framework_info.id'
        GET  | application/json | {} | 405 | Expecting one of { 'POST' }
        """)
    void refusesAsRealMastersDo(String method, String type, String body, int status, String text) throws Exception {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(master.endpoint())
                                .header("Content-Type", type)
                                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(text);
    }

    @Test
    void redirectsToItself() throws Exception {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(master.url() + "/master/redirect"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());

        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location")).hasValue("//127.0.0.1:" + master.port());
    }

    @Test
    void sendsOneRecordInOneChunk() throws Exception {
        try (var stream = new RawStream(master, SUBSCRIBE)) {
            assertThat(stream.head()).startsWith("HTTP/1.1 200").contains("Mesos-Stream-Id: ", "chunked");

            assertThat(stream.record()).contains("\"type\":\"SUBSCRIBED\"", "\"heartbeat_interval_seconds\":15.0");
            assertThat(stream.record()).isEqualTo("{\"type\":\"HEARTBEAT\"}");
            master.addAgent(FakeAgent.on("host-1").cpus(2).ports(31000, 31009).attribute("rack", "r1"));
            assertThat(stream.record())
                    .contains(
                            "\"type\":\"OFFERS\"",
                            "\"hostname\":\"host-1\"",
                            "\"begin\":31000,\"end\":31009",
                            "\"r1\"");
            master.rescindOffers();
            assertThat(stream.record()).contains("\"type\":\"RESCIND\"");
        }
    }

    @Test
    void refusesACallWithoutOrWithAnotherStreamId() throws Exception {
        try (var stream = new RawStream(master, SUBSCRIBE)) {
            stream.record();
            var id = master.frameworkIds().get(0);
            var revive = "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"" + id + "\"}}";

            assertThat(call(revive, "").body()).contains("should include the 'Mesos-Stream-Id' header");
            assertThat(call(revive, "x").body()).contains("didn't match the stream ID currently associated");
            assertThat(call(revive, stream.streamId()).statusCode()).isEqualTo(202);
        }
    }

    @Test
    void keepsAFrameworkForItsTimeoutAndRefusesItsCallsMeanwhile() throws Exception {
        String id;
        String streamId;
        try (var stream = new RawStream(master, SUBSCRIBE)) {
            stream.record();
            streamId = stream.streamId();
            id = master.frameworkIds().get(0);
        }
        HttpResponse<String> answer;
        do {
            answer = call("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"" + id + "\"}}", streamId);
        } while (answer.statusCode() == 202);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("Framework is not subscribed");
        assertThat(master.frameworkIds()).containsExactly(id);
    }

    @Test
    void tellsAReplacedSchedulerThatItFailedOver() throws Exception {
        var mine = SUBSCRIBE
                .replace("'name'", "'id':{'value':'mine'},'name'")
                .replace("'subscribe':", "'framework_id':{'value':'mine'},'subscribe':");
        try (var first = new RawStream(master, mine)) {
            first.record();
            first.record();
            try (var second = new RawStream(master, mine)) {
                assertThat(second.record()).contains("SUBSCRIBED");
                assertThat(first.record()).contains("\"message\":\"Framework failed over\"");
            }
        }
    }

    @Test
    void subscribesAFrameworkThatNeverHearsOfIt() throws Exception {
        master.onCall(Call.Type.SUBSCRIBE, Fault.lostAnswer());

        assertThatThrownBy(() -> call(SUBSCRIBE.replace('\'', '"'), "")).isInstanceOf(IOException.class);

        assertThat(master.frameworkIds()).hasSize(1);
        assertThat(master.calls(Call.Type.SUBSCRIBE).get(0).status()).isZero();
        try (var stream = new RawStream(master, SUBSCRIBE)) {
            stream.record();
            assertThat(master.frameworkIds()).hasSize(2);
        }
    }

    private int store(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(master.url() + FakeStore.PATH + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @ParameterizedTest(name = "[{index}] {0} {1} {2}")
    @CsvSource({
        "PUT, ns/k, 204",
        "PUT, ns/a%20b, 204",
        "PUT, ns/jobs%2F42, 400",
        "PUT, ns/jobs/42, 400",
        "PUT, n%2Fs/k, 400",
        "PUT, ns/a%5Cb, 400",
        "PUT, ns/a%0Ab, 400",
        "PUT, ns/, 400",
        "PUT, ns, 400",
        "PUT, baton.x/k, 400",
        "GET, baton.x/k, 404",
        "GET, ns/jobs%2F42, 400",
        "GET, ns/k, 404",
        "GET, n%2Fs?prefix=, 400",
        "GET, ns?prefix=jobs%2F, 200",
        "GET, ns?limit=1000, 200",
        "GET, ns?limit=1001, 400",
        "GET, ns?limit=0, 400",
        "GET, ns?after=0&wait=61, 400",
        "DELETE, ns/jobs%2F42, 400",
        "DELETE, ns/k, 404"
    })
    void takesTheNamesInItsStoreThatMastersTake(String method, String path, int status) throws Exception {
        assertThat(store(method, path, "v")).isEqualTo(status);
    }

    @Test
    void itsNamespacesAreFullWhenThoseOfMastersAre() throws Exception {
        var most = "v".repeat(256 * 1024);
        for (int i = 0; i < 32; i++) {
            assertThat(store("PUT", "ns/k" + i, most)).isEqualTo(204);
        }

        assertThat(store("PUT", "ns/one", "v")).isEqualTo(413);
        assertThat(store("PUT", "ns/k0", most)).as("in place of another").isEqualTo(204);
        assertThat(store("PUT", "other/one", "v")).isEqualTo(204);
        assertThat(store("DELETE", "ns/k0", "")).isEqualTo(204);
        assertThat(store("PUT", "ns/one", "v")).isEqualTo(204);
    }

    @Test
    void saysWhatCameWhenWaitingIsInVain() {
        assertThatThrownBy(() -> master.awaitCalls(Call.Type.KILL, 1, Duration.ofMillis(10)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected 1 KILL calls within PT0.01S");
    }

    @Test
    void knowsNoTaskThatWasNotLaunched() {
        assertThat(master.taskState("t")).isNull();
        assertThat(master.repeatUpdate("t")).isFalse();
        assertThat(Outcome.runs().states()).endsWith(TaskState.TASK_RUNNING);
    }

    private HttpResponse<String> call(String body, String streamId) throws Exception {
        var request = HttpRequest.newBuilder(master.endpoint())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!streamId.isEmpty()) {
            request.header("Mesos-Stream-Id", streamId);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A subscription read chunk by chunk, which fails if a chunk is not exactly one record. */
    private static final class RawStream implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final StringBuilder head = new StringBuilder();

        RawStream(FakeMaster master, String body) throws IOException {
            socket = new Socket("127.0.0.1", master.port());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            var json = body.replace('\'', '"');
            var request = "POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + Integer.toHexString(json.length()) + "\r\n" + json + "\r\n0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            for (var line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
        }

        String head() {
            return head.toString();
        }

        String streamId() {
            return head.toString()
                    .lines()
                    .filter(l -> l.startsWith("Mesos-Stream-Id"))
                    .findFirst()
                    .orElseThrow()
                    .substring("Mesos-Stream-Id: ".length());
        }

        String record() throws IOException {
            var chunk = new char[Integer.parseInt(in.readLine(), 16)];
            for (var filled = 0; filled < chunk.length; ) {
                filled += in.read(chunk, filled, chunk.length - filled);
            }
            assertThat(in.readLine()).isEmpty();
            var parts = new String(chunk).split("\n", 2);
            assertThat(parts[1]).hasSize(Integer.parseInt(parts[0]));
            return parts[1];
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
