package io.baton.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import io.baton.testkit.http.HttpPort;
import io.baton.v1.AgentInfo;
import io.baton.v1.master.Response;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClusterTest {
    private static final Response ONE_AGENT = Response.newBuilder()
            .setType(Response.Type.GET_AGENTS)
            .setGetAgents(Response.GetAgents.newBuilder()
                    .addAgents(Response.GetAgents.Agent.newBuilder()
                            .setAgentInfo(AgentInfo.newBuilder().setHostname("h"))
                            .setVersion("1")
                            .setActive(true)))
            .build();

    private final HttpPort starting =
            new HttpPort(0, null, (request, to) -> to.answer(503, "looks for a majority", "Retry-After: 1"));
    private final HttpPort busy = new HttpPort(0, null, (request, to) -> to.answer(429, "too many", "Retry-After: 1"));
    private final HttpPort serving = new HttpPort(0, null, (request, to) -> to.answer(200, ONE_AGENT.toByteArray()));

    private static Cluster of(HttpPort... masters) {
        return new Cluster(
                Arrays.stream(masters).map(port -> "127.0.0.1:" + port.number()).collect(Collectors.joining(",")));
    }

    @Test
    void asksTheNextMasterWhileOneDoesNotServe() {
        var gone = new HttpPort(0, null, (request, to) -> to.close());
        gone.close();
        try (starting;
                busy;
                serving) {
            assertThat(of(starting, busy, gone, serving).agents().getAgentsCount())
                    .isOne();
        }
    }

    @Test
    void saysTheLastAnswerIfNoneServes() {
        var gone = new HttpPort(0, null, (request, to) -> to.close());
        gone.close();
        try (starting;
                busy;
                serving) {
            var none = of(busy, starting, gone);

            assertThatThrownBy(none::agents)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("the master refused GET_AGENTS with status 503: looks for a majority");
        }
    }
}
