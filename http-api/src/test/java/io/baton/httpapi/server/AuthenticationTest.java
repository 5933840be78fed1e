package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Credentials;
import io.baton.core.security.CredentialsConfig;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.MasterEdge;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationTest {
    private static final Credentials KNOWN =
            CredentialsConfig.parse("{\"credentials\": [{\"principal\": \"ann\", \"secret\": \"pass:word\"},"
                    + " {\"principal\": \"bot\", \"token\": \"t0ken\"},"
                    + " {\"principal\": \"marathon\", \"secret\": \"m\", \"for\": [\"frameworks\"]},"
                    + " {\"principal\": \"prometheus\", \"token\": \"p\", \"for\": [\"reads\"]},"
                    + " {\"principal\": \"host\", \"secret\": \"h\", \"for\": [\"agents\"]}]}");
    private static final MasterEdge EDGE =
            new MasterEdge(MasterEdge.config().with(new AuthenticationConfig(KNOWN, true, true, true, false, false)));
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"%s}}}";

    @AfterAll
    static void end() {
        EDGE.close();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> send(String method, String path, String authorization) throws Exception {
        var request = HttpRequest.newBuilder(EDGE.uri(path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (method.equals("GET")) {
            request.GET();
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString("{\"type\":\"GET_HEALTH\"}"))
                    .header("Content-Type", "application/json");
        }
        return EDGE.client.send(request.build(), BodyHandlers.ofString());
    }

    @ParameterizedTest(name = "{0} {1} as {2}")
    @CsvSource(delimiter = '|', textBlock = """
        GET  | /state            | ann:pass:word | 200
        GET  | /state            | ann:wrong     | 401
        GET  | /state            | bob:pass:word | 401
        GET  | /state            |               | 401
        GET  | /master/slaves    |               | 401
        GET  | /metrics          |               | 401
        GET  | /api/v1/tasks     |               | 401
        GET  | /health           |               | 200
        GET  | /version          |               | 200
        GET  | /redirect         |               | 307
        GET  | /api/v1/masters   |               | 200
        GET  | /no/such          |               | 404
        POST | /api/v1           | ann:pass:word | 200
        POST | /api/v1           |               | 401
        POST | /teardown         |               | 401
        POST | /api/v1/scheduler |               | 401
        PUT  | /api/v1/store/n/k |               | 401
        """)
    void knowsWhoMayDoWhat(String method, String path, String who, int status) throws Exception {
        var answer = send(method, path, who == null ? "" : basic(who));

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(answer.headers().allValues("WWW-Authenticate"))
                    .hasSize(2)
                    .allMatch(
                            text -> text.startsWith("Basic realm=\"mesos-master-") || text.startsWith("Bearer realm="));
        }
    }

    /** A path that is new is in it: none is open because nobody thought of it. */
    @Test
    void whateverThereIsIsClosedButWhatIsForAll() throws Exception {
        var help = send("GET", "/help", basic("ann:pass:word")).body();
        var rows = Pattern.compile("<tr><td>([A-Z, ]+)</td><td>(?:<a href=\"[^\"]*\">)?([^<]*)")
                .matcher(help);
        var open = new TreeSet<String>();
        int closed = 0;
        while (rows.find()) {
            var path = rows.group(2);
            for (var method : rows.group(1).split(", ")) {
                if (send(method, path, "").statusCode() == 401) {
                    closed++;
                } else {
                    open.add(method + " " + path);
                }
            }
        }
        assertThat(open)
                .containsExactly(
                        "GET /api/v1/masters",
                        "GET /health",
                        "GET /health/live",
                        "GET /health/ready",
                        "GET /redirect",
                        "GET /version");
        assertThat(closed).isGreaterThan(40);
    }

    /** The settings say what is closed; an entry's {@code for} says which of it that credential opens. */
    @ParameterizedTest(name = "{0} {1} as {2}")
    @CsvSource(delimiter = '|', textBlock = """
        POST | /api/v1/scheduler | marathon:m  | 400
        PUT  | /api/v1/store/n/k | marathon:m  | 503
        GET  | /state            | marathon:m  | 403
        POST | /api/v1           | marathon:m  | 403
        POST | /teardown         | marathon:m  | 403
        GET  | /api/v1/operator/snapshot | marathon:m | 403
        GET  | /logging/toggle   | marathon:m  | 403
        GET  | /state            | Bearer p    | 200
        GET  | /api/v1/operator/snapshot | Bearer p | 403
        POST | /api/v1           | Bearer p    | 403
        GET  | /state            | host:h      | 403
        POST | /api/v1           | host:h      | 403
        POST | /api/v1/scheduler | host:h      | 403
        GET  | /health           | host:h      | 200
        GET  | /state            | host:wrong  | 401
        """)
    void aCredentialOpensWhatItIsFor(String method, String path, String who, int status) throws Exception {
        var answer = send(method, path, who.startsWith("Bearer ") ? who : basic(who));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 403) {
            assertThat(answer.body()).contains("is not for '");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        POST | /api/v1/scheduler | mesos-master-scheduler
        GET  | /state            | mesos-master-readonly
        POST | /api/v1           | mesos-master-readwrite
        GET  | /logging/toggle   | mesos-master-readwrite
        GET  | /api/v1/operator/snapshot | mesos-master-readwrite
        """)
    void namesItsRealmsAsMesosDoes(String method, String path, String realm) throws Exception {
        assertThat(send(method, path, "").headers().allValues("WWW-Authenticate"))
                .containsExactly("Basic realm=\"" + realm + "\"", "Bearer realm=\"" + realm + "\"");
    }

    @ParameterizedTest(name = "frameworks {0}, reads {1}, writes {2}")
    @CsvSource({"true, false, false", "false, true, false", "false, false, true", "false, false, false"})
    void theRegistrysSnapshotIsAsClosedAsAllItHolds(boolean frameworks, boolean reads, boolean writes) {
        var gate = new Gate(new AuthenticationConfig(KNOWN, frameworks, reads, writes, false, false));

        assertThat(gate.judge("GET", "/api/v1/operator/snapshot", Optional.empty())
                        .refusal()
                        .isPresent())
                .isEqualTo(frameworks || reads || writes);
        assertThat(gate.judge("GET", "/api/v1/operator/status", Optional.empty())
                        .refusal()
                        .isPresent())
                .isEqualTo(reads);
    }

    @ParameterizedTest(name = "reads {0}, writes {1}")
    @CsvSource({"true, false", "false, true", "false, false"})
    void theLogIsClosedToStrangersWhereReadsAre(boolean reads, boolean writes) {
        var gate = new Gate(new AuthenticationConfig(KNOWN, false, reads, writes, false, false));

        assertThat(gate.judge("GET", "/logging/toggle", Optional.empty())
                        .refusal()
                        .isPresent())
                .isEqualTo(reads || writes);
    }

    @Test
    void anAgentsLogIsNotForReadersEither() {
        var agent = new Gate(
                new AuthenticationConfig(KNOWN, false, false, true, false, false), new ExecutorTokens(new byte[32]));

        assertThat(agent.judge("GET", "/logging/toggle", Optional.empty()).refusal())
                .hasValueSatisfying(refusal ->
                        assertThat(refusal.headers().toString()).contains("Basic realm=\"mesos-agent-readwrite\""));
        assertThat(agent.judge("GET", "/state", Optional.empty()).refusal()).isEmpty();
    }

    @Test
    void takesTokens() throws Exception {
        assertThat(send("GET", "/state", "Bearer t0ken").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/state", "bearer t0ken").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/state", "Bearer other").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/state", "Digest x").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/state", "Basic ???").statusCode()).isEqualTo(401);
    }

    @Test
    void whoGuessesIsToldToWait() throws Exception {
        try (var edge = new MasterEdge(
                MasterEdge.config().with(new AuthenticationConfig(KNOWN, true, true, true, false, false)))) {
            int refused = 0;
            for (int i = 0; i < 40 && refused == 0; i++) {
                var request = HttpRequest.newBuilder(edge.uri("/state")).header("Authorization", basic("ann:" + i));
                var answer = edge.client.send(request.build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).isIn(401, 429);
                if (answer.statusCode() == 429) {
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                    refused++;
                }
            }
            assertThat(refused).isPositive();
        }
    }

    @Test
    void aFrameworksPrincipalIsTheOneThatAuthenticates() throws Exception {
        var other = EDGE.post(
                "/api/v1/scheduler",
                String.format(SUBSCRIBE, ",\"principal\":\"bob\""),
                "Authorization",
                basic("ann:pass:word"));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("Authenticated principal 'ann' does not match principal 'bob'");

        var call = EDGE.request(
                "/api/v1/scheduler", String.format(SUBSCRIBE, ""), "Authorization", basic("ann:pass:word"));
        var stream = EDGE.client.send(call, BodyHandlers.ofInputStream());
        var subscribe = EDGE.expect(FrameworkProtocol.Subscribe.class);
        assertThat(subscribe.info().getPrincipal()).isEqualTo("ann");
        EDGE.accept(subscribe);
        stream.body().read();

        // Another principal, though it knows the stream's id: the framework's entity has to judge.
        var streamId = stream.headers().firstValue("Mesos-Stream-Id").orElseThrow();
        var revive = "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\""
                + subscribe.id().value() + "\"}}";
        var refused = EDGE.client.sendAsync(
                EDGE.request("/api/v1/scheduler", revive, "Authorization", "Bearer t0ken", "Mesos-Stream-Id", streamId),
                BodyHandlers.ofString());
        var asked = EDGE.expect(FrameworkProtocol.Invoke.class);
        assertThat(asked.principal()).hasValue("bot");
        asked.replyTo().tell(CallAnswer.badRequest("no"));
        assertThat(refused.get().statusCode()).isEqualTo(400);
        stream.body().close();
    }

    @Test
    void whatIsSaidWhereNothingHasToBeIsPassedOver() throws Exception {
        try (var open = new MasterEdge()) {
            var request = HttpRequest.newBuilder(open.uri("/state")).header("Authorization", basic("x:y"));

            assertThat(open.client
                            .send(request.build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
