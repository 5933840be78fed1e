package io.baton.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.TaskId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskSumTest {
    /** Masters of two versions compare these. */
    @Test
    void isTheSameInEveryVersion() {
        assertThat(TaskSum.of(new TaskId("a"))).isEqualTo(-7981336205004433144L);
    }

    @Test
    void smallSetsOfNeighbouringNamesDiffer() {
        assertThat(IntStream.range(0, 1000)
                        .mapToLong(i -> TaskSum.of(new TaskId("t" + i)) + TaskSum.of(new TaskId("t" + (i + 1))))
                        .distinct())
                .hasSize(1000);
    }
}
