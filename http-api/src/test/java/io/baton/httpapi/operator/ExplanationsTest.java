package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.resource.Resources;
import io.baton.httpapi.MasterEdge;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explanations over a real port. */
class ExplanationsTest {
    private final MasterEdge edge = new MasterEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void explains() throws Exception {
        var answer = edge.get("/api/v1/explain?framework=F&role=a&want=cpus:4;mem:512&limit=7");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"kind\":\"TOO_SMALL\"").contains("\"fits\":false");
        assertThat(edge.allocatorAsked).singleElement().isInstanceOfSatisfying(AllocatorProtocol.Explain.class, m -> {
            assertThat(m.wanted()).isEqualTo(Resources.scalars(Map.of("cpus", 4.0, "mem", 512.0)));
            assertThat(m.limit()).isEqualTo(7);
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "want=cpus:1, 'framework'",
        "framework=F, 'want'",
        "framework=F&want=cpus, 'want'",
        "framework=F&want=cpus:-1, 'want'",
        "framework=F&want=cpus:0, 'want'",
        "framework=F&want=cpus:1&limit=0, 'limit'",
        "framework=F&want=cpus:1&role=-x, component"
    })
    void saysWhatIsWrongWithAQuestion(String query, String problem) throws Exception {
        var answer = edge.get("/api/v1/explain?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(problem);
    }
}
