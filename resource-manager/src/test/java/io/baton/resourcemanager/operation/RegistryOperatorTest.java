package io.baton.resourcemanager.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.operation.OperationAnswer;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.operator.LostAgent;
import io.baton.v1.operator.MasterStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistryOperatorTest {
    private static AgentEntry agent(int number, AgentEntry.State state) {
        return AgentEntry.newBuilder()
                .setInfo(AgentInfo.newBuilder()
                        .setId(AgentID.newBuilder().setValue("id-" + number))
                        .setHostname("h" + number))
                .setState(state)
                .setSince(1_000L + number)
                .setIncarnation(1)
                .setChanged(1)
                .build();
    }

    @Test
    void aStatusNamesTheAgentsThatBecameUnreachableLast() {
        var snapshot = Snapshot.newBuilder()
                .addAgents(agent(98, AgentEntry.State.ADMITTED))
                .addAgents(agent(99, AgentEntry.State.GONE));
        for (int i = 0; i < RegistryOperator.NAMED_AGENTS + 2; i++) {
            snapshot.addAgents(agent(i, AgentEntry.State.UNREACHABLE));
        }
        var state = new RegistryState();
        state.load(snapshot.buildPartial());

        var status = RegistryOperator.withState(
                MasterStatus.newBuilder()
                        .setName("m")
                        .setIncarnation(1)
                        .setClusterId("c")
                        .setVersion("1")
                        .setTime(0)
                        .setExpectedMasters(1)
                        .setVoterId("v")
                        .setAppliedIndex(0),
                state);

        assertThat(status.getAgentsUnreachable()).isEqualTo(12);
        assertThat(status.getAgentsLostList())
                .hasSize(RegistryOperator.NAMED_AGENTS)
                .startsWith(LostAgent.newBuilder()
                        .setId("id-11")
                        .setHostname("h11")
                        .setSince(1_011)
                        .build())
                .allMatch(agent -> agent.getSince() <= 1_011);
    }

    @Test
    void aMasterIsLetInNoMoreOnlyIfTheRegistryHasTakenIt() {
        var refused = Result.newBuilder()
                .setRefused(Refused.newBuilder().setCode(Refused.Code.NOT_FOUND).setMessage("there is none"));

        assertThat(RegistryOperator.withdrawn(new Answer.Committed(0, refused.buildPartial())))
                .isEmpty();
        assertThat(RegistryOperator.withdrawn(new Answer.Unavailable("no majority", Duration.ofSeconds(1))))
                .contains(new OperationAnswer.Unavailable("no majority"));
        assertThat(RegistryOperator.withdrawn(new Answer.Unknown("late")))
                .hasValueSatisfying(a -> assertThat(a).isInstanceOf(OperationAnswer.Unavailable.class));
    }
}
