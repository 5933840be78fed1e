package io.baton.httpapi.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.core.operation.MaintenanceDesk;
import io.baton.core.protocol.CallAnswer;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.States;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainState;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.MachineID;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import io.baton.v1.maintenance.Schedule;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyApiTest {
    private static final Set<String> TAGGED_BY_CONTENT =
            Set.of("/flags", "/roles", "/weights", "/quota", "/version", "/files/debug");

    private static final MasterEdge EDGE = new MasterEdge();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @BeforeAll
    static void populate() {
        EDGE.state.set(States.small());
    }

    @AfterAll
    static void end() {
        EDGE.close();
    }

    private static JsonNode json(String path) throws Exception {
        var answer = EDGE.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        return JSON.readTree(answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/state", "/master/state", "/state.json", "/master/state?_ts=1"})
    void showsTheState(String path) throws Exception {
        var state = json(path);

        assertThat(state.fieldNames())
                .toIterable()
                .contains(
                        "version",
                        "id",
                        "pid",
                        "hostname",
                        "start_time",
                        "elected_time",
                        "activated_slaves",
                        "deactivated_slaves",
                        "leader",
                        "leader_info",
                        "flags",
                        "slaves",
                        "frameworks",
                        "completed_frameworks",
                        "orphan_tasks",
                        "unregistered_frameworks");
        assertThat(state.at("/slaves/0/resources").toString())
                .isEqualTo("{\"disk\":0.0,\"mem\":16000.0,\"gpus\":0.0,\"cpus\":8.0,\"ports\":\"[31000-32000]\"}");
        assertThat(state.at("/slaves/0/registered_time").asDouble()).isEqualTo(1795353498.92676);
        var framework = state.at("/frameworks/0");
        assertThat(framework.fieldNames())
                .toIterable()
                .contains(
                        "name",
                        "user",
                        "active",
                        "connected",
                        "registered_time",
                        "used_resources",
                        "offered_resources",
                        "capabilities",
                        "tasks",
                        "completed_tasks",
                        "executors");
        assertThat(framework.at("/tasks/0/slave_id").asText()).isEqualTo("S0");
        assertThat(framework.at("/tasks/0/resources/cpus").asDouble()).isEqualTo(0.1);
        assertThat(framework.at("/tasks/0/statuses/0/state").asText()).isEqualTo("TASK_RUNNING");
        assertThat(framework.at("/tasks/0/role").asText()).isEqualTo("dev");
        assertThat(framework.at("/offers/0/id").asText()).isEqualTo("O1");
    }

    @Test
    void showsExecutorsWithTheirRoleAndACommandAlsoIfTheyHaveNone() throws Exception {
        var state = States.small().state().toBuilder();
        var executor = state.getGetExecutorsBuilder().addExecutorsBuilder();
        executor.getAgentIdBuilder().setValue("S0");
        var info = executor.getExecutorInfoBuilder().setType(ExecutorInfo.Type.DEFAULT);
        info.getExecutorIdBuilder().setValue("e");
        info.getFrameworkIdBuilder().setValue("F1");
        States.resources(1, 32, "dev")
                .forEach(resource -> info.addResources(resource.toBuilder()
                        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("dev"))));
        EDGE.state.set(States.view(state.build(), List.of()));

        try {
            var shown = json("/state").at("/frameworks/0/executors/0");

            assertThat(shown.get("role").asText()).isEqualTo("dev");
            assertThat(shown.get("command").isObject()).isTrue();
        } finally {
            EDGE.state.set(States.small());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/state", "/frameworks"})
    void showsFrameworksThatAreInNoRole(String path) throws Exception {
        var state = States.small().state().toBuilder();
        var frameworks = state.getGetFrameworksBuilder();
        frameworks.getFrameworksBuilder(0).getFrameworkInfoBuilder().clearRoles();
        var old = frameworks.getFrameworks(0).toBuilder();
        old.getFrameworkInfoBuilder().clearCapabilities().getIdBuilder().setValue("F2");
        frameworks.addFrameworks(old);
        EDGE.state.set(States.view(state.build(), List.of()));
        try {
            var shown = json(path).get("frameworks");
            assertThat(shown.at("/0/roles").isArray()).isTrue();
            assertThat(shown.at("/0/roles")).isEmpty();
            assertThat(shown.get(0).has("role")).isFalse();
            assertThat(shown.at("/1/role").asText()).isEqualTo("*");
            assertThat(shown.get(1).has("roles")).isFalse();
            assertThat(EDGE.get("/state-summary").statusCode()).isEqualTo(200);
            assertThat(EDGE.get("/roles").statusCode()).isEqualTo(200);
        } finally {
            EDGE.state.set(States.small());
        }
    }

    @Test
    void showsTheLimitsOfATask() throws Exception {
        var state = States.small().state().toBuilder();
        state.getGetTasksBuilder()
                .getTasksBuilder(0)
                .putLimits("cpus", Value.Scalar.newBuilder().setValue(2).build())
                .putLimits(
                        "mem",
                        Value.Scalar.newBuilder()
                                .setValue(Double.POSITIVE_INFINITY)
                                .build());
        EDGE.state.set(States.view(state.build(), List.of()));
        try {
            var tasks = json("/state").at("/frameworks/0/tasks");
            assertThat(tasks.at("/0/limits").toString()).isEqualTo("{\"cpus\":2.0,\"mem\":\"Infinity\"}");
            assertThat(tasks.get(1).has("limits")).isFalse();
        } finally {
            EDGE.state.set(States.small());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/state", "/state-summary", "/slaves"})
    void showsThatAnAgentIsDraining(String path) throws Exception {
        assertThat(json(path).at("/slaves/0").has("drain_info")).isFalse();
        var state = States.small().state().toBuilder();
        var agent = state.getGetAgentsBuilder().getAgentsBuilder(0);
        agent.getDrainInfoBuilder()
                .setState(DrainState.DRAINING)
                .getConfigBuilder()
                .setMarkGone(false);
        agent.getEstimatedDrainStartTimeBuilder().setNanoseconds(1_795_354_359_500_000_000L);
        EDGE.state.set(States.view(state.build(), List.of()));
        try {
            var shown = json(path).at("/slaves/0");
            assertThat(shown.get("drain_info").toString())
                    .isEqualTo("{\"state\":\"DRAINING\",\"config\":{\"mark_gone\":false}}");
            assertThat(shown.get("estimated_drain_start_time_seconds").toString())
                    .isEqualTo("1795354359");
        } finally {
            EDGE.state.set(States.small());
        }
    }

    @ParameterizedTest
    @CsvSource({"/state, 1", "/slaves, 1", "/slaves?slave_id=S7, 1", "/slaves?slave_id=S0, 0"})
    void showsAgentsThatHaveNotComeBack(String path, int number) throws Exception {
        var state = States.small().state().toBuilder();
        state.getGetAgentsBuilder()
                .addRecoveredAgents(AgentInfo.newBuilder()
                        .setId(AgentID.newBuilder().setValue("S7"))
                        .setHostname("h7")
                        .setPort(5051));
        EDGE.state.set(States.view(state.build(), List.of()));
        try {
            var shown = json(path).at("/recovered_slaves");
            assertThat(shown).hasSize(number);
            assertThat(shown).allSatisfy(agent -> assertThat(agent.toString())
                    .isEqualTo("{\"id\":\"S7\",\"hostname\":\"h7\",\"port\":5051,\"attributes\":{}}"));
        } finally {
            EDGE.state.set(States.small());
        }
    }

    @Test
    void saysWhetherItLivesAndWhetherItShouldBeSentRequests() throws Exception {
        assertThat(EDGE.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(EDGE.get("/health/ready").statusCode()).isEqualTo(200);

        EDGE.problem("this master is stopping");
        try {
            assertThat(EDGE.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(EDGE.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(EDGE.get("/health/ready").body()).isEqualTo("this master is stopping\n");
        } finally {
            EDGE.problem(null);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/state",
                "/state-summary",
                "/tasks",
                "/frameworks",
                "/slaves.json",
                "/roles",
                "/flags",
                "/weights",
                "/quota",
                "/version",
                "/files/debug",
                "/api/v1/tasks"
            })
    void saysThatNothingHasChanged(String path) throws Exception {
        var first = EDGE.get(path);
        var tag = first.headers().firstValue("ETag").orElseThrow();

        var second = EDGE.client.send(
                HttpRequest.newBuilder(EDGE.uri(path))
                        .header("If-None-Match", "\"other\", " + tag)
                        .build(),
                BodyHandlers.ofString());

        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(second.headers().firstValue("ETag")).hasValue(tag);

        EDGE.state.set(States.small());
        var third = EDGE.client.send(
                HttpRequest.newBuilder(EDGE.uri(path))
                        .header("If-None-Match", TAGGED_BY_CONTENT.contains(path) ? "\"x\"" : tag)
                        .build(),
                BodyHandlers.ofString());
        assertThat(third.statusCode()).isEqualTo(200);
    }

    @Test
    void showsTheHost() throws Exception {
        assertThat(json("/system/stats.json").fieldNames())
                .toIterable()
                .contains("avg_load_1min", "avg_load_5min", "avg_load_15min", "cpus_total", "mem_total_bytes");
    }

    @Test
    void showsTheSummary() throws Exception {
        var summary = json("/state-summary");

        assertThat(summary.at("/frameworks/0/TASK_RUNNING").asInt()).isEqualTo(2);
        assertThat(summary.at("/frameworks/0/TASK_FINISHED").asInt()).isEqualTo(1);
        assertThat(summary.at("/frameworks/0/slave_ids").toString()).isEqualTo("[\"S0\"]");
        assertThat(summary.at("/slaves/0/framework_ids").toString()).isEqualTo("[\"F1\"]");
        assertThat(summary.at("/slaves/0/TASK_RUNNING").asInt()).isEqualTo(2);
    }

    @Test
    void selects() throws Exception {
        assertThat(json("/slaves?slave_id=S0")
                        .at("/slaves/0/used_resources_full/0/name")
                        .asText())
                .isEqualTo("cpus");
        assertThat(json("/slaves?slave_id=nope").get("slaves")).isEmpty();
        assertThat(json("/slaves").has("recovered_slaves")).isTrue();
        assertThat(json("/frameworks?framework_id=F1").at("/frameworks/0/id").asText())
                .isEqualTo("F1");
        assertThat(json("/frameworks?framework_id=nope").get("frameworks")).isEmpty();
        assertThat(json("/tasks").get("tasks").findValuesAsText("id")).containsExactly("t2", "t1", "t0");
        assertThat(json("/tasks?order=asc&limit=1&offset=1").get("tasks").findValuesAsText("id"))
                .containsExactly("t1");
        assertThat(json("/tasks?task_id=t0&framework_id=F1").get("tasks")).hasSize(1);
        assertThat(json("/roles").at("/roles/0/quota/consumed/cpus").asDouble()).isEqualTo(0.2);
        assertThat(json("/flags").at("/flags/port").asText()).isEqualTo("5050");
        assertThat(json("/weights").isArray()).isTrue();
        assertThat(json("/quota").isObject()).isTrue();
        var metrics = json("/metrics/snapshot");
        assertThat(metrics.get("master/elected").asDouble()).isEqualTo(1.0);
        assertThat(metrics.fieldNames())
                .toIterable()
                .contains(
                        "master/messages_decline_offers",
                        "master/messages_kill_task",
                        "master/operator_event_stream_subscribers",
                        "master/operations/pending",
                        "master/operations/grow_volume/pending",
                        "master/event_queue_messages");
        assertThat(json("/state").get("build_user").asText()).isEqualTo("somebody");
        assertThat(json("/version").toString())
                .isEqualTo("{\"build_date\":\"2026-01-02 03:04:05 UTC\",\"build_time\":1.767323045E9,"
                        + "\"build_user\":\"somebody\",\"version\":\"1.12.0\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "limit=x, t2 t1 t0",
        "limit=9999999999, t2 t1 t0",
        "limit=-1, t2 t1 t0",
        "limit=0, ''",
        "offset=x, t2 t1 t0",
        "offset=-1, ''",
        "offset=1&limit=-1, t1 t0",
        "order=des, t2 t1 t0",
        "order=up, t2 t1 t0"
    })
    void passesOverWhatMesosPassesOver(String query, String ids) throws Exception {
        assertThat(String.join(" ", json("/tasks?" + query).get("tasks").findValuesAsText("id")))
                .isEqualTo(ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/state?jsonp=alert(1)", "/version?jsonp=alert(1)", "/tasks?a=%zz"})
    void refusesBadParameters(String path) throws Exception {
        try (var client = EDGE.raw()) {
            var answer =
                    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/state?",
                "/version?",
                "/maintenance/schedule?",
                "/maintenance/status?",
                "/files/browse?path=/master/log&",
                "/files/read?path=/master/log&"
            })
    void wrapsAnswersForScripts(String path) throws Exception {
        EDGE.maintenance.set(new NoMaintenance());
        EDGE.log.writesTo(Files.createFile(directory.resolve("baton.log")));
        var answer = EDGE.get(path + "jsonp=cb");

        assertThat(answer.body()).matches("cb\\([{\\[].*[}\\]]\\)");
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/javascript");
    }

    private static final class NoMaintenance implements MaintenanceDesk {
        @Override
        public Maintenance current() {
            return new Maintenance(Schedule.getDefaultInstance(), List.of());
        }

        @Override
        public CompletionStage<CallAnswer> update(Schedule schedule) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<CallAnswer> start(List<MachineID> machines) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<CallAnswer> stop(List<MachineID> machines) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void compressesWhenAsked() throws Exception {
        var request = HttpRequest.newBuilder(EDGE.uri("/state"))
                .header("Accept-Encoding", "gzip")
                .build();
        var answer = EDGE.client.send(request, BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        var text = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(new String(text, StandardCharsets.UTF_8)).startsWith("{\"build_date\":");
    }

    @Test
    void redirectsToItselfAlsoForAbsoluteTargets() throws Exception {
        for (var target :
                new String[] {"/redirect", "/master/redirect", "http://127.0.0.1:" + EDGE.port() + "/redirect"}) {
            try (var client = EDGE.raw()) {
                var answer = client.send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + EDGE.port()
                                + "\r\nUpgrade: h2c\r\n\r\n")
                        .answer();
                assertThat(answer.status()).as(answer.body()).isEqualTo(307);
                assertThat(answer.header("Location")).isEqualTo("//127.0.0.1:" + EDGE.port());
                assertThat(answer.header("Content-Length")).isEqualTo("0");
            }
        }
        assertThat(EDGE.get("/redirect/x").statusCode()).isEqualTo(404);
    }

    @Test
    void tellsHealthAndNothingElse() throws Exception {
        for (var path : new String[] {"/health", "/master/health"}) {
            var answer = EDGE.get(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("Server")).isEmpty();
        }
        var nope = EDGE.get("/no/such/endpoint");
        assertThat(nope.statusCode()).isEqualTo(404);
        assertThat(nope.body()).isEqualTo("404 Not Found.");
        assertThat(EDGE.get("/metrics").body())
                .contains("baton_http_requests_total{route=\"GET /health\",status=\"200\"}");
    }
}
