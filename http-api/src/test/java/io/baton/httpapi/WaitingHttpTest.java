package io.baton.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.httpapi.server.HttpBinding;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitingHttpTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.load());
    private static final HttpBinding BINDING = bind();

    private final HttpClient client = HttpClient.newHttpClient();

    private static HttpBinding bind() {
        return WaitingHttp.bind(KIT.system(), MasterEdge.config(), States.VERSION, "it looks for the others")
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @AfterAll
    static void end() {
        BINDING.terminate(Duration.ZERO).toCompletableFuture().join();
        KIT.shutdownTestKit();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + BINDING.address().getPort() + path))
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/scheduler",
        "POST, /api/v1",
        "POST, /master/api/v1/scheduler",
        "GET, /state",
        "GET, /api/v1/masters",
        "GET, /health/ready",
        "PUT, /weights",
        "DELETE, /api/v1/store/a"
    })
    void answersWhatItCannotDoYetWithTheReason(String method, String path) throws Exception {
        var answer = send(method, path);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).startsWith("it looks for the others");
    }

    @Test
    void saysWhenToTryAgain() throws Exception {
        assertThat(send("POST", "/api/v1/scheduler").headers().firstValue("Retry-After"))
                .hasValue("1");
    }

    @ParameterizedTest
    @CsvSource({"/health", "/health/live", "/version", "/metrics"})
    void livesAndSaysSo(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isEqualTo(200);
    }
}
