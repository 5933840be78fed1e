package io.baton.executor.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.executor.record.ExecutorOver;
import io.baton.executor.record.Record;
import io.baton.v1.AgentID;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutorsTest {
    private final AgentState state = new AgentState();

    private void overAndDone(int number, ExecutorInfo.Builder info) {
        var id = ExecutorID.newBuilder().setValue("e" + number);
        state.apply(Record.newBuilder()
                .setExecutorAccepted(ExecutorAccepted.newBuilder()
                        .setFramework(Samples.FRAMEWORK)
                        .setExecutor(info.setExecutorId(id))
                        .setContainerId("c" + number)
                        .setSandbox("/s")
                        .setBootId("b")
                        .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                        .setAcceptedAt(0))
                .build());
        state.apply(Record.newBuilder()
                .setExecutorOver(ExecutorOver.newBuilder()
                        .setFrameworkId(Samples.FRAMEWORK.getId())
                        .setExecutorId(id))
                .build());
    }

    private static ExecutorInfo.Builder custom() {
        return ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.CUSTOM)
                .setName("spark")
                .addResources(Samples.scalar("cpus", 1))
                .setCommand(CommandInfo.newBuilder().setValue("run"));
    }

    private long written() {
        return state.records().stream().mapToLong(Record::getSerializedSize).sum();
    }

    private ExecutorInfo last() {
        return List.copyOf(state.executors().over())
                .get(state.executors().over().size() - 1)
                .info();
    }

    @Test
    void ofLargeOnesThatAreOverLittleIsKept() {
        var data = ByteString.copyFrom(new byte[1 << 20]);
        for (int i = 0; i < 100; i++) {
            overAndDone(i, custom().setData(data));
        }

        assertThat(written()).isLessThan(Executors.MAX_OVER_BYTES);
        assertThat(state.executors().over()).hasSize(100);
        assertThat(last().getName()).isEqualTo("spark");
        assertThat(last().getCommand().getValue()).isEqualTo("run");
        assertThat(last().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void ofLongDescriptionsOnlyWhatIsNeededIs() {
        var label = Label.newBuilder().setKey("k").setValue("v".repeat(1 << 20));
        overAndDone(1, custom().setLabels(Labels.newBuilder().addLabels(label)));
        assertThat(last().hasLabels()).isFalse();
        assertThat(last().getName()).isEqualTo("spark");
        assertThat(written()).isLessThan(2_000);
        var name = "n".repeat(3_900);
        for (int i = 0; i < 1_000; i++) {
            overAndDone(i, custom().setName(name));
        }

        assertThat(state.executors().over()).hasSize(Executors.MAX_OVER);
        assertThat(written()).isLessThan(Executors.MAX_OVER_BYTES);
        assertThat(last().getExecutorId().getValue()).isEqualTo("e999");
    }

    @Test
    void whatIsKeptIsReadAgain() {
        overAndDone(1, custom());
        var again = new AgentState();
        state.records().forEach(again::apply);

        assertThat(again.records()).isEqualTo(state.records());
        assertThat(again.executors().over()).hasSize(1);
    }
}
