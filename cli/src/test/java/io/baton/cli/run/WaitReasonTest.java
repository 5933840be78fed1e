package io.baton.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.sdk.offer.Shape;
import io.baton.v1.AgentInfo;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import io.baton.v1.master.Response.GetAgents.Agent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitReasonTest {

    /** Agents are written {@code cpus/mem-used cpus/used mem}; an exclamation mark before one that is not active. */
    @ParameterizedTest(name = "{0} cpus, {1} MB on {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    1  | 64   | ''                  | no agent is registered; start one with: baton agent --master HOST:PORT
                    1  | 64   | '!4/512-0/0'        | none of 1 agents is active; see: baton agents
                    64 | 64   | '8/512-0/0 4/9-0/0' | wants cpus:64, largest agent has cpus:8. It waits for a larger agent: Ctrl-C, and ask for less
                    4  | 1024 | '8/512-0/0 2/2048-0/0' | no single agent has all of cpus:4;mem:1024; see: baton agents
                    4  | 64   | '4/512-1/0'         | wants cpus:4;mem:64, all agents that large are busy; see: baton tasks
                    1  | 64   | '4/512-1/0'         | wants cpus:1;mem:64, there is room; waiting to be offered it
                    """)
    void saysWhatIsMissing(double cpus, double mem, String agents, String reason) {
        assertThat(WaitReason.of(Shape.cpus(cpus).mem(mem), agents(agents))).isEqualTo(reason);
    }

    private static List<Agent> agents(String text) {
        var agents = new ArrayList<Agent>();
        for (var part : text.split(" ")) {
            if (!part.isEmpty()) {
                var numbers = part.replace("!", "").split("[/-]");
                agents.add(Agent.newBuilder()
                        .setActive(!part.startsWith("!"))
                        .setVersion("0")
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h"))
                        .addTotalResources(scalar("cpus", numbers[0]))
                        .addTotalResources(scalar("mem", numbers[1]))
                        .addAllocatedResources(scalar("cpus", numbers[2]))
                        .addAllocatedResources(scalar("mem", numbers[3]))
                        .build());
            }
        }
        return agents;
    }

    private static Resource scalar(String name, String value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(value)))
                .build();
    }
}
