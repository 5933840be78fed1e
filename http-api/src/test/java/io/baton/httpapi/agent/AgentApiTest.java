package io.baton.httpapi.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.AgentHttp;
import io.baton.httpapi.AgentPorts;
import io.baton.httpapi.FakeLog;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.States;
import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.AgentInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerStatus;
import io.baton.v1.DrainConfig;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.TaskState;
import io.baton.v1.UUID;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final Map<String, ResourceStatistics> USAGE = Map.of(
            "c1",
            ResourceStatistics.newBuilder()
                    .setTimestamp(0)
                    .setCpusUserTimeSecs(1.5)
                    .setCpusSystemTimeSecs(0.5)
                    .setMemTotalBytes(4096)
                    .build());

    private static final Operation OPERATION = Operation.newBuilder()
            .setFrameworkId(FrameworkID.newBuilder().setValue("F1"))
            .setInfo(Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE))
            .setLatestStatus(OperationStatus.newBuilder().setState(OperationState.OPERATION_FINISHED))
            .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("0123456789abcdef")))
            .build();
    private static final FakeLog LOG = new FakeLog();

    @TempDir
    private static Path root;

    private static volatile Supplier<AgentSnapshot> picture = AgentApiTest::snapshot;
    private static Path box;
    private static HttpBinding binding;

    @BeforeAll
    static void start() throws Exception {
        box = Files.createDirectories(root.resolve("slaves/S0/frameworks/F1/executors/t1/runs/c1"));
        Files.writeString(box.resolve("letters"), "abcdefghij");
        Files.writeString(box.resolve("umlaut"), "aä€");
        Files.createSymbolicLink(box.resolve("shadow"), Path.of("/etc/passwd"));
        var config = HttpConfig.from(ConfigFactory.load())
                .at("127.0.0.1", 0)
                .with(new HttpConfig.Files(1 << 20, 1 << 20, 100, 2, Duration.ofMinutes(1), Duration.ofMillis(20)));
        var ports = new AgentPorts(
                AgentApiTest::snapshot,
                () -> CompletableFuture.completedFuture(picture.get()),
                root,
                said -> {},
                AgentApiTest::hear,
                () -> CompletableFuture.completedFuture(USAGE),
                new PrometheusRegistry(),
                States.VERSION,
                Instant.now(),
                new TreeMap<>(Map.of("port", "5051")),
                LOG,
                new ExecutorTokens(ExecutorTokens.freshKey()),
                new AgentHost("10.0.0.7", 4, 8L << 30, true));
        binding = AgentHttp.bind(KIT.system(), config, ports)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    /** An agent with a container of its own, and one in that, which end at once when they are waited for. */
    private static void hear(ContainerProtocol message) {
        var own = ContainerID.newBuilder().setValue("own");
        if (message instanceof ContainerProtocol.Launch m) {
            m.answer()
                    .complete(
                            m.id().getValue().equals("own")
                                    ? CallAnswer.ACCEPTED
                                    : new CallAnswer(200, m.wanted().toString()));
        } else if (message instanceof ContainerProtocol.Wait m) {
            boolean known = m.id().getValue().equals("own");
            m.answer().complete(new ContainerProtocol.Ended(known, known ? Optional.of(9) : Optional.empty()));
        } else if (message instanceof ContainerProtocol.Kill m) {
            m.answer().complete(m.signal() == 9 ? CallAnswer.OK : CallAnswer.badRequest("signal " + m.signal()));
        } else if (message instanceof ContainerProtocol.Remove m) {
            m.answer().complete(CallAnswer.OK);
        } else if (message instanceof ContainerProtocol.PruneImages m) {
            m.answer().complete(m.excluded().isEmpty() ? CallAnswer.OK : new CallAnswer(500, m.excluded() + ""));
        } else if (message instanceof ContainerProtocol.ListRunning m) {
            var inner = ContainerID.newBuilder().setValue("inner").setParent(own);
            m.answer().complete(List.of(status(own), status(inner)));
        }
    }

    private static ContainerStatus status(ContainerID.Builder id) {
        return ContainerStatus.newBuilder().setContainerId(id).setExecutorPid(7).build();
    }

    private static AgentSnapshot queueing() {
        var now = snapshot();
        var tasks = new ArrayList<>(now.tasks());
        tasks.add(new RunningTask(States.task("t2", TaskState.TASK_STAGING, 1), "c2", "", true));
        return new AgentSnapshot(
                now.agent(),
                now.total(),
                now.master(),
                now.frameworks(),
                now.completedFrameworks(),
                tasks,
                now.completed(),
                now.executors(),
                now.counters(),
                now.drain(),
                now.operations());
    }

    private static AgentSnapshot snapshot() {
        var agent =
                AgentInfo.newBuilder().setHostname("h1").setPort(5051).addAllResources(States.resources(8, 16000, ""));
        agent.getIdBuilder().setValue("S0");
        var info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName("fw")
                .setPrincipal("ops")
                .setRole("dev");
        info.getIdBuilder().setValue("F1");
        var reserved = States.resources(2, 32, "").get(0).toBuilder();
        reserved.clearRole().addReservationsBuilder().setRole("prod");
        var total = new ArrayList<>(States.resources(6, 16000, ""));
        total.add(reserved.build());
        return new AgentSnapshot(
                agent.build(),
                total,
                Optional.of("m1"),
                List.of(info.build()),
                List.of(),
                List.of(new RunningTask(States.task("t1", TaskState.TASK_RUNNING, 1), "c1", box.toString(), false)),
                List.of(new RunningTask(States.task("t0", TaskState.TASK_FINISHED, 1), "c0", "", false)),
                AgentSnapshot.Executors.NONE,
                Map.of("slave/recovery_errors", 0.0),
                Optional.of(new AgentSnapshot.Drain(
                        DrainConfig.newBuilder().setMarkGone(true).build(), Instant.ofEpochMilli(1500))),
                List.of(OPERATION));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + binding.address().getPort() + path);
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String body) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + binding.address().getPort() + "/slave(1)/api/v1");
        var request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void showsTheStateInTheOldWords() throws Exception {
        for (var path : new String[] {"/state", "/slave(1)/state", "/slave%281%29/state", "/state.json"}) {
            var state = json(get(path));
            assertThat(state.fieldNames())
                    .toIterable()
                    .contains(
                            "version",
                            "start_time",
                            "pid",
                            "hostname",
                            "resources",
                            "attributes",
                            "flags",
                            "frameworks",
                            "completed_frameworks");
            var executor = state.at("/frameworks/0/executors/0");
            assertThat(executor.get("id").asText()).isEqualTo("t1");
            assertThat(executor.get("directory").asText()).isEqualTo(box.toString());
            assertThat(executor.get("container").asText()).isEqualTo("c1");
            assertThat(state.get("pid").asText()).isEqualTo("slave(1)@10.0.0.7:5051");
            assertThat(state.get("hostname").asText()).isEqualTo("h1");
            assertThat(state.get("master_hostname").asText()).isEqualTo("m1");
            assertThat(state.at("/frameworks/0/principal").asText()).isEqualTo("ops");
            assertThat(state.at("/frameworks/0/role").asText()).isEqualTo("dev");
            assertThat(executor.at("/tasks/0/state").asText()).isEqualTo("TASK_RUNNING");
            assertThat(state.at("/frameworks/0/completed_executors/0/completed_tasks/0/id")
                            .asText())
                    .isEqualTo("t0");
        }
        assertThat(json(get("/containers?container_id=c1"))).hasSize(1);
        assertThat(json(get("/containers?container_id=c2"))).isEmpty();
        assertThat(json(get("/containers")).at("/0/statistics/mem_limit_bytes").asLong())
                .isEqualTo(32L << 20);
        assertThat(json(get("/monitor/statistics")).at("/0/executor_id").asText())
                .isEqualTo("t1");
        assertThat(json(get("/monitor/statistics"))
                        .at("/0/statistics/cpus_user_time_secs")
                        .asDouble())
                .isEqualTo(1.5);
        assertThat(get("/metrics").body())
                .contains("baton_container_cpu_seconds{container=\"c1\",executor=\"t1\",framework=\"F1\"} 2.0")
                .contains("baton_container_memory_bytes{container=\"c1\",executor=\"t1\",framework=\"F1\"} 4096.0");
        assertThat(json(get("/metrics/snapshot")).get("slave/tasks_running").asDouble())
                .isEqualTo(1);
        assertThat(get("/health").body()).isEmpty();
        assertThat(get("/version").body())
                .isEqualTo("{\"build_date\":\"2026-01-02 03:04:05 UTC\",\"build_time\":1767323045.0,"
                        + "\"build_user\":\"somebody\",\"version\":\"1.12.0\"}");
        assertThat(get("/metrics").body()).contains("baton_http_connections");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"type":"GET_HEALTH"}     | 200 | {"type":"GET_HEALTH","get_health":{"healthy":true}}
        {"type":"GET_VERSION"}    | 200 | {"type":"GET_VERSION","get_version":{"version_info":{"version":"1.12.0","build_date":"2026-01-02 03:04:05 UTC","build_time":1767323045.0,"build_user":"somebody"}}}
        {"type":"GET_AGENT"}      | 200 | {"type":"GET_AGENT","get_agent":{"agent_info":{"hostname":"h1"
        {"type":"GET_TASKS"}      | 200 | {"type":"GET_TASKS","get_tasks":{"pending_tasks":[]
        {"type":"GET_STATE"}      | 200 | {"type":"GET_STATE","get_state":{"get_tasks":
        {"type":"GET_EXECUTORS"}  | 200 | {"type":"GET_EXECUTORS","get_executors":{"executors":[{"executor_info":{"executor_id":{"value":"t1"}
        {"type":"GET_CONTAINERS"} | 200 | {"type":"GET_CONTAINERS","get_containers":{"containers":[{"framework_id":{"value":"F1"}
        {"type":"GET_OPERATIONS"} | 200 | {"type":"GET_OPERATIONS","get_operations":{"operations":[{"framework_id":{"value":"F1"}
        {"type":"ADD_RESOURCE_PROVIDER_CONFIG","add_resource_provider_config":{"info":{"type":"t","name":"n"}}} | 501 | This agent takes no resource providers: its resources are those of its host (baton.agent.resources)
        {"type":"REMOVE_RESOURCE_PROVIDER_CONFIG","remove_resource_provider_config":{"type":"t","name":"n"}} | 200 | ``
        {"type":"MARK_RESOURCE_PROVIDER_GONE","mark_resource_provider_gone":{"resource_provider_id":{"value":"p"}}} | 404 | Resource provider cannot be found: this agent has none
        {"type":"REMOVE_RESOURCE_PROVIDER_CONFIG"} | 400 | Failed to validate agent::Call: Expecting 'remove_resource_provider_config' to be present
        {"type":"GET_METRICS"}    | 400 | Failed to validate agent::Call: Expecting 'get_metrics' to be present
        {"type":"FLY"}            | 400 | Failed to validate agent::Call: Expecting 'type' to be present: one of GET_HEALTH,
        {"type":"PRUNE_IMAGES"}   | 200 | ``
        {"type":"PRUNE_IMAGES","prune_images":{"excluded_images":[{"type":"DOCKER","docker":{"name":"a:1"}}]}} | 500 | [a:1]
        {"type":"LAUNCH_CONTAINER","launch_container":{"container_id":{"value":"c"},"command":{"value":"true"}}} | 200 | ``
        {"type":"LAUNCH_CONTAINER","launch_container":{"container_id":{"value":"own"},"command":{"value":"true"}}} | 202 | ``
        {"type":"LAUNCH_CONTAINER","launch_container":{"container_id":{"value":"c"},"limits":{"mem":{"value":1}}}} | 400 | 'launch_container.limits'
        {"type":"WAIT_CONTAINER","wait_container":{"container_id":{"value":"own"}}} | 200 | {"type":"WAIT_CONTAINER","wait_container":{"exit_status":9}}
        {"type":"WAIT_CONTAINER","wait_container":{"container_id":{"value":"x"}}}   | 404 | Container x cannot be found
        {"type":"WAIT_NESTED_CONTAINER","wait_nested_container":{"container_id":{"value":"x","parent":{"value":"p"}}}} | 404 | Container p.x cannot be found
        {"type":"KILL_CONTAINER","kill_container":{"container_id":{"value":"own"}}} | 200 | ``
        {"type":"KILL_CONTAINER","kill_container":{"container_id":{"value":"own"},"signal":5}} | 400 | signal 5
        {"type":"REMOVE_CONTAINER","remove_container":{"container_id":{"value":"own"}}} | 200 | ``
        {"type":"LAUNCH_NESTED_CONTAINER","launch_nested_container":{"container_id":{"value":"n"}}} | 400 | Failed to validate agent::Call: Expecting 'launch_nested_container.container_id.parent' to be present
        {"type":"READ_FILE","read_file":{"path":"/no/such","offset":0}} | 404 | There is no such file
        {"type":"LIST_FILES","list_files":{"path":"/no/such"}} | 404 | There is no such file
        """)
    void answersCalls(String body, int status, String text) throws Exception {
        var answer = post(body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith(text);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                             | c1
        {"show_nested":true}                           | c1
        {"show_standalone":true}                       | own c1
        {"show_standalone":true,"show_nested":true}    | inner own c1
        """)
    void showsTheContainersThatAreAskedFor(String which, String shown) throws Exception {
        var answer = json(post("{\"type\":\"GET_CONTAINERS\",\"get_containers\":" + which + "}"));
        var ids = new ArrayList<String>();
        answer.at("/get_containers/containers")
                .forEach(one -> ids.add(one.at("/container_id/value").asText()));
        assertThat(String.join(" ", ids)).isEqualTo(shown);
        answer.at("/get_containers/containers")
                .forEach(one -> assertThat(one.get("resource_statistics").has("timestamp"))
                        .isTrue());
        answer.at("/get_containers/containers").forEach(one -> assertThat(
                        one.at("/container_status/executor_pid").asInt())
                .isEqualTo(one.has("framework_id") ? 0 : 7));
        answer.at("/get_containers/containers").forEach(one -> assertThat(one.has("framework_id"))
                .isEqualTo(one.at("/container_id/value").asText().equals("c1")));
    }

    @Test
    void showsItsResourcesAndThatItDrainsInTheOldWords() throws Exception {
        var state = json(get("/state"));

        assertThat(state.get("capabilities").toString()).contains("\"AGENT_DRAINING\"");
        assertThat(state.get("drain_config").toString()).isEqualTo("{\"mark_gone\":true}");
        assertThat(state.get("estimated_drain_start_time_seconds").toString()).isEqualTo("1");
        assertThat(state.get("resources").toString()).isEqualTo(amounts(16000, 8));
        assertThat(state.get("reserved_resources").toString()).isEqualTo("{\"prod\":" + amounts(0, 2) + "}");
        assertThat(state.get("unreserved_resources").toString()).isEqualTo(amounts(16000, 6));
        assertThat(state.at("/reserved_resources_full/prod/0/reservations/0/role")
                        .asText())
                .isEqualTo("prod");
        assertThat(state.at("/unreserved_resources_full").findValuesAsText("name"))
                .containsExactly("cpus", "mem");
        assertThat(state.get("reserved_resources_allocated").toString()).isEqualTo("{}");
        assertThat(state.get("unreserved_resources_allocated").toString()).isEqualTo(amounts(32, 0.1));
    }

    private static String amounts(double mem, double cpus) {
        return "{\"disk\":0.0,\"mem\":" + mem + ",\"gpus\":0.0,\"cpus\":" + cpus + "}";
    }

    @Test
    void tasksThatWaitForTheirExecutorAreQueued() throws Exception {
        picture = AgentApiTest::queueing;
        var tasks = json(post("{\"type\":\"GET_TASKS\"}")).get("get_tasks");
        var executor = json(get("/state")).at("/frameworks/0/executors/1");
        picture = AgentApiTest::snapshot;

        assertThat(tasks.at("/queued_tasks/0/task_id/value").asText()).isEqualTo("t2");
        assertThat(tasks.get("launched_tasks")).hasSize(1);
        assertThat(executor.at("/queued_tasks/0/id").asText()).isEqualTo("t2");
        assertThat(executor.at("/queued_tasks/0").has("state")).isFalse();
        assertThat(executor.get("tasks")).isEmpty();
    }

    @Test
    void readsFilesByCall() throws Exception {
        var read = "{\"type\":\"READ_FILE\",\"read_file\":{\"path\":\"" + box + "/letters\",\"offset\":%s}}";
        assertThat(post(String.format(read, "8,\"length\":100")).body())
                .isEqualTo("{\"type\":\"READ_FILE\",\"read_file\":{\"size\":10,\"data\":\"aWo=\"}}");
        assertThat(post(String.format(read, "1000000000")).body())
                .isEqualTo("{\"type\":\"READ_FILE\",\"read_file\":{\"size\":10,\"data\":\"\"}}");
        var list = json(post("{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"" + box + "\"}}"));
        var letters = list.at("/list_files/file_infos/0");
        assertThat(letters.get("path").asText()).isEqualTo(box + "/letters");
        assertThat(letters.get("size").asInt()).isEqualTo(10);
        assertThat(letters.get("mode").asInt() & 0100000).isEqualTo(0100000);
    }

    @Test
    void showsItsOwnLogUnderMesossName() throws Exception {
        assertThat(get("/files/read?offset=0&path=/slave/log").statusCode()).isEqualTo(404);
        LOG.writesTo(Files.writeString(root.resolve("agent.log"), "started\n"));

        assertThat(get("/files/read?offset=0&path=/slave/log").body())
                .isEqualTo("{\"data\":\"started\\n\",\"offset\":0}");
        assertThat(json(get("/slave(1)/files/debug")).get("/slave/log").asText())
                .isEqualTo(root.resolve("agent.log").toString());
        assertThat(json(get("/state")).get("log_dir").asText()).isEqualTo(root.toString());
        LOG.writesTo(null);
        assertThat(json(get("/state")).has("log_dir")).isFalse();
    }

    @Test
    void servesFiles() throws Exception {
        assertThat(get("/files/read?offset=2&length=3&path=" + box + "/letters").body())
                .isEqualTo("{\"data\":\"cde\",\"offset\":2}");
        assertThat(get("/files/read?path=" + box + "/letters").body()).isEqualTo("{\"data\":\"\",\"offset\":10}");
        assertThat(get("/files/read?offset=0&length=2&path=" + box + "/umlaut").body())
                .isEqualTo("{\"data\":\"a\",\"offset\":0}");
        var browsed = json(get("/files/browse?path=" + box));
        assertThat(browsed.get(0).fieldNames())
                .toIterable()
                .containsExactly("gid", "mode", "mtime", "nlink", "path", "size", "uid");
        assertThat(browsed.get(0).get("mode").asText()).startsWith("-rw");
        assertThat(browsed.findValuesAsText("mode").get(1)).startsWith("l");
        var download = get("/files/download?path=" + box + "/letters");
        assertThat(download.body()).isEqualTo("abcdefghij");
        assertThat(download.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=letters");
    }

    @ParameterizedTest
    @CsvSource({
        "/files/read, 400",
        "/files/read?path=/no/such&offset=0, 404",
        "/files/browse?path=/no/such, 404",
        "/files/download?path=/no/such, 404",
        "/files/read?path=BOX/shadow&offset=0, 404",
        "/files/download?path=BOX/shadow, 404",
        "/files/read?path=BOX/../../../../../../../../../../etc/passwd&offset=0, 400",
        "/files/read?path=BOX/%2e%2e%2f%2e%2e%2fetc/passwd&offset=0, 400",
        "/files/read?path=BOX/letters&offset=-2, 400",
        "/files/read?path=BOX/letters&offset=x, 400",
        "/files/read?path=BOX/letters%00&offset=0, 400",
        "/api/v1/sandbox/logs?path=BOX/shadow&follow=true, 404",
        "/api/v1/sandbox/logs?path=BOX/none&follow=true, 404"
    })
    void neverLeavesTheSandbox(String path, int status) throws Exception {
        var answer = get(path.replace("BOX", box.toString()));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("root:");
    }

    @Test
    void refusesDownloadsOverTheLimit() throws Exception {
        try (var sparse =
                Files.newByteChannel(box.resolve("sparse"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            sparse.position(1L << 40);
            sparse.write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        assertThat(get("/files/download?path=" + box + "/sparse").statusCode()).isEqualTo(400);
        assertThat(get("/files/read?offset=0&path=" + box + "/sparse").body()).hasSizeLessThan(8 << 20);
        Files.delete(box.resolve("sparse"));
    }

    @Test
    void followsALogThroughGrowthAndReplacement() throws Exception {
        var log = Files.writeString(box.resolve("stdout"), "one\n");
        try (var client = new RawClient(binding.address().getPort())) {
            client.send("GET /api/v1/sandbox/logs?follow=true&offset=-2&path=" + log + " HTTP/1.1\r\nHost: x\r\n\r\n");
            var head = client.answer();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Baton-Log-Offset")).isEqualTo("2");
            assertThat(text(client)).isEqualTo("e\n");

            Files.writeString(log, "two\n", StandardOpenOption.APPEND);
            assertThat(text(client)).isEqualTo("two\n");

            Files.move(log, box.resolve("stdout.1"));
            Files.writeString(log, "three\n");
            assertThat(text(client)).isEqualTo("three\n");

            Files.writeString(log, "4\n");
            assertThat(text(client)).isEqualTo("4\n");
            assertThat(get("/metrics").body()).contains("baton_http_streams{kind=\"log\"} 1.0");
        }
        await().atMost(MasterEdge.PATIENCE)
                .until(() -> get("/metrics").body().contains("baton_http_streams{kind=\"log\"} 0.0"));
    }

    private static String text(RawClient client) throws Exception {
        return new String(client.chunk(), StandardCharsets.UTF_8);
    }

    @Test
    void limitsFollowers() throws Exception {
        var log = Files.writeString(box.resolve("short"), "x");
        var request = "GET /api/v1/sandbox/logs?follow=true&path=" + log + " HTTP/1.1\r\nHost: x\r\n\r\n";
        int port = binding.address().getPort();
        try (var first = new RawClient(port);
                var second = new RawClient(port);
                var third = new RawClient(port)) {
            first.send(request).answer();
            first.chunk();
            second.send(request).answer();
            second.chunk();
            assertThat(third.send(request).answer().status()).isEqualTo(429);
        }
        await().atMost(MasterEdge.PATIENCE)
                .until(() -> get("/metrics").body().contains("baton_http_streams{kind=\"log\"} 0.0"));
        assertThat(get("/api/v1/sandbox/logs?path=" + log).body()).isEqualTo("x");
    }
}
