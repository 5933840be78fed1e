package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.MasterEdge;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggingTest {
    private static final MasterEdge EDGE = new MasterEdge();

    @AfterAll
    static void end() {
        EDGE.close();
    }

    @Test
    void aCallRaisesItForAWhile() throws Exception {
        var answer = EDGE.post(
                "/api/v1",
                "{\"type\":\"SET_LOGGING_LEVEL\",\"set_logging_level\":{\"level\":1,\"duration\":{\"nanoseconds\":2000000000}}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
        assertThat(EDGE.log.time()).isEqualTo(Duration.ofSeconds(2));
        assertThat(EDGE.post("/api/v1", "{\"type\":\"GET_LOGGING_LEVEL\"}").body())
                .isEqualTo("{\"type\":\"GET_LOGGING_LEVEL\",\"get_logging_level\":{\"level\":1}}");
        assertThat(EDGE.get("/logging/toggle").body()).isEqualTo("1\n");

        assertThat(EDGE.get("/logging/toggle?level=2&duration=1.5mins").statusCode())
                .isEqualTo(200);
        assertThat(EDGE.log.time()).isEqualTo(Duration.ofSeconds(90));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        ?level=1                  | Expecting 'duration=value' in query.
        ?duration=1secs           | Expecting 'level=value' in query.
        ?level=x&duration=1secs   | Failed to parse 'level'
        ?level=-1&duration=1secs  | Invalid logging level '-1'
        ?level=1&duration=1s      | Failed to parse 'duration'
        ?level=1&duration=9weeks  | Invalid duration
        """)
    void saysWhatIsWrong(String query, String why) throws Exception {
        var answer = EDGE.get("/logging/toggle" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith(why);
    }
}
