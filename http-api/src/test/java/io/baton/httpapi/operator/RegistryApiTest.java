package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.operation.OperationAnswer;
import io.baton.core.operation.RegistryOperations;
import io.baton.httpapi.MasterEdge;
import io.baton.v1.operator.MasterStatus;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryApiTest {
    private static final class Scripted implements RegistryOperations {
        OperationAnswer answer = new OperationAnswer.Done("it is \"done\"");
        String asked = "";

        private CompletionStage<OperationAnswer> asked(String what) {
            asked = what;
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public MasterStatus status(Optional<String> problem) {
            return MasterStatus.newBuilder()
                    .setName("m")
                    .setIncarnation(1)
                    .setClusterId("c")
                    .setVersion("1")
                    .setTime(2)
                    .setProblem(problem.orElse("none"))
                    .setExpectedMasters(3)
                    .setVoterId("m-1")
                    .setAppliedIndex(4)
                    .setAgentsUnreachable(0)
                    .setStoreBytes(0)
                    .build();
        }

        @Override
        public CompletionStage<OperationAnswer> add(String master) {
            return asked("add " + master);
        }

        @Override
        public CompletionStage<OperationAnswer> remove(String master) {
            return asked("remove " + master);
        }

        @Override
        public CompletionStage<OperationAnswer> save() {
            return asked("save");
        }

        @Override
        public CompletionStage<OperationAnswer> restore(ByteString file, boolean force) {
            return asked("restore " + file.size() + (force ? " by force" : ""));
        }
    }

    private MasterEdge edge;
    private Scripted registry;

    @BeforeAll
    void start() {
        edge = new MasterEdge();
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @BeforeEach
    void fresh() {
        registry = new Scripted();
        edge.operations.set(registry);
    }

    private HttpResponse<String> post(String path, byte[] body) throws Exception {
        var request =
                HttpRequest.newBuilder(edge.uri("/api/v1/operator/" + path)).POST(BodyPublishers.ofByteArray(body));
        return edge.client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void showsWhatThisMasterSaysOfItself() throws Exception {
        assertThat(edge.get("/api/v1/operator/status").body())
                .startsWith("{\"name\":\"m\",\"incarnation\":1,\"cluster_id\":\"c\"")
                .contains("\"applied_index\":4");
    }

    @Test
    void changesVoters() throws Exception {
        assertThat(post("masters/m%204/add", new byte[0]).body()).isEqualTo("{\"done\":\"it is \\\"done\\\"\"}");
        assertThat(registry.asked).isEqualTo("add m 4");

        registry.answer = new OperationAnswer.Refused("it is up");
        var refused = post("masters/m/remove", new byte[0]);

        assertThat(registry.asked).isEqualTo("remove m");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("\"code\":\"refused\"", "it is up");
        assertThat(post("masters/m/burn", new byte[0]).statusCode()).isEqualTo(404);
        assertThat(post("masters/../add", new byte[0]).statusCode()).isEqualTo(400);
    }

    @Test
    void savesAndRestores() throws Exception {
        registry.answer = new OperationAnswer.Saved(ByteString.copyFromUtf8("file"));
        assertThat(edge.get("/api/v1/operator/snapshot").body()).isEqualTo("file");

        registry.answer = new OperationAnswer.Done("restored");
        int more = 9 * 1024 * 1024;
        assertThat(post("snapshot?force", new byte[more]).statusCode()).isEqualTo(200);
        assertThat(registry.asked).as("more than other bodies may have").isEqualTo("restore " + more + " by force");
    }

    @Test
    void asksToWait() throws Exception {
        registry.answer = new OperationAnswer.Unavailable("no majority");
        var refused = post("masters/m/add", new byte[0]);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");

        edge.operations.set(null);
        assertThat(edge.get("/api/v1/operator/status").statusCode()).isEqualTo(503);
    }
}
