package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgentViewTest {
    /** Whoever reads a task's files takes what is behind the @ of the pid. */
    @Test
    void thePidOfAnAgentWithAnIpv6AddressHasBrackets() {
        var info = AgentInfo.newBuilder()
                .setHostname("h")
                .setPort(5051)
                .setId(new AgentId("a").toProto())
                .build();
        var view = AgentView.NONE.registered(info, "0:0:0:0:0:0:0:1", "1", Instant.EPOCH, false);

        var pid = view.toProto(true, Resources.EMPTY, HostPlan.NONE, Instant.EPOCH)
                .getPid();

        assertThat(pid).isEqualTo("slave(1)@[0:0:0:0:0:0:0:1]:5051");
        assertThat(URI.create("http://" + pid.substring(pid.indexOf('@') + 1))).hasHost("[0:0:0:0:0:0:0:1]");
    }
}
