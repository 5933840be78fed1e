package io.baton.httpapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.AgentHttp;
import io.baton.httpapi.AgentPorts;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.server.HttpConfig;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIoDecoder;
import io.baton.v1.ContainerID;
import io.baton.v1.agent.ProcessIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which containers are attached to. {@code s} is a session that is over, {@code t} runs in no terminal. */
class ContainerApiTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final BlockingQueue<ContainerProtocol> HEARD = new LinkedBlockingQueue<>();
    /** The end of a session that outlives all that attach to it. */
    private static final CompletableFuture<Ended> LONG = new CompletableFuture<>();

    private static final String SESSION = "{\"type\":\"LAUNCH_NESTED_CONTAINER_SESSION\","
            + "\"launch_nested_container_session\":{\"container_id\":{\"value\":\"s\",\"parent\":{\"value\":\"p\"}},"
            + "\"command\":{\"value\":\"true\"}}}";
    private static final String RECORDIO = "Accept: application/recordio";
    private static final String JSON = "Message-Content-Type: application/json\r\n";

    @TempDir
    private static Path box;

    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(box.resolve("stdout"), "out");
        Files.createFile(box.resolve("stderr"));
        port = bind(HttpConfig.from(ConfigFactory.load()), ports());
    }

    private static AgentPorts ports() {
        return IdleAgent.ports(box, said -> {}, ContainerApiTest::hear, new ExecutorTokens(ExecutorTokens.freshKey()));
    }

    private static int bind(HttpConfig config, AgentPorts ports) throws Exception {
        return AgentHttp.bind(KIT.system(), config.at("127.0.0.1", 0), ports)
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

    private static void hear(ContainerProtocol message) {
        HEARD.add(message);
        if (message instanceof ContainerProtocol.Launch m) {
            if (!List.of("slow", "theirs").contains(m.id().getValue())) {
                m.answer().complete(m.id().getValue().equals("t") ? CallAnswer.ACCEPTED : CallAnswer.OK);
            }
        } else if (message instanceof ContainerProtocol.Attach m) {
            var name = m.id().getValue();
            if (name.equals("theirs")) {
                heard(ContainerProtocol.Launch.class, ContainerProtocol.Launch::id, name)
                        .forEach(launch -> launch.answer().complete(CallAnswer.ACCEPTED));
            }
            m.answer()
                    .complete(
                            switch (name) {
                                case "x" -> Optional.empty();
                                case "long" -> Optional.of(new Attachment(box, true, LONG));
                                case "busy" -> Optional.of(new Attachment(box, true, new CompletableFuture<>()));
                                default -> Optional.of(attachment(name.equals("s")));
                            });
        } else if (message instanceof ContainerProtocol.Input m) {
            m.answer().complete(m.id().getValue().equals("busy") ? new CallAnswer(503, "not yet") : CallAnswer.OK);
        } else if (message instanceof ContainerProtocol.Resize m) {
            m.answer().complete(CallAnswer.OK);
        }
    }

    private static <T extends ContainerProtocol> List<T> heard(
            Class<T> kind, Function<T, ContainerID> idOf, String id) {
        return HEARD.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(said -> idOf.apply(said).getValue().equals(id))
                .toList();
    }

    private static Attachment attachment(boolean session) {
        return new Attachment(box, session, CompletableFuture.completedFuture(new Ended(true, Optional.of(0))));
    }

    private static RawClient.Answer answer(String call, String... headers) throws IOException {
        try (var client = new RawClient(port)) {
            return client.post("/api/v1", call, headers).answer();
        }
    }

    private static String attach(String id) {
        return "{\"type\":\"ATTACH_CONTAINER_OUTPUT\",\"attach_container_output\":{\"container_id\":{\"value\":\"" + id
                + "\"}}}";
    }

    @Test
    void whoHasGoneWaitsForNothing() throws Exception {
        try (var client = new RawClient(port)) {
            client.post(
                    "/api/v1", "{\"type\":\"WAIT_CONTAINER\",\"wait_container\":{\"container_id\":{\"value\":\"w\"}}}");
            var wait = (ContainerProtocol.Wait) HEARD.poll(20, TimeUnit.SECONDS);
            assertThat(wait.answer()).isNotDone();

            client.close();

            Awaitility.await().until(wait.answer()::isDone);
        }
    }

    @Test
    void nothingStartsThatTheClientCouldNotRead() throws IOException {
        assertThat(answer(SESSION, "Accept: text/html").status()).isEqualTo(406);
        assertThat(answer(SESSION, RECORDIO, "Message-Accept: text/html").status())
                .isEqualTo(406);
        assertThat(HEARD).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            Accept: text/html                                                      | 406 | Expecting 'Accept' to allow
            Accept: application/json;Message-Accept: application/json              | 406 | Expecting 'Message-Accept' to be not set for non-streaming responses
            Accept: application/recordio;Message-Accept: text/html                 | 406 | Expecting 'Message-Accept' to allow application/json
            Accept: application/recordio;Message-Accept: application/json          | 406 | Streaming response is not supported for GET_HEALTH call
            Accept: application/json;Message-Content-Type: application/json        | 415 | Expecting 'Message-Content-Type' to be not set for non-streaming requests
            Accept: text/html;Message-Content-Type: application/json               | 415 | Expecting 'Message-Content-Type' to be not set for non-streaming requests
            Accept: application/recordio, */*                                      | 200 | {"type":"GET_HEALTH"
            """)
    void judgesHeadersAsMesosDoes(String headers, int status, String text) throws IOException {
        var answer = answer("{\"type\":\"GET_HEALTH\"}", headers.split(";"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).startsWith(text);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "s, Accept: application/recordio, application/recordio, application/json",
        "s, Accept: application/recordio;Message-Accept: application/x-protobuf, application/recordio,"
                + " application/x-protobuf",
        "s, Accept: application/json, application/json,",
        "s, Accept: application/x-protobuf, application/x-protobuf,",
        "s, X-None: 1, application/json,"
    })
    void outputHasTheTypeThatIsAskedFor(String id, String headers, String type, String messageType) throws IOException {
        for (var call : List.of(attach(id), SESSION)) {
            try (var client = new RawClient(port)) {
                var answer = client.post("/api/v1", call, headers.split(";")).answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("Content-Type")).isEqualTo(type);
                assertThat(answer.header("Message-Content-Type")).isEqualTo(messageType);
                if (!headers.contains("protobuf")) {
                    assertThat(client.record()).contains("\"STDOUT\"");
                }
            }
        }
    }

    @Test
    void onlySessionsAreAttachedTo() throws IOException {
        var without = answer(attach("t"));
        assertThat(without.status()).isEqualTo(500);
        assertThat(without.body()).isEqualTo("I/O switchboard server was disabled for this container");
        assertThat(answer(attach("x")).status()).isEqualTo(404);
        assertThat(answer(SESSION.replace("\"s\"", "\"t\"")).status())
                .as("it is there already")
                .isEqualTo(202);
    }

    @Test
    void aSessionWhoseClientGoesBeforeItHasBegunIsEnded() throws IOException {
        goDuringLaunch("slow");

        Awaitility.await().until(() -> !heard(ContainerProtocol.Kill.class, ContainerProtocol.Kill::id, "slow")
                .isEmpty());
        heard(ContainerProtocol.Launch.class, ContainerProtocol.Launch::id, "slow")
                .get(0)
                .answer()
                .complete(CallAnswer.OK);
        assertThat(heard(ContainerProtocol.Kill.class, ContainerProtocol.Kill::id, "slow"))
                .hasSize(1);
    }

    @Test
    void aSessionOfSomebodyElseLastsWhenItsNameIsAskedForAgain() throws IOException {
        goDuringLaunch("theirs");

        Awaitility.await()
                .until(() -> heard(ContainerProtocol.Attach.class, ContainerProtocol.Attach::id, "theirs").stream()
                        .anyMatch(attach -> attach.answer().isDone()));
        assertThat(heard(ContainerProtocol.Kill.class, ContainerProtocol.Kill::id, "theirs"))
                .isEmpty();
    }

    private static void goDuringLaunch(String id) throws IOException {
        try (var client = new RawClient(port)) {
            client.post("/api/v1", SESSION.replace("\"s\"", "\"" + id + "\""), RECORDIO);
            Awaitility.await().until(() -> !heard(ContainerProtocol.Launch.class, ContainerProtocol.Launch::id, id)
                    .isEmpty());
        }
    }

    private static String records(String... inputs) {
        var body = new StringBuilder();
        for (var input : inputs) {
            var record = "{\"type\":\"ATTACH_CONTAINER_INPUT\",\"attach_container_input\":{" + input + "}}";
            body.append(record.length()).append('\n').append(record);
        }
        return body.toString();
    }

    private static String data(int bytes) {
        var text = Base64.getEncoder().encodeToString(new byte[bytes]);
        return "\"type\":\"PROCESS_IO\",\"process_io\":{\"type\":\"DATA\",\"data\":{\"type\":\"STDIN\",\"data\":\""
                + text + "\"}}";
    }

    private static RawClient.Answer input(String type, String... inputs) throws IOException {
        return input(port, type, inputs);
    }

    private static RawClient.Answer input(int at, String type, String... inputs) throws IOException {
        var body = records(inputs);
        try (var client = new RawClient(at)) {
            return client.send("POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/recordio\r\n" + type
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .answer();
        }
    }

    private static String id(String value) {
        return "\"type\":\"CONTAINER_ID\",\"container_id\":{\"value\":\"" + value + "\"}";
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            "type":"DATA","data":{"type":"STDIN","data":"eA=="}                               | 200 |
            "type":"DATA","data":{"type":"STDIN","data":""}                                   | 200 |
            "type":"CONTROL","control":{"type":"HEARTBEAT","heartbeat":{}}                    | 200 |
            "type":"DATA","data":{"type":"STDOUT","data":"eA=="}                              | 400 | Expecting 'process_io.data.type' to be 'STDIN'
            "type":"DATA","data":{"data":"eA=="}                                              | 400 | Expecting 'process_io.data.type' to be present
            "type":"DATA","data":{"type":"STDIN"}                                             | 400 | Expecting 'process_io.data.data' to be present
            "type":"DATA"                                                                     | 400 | Expecting 'process_io.data' to be present
            "type":"CONTROL"                                                                  | 400 | Expecting 'process_io.control' to be present
            "type":"CONTROL","control":{}                                                     | 400 | Expecting 'process_io.control.type' to be present
            "type":"CONTROL","control":{"type":"TTY_INFO"}                                    | 400 | Expecting 'process_io.control.tty_info' to be present
            "type":"CONTROL","control":{"type":"TTY_INFO","tty_info":{}}                      | 400 | Expecting 'tty_info.window_size' to be present
            "type":"CONTROL","control":{"type":"HEARTBEAT"}                                   | 400 | Expecting 'process_io.control.heartbeat' to be present
            """)
    void inputIsWellFormed(String io, int status, String text) throws IOException {
        var answer = input(JSON, id("s"), "\"type\":\"PROCESS_IO\",\"process_io\":{" + io + "}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text == null ? "" : text);
    }

    @Test
    void inputIsAsLongAsItLikes() throws Exception {
        var config = HttpConfig.from(ConfigFactory.load());
        var limits = config.limits();
        int narrow = bind(
                config.with(new HttpConfig.Limits(
                        limits.connections(),
                        limits.connectionsPerAddress(),
                        limits.connectionsFromLoopback(),
                        limits.subscriptionsPerSecond(),
                        1_024,
                        limits.targetBytes())),
                ports());

        assertThat(input(narrow, JSON, id("s"), data(1_000), data(1_000), data(1_000))
                        .status())
                .isEqualTo(200);

        assertThat(heard(ContainerProtocol.Input.class, ContainerProtocol.Input::id, "s").stream()
                        .mapToInt(said -> said.data().size())
                        .sum())
                .isEqualTo(3_000);
    }

    @Test
    void inputThatDoesNotSayForWhomItIsEndsAfterAWhile() throws Exception {
        var config = HttpConfig.from(ConfigFactory.load());
        var times = config.timeouts();
        int hasty = bind(
                config.with(new HttpConfig.Timeouts(
                        times.head(),
                        Duration.ofMillis(300),
                        times.idle(),
                        times.call(),
                        times.subscribe(),
                        times.drain())),
                ports());
        try (var client = new RawClient(hasty)) {
            var answer = client.send("POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/recordio\r\n" + JSON
                            + "Content-Length: 20000\r\n\r\n16384\n{")
                    .answer();

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    private static String beginningOfInput(String... inputs) {
        var begun = records(inputs);
        return "POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/recordio\r\n" + JSON + "Content-Length: "
                + 2 * begun.length() + "\r\n\r\n" + begun;
    }

    @Test
    void inputThatIsNotReadIsDroppedWhenItsClientGoes() throws IOException {
        try (var client = new RawClient(port)) {
            client.send(beginningOfInput(id("busy"), data(10)));
            Awaitility.await().until(() -> attempts() > 2);
        }

        var before = new AtomicInteger();
        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    int now = attempts();
                    return before.getAndSet(now) == now;
                });
    }

    private static int attempts() {
        return heard(ContainerProtocol.Input.class, ContainerProtocol.Input::id, "busy")
                .size();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"x, 404, cannot be found", "t, 500, switchboard", "s, 400, Container s has ended"})
    void inputThatIsNotTakenIsAnsweredBeforeItEnds(String id, int status, String text) throws IOException {
        try (var client = new RawClient(port)) {
            var answer = client.send(beginningOfInput(id(id))).answer();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).contains(text);
            assertThat(answer.header("Connection")).isEqualTo("close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\n{}", "-1\n{}", "1048577\n{}", "99999999999999999999\n{}", "\n{}"})
    void inputThatIsNoRecordIsRefused(String body) throws IOException {
        try (var client = new RawClient(port)) {
            var answer = client.send("POST /api/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/recordio\r\n" + JSON
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).startsWith("Failed to decode the body as RecordIO: ");
        }
    }

    @Test
    void inputThatIsOverLeavesNothingBehindThatLastsAsLongAsItsSession() throws IOException {
        assertThat(input(JSON, id("long"), data(10)).status()).isEqualTo(200);
        assertThat(input(JSON, id("long"), id("long")).status()).isEqualTo(400);
        try (var client = new RawClient(port)) {
            client.send(beginningOfInput(id("long")));
            Awaitility.await().until(() -> LONG.getNumberOfDependents() == 1);
        }

        Awaitility.await().until(() -> LONG.getNumberOfDependents() == 0);
    }

    @Test
    void inputBeginsWithASession() throws IOException {
        assertThat(input(JSON, id("x")).status()).isEqualTo(404);
        assertThat(input(JSON, id("t")).status()).isEqualTo(500);
        assertThat(input(JSON, id("s")).status()).isEqualTo(200);
        assertThat(input(JSON, id("s"), id("s")).body())
                .isEqualTo("Expecting 'attach_container_input.type' to be 'PROCESS_IO' instead of: 'CONTAINER_ID'");
        assertThat(input(JSON, id("s"), "\"type\":\"PROCESS_IO\"").body())
                .isEqualTo("Expecting 'attach_container_input.process_io' to be present");
        assertThat(input(JSON, "\"type\":\"PROCESS_IO\"").body())
                .isEqualTo("Expecting 'attach_container_input.type' to be CONTAINER_ID");
        assertThat(input(JSON, id("a.b")).body()).startsWith("Failed to validate agent::Call: ");
        assertThat(input(JSON).status()).isEqualTo(400);
        assertThat(input("", id("s")).body())
                .isEqualTo("Expecting 'Message-Content-Type' to be set for streaming requests");
    }

    @Test
    void outputSaysThatItIsThereStill() throws Exception {
        var quiet = new Attachment(box.resolve("none"), true, new CompletableFuture<>());
        var stream = new ProcessOutput(quiet, Encoding.PROTOBUF, Duration.ofMillis(10), () -> {});

        var first = Source.fromGraph(stream)
                .runWith(Sink.head(), KIT.system())
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);

        var record = ProcessIO.parseFrom(
                new RecordIoDecoder(1_000).feed(first.toArray()).get(0));
        assertThat(record.getControl().getType()).isEqualTo(ProcessIO.Control.Type.HEARTBEAT);
        assertThat(record.getControl().getHeartbeat().getInterval().getNanoseconds())
                .isEqualTo(10_000_000);
    }
}
