package io.baton.executor.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.executor.Samples;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static IsolationSettings settings(boolean cfs, long processes) {
        return IsolationSettings.parse("auto", "baton", cfs, processes);
    }

    @ParameterizedTest(name = "{0} cpus, quota {1}")
    @CsvSource({
        "0.5,   false, 512,    -1",
        "0.001, false, 2,      -1",
        "0.001, true,  2,      1000",
        "1.5,   true,  1536,   150000",
        "500,   true,  262144, 50000000"
    })
    void cpusAreAWeightAndIfWantedAQuota(double cpus, boolean cfs, long shares, long quota) {
        var limits = Limits.of(List.of(Samples.scalar("cpus", cpus)), settings(cfs, 0));

        assertThat(limits.cpuShares()).isEqualTo(shares);
        assertThat(limits.cpuQuotaMicros().orElse(-1)).isEqualTo(quota);
        assertThat(limits.memoryBytes()).isEmpty();
        assertThat(limits.processes()).isEmpty();
    }

    @Test
    void memoryIsNeverTooLittleForAProgram() {
        var small = Limits.of(List.of(Samples.scalar("mem", 1)), settings(false, 7));
        var large = Limits.of(List.of(Samples.scalar("mem", 64), Samples.scalar("mem", 36)), settings(false, 7));

        assertThat(small.memoryBytes()).hasValue(32L << 20);
        assertThat(large.memoryBytes()).hasValue(100L << 20);
        assertThat(large.processes()).hasValue(7);
    }

    @Test
    void aTasksOwnLimitsGoBeyondItsResources() {
        var task = TaskInfo.newBuilder(Samples.task("t", "true").build())
                .clearResources()
                .addResources(Samples.scalar("cpus", 0.5))
                .addResources(Samples.scalar("mem", 64))
                .putLimits("cpus", Value.Scalar.newBuilder().setValue(2).build())
                .putLimits("mem", Value.Scalar.newBuilder().setValue(INFINITY).build())
                .build();

        var limits = Limits.of(task, settings(false, 0));

        assertThat(limits.cpuShares()).isEqualTo(512);
        assertThat(limits.cpuQuotaMicros()).hasValue(200_000);
        assertThat(limits.memoryBytes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "1024, 39", "262144, 10000"})
    void weightsOfVersionTwoFollowTheShares(long shares, long weight) {
        var none = java.util.OptionalLong.empty();
        assertThat(new Limits(shares, none, none, none).cpuWeight()).isEqualTo(weight);
    }

    @Test
    void isolatorsHaveMesossNames() {
        var some = IsolationSettings.parse("posix/cpu, cgroups/mem,disk/du", "b", false, 0);
        var none = IsolationSettings.parse("posix/cpu,posix/mem", "b", false, 0);

        assertThat(some.controllers()).containsExactly(Controller.MEMORY);
        assertThat(some.demanded()).isTrue();
        assertThat(some.everyTask()).isTrue();
        assertThat(none.everyTask()).isFalse();
        assertThat(none.controllers()).as("for containers").hasSize(3);
        assertThat(none.demanded()).isFalse();
        assertThat(settings(false, 0).everyTask()).isTrue();
        assertThat(settings(false, 0).demanded()).isFalse();
        assertThat(settings(false, 0).controllers()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cgroups/memory", "", "auto,cgroups/cpu", "network/cni"})
    void unknownIsolatorsAreNamed(String text) {
        assertThatThrownBy(() -> IsolationSettings.parse(text, "b", false, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no isolator of this agent");
    }
}
