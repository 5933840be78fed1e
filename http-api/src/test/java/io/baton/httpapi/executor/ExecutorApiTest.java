package io.baton.httpapi.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.CredentialsConfig;
import io.baton.core.security.ExecutorIdentity;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.AgentHttp;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.agent.IdleAgent;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.executor.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    private static final BlockingQueue<ContainerProtocol.Wanted> WANTED = new LinkedBlockingQueue<>();

    private static final ExecutorTokens TOKENS = new ExecutorTokens(ExecutorTokens.freshKey());
    private static final ExecutorIdentity OWN = new ExecutorIdentity("f", "e", "c");

    @TempDir
    private static Path root;

    private static int port;
    private static int closedPort;

    @BeforeAll
    static void start() throws Exception {
        var config = HttpConfig.from(ConfigFactory.load()).at("127.0.0.1", 0);
        port = bind(config);
        var credentials = CredentialsConfig.parse("ann secret");
        closedPort = bind(config.with(new AuthenticationConfig(credentials, false, true, true, false, true)));
    }

    private static int bind(HttpConfig config) throws Exception {
        return AgentHttp.bind(
                        KIT.system(),
                        config,
                        IdleAgent.ports(root, ExecutorApiTest::hear, ExecutorApiTest::hear, TOKENS))
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
        WANTED.clear();
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

    private static void hear(ContainerProtocol message) {
        if (message instanceof ContainerProtocol.Kill kill) {
            kill.answer().complete(CallAnswer.OK);
        } else if (message instanceof ContainerProtocol.Launch launch) {
            WANTED.add(launch.wanted());
            launch.answer().complete(CallAnswer.OK);
        } else if (message instanceof ContainerProtocol.Attach attach) {
            attach.answer()
                    .complete(Optional.of(
                            new ContainerProtocol.Attachment(Path.of("none"), true, new CompletableFuture<>())));
        }
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
            {"type":"UPDATE",IDS,"update":{"status":{STATUS,UUID,LARGE,SOURCE}}} | 400 | it may have at most 1048576
            {"type":"SUBSCRIBE",IDS,"subscribe":{"unacknowledged_updates":[{"status":{STATUS}}]}} | 400 | Expecting 'uuid' to be present
            {"type":"SUBSCRIBE",IDS,"subscribe":{"unacknowledged_updates":[{"status":{STAGING,UUID,SOURCE}}]}} | 400 | Received TASK_STAGING
            {"type":"SUBSCRIBE",OTHER,"subscribe":{"unacknowledged_updates":[{"status":{STATUS,UUID,SOURCE}}]}} | 400 | Executor cannot be found
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
                .replace("LARGE", "\"data\":\"" + "AAAA".repeat((1 << 20) / 3) + "\"")
                .replace("SOURCE}", "\"source\":\"SOURCE_EXECUTOR\"}");

        try (var client = new RawClient(port)) {
            var answer = client.post(PATH, body).answer();

            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.body()).contains(text == null ? "" : text);
        }
    }

    private static String bearer(ExecutorIdentity executor) {
        return "Authorization: Bearer " + TOKENS.issue(executor);
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "Authorization: Bearer nonsense",
        "Authorization: Basic YW5uOnNlY3JldA==",
        "Authorization: Digest x"
    })
    void whoeverShowsNoTokenIsTurnedAwayWhereTokensAreWanted(String header) throws Exception {
        try (var client = new RawClient(closedPort)) {
            var answer = client.post(PATH, SUBSCRIBE, header.isEmpty() ? new String[0] : new String[] {header})
                    .answer();

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"mesos-agent-executor\"");
            assertThat(HEARD).isEmpty();
        }
    }

    @Test
    void theAgentHearsWhoseTokenWasShown() throws Exception {
        try (var client = new RawClient(closedPort)) {
            client.post(PATH, SUBSCRIBE, bearer(OWN)).answer();
            assertThat(heard(ExecutorProtocol.Find.class).caller()).contains(OWN);
        }
        try (var client = new RawClient(port)) {
            client.post(PATH, SUBSCRIBE, bearer(OWN)).answer();
            assertThat(heard(ExecutorProtocol.Find.class).caller())
                    .as("where no token is wanted")
                    .isEmpty();
        }
    }

    @Test
    void theAgentHearsThatAnExecutorWantsAContainer() throws Exception {
        var launch = "{\"type\":\"LAUNCH_NESTED_CONTAINER\",\"launch_nested_container\":{\"container_id\":"
                + "{\"value\":\"n\",\"parent\":{\"value\":\"c\"}}}}";
        try (var client = new RawClient(closedPort)) {
            client.post("/api/v1", launch, bearer(OWN)).answer();
        }
        assertThat(WANTED.poll(10, TimeUnit.SECONDS).ofExecutor()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"GET_STATE"}                                                          | 403
            {"type":"KILL_CONTAINER","kill_container":{ID:"c"}}}                          | 403
            {"type":"KILL_CONTAINER","kill_container":{ID:"n","parent":{"value":"d"}}}}   | 403
            {"type":"KILL_CONTAINER","kill_container":{ID:"n","parent":{"value":"c"}}}}   | 200
            {"type":"KILL_CONTAINER","kill_container":{ID:"m","parent":{"value":"n","parent":{"value":"c"}}}}} | 200
            {"type":"LAUNCH_NESTED_CONTAINER","launch_nested_container":{ID:"n","parent":{"value":"c"}}}}      | 200
            """)
    void aTokenOpensWhatIsInTheExecutorsContainer(String call, int status) throws Exception {
        var body = call.replace("ID:", "\"container_id\":{\"value\":");
        try (var client = new RawClient(closedPort)) {
            assertThat(client.post("/api/v1", body, bearer(OWN)).answer().status())
                    .isEqualTo(status);
        }
        try (var client = new RawClient(closedPort)) {
            assertThat(client.post("/api/v1", body).answer().status()).isEqualTo(401);
        }
    }

    @Test
    void inputGoesToTheExecutorsOwnContainersOnly() throws Exception {
        var record = "{\"type\":\"ATTACH_CONTAINER_INPUT\",\"attach_container_input\":{\"type\":\"CONTAINER_ID\","
                + "\"container_id\":{\"value\":\"n\",\"parent\":{\"value\":\"%s\"}}}}";
        for (var parent : List.of("c", "d")) {
            var json = record.formatted(parent);
            var body = json.length() + "\n" + json;
            try (var client = new RawClient(closedPort)) {
                client.send("POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/recordio\r\n"
                        + "Message-Content-Type: application/json\r\n" + bearer(OWN) + "\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
                assertThat(client.answer().status()).isEqualTo(parent.equals("c") ? 200 : 403);
            }
        }
        try (var client = new RawClient(port)) {
            var plain = client.post("/api/v1", record.formatted("c")).answer();
            assertThat(plain.status()).isEqualTo(415);
            assertThat(plain.body())
                    .isEqualTo("Expecting 'Content-Type' to be application/recordio for ATTACH_CONTAINER_INPUT call");
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
