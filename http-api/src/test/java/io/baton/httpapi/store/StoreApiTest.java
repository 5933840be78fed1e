package io.baton.httpapi.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.store.StoreAnswer;
import io.baton.core.store.StoredValue;
import io.baton.core.store.ValueChange;
import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore;
import io.baton.httpapi.MasterEdge;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreApiTest {
    /** Notes what it is asked, and answers what it was told to. */
    private static final class Scripted implements ValueStore {
        StoreAnswer answer = new StoreAnswer.Written(7);
        String asked = "";

        private CompletionStage<StoreAnswer> asked(String what) {
            asked = what;
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public CompletionStage<StoreAnswer> put(ValueKey key, ByteString value, OptionalLong ifVersion) {
            return asked("put " + shown(key) + "=" + value.toStringUtf8() + shown(ifVersion));
        }

        @Override
        public CompletionStage<StoreAnswer> delete(ValueKey key, OptionalLong ifVersion) {
            return asked("delete " + shown(key) + shown(ifVersion));
        }

        @Override
        public CompletionStage<StoreAnswer> get(ValueKey key, boolean newest) {
            return asked("get " + shown(key) + (newest ? "" : " stale"));
        }

        @Override
        public CompletionStage<StoreAnswer> list(Range range, String after, int limit, boolean newest) {
            return asked("list " + range.namespace() + "/" + range.prefix() + "* after '" + after + "' limit " + limit
                    + (newest ? "" : " stale"));
        }

        @Override
        public CompletionStage<StoreAnswer> watch(Range range, long after, Duration wait) {
            return asked("watch " + range.namespace() + "/" + range.prefix() + "* after " + after + " wait " + wait);
        }

        private static String shown(ValueKey key) {
            return key.namespace() + "/" + key.key();
        }

        private static String shown(OptionalLong version) {
            return version.isPresent() ? " if " + version.getAsLong() : "";
        }
    }

    private MasterEdge edge;
    private Scripted store;

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
        store = new Scripted();
        edge.store.set(store);
    }

    private HttpResponse<String> ask(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(edge.uri("/api/v1/store/" + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return edge.client.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            PUT    | -             | -   | put n/k=body
            PUT    | If-Match      | "3" | put n/k=body if 3
            PUT    | If-None-Match | *   | put n/k=body if 0
            DELETE | -             | -   | delete n/k
            DELETE | If-Match      | "3" | delete n/k if 3
            """)
    void writes(String method, String header, String tag, String asked) throws Exception {
        var headers = header == null ? new String[0] : new String[] {header, tag};

        var answer = ask(method, "n/k", method.equals("PUT") ? "body" : "", headers);

        assertThat(store.asked).isEqualTo(asked);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, "ETag")).isEqualTo("\"7\"");
    }

    @Test
    void readsAValueOrSaysThatItIsTheSame() throws Exception {
        store.answer = new StoreAnswer.Page(
                List.of(new StoredValue("a b", 7, ByteString.copyFromUtf8("v"))), 9, Optional.empty());

        var answer = ask("GET", "n/a%20b", "");
        var same = ask("GET", "n/a%20b?stale", "", "If-None-Match", "\"7\"");

        assertThat(answer.body()).isEqualTo("v");
        assertThat(header(answer, "ETag")).isEqualTo("\"7\"");
        assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(store.asked).isEqualTo("get n/a b stale");
    }

    @Test
    void listsPageByPage() throws Exception {
        store.answer = new StoreAnswer.Page(
                List.of(new StoredValue("b", 7, ByteString.copyFromUtf8("v"))), 9, Optional.of("b"));

        var answer = ask("GET", "n?prefix=b&limit=1", "");

        assertThat(store.asked).isEqualTo("list n/b* after '' limit 1");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"values\":[{\"key\":\"b\",\"version\":7,\"value\":\"dg==\"}],\"version\":9,\"next\":\"Yg\"}");
        ask("GET", "n?cursor=Yg", "");
        assertThat(store.asked).isEqualTo("list n/* after 'b' limit 100");
    }

    @Test
    void watches() throws Exception {
        store.answer = new StoreAnswer.Changed(
                List.of(
                        new ValueChange("a", 8, Optional.of(new StoredValue("a", 8, ByteString.copyFromUtf8("v")))),
                        new ValueChange("b", 9, Optional.empty())),
                9);

        var answer = ask("GET", "n?prefix=x&after=7&wait=5", "");

        assertThat(store.asked).isEqualTo("watch n/x* after 7 wait PT5S");
        assertThat(answer.body())
                .isEqualTo("{\"changes\":[{\"key\":\"a\",\"version\":8,\"value\":\"dg==\"},"
                        + "{\"key\":\"b\",\"version\":9,\"deleted\":true}],\"version\":9}");
    }

    private static StoreAnswer answerCalled(String name) {
        return switch (name) {
            case "conflict" -> new StoreAnswer.Conflict(5);
            case "absent" -> new StoreAnswer.Conflict(0);
            case "missing" -> new StoreAnswer.Missing("none");
            case "limit" -> new StoreAnswer.Refused(true, "more than 262144");
            case "wrong" -> new StoreAnswer.Refused(false, "bad name");
            case "expired" -> new StoreAnswer.Expired("list again");
            case "unavailable" -> new StoreAnswer.Unavailable("no majority", Duration.ofMillis(1_200));
            case "unknown" -> new StoreAnswer.Unknown("lost");
            default -> throw new AssertionError(name);
        };
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', emptyValue = "", textBlock = """
            conflict    | 412 | version-conflict     | has version 5    | "5" | ''
            absent      | 412 | version-conflict     | no value         | ''  | ''
            missing     | 404 | not-found            | none             | ''  | ''
            limit       | 413 | limit-reached        | more than 262144 | ''  | ''
            wrong       | 400 | bad-request          | bad name         | ''  | ''
            expired     | 410 | changes-expired      | list again       | ''  | ''
            unavailable | 503 | registry-unavailable | no majority      | ''  | 2
            unknown     | 503 | outcome-unknown      | read the value   | ''  | 1
            """)
    void saysWhatIsWrong(String what, int status, String code, String detail, String tag, String retryAfter)
            throws Exception {
        store.answer = answerCalled(what);

        var answer = ask("PUT", "n/k", "v");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"", detail, "\"type\":\"urn:baton:problem:" + code);
        assertThat(header(answer, "ETag")).isEqualTo(tag);
        assertThat(header(answer, "Retry-After")).isEqualTo(retryAfter);
    }

    @ParameterizedTest(name = "{0} {1} with {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            GET    | n/k/x         | X             | -     | NAMESPACE/KEY
            PUT    | n             | X             | -     | NAMESPACE/KEY
            PUT    | n/a%5Cb       | X             | -     | key:
            PUT    | n/a%2Fb       | X             | -     | key: 'a/b' contains invalid characters
            PUT    | n/k           | If-Match      | 7     | one tag such as
            PUT    | n/k           | If-Match      | W/"7" | one tag such as
            PUT    | n/k           | If-None-Match | "7"   | If-None-Match: *
            GET    | n?limit=0     | X             | -     | between 1 and 1000
            GET    | n?after=x     | X             | -     | whole number
            GET    | n?after=1&wait=61 | X         | -     | 0 to 60 seconds
            GET    | n?cursor=!    | X             | -     | 'next' of a page before
            """)
    void refusesWhatItDoesNotUnderstand(String method, String path, String header, String value, String detail)
            throws Exception {
        var answer = ask(method, path, method.equals("PUT") ? "v" : "", header, value);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains(detail);
        assertThat(store.asked).isEmpty();
    }

    @Test
    void asksToWaitWhileTheRegistryStarts() throws Exception {
        edge.store.set(null);

        for (var method : List.of("GET", "PUT", "DELETE")) {
            var answer = ask(method, "n/k", method.equals("PUT") ? "v" : "");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(header(answer, "Retry-After")).isEqualTo("1");
        }
    }
}
