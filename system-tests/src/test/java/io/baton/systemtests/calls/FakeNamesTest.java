package io.baton.systemtests.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.store.ValueKey;
import io.baton.testkit.FakeMaster;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The master in memory has rules of its own, because it knows nothing of masters: they are those of masters. */
class FakeNamesTest {
    private static List<String> names() {
        var names = new ArrayList<>(
                List.of("a", "a b", "jobs/42", "/", ".", "..", "...", "a+b", "a%2Fb", "ä", "\ud83d\ude00"));
        names.add("a".repeat(255));
        names.add("a".repeat(256));
        for (char c = 0; c < 0x80; c++) {
            names.add("x" + c + "y");
        }
        return names;
    }

    @Test
    void itsStoreTakesTheNamesThatMastersTake() throws Exception {
        var client = HttpClient.newHttpClient();
        try (var master = FakeMaster.start()) {
            for (var name : names()) {
                var encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
                for (var path : List.of("ns/" + encoded, encoded + "/key")) {
                    var key = path.startsWith("ns/") ? new ValueKey("ns", name) : new ValueKey(name, "key");
                    var request = HttpRequest.newBuilder(URI.create(master.url() + "/api/v1/store/" + path))
                            .build();

                    var status = client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode();

                    assertThat(status).as(path).isEqualTo(key.problem().isPresent() ? 400 : 404);
                }
            }
        }
    }
}
