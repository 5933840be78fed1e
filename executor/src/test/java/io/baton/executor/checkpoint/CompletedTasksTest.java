package io.baton.executor.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.task.TaskKey;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompletedTasksTest {
    private static final FrameworkID FRAMEWORK =
            FrameworkID.newBuilder().setValue("f1").build();

    private final CompletedTasks tasks = new CompletedTasks();

    @Test
    void theLatestAreTheEndOfAll() {
        var random = new Random(7);
        for (int step = 0; step < 6_000; step++) {
            int number = random.nextInt(2_500);
            if (random.nextInt(5) == 0) {
                tasks.remove(key(number));
            } else {
                tasks.add(task(number));
            }
            if (step % 50 == 0) {
                assertThat(tasks.latest()).containsExactlyElementsOf(endOf(new ArrayList<>(tasks.all())));
            }
        }
        assertThat(tasks.all()).hasSizeGreaterThan(AgentState.LATEST);
    }

    @Test
    void forgettingTheOldestLeavesTheLatest() {
        for (int i = 0; i < AgentState.LATEST + 10; i++) {
            tasks.add(task(i));
        }
        tasks.remove(key(0));

        assertThat(tasks.latest()).hasSize(AgentState.LATEST).startsWith(task(10));
        assertThat(tasks.find(key(0))).isEmpty();
        assertThat(tasks.find(key(1))).contains(task(1));
    }

    @Test
    void theOldestGoBeyondALimitOfBytes() {
        for (int i = 0; i < 100; i++) {
            tasks.add(task(i, 1 << 20));
            tasks.add(task(i, 1 << 20)); // In its own place.
        }

        assertThat(tasks.all()).hasSize(7).last().isEqualTo(task(99, 1 << 20));
        assertThat(tasks.latest()).containsExactlyElementsOf(tasks.all());
        tasks.add(task(100, 20 << 20));
        assertThat(tasks.all()).hasSize(1);
        tasks.remove(key(100));
        tasks.add(task(101, 1 << 20));
        tasks.add(task(102, 1 << 20));
        assertThat(tasks.all()).hasSize(2);
    }

    private static List<CompletedTask> endOf(List<CompletedTask> all) {
        return all.subList(Math.max(0, all.size() - AgentState.LATEST), all.size());
    }

    private static TaskKey key(int number) {
        return task(number).key();
    }

    private static CompletedTask task(int number) {
        return task(number, 1);
    }

    private static CompletedTask task(int number, int bytes) {
        var id = TaskID.newBuilder().setValue("t" + number);
        return new CompletedTask(
                FrameworkInfo.getDefaultInstance(),
                Task.newBuilder()
                        .setFrameworkId(FRAMEWORK)
                        .setTaskId(id)
                        .setName("t".repeat(bytes))
                        .buildPartial(),
                "c" + number,
                Path.of("/s"),
                Instant.EPOCH,
                Optional.empty());
    }
}
