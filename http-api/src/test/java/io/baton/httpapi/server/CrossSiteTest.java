package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.MasterEdge;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a page has a browser send. Other clients send no such headers: the rest of all tests shows that they are served. */
class CrossSiteTest {
    private static final Set<String> NAMES = Set.of("Master-1.example");
    private static final CrossSite USUAL = new CrossSite(new HttpConfig.Browsers(Set.of(), true), NAMES);
    private static final CrossSite WITH_UI =
            new CrossSite(new HttpConfig.Browsers(Set.of("https://ui.example"), true), NAMES);
    private static final CrossSite NO_SCRIPTS = new CrossSite(new HttpConfig.Browsers(Set.of(), false), NAMES);

    private static boolean refuses(CrossSite sites, String request, String headers) {
        var words = request.split("[ ?]", 3);
        Map<String, String> given = new HashMap<>();
        for (var line : headers == null ? new String[0] : headers.split("~", -1)) {
            given.put(
                    line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                    line.substring(line.indexOf(':') + 1));
        }
        var problem = sites.problem(
                words[0],
                words[1],
                words.length > 2 ? words[2] : "",
                name -> Optional.ofNullable(given.get(name.toLowerCase(Locale.ROOT))));
        problem.ifPresent(refusal -> assertThat(refusal.status()).isEqualTo(403));
        return problem.isPresent();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        POST /api/v1                   |                                                        | false
        POST /api/v1                   | Host:master-1:5050                                     | false
        POST /api/v1                   | Host:baton.example                                     | false
        POST /api/v1                   | Host:x~Sec-Fetch-Mode:cors                             | false
        POST /api/v1                   | Host:x~Sec-Fetch-Site:same-origin                      | false
        POST /api/v1                   | Host:x~Sec-Fetch-Site:none                             | false
        POST /api/v1                   | Host:x~Sec-Fetch-Site:cross-site                       | true
        POST /api/v1                   | Host:x~Sec-Fetch-Site:same-site                        | true
        POST /teardown                 | Host:10.0.0.1:5050~Origin:http://evil.example          | true
        PUT /weights                   | Host:10.0.0.1:5050~Origin:http://evil.example          | true
        DELETE /quota/r                | Host:10.0.0.1:5050~Origin:null                         | true
        POST /teardown                 | Host:10.0.0.1:5050~Origin:http://10.0.0.1:8080         | true
        POST /teardown                 | Host:10.0.0.1:5050~Origin:http://10.0.0.1:5050         | false
        POST /teardown                 | Host:[fd00::1]:5050~Origin:http://[fd00::1]:5050       | false
        POST /teardown                 | Host:localhost:5050~Origin:http://localhost:5050       | false
        POST /teardown                 | Host:master-1:5050~Origin:http://MASTER-1:5050         | false
        POST /teardown                 | Host:master-1~Origin:http://master-1:80                | false
        POST /teardown                 | Host:master-1~Origin:https://master-1                  | false
        POST /teardown                 | Host:master-1.example:5050~Origin:http://master-1.example:5050 | false
        POST /teardown                 | Host:evil.example:5050~Origin:http://evil.example:5050 | true
        POST /teardown                 | Host:10.0.0.1.evil.example~Origin:http://10.0.0.1.evil.example | true
        POST /teardown                 | Origin:http://evil.example                             | true
        POST /teardown                 | Host:x~Origin:file://x                                 | true
        GET /state                     | Host:x~Origin:http://evil.example~Sec-Fetch-Site:cross-site | false
        GET /logging/toggle            | Host:x~Sec-Fetch-Site:cross-site                       | false
        GET /logging/toggle?level=2    | Host:x~Sec-Fetch-Site:cross-site                       | true
        GET /state?jsonp=f             | Host:x                                                 | false
        GET /state?jsonp=f             | Host:x:5050~Referer:http://x:5050/ui/                  | false
        GET /state?jsonp=f             | Host:x:5050~Referer:http://evil.example/               | true
        GET /state?jsonp=f             | Host:x:5050~Referer:http://evil.example                | true
        GET /state?%6asonp=f           | Host:x:5050~Sec-Fetch-Site:cross-site                  | true
        GET /state?a=%zz&jsonp=f       | Host:x:5050~Sec-Fetch-Site:cross-site                  | false
        GET /state?a=b                 | Host:x:5050~Referer:http://evil.example/               | false
        """)
    void refusesWhatPagesOfOtherSitesSend(String request, String headers, boolean refused) {
        assertThat(refuses(USUAL, request, headers)).isEqualTo(refused);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        POST /teardown     | Host:10.0.0.1:5050~Origin:https://ui.example~Sec-Fetch-Site:cross-site | false
        POST /teardown     | Host:10.0.0.1:5050~Origin:http://ui.example   | true
        GET /state?jsonp=f | Host:10.0.0.1:5050~Referer:https://UI.example/a/b | false
        """)
    void takesThemFromSitesThatTheSettingsName(String request, String headers, boolean refused) {
        assertThat(refuses(WITH_UI, request, headers)).isEqualTo(refused);
    }

    @Test
    void loadsNothingAsAScriptWhereThatIsOff() {
        assertThat(refuses(NO_SCRIPTS, "GET /state?jsonp=f", null)).isTrue();
        assertThat(refuses(NO_SCRIPTS, "GET /state?x=f", null)).isFalse();
    }

    /** Nothing that changes something is left out, and nobody is asked. */
    @Test
    void refusesOnEveryPathThatIsNotForReading() throws Exception {
        try (var edge = new MasterEdge()) {
            for (var path : new String[] {
                "/api/v1",
                "/api/v1/scheduler",
                "/api/v1/tasks/F/T/kill",
                "/api/v1/operator/masters/m/remove",
                "/api/v1/operator/snapshot",
                "/api/v1/store/n/k",
                "/teardown",
                "/master/teardown",
                "/machine/down",
                "/reserve",
                "/weights",
                "/logging/toggle"
            }) {
                var answer = edge.post(path, "{}", "Origin", "http://evil.example");
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(answer.body())
                        .contains("a page of another site (http://evil.example to 127.0.0.1:")
                        .contains("baton.http.browsers.origins");
                assertThat(answer.headers().map().keySet())
                        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
            }
            edge.frameworks.expectNoMessage(java.time.Duration.ofMillis(100));
            var own = edge.post(
                    "/api/v1",
                    "{\"type\":\"GET_HEALTH\"}",
                    "Origin",
                    "http://" + edge.uri("/").getAuthority());
            assertThat(own.statusCode()).isEqualTo(200);
        }
    }
}
