package io.baton.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.Task;
import io.baton.v1.master.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskAgentsTest {
    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({
        "slave(1)@10.0.0.7:5051, host-1, http://10.0.0.7:5051",
        "slave(1)@[fd00::7]:5051, host-1, http://[fd00::7]:5051",
        "'', host-1, http://host-1:7",
        "'', fd00::7, http://[fd00::7]:7"
    })
    void anAgentIsWhereItsPidSaysOrElseAtItsHost(String pid, String hostname, String url) {
        var id = AgentID.newBuilder().setValue("a").build();
        var state = Response.GetState.newBuilder();
        state.getGetAgentsBuilder()
                .addAgentsBuilder()
                .setPid(pid)
                .setAgentInfo(
                        AgentInfo.newBuilder().setId(id).setHostname(hostname).setPort(7));

        assertThat(TaskAgents.url(
                        state.buildPartial(), Task.newBuilder().setAgentId(id).buildPartial()))
                .isEqualTo(url);
    }
}
