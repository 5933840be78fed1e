package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.States;
import io.baton.v1.AgentInfo;
import io.baton.v1.MasterInfo;
import io.baton.v1.master.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MasterMetricsTest {
    private static final MasterFacts FACTS = new MasterFacts(
            MasterInfo::getDefaultInstance, States.VERSION, Instant.EPOCH, new TreeMap<>(), Map::of, null);

    /** Alarms on lost hosts are not to go off for each planned one. */
    @Test
    void anAgentThatIsOutOfUseIsConnectedAllTheSame() {
        var agents = Response.GetAgents.newBuilder();
        for (var name : List.of("in use", "out of use", "away")) {
            agents.addAgentsBuilder()
                    .setAgentInfo(AgentInfo.newBuilder().setHostname(name))
                    .setActive(name.equals("in use"))
                    .setVersion("1");
        }
        var state = Response.GetState.newBuilder().setGetAgents(agents).build();

        var metrics = MasterMetrics.of(
                new StateView("v", 1, List.of(), List.of(), 2, () -> state), Numbers.NONE, FACTS, Instant.EPOCH);

        assertThat(metrics)
                .containsEntry("master/slaves_active", 1.0)
                .containsEntry("master/slaves_inactive", 2.0)
                .containsEntry("master/slaves_connected", 2.0)
                .containsEntry("master/slaves_disconnected", 1.0);
    }
}
