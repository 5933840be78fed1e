package io.baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.Proposal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedHostsTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final Resources CPU = Resources.scalars(Map.of("cpus", 1.0));

    /** They once held two entries for one holder, and gave back both at the first end: shares became too small. */
    @Test
    void whoIsGrantedTwiceAndEndsOnceHoldsOne() {
        var hosts = new SimulatedHosts();
        hosts.agents(1);
        hosts.grant(new Proposal(new AgentId("agent-000000"), F, "r", CPU, 1, 0));
        hosts.grant(new Proposal(new AgentId("agent-000000"), F, "r", CPU, 2, 0));

        hosts.release(0, F, "r", CPU);

        assertThat(hosts.held(0)).singleElement().satisfies(one -> assertThat(one.resources())
                .isEqualTo(CPU));
    }
}
