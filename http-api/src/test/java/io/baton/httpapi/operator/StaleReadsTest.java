package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.MasterEdge;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A master that is cut off from the others shows what it knew, and says so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StaleReadsTest {
    private static final String WHY = "this master is alone";
    private static final String WARNING = "110 - \"" + WHY + "\"";

    private MasterEdge edge;

    @BeforeAll
    void start() {
        edge = new MasterEdge();
    }

    @AfterEach
    void withTheOthersAgain() {
        edge.readOnly(null);
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    private static Optional<String> warning(HttpResponse<String> answer) {
        return answer.headers().firstValue("Warning");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/tasks",
        "/api/v1/agents",
        "/api/v1/frameworks",
        "/api/v1/offers",
        "/state",
        "/slaves",
        "/tasks",
        "/metrics/snapshot",
        "/roles"
    })
    void areMarkedAsLongAsItIs(String path) throws Exception {
        assertThat(warning(edge.get(path))).isEmpty();

        edge.readOnly(WHY);
        assertThat(edge.get(path).statusCode()).isEqualTo(200);
        assertThat(warning(edge.get(path))).hasValue(WARNING);

        edge.readOnly(null);
        assertThat(warning(edge.get(path))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET_STATE", "GET_AGENTS", "GET_TASKS", "GET_FRAMEWORKS"})
    void callsThatReadAreMarkedToo(String type) throws Exception {
        edge.readOnly(WHY);

        var answer = edge.post("/api/v1", "{\"type\":\"" + type + "\"}", "Accept", "application/json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(warning(answer)).hasValue(WARNING);
    }

    @Test
    void whoHasTheNewestThatItKnowsIsToldToo() throws Exception {
        var tag = edge.get("/api/v1/tasks").headers().firstValue("ETag").orElseThrow();
        edge.readOnly(WHY);

        var request = HttpRequest.newBuilder(edge.uri("/api/v1/tasks")).header("If-None-Match", tag);
        var answer = edge.client.send(request.build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(warning(answer)).hasValue(WARNING);
    }
}
