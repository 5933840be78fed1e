package io.baton.systemtests.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.node.LocalCluster;
import io.baton.distribution.node.Started;
import io.baton.protocol.codec.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls of every type with random content, in JSON and in protobuf. Each is answered, none by a fault of ours, and master and
 * agent go on. {@code -Dbaton.calls=20000} makes more of them than a build does; a failure names the seed for {@code
 * -Dbaton.calls-seed}.
 */
@Timeout(600)
class RandomCallsTest {
    private static final int CALLS = Integer.getInteger("baton.calls", 600);
    private static final long SEED = Long.getLong("baton.calls-seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<Integer> ANSWERS = Set.of(200, 202, 400, 403, 404, 406, 409, 413, 415, 429, 501, 503);

    /** An agent that is gone ends, also one that is to be gone once it is drained; the log of the tests is not to be filled. */
    private static final Set<String> LEFT_OUT = Set.of("MARK_AGENT_GONE", "mark_gone: true", "SET_LOGGING_LEVEL");

    private final Random random = new Random(SEED);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path directory;

    private Started<LocalCluster> cluster;
    private URI master;
    private URI agent;
    private HttpResponse<InputStream> scheduler;
    private RandomMessages messages;

    @BeforeEach
    void open() throws Exception {
        var settings = LocalCluster.settings(directory, "127.0.0.1", 0, 0);
        settings.put("baton.agent.resources", "cpus:8;mem:4096;disk:4096;ports:[31000-32000]");
        cluster = LocalCluster.start(Configuration.load(Optional.empty(), settings), () -> {});
        master = URI.create(cluster.node().masterUrl());
        agent = URI.create(cluster.node().agentUrl());
        scheduler = subscribe();
        messages = new RandomMessages(
                random,
                Map.of(
                        "FrameworkID",
                        "someone",
                        "AgentID",
                        cluster.node().agentInfo().getId().getValue()));
    }

    @AfterEach
    void close() throws IOException {
        scheduler.body().close();
        cluster.close();
    }

    private HttpResponse<InputStream> subscribe() throws Exception {
        var body = "{\"type\":\"SUBSCRIBE\",\"framework_id\":{\"value\":\"someone\"},\"subscribe\":{\"framework_info\":"
                + "{\"id\":{\"value\":\"someone\"},\"user\":\"root\",\"name\":\"someone\",\"failover_timeout\":1000}}}";
        return send(new Api(master, "/api/v1/scheduler", null), Encoding.JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Where calls of a kind go. */
    private record Api(URI server, String path, Message prototype) {}

    private List<Api> apis() {
        return List.of(
                new Api(master, "/api/v1", io.baton.v1.master.Call.getDefaultInstance()),
                new Api(master, "/api/v1/scheduler", io.baton.v1.scheduler.Call.getDefaultInstance()),
                new Api(agent, "/api/v1", io.baton.v1.agent.Call.getDefaultInstance()),
                new Api(agent, "/api/v1/executor", io.baton.v1.executor.Call.getDefaultInstance()));
    }

    private HttpResponse<InputStream> send(Api api, Encoding encoding, byte[] body) throws Exception {
        var request = HttpRequest.newBuilder(api.server().resolve(api.path()))
                .timeout(PATIENCE)
                .header("Content-Type", encoding.contentType())
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        if (scheduler != null && random.nextBoolean()) {
            scheduler.headers().firstValue("Mesos-Stream-Id").ifPresent(id -> request.header("Mesos-Stream-Id", id));
        }
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** A type, and mostly what belongs to it. */
    private Message call(Api api) {
        var call = api.prototype().newBuilderForType();
        var fields = call.getDescriptorForType();
        var types = fields.findFieldByName("type").getEnumType().getValues();
        var type = types.get(random.nextInt(types.size()));
        messages.fill(call);
        for (var field : fields.getFields()) {
            boolean belongs = field.getName().equals(type.getName().toLowerCase(Locale.ROOT))
                    || field.getName().endsWith("_id");
            if (!belongs) {
                call.clearField(field);
            } else if (field.getJavaType() == JavaType.MESSAGE) {
                call.setField(
                        field, messages.fill(call.newBuilderForField(field)).build());
            }
        }
        return call.setField(fields.findFieldByName("type"), type).build();
    }

    /** A stream goes on for ever: there is nothing to read to its end. */
    private static String text(HttpResponse<InputStream> answer) throws IOException {
        try (var body = answer.body()) {
            boolean whole = answer.statusCode() != 200
                    || answer.headers().firstValue("Content-Length").isPresent();
            return whole ? new String(body.readAllBytes(), StandardCharsets.UTF_8) : "";
        }
    }

    @Test
    void allAreAnsweredAndNothingBreaks() throws Exception {
        for (int i = 0; i < CALLS; i++) {
            var api = apis().get(random.nextInt(apis().size()));
            var call = call(api);
            if (LEFT_OUT.stream().anyMatch(call.toString()::contains)) {
                continue;
            }
            var encoding = Encoding.values()[random.nextInt(Encoding.values().length)];
            var said = new String(Encoding.JSON.write(call), StandardCharsets.UTF_8);
            var answer = send(api, encoding, encoding.write(call));
            var text = text(answer);
            assertThat(answer.statusCode())
                    .as("seed %s: %s %s: %s", SEED, api.path(), said, text)
                    .isIn(ANSWERS);
            assertThat(text).as("seed %s: %s %s", SEED, api.path(), said).doesNotContain("Exception", "\tat ");
            if (answer.statusCode() >= 400) {
                assertThat(text).as("seed %s: %s %s", SEED, api.path(), said).isNotBlank();
            }
        }
        for (var server : List.of(master, agent)) {
            var health = send(
                    new Api(server, "/api/v1", null),
                    Encoding.JSON,
                    "{\"type\":\"GET_STATE\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(health.statusCode()).as("seed %s", SEED).isEqualTo(200);
            health.body().close();
        }
        assertThat(cluster.node().broken()).as("seed %s", SEED).isNotDone();
    }
}
