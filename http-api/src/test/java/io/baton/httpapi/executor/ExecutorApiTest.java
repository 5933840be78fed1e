package io.baton.httpapi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.httpapi.AgentHttp;
import io.baton.httpapi.AgentPorts;
import io.baton.httpapi.FakeLog;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.agent.AgentSnapshot;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.AgentInfo;
import io.baton.v1.executor.Event;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The edge over a real port; the agent behind it knows the executor "e" of the framework "f". */
class ExecutorApiTest {
    private static final String PATH = "/slave(1)/api/v1/executor";
    private static final String IDS = "\"executor_id\":{\"value\":\"e\"},\"framework_id\":{\"value\":\"f\"}";
    private static final String SUBSCRIBE = "{\"type\":\"SUBSCRIBE\"," + IDS + ",\"subscribe\":{}}";
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final BlockingQueue<ExecutorProtocol> HEARD = new LinkedBlockingQueue<>();

    @TempDir
    private static Path root;

    private static int port;

    @BeforeAll
    static void start() throws Exception {
        var config = HttpConfig.from(ConfigFactory.load()).at("127.0.0.1", 0);
        var snapshot = new AgentSnapshot(
                AgentInfo.newBuilder().setHostname("h").build(),
                true,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                AgentSnapshot.Executors.NONE,
                Map.of(),
                java.util.Optional.empty(),
                List.of());
        var ports = new AgentPorts(
                () -> snapshot,
                () -> CompletableFuture.completedFuture(snapshot),
                root,
                ExecutorApiTest::hear,
                wanted -> {},
                () -> CompletableFuture.completedFuture(Map.of()),
                new PrometheusRegistry(),
                "1.12.0",
                Instant.now(),
                new TreeMap<>(),
                new FakeLog());
        port = AgentHttp.bind(KIT.system(), config, ports)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .address()
                .getPort();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void forget() {
        HEARD.clear();
    }

    private static void hear(ExecutorProtocol message) {
        if (message instanceof ExecutorProtocol.Find find) {
            boolean known = find.call().getExecutorId().getValue().equals("e");
            find.answer().complete(known ? CallAnswer.OK : CallAnswer.badRequest("Executor cannot be found"));
        } else if (message instanceof ExecutorProtocol.Invoke invoke) {
            invoke.answer().complete(CallAnswer.forbidden("Executor is not subscribed"));
        }
        HEARD.add(message);
    }

    private static <T> T heard(Class<T> kind) throws InterruptedException {
        while (true) {
            var next = HEARD.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {nope                                                        | 400 | Failed to parse body into JSON
            {IDS}                                                        | 400 | Expecting 'type' to be present
            {"type":"SUBSCRIBE",IDS}                                     | 400 | Expecting 'subscribe' to be present
            {"type":"UPDATE",IDS}                                        | 400 | Expecting 'update' to be present
            {"type":"UPDATE",IDS,"update":{"status":{STATUS}}}           | 400 | Expecting 'uuid' to be present
            {"type":"UPDATE",IDS,"update":{"status":{STATUS,SHORT}}}     | 400 | Not a valid UUID
            {"type":"UPDATE",IDS,"update":{"status":{STATUS,UUID}}}      | 400 | with invalid source, expecting 'SOURCE_EXECUTOR'
            {"type":"UPDATE",IDS,"update":{"status":{STAGING,UUID,SOURCE}}} | 400 | Received TASK_STAGING from executor e of framework f
            {"type":"UPDATE",IDS,"update":{"status":{STATUS,UUID,SOURCE}}} | 403 | Executor is not subscribed
            {"type":"MESSAGE",IDS,"message":{"data":""}}                 | 403 | Executor is not subscribed
            {"type":"HEARTBEAT",IDS}                                     | 202 |
            {"type":"SUBSCRIBE",OTHER,"subscribe":{}}                    | 400 | Executor cannot be found
            """)
    void answersACallByItsForm(String call, int status, String text) throws Exception {
        var body = call.replace("IDS", IDS)
                .replace("OTHER", IDS.replace("\"e\"", "\"x\""))
                .replace("STATUS", "\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_RUNNING\"")
                .replace("STAGING", "\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_STAGING\"")
                .replace("SHORT", "\"uuid\":\"YWJj\"")
                .replace("UUID", "\"uuid\":\"MDEyMzQ1Njc4OWFiY2RlZg==\"")
                .replace("SOURCE}", "\"source\":\"SOURCE_EXECUTOR\"}");

        try (var client = new RawClient(port)) {
            var answer = client.post(PATH, body).answer();

            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.body()).contains(text == null ? "" : text);
        }
    }

    @Test
    void streamsEventsAndSaysWhenTheStreamIsOver() throws Exception {
        try (var client = new RawClient(port)) {
            var head = client.post(PATH, SUBSCRIBE).answer();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Mesos-Stream-Id")).isNull();
            assertThat(head.header("Content-Type")).isEqualTo("application/json");
            var subscribed = heard(ExecutorProtocol.Subscribe.class);

            subscribed.stream().tell(new ExecutorProtocol.Stream.Deliver(message("x")));
            assertThat(client.record()).isEqualTo("{\"type\":\"MESSAGE\",\"message\":{\"data\":\"eA==\"}}");
            subscribed.stream().tell(new ExecutorProtocol.Stream.Complete());

            assertThat(heard(ExecutorProtocol.Disconnected.class).streamId()).isEqualTo(subscribed.streamId());
        }
    }

    @Test
    void streamsProtobufToThoseWhoWantIt() throws Exception {
        try (var client = new RawClient(port)) {
            client.post(PATH, SUBSCRIBE, "Accept: application/x-protobuf").answer();
            heard(ExecutorProtocol.Subscribe.class).stream().tell(new ExecutorProtocol.Stream.Deliver(message("y")));

            var chunk = client.chunk();
            int feed = new String(chunk, StandardCharsets.ISO_8859_1).indexOf('\n');
            assertThat(Event.parseFrom(Arrays.copyOfRange(chunk, feed + 1, chunk.length)))
                    .isEqualTo(message("y"));
        }
    }

    @Test
    void noticesAnExecutorThatIsGone() throws Exception {
        try (var client = new RawClient(port)) {
            client.post(PATH, SUBSCRIBE).answer();
            heard(ExecutorProtocol.Subscribe.class);
        }

        heard(ExecutorProtocol.Disconnected.class);
    }

    private static Event message(String data) {
        return Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder().setData(ByteString.copyFromUtf8(data)))
                .build();
    }
}
