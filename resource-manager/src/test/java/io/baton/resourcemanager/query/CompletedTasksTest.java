package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletedTasksTest {
    private static final FrameworkId F = new FrameworkId("f");

    private final CompletedTasks completed = new CompletedTasks();

    private static Labels labels(int bytes) {
        return Labels.newBuilder()
                .addLabels(Label.newBuilder().setKey("k").setValue("v".repeat(bytes)))
                .build();
    }

    private void put(FrameworkId framework, String id, Labels labels) {
        completed.put(
                framework,
                new TaskId(id),
                Task.newBuilder()
                        .setName("n")
                        .setTaskId(new TaskId(id).toProto())
                        .setFrameworkId(framework.toProto())
                        .setAgentId(new AgentId("a").toProto())
                        .setState(TaskState.TASK_FINISHED)
                        .setLabels(labels)
                        .build());
    }

    private static long bytes(List<Task> tasks) {
        return tasks.stream().mapToLong(Task::getSerializedSize).sum();
    }

    @Test
    void theLastOnesAreKept() {
        for (int i = 0; i <= CompletedTasks.MAX_TASKS; i++) {
            put(F, "t" + i, labels(1));
        }

        assertThat(completed.of(F))
                .hasSize(CompletedTasks.MAX_TASKS)
                .extracting(task -> task.getTaskId().getValue())
                .doesNotContain("t0")
                .endsWith("t" + CompletedTasks.MAX_TASKS);
    }

    @Test
    void largeOnesAreKeptWithoutTheirDescriptions() {
        var megabyte = labels(1024 * 1024);
        for (int i = 0; i < CompletedTasks.MAX_TASKS; i++) {
            put(F, "t" + i, megabyte);
        }

        assertThat(completed.of(F)).hasSize(CompletedTasks.MAX_TASKS);
        assertThat(bytes(completed.of(F))).isLessThan(1024 * 1024);
    }

    @Test
    void thereAreAsManyAsFitIntoTheBytesOfAFramework() {
        var labels = labels(CompletedTasks.TASK_BYTES - 1024);
        for (int i = 0; i < CompletedTasks.MAX_TASKS; i++) {
            put(F, "t" + i, labels);
        }

        assertThat(bytes(completed.of(F)))
                .isBetween(CompletedTasks.FRAMEWORK_BYTES * 9L / 10, (long) CompletedTasks.FRAMEWORK_BYTES);
        assertThat(completed.of(F).get(0).hasLabels()).isTrue();
    }

    @Test
    void thoseOfTheFrameworkWithMostGoIfAllTogetherAreTooMany() {
        var other = new FrameworkId("other");
        put(other, "t", labels(1));
        var labels = labels(CompletedTasks.TASK_BYTES - 1024);
        long all = 0;
        for (int f = 0; f < 10; f++) {
            for (int i = 0; i < 130; i++) {
                put(new FrameworkId("f" + f), "t" + i, labels);
            }
        }
        for (int f = 0; f < 10; f++) {
            all += bytes(completed.of(new FrameworkId("f" + f)));
        }

        assertThat(all).isBetween(CompletedTasks.MAX_BYTES * 9L / 10, (long) CompletedTasks.MAX_BYTES);
        assertThat(completed.of(other)).hasSize(1);
    }

    @Test
    void whatIsForgottenOrTakenOutDoesNotCount() {
        var labels = labels(CompletedTasks.TASK_BYTES - 1024);
        for (int i = 0; i < 3 * CompletedTasks.MAX_BYTES / CompletedTasks.TASK_BYTES; i++) {
            put(F, "t" + i % 50, labels);
            assertThat(completed.remove(F, new TaskId("t" + i % 50))).isNotNull();
            put(new FrameworkId("f" + i), "t", labels);
            completed.forget(new FrameworkId("f" + i));
        }
        assertThat(completed.remove(F, new TaskId("t0"))).isNull();
        put(F, "last", labels);

        assertThat(completed.of(F)).hasSize(1);
    }
}
