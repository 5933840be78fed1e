package io.baton.httpapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.States;
import io.baton.httpapi.agent.AgentSnapshot.RunningExecutor;
import io.baton.httpapi.agent.AgentSnapshot.RunningTask;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.TaskState;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each task asks for 0.1 cpus and 32 MB, each executor for 0.5 cpus and 64 MB. */
class ContainerLimitsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final long MB = 1 << 20;

    private static RunningTask task(String container, Double cpus, Double mem) {
        var task = States.task("t", TaskState.TASK_RUNNING, 1).toBuilder();
        if (cpus != null) {
            task.putLimits("cpus", Value.Scalar.newBuilder().setValue(cpus).build());
        }
        if (mem != null) {
            task.putLimits("mem", Value.Scalar.newBuilder().setValue(mem).build());
        }
        return new RunningTask(task.build(), container, "", false);
    }

    private static ResourceStatistics shown(boolean own, boolean quotas, RunningTask... tasks) {
        var info = ExecutorInfo.newBuilder().addAllResources(States.resources(0.5, 64, "dev"));
        info.getExecutorIdBuilder().setValue("e");
        var executor = new RunningExecutor(info.build(), "c", "");
        var out = ResourceStatistics.newBuilder().setTimestamp(0);
        ContainerLimits.describe(
                out,
                new ExecutorView(executor, own, new ArrayList<>(List.of(tasks)), List.of()),
                new AgentHost("10.0.0.1", 4, 8000 * MB, quotas));
        return out.build();
    }

    @ParameterizedTest
    @CsvSource({
        "false, , , , 32",
        "true, , , 0.1, 32",
        "false, 0.5, 256, 0.5, 256",
        "true, 0.5, 256, 0.5, 256",
        "true, Infinity, Infinity, 4, 8000"
    })
    void ofATaskThoseItAsksForOrHasBesides(boolean quotas, Double cpus, Double mem, Double mostCpus, long mostMem) {
        var shown = shown(false, quotas, task("c", cpus, mem));

        assertThat(shown.getCpusSoftLimit()).isEqualTo(0.1);
        assertThat(shown.getMemSoftLimitBytes()).isEqualTo(32 * MB);
        assertThat(shown.hasCpusLimit() ? shown.getCpusLimit() : null).isEqualTo(mostCpus);
        assertThat(shown.getMemLimitBytes()).isEqualTo(mostMem * MB);
    }

    @Test
    void ofAnExecutorThoseOfTheTasksThatHaveContainersOfTheirOwn() {
        var grouped = shown(true, false, task("c1", 1.0, 100.0), task("c2", null, null));
        assertThat(grouped.getCpusLimit()).isEqualTo(1.6);
        assertThat(grouped.getMemLimitBytes()).isEqualTo(196 * MB);
        assertThat(grouped.getMemSoftLimitBytes()).isEqualTo(128 * MB);
        assertThat(shown(true, false, task("c1", INFINITY, null)).getCpusLimit())
                .isEqualTo(4);

        var sharing = shown(true, false, task("c", 1.0, 100.0));
        assertThat(sharing.hasCpusLimit()).isFalse();
        assertThat(sharing.getMemLimitBytes()).isEqualTo(96 * MB);
    }
}
