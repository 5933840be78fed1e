package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.States;
import io.baton.v1.master.Response;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorApiTest {
    private static final MasterEdge EDGE = new MasterEdge();

    @BeforeAll
    static void populate() {
        EDGE.state.set(States.small());
    }

    @AfterAll
    static void end() {
        EDGE.close();
    }

    private static String call(String type) throws Exception {
        var answer = EDGE.post("/api/v1", "{\"type\":\"" + type + "\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        return answer.body();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        GET_HEALTH               | {"type":"GET_HEALTH","get_health":{"healthy":true}}
        GET_VERSION              | {"type":"GET_VERSION","get_version":{"version_info":{"version":"1.12.0","build_date":"2026-01-02 03:04:05 UTC","build_time":1767323045.0,"build_user":"somebody"}}}
        GET_FLAGS                | {"type":"GET_FLAGS","get_flags":{"flags":[{"name":"port","value":"5050"},{"name":"quorum","value":"1"}]}}
        GET_LOGGING_LEVEL        | {"type":"GET_LOGGING_LEVEL","get_logging_level":{"level":0}}
        GET_OPERATIONS           | {"type":"GET_OPERATIONS","get_operations":{}}
        GET_WEIGHTS              | {"type":"GET_WEIGHTS"}
        GET_QUOTA                | {"type":"GET_QUOTA","get_quota":{"status":{}}}
        GET_EXECUTORS            | {"type":"GET_EXECUTORS","get_executors":{"executors":[]}}
        GET_ROLES                | {"type":"GET_ROLES","get_roles":{"roles":[{"name":"dev","weight":1.0,"frameworks":[{"value":"F1"}],"resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":8.0}},{"name":"mem","type":"SCALAR","scalar":{"value":16000.0}}]}]}}
        """)
    void answersAsMesosDoes(String type, String answer) throws Exception {
        assertThat(call(type)).isEqualTo(answer);
    }

    @Test
    void readsTheState() throws Exception {
        assertThat(call("GET_STATE"))
                .startsWith("{\"type\":\"GET_STATE\",\"get_state\":{\"get_tasks\":{\"tasks\":[{\"name\":\"t1\"")
                .contains("\"unreachable_tasks\":[]", "\"get_executors\":{\"executors\":[]}", "\"hostname\":\"h1\"");
        assertThat(call("GET_AGENTS")).contains("\"registered_time\":{\"nanoseconds\":1795353498926760000}");
        assertThat(call("GET_FRAMEWORKS")).contains("\"active\":true,\"connected\":true,\"recovered\":false");
        assertThat(call("GET_TASKS")).contains("\"completed_tasks\":[{\"name\":\"t0\"");
        assertThat(call("GET_MASTER"))
                .contains("\"id\":\"" + MasterEdge.ID, "\"port\":" + EDGE.port(), "\"elected_time\":");
        EDGE.state.set(States.view(States.empty(), java.util.List.of()));
        assertThat(call("GET_STATE"))
                .isEqualTo("{\"type\":\"GET_STATE\",\"get_state\":{"
                        + "\"get_tasks\":{\"tasks\":[],\"unreachable_tasks\":[],\"completed_tasks\":[]},"
                        + "\"get_executors\":{\"executors\":[]},\"get_frameworks\":{\"frameworks\":[],"
                        + "\"completed_frameworks\":[]},\"get_agents\":{\"agents\":[],\"recovered_agents\":[]}}}");
        EDGE.state.set(States.small());
    }

    @Test
    void countsMetrics() throws Exception {
        EDGE.numbers.set(new Numbers(new TreeMap<>(Map.of(
                "master/tasks_finished", 12.0,
                "master/slave_registrations", 3.0,
                "master/operations/reserve/finished", 2.0,
                "master/operations/finished", 2.0,
                "framework/F1/tasks/terminal/task_finished", 5.0,
                "framework/F1/calls/accept", 4.0,
                "framework/gone/calls/accept", 9.0))));
        var answer = EDGE.post("/api/v1", "{\"type\":\"GET_METRICS\",\"get_metrics\":{}}");

        assertThat(answer.body())
                .contains("{\"name\":\"master/tasks_running\",\"value\":2.0}")
                .contains("{\"name\":\"master/frameworks_connected\",\"value\":1.0}")
                .contains("{\"name\":\"master/cpus_total\",\"value\":8.0}")
                .contains("{\"name\":\"master/cpus_revocable_total\",\"value\":0.0}")
                .contains("{\"name\":\"allocator/mesos/resources/cpus/offered_or_allocated\",\"value\":8.0}")
                .contains("{\"name\":\"master/frameworks/fw/F1/subscribed\",\"value\":1.0}")
                .contains("{\"name\":\"master/frameworks/fw/F1/tasks/active/task_running\",\"value\":2.0}")
                .contains("{\"name\":\"master/frameworks/fw/F1/tasks/terminal/task_finished\",\"value\":5.0}")
                .contains("{\"name\":\"master/frameworks/fw/F1/calls/accept\",\"value\":4.0}")
                .contains("{\"name\":\"master/frameworks/fw/F1/calls/kill\",\"value\":0.0}")
                .contains("{\"name\":\"master/tasks_finished\",\"value\":12.0}")
                .contains("{\"name\":\"master/tasks_failed\",\"value\":0.0}")
                .contains("{\"name\":\"master/slave_registrations\",\"value\":3.0}")
                .contains("{\"name\":\"master/operations/reserve/total\",\"value\":2.0}")
                .contains("{\"name\":\"master/operations/total\",\"value\":2.0}")
                .doesNotContain("gone/calls")
                .contains("{\"name\":\"allocator/mesos/allocation_runs\",\"value\":7.0}");
    }

    @Test
    void anybodyWhoComesWithABrowserSeesWhatThereIs() throws Exception {
        for (var path : new String[] {"/", "/help"}) {
            var answer = EDGE.get(path);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html; charset=UTF-8");
            assertThat(answer.body())
                    .contains("<a href=\"/state\">/state</a>", "POST</td><td>/api/v1/scheduler", "1.12.0")
                    .doesNotContain(".json");
        }
    }

    @Test
    void choosesTheEncodingByAcceptAlone() throws Exception {
        var request = EDGE.request("/master/api/v1/", "{\"type\":\"GET_HEALTH\"}", "Accept", "application/x-protobuf");
        var answer = EDGE.client.send(request, BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-protobuf");
        assertThat(Response.parseFrom(answer.body()).getGetHealth().getHealthy())
                .isTrue();
        assertThat(EDGE.post("/api/v1", "{\"type\":\"GET_HEALTH\"}", "Accept", "text/html")
                        .statusCode())
                .isEqualTo(406);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /api/v1          | {}                            | 400 | Failed to validate master::Call: Expecting 'type' to be present
        /api/v1          | {"type":"FLY"}                | 400 | Failed to validate master::Call: Expecting 'type' to be present: one of GET_HEALTH, GET_FLAGS,
        /api/v1/nonsense | {"type":""}                   | 400 | Failed to validate master::Call: Expecting 'type' to be present
        /api/v1          | {                             | 400 | Failed to parse body into JSON:
        /api/v1          | {"type":"GET_METRICS"}        | 400 | Failed to validate master::Call: Expecting 'get_metrics' to be present
        /api/v1          | {"type":"TEARDOWN"}           | 400 | Failed to validate master::Call: Expecting 'teardown' to be present
        /api/v1          | {"type":"DRAIN_AGENT"}        | 400 | Failed to validate master::Call: Expecting 'drain_agent' to be present
        /api/v1          | {"type":"GROW_VOLUME"}        | 400 | Failed to validate master::Call: Expecting 'grow_volume' to be present
        /api/v1          | {"type":"GROW_VOLUME","grow_volume":{"agent_id":{"value":"a"},"volume":{"name":"disk","type":"SCALAR"},"addition":{"name":"disk","type":"SCALAR"}}} | 400 | Invalid GROW_VOLUME operation: Invalid resource in the 'GrowVolume.volume' field
        /api/v1          | {"type":"UNKNOWN"}            | 501 | The call UNKNOWN is not implemented yet
        /api/v1          | {"type":"READ_FILE","read_file":{"path":"/no","offset":0}} | 404 | ``
        /api/v1          | {"type":"TEARDOWN","teardown":{"framework_id":{"value":"a/b"}}} | 400 | No framework found with specified ID
        """)
    void refuses(String path, String body, int status, String text) throws Exception {
        var answer = EDGE.post(path, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith(text);
    }

    @Test
    void refusesOtherMethodsAndContentTypes() throws Exception {
        assertThat(EDGE.get("/api/v1").statusCode()).isEqualTo(405);
        assertThat(EDGE.get("/api/v1/nonsense").headers().firstValue("Allow")).hasValue("POST");
        assertThat(EDGE.post("/api/v1", "{}", "Content-Type", "text/plain").statusCode())
                .isEqualTo(415);
    }

    @Test
    void tearsDown() throws Exception {
        for (boolean form : new boolean[] {false, true}) {
            var request = form
                    ? EDGE.request("/teardown", "frameworkId=F1", "Content-Type", "application/x-www-form-urlencoded")
                    : EDGE.request(
                            "/api/v1", "{\"type\":\"TEARDOWN\",\"teardown\":{\"framework_id\":{\"value\":\"F1\"}}}");
            var call = EDGE.client.sendAsync(request, BodyHandlers.ofString());
            EDGE.expect(FrameworkProtocol.Teardown.class).replyTo().tell(CallAnswer.OK);
            assertThat(call.get().statusCode()).isEqualTo(200);
            assertThat(call.get().headers().firstValue("Content-Type")).isEmpty();

            call = EDGE.client.sendAsync(request, BodyHandlers.ofString());
            EDGE.expect(FrameworkProtocol.Teardown.class)
                    .replyTo()
                    .tell(CallAnswer.badRequest("No framework found with specified ID"));
            assertThat(call.get().statusCode()).isEqualTo(400);
        }
        var missing = EDGE.post("/teardown", "");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body()).isEqualTo("Missing 'frameworkId' query parameter in the request body");
    }

    @ParameterizedTest(name = "an agent whose owner answers {0} {1}")
    @CsvSource({"200, '', 200", "404, there is no agent 'S1', 404", "503, the masters cannot agree now, 503"})
    void marksAnAgentGone(int status, String message, int expected) throws Exception {
        var request = EDGE.request(
                "/api/v1", "{\"type\":\"MARK_AGENT_GONE\",\"mark_agent_gone\":{\"agent_id\":{\"value\":\"S1\"}}}");
        var call = EDGE.client.sendAsync(request, BodyHandlers.ofString());

        EDGE.agents
                .expectMessageClass(AgentProtocol.MarkGone.class, Duration.ofSeconds(20))
                .replyTo()
                .tell(new CallAnswer(status, message));

        assertThat(call.get().statusCode()).isEqualTo(expected);
        assertThat(call.get().body()).isEqualTo(message);
        assertThat(call.get().headers().firstValue("Retry-After").isPresent()).isEqualTo(expected == 503);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"DRAIN_AGENT", "DEACTIVATE_AGENT", "REACTIVATE_AGENT"})
    void asksTheAgentsOwner(String type) throws Exception {
        var field = type.toLowerCase(java.util.Locale.ROOT);
        var grace = type.equals("DRAIN_AGENT") ? ",\"max_grace_period\":{\"seconds\":2,\"nanos\":5}" : "";
        var body = "{\"type\":\"" + type + "\",\"" + field + "\":{\"agent_id\":{\"value\":\"S1\"}" + grace + "}}";
        var call = EDGE.client.sendAsync(EDGE.request("/api/v1", body), BodyHandlers.ofString());

        var asked = EDGE.agents.receiveMessage(Duration.ofSeconds(20));
        var answer = CallAnswer.badRequest("there is no agent 'S1'");
        if (asked instanceof AgentProtocol.Drain drain) {
            assertThat(drain.config().getMaxGracePeriod().getNanoseconds()).isEqualTo(2_000_000_005L);
            assertThat(drain.config().hasMarkGone()).isFalse();
            drain.replyTo().tell(answer);
        } else if (asked instanceof AgentProtocol.Deactivate deactivate) {
            deactivate.replyTo().tell(answer);
        } else {
            ((AgentProtocol.Reactivate) asked).replyTo().tell(answer);
        }

        assertThat(call.get().statusCode()).isEqualTo(400);
        assertThat(call.get().body()).isEqualTo("there is no agent 'S1'");
    }

    @ParameterizedTest(name = "{0} s and {1} ns")
    @CsvSource({
        "0, 0, 0",
        "0, 999999999, 999999999",
        "9223372036, 854775807, 9223372036854775807",
        "315576000000, 1, 9223372036854775807",
        "0, -1, -1",
        "-1, 0, -1",
        "1, -2000000000, -1",
        "0, 1000000000, -1"
    })
    void theGracePeriodOfADrainIsNeverNegative(long seconds, int nanos, long nanoseconds) throws Exception {
        var body = "{\"type\":\"DRAIN_AGENT\",\"drain_agent\":{\"agent_id\":{\"value\":\"S1\"},"
                + "\"max_grace_period\":{\"seconds\":" + seconds + ",\"nanos\":" + nanos + "}}}";
        var call = EDGE.client.sendAsync(EDGE.request("/api/v1", body), BodyHandlers.ofString());

        if (nanoseconds >= 0) {
            var drain = EDGE.agents.expectMessageClass(AgentProtocol.Drain.class, Duration.ofSeconds(20));
            assertThat(drain.config().getMaxGracePeriod().getNanoseconds()).isEqualTo(nanoseconds);
            drain.replyTo().tell(CallAnswer.OK);
        }
        assertThat(call.get().statusCode()).isEqualTo(nanoseconds < 0 ? 400 : 200);
    }

    @Test
    void lists() throws Exception {
        assertThat(EDGE.get("/api/v1/masters").body())
                .isEqualTo("{\"masters\":[{\"http\":\"127.0.0.1:5050\",\"link\":\"127.0.0.1:5060\"}]}");
        assertThat(EDGE.get("/api/v1/agents").body()).startsWith("{\"agents\":[{\"agent_info\":");
        assertThat(EDGE.get("/api/v1/frameworks").body()).startsWith("{\"frameworks\":[{\"framework_info\":");
        assertThat(EDGE.get("/api/v1/tasks?_ts=1").body()).startsWith("{\"tasks\":[{\"name\":\"t1\"");
        assertThat(EDGE.get("/api/v1/offers").body()).startsWith("{\"offers\":[{\"id\":{\"value\":\"O1\"}");
    }
}
