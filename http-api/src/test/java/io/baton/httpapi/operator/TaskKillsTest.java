package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskKillsTest {
    private static final MasterEdge EDGE = new MasterEdge();

    @AfterAll
    static void end() {
        EDGE.close();
    }

    @ParameterizedTest
    @CsvSource({
        "t1, t1",
        "a+b, a+b",
        "a%2Bb, a+b",
        "a%20b, a b",
        "a%25b, a%b",
        "a%2541, a%41",
        "%C3%A4%F0%9F%98%80, ä😀",
        "a:b;c=d, a:b;c=d"
    })
    void endsTheTaskOfThatId(String path, String id) throws Exception {
        var call =
                EDGE.client.sendAsync(EDGE.request("/api/v1/tasks/F-1/" + path + "/kill", ""), BodyHandlers.ofString());
        var asked = EDGE.expect(FrameworkProtocol.KillTask.class);
        assertThat(asked.task().value()).isEqualTo(id);
        asked.replyTo().tell(CallAnswer.ACCEPTED);

        assertThat(call.get().statusCode()).isEqualTo(202);
    }

    @Test
    void refusesWhatIsNoTask() throws Exception {
        assertThat(EDGE.post("/api/v1/tasks/F-1/a%00b/kill", "").statusCode()).isEqualTo(400);
        assertThat(EDGE.post("/api/v1/tasks/F-1/a%2Fb/kill", "").statusCode()).isIn(400, 404);
        assertThat(EDGE.post("/api/v1/tasks/F-1/a/b/kill", "").statusCode()).isEqualTo(404);
        assertThat(EDGE.post("/api/v1/tasks/F-1/a", "").statusCode()).isEqualTo(404);
    }
}
