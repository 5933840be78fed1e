package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentID;
import io.baton.v1.CommandInfo;
import io.baton.v1.DurationInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorRulesTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final TaskInfo TASK = TaskInfo.newBuilder()
            .setName("t")
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setAgentId(AgentID.newBuilder().setValue("a"))
            .build();

    private static ExecutorInfo.Builder executor(ExecutorInfo.Type type) {
        return ExecutorInfo.newBuilder()
                .setType(type)
                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                .addAllResources(Resources.scalars(Map.of("cpus", 0.1, "mem", 32.0, "disk", 10.0))
                        .toProto(""));
    }

    private static CommandInfo command() {
        return CommandInfo.newBuilder().setValue("true").build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            custom               |
            of another framework | invalid FrameworkID (Actual: g vs Expected: f)
            default              | must be 'CUSTOM'
            without a command    | 'ExecutorInfo.command' must be set
            with a bad id        | Executor ID is invalid
            with negative grace  | 'shutdown_grace_period' must be non-negative
            without resources    |
            """)
    void looksAtTheExecutorOfATask(String which, String problem) {
        var executor = executor(ExecutorInfo.Type.CUSTOM).setCommand(command());
        switch (which) {
            case "of another framework" ->
                executor.setFrameworkId(FrameworkID.newBuilder().setValue("g"));
            case "default" -> executor.setType(ExecutorInfo.Type.DEFAULT);
            case "without a command" -> executor.clearCommand();
            case "with a bad id" ->
                executor.setExecutorId(ExecutorID.newBuilder().setValue("a/b"));
            case "with negative grace" ->
                executor.setShutdownGracePeriod(DurationInfo.newBuilder().setNanoseconds(-1));
            case "without resources" -> executor.clearResources();
            default -> {}
        }

        check(ExecutorRules.problemOf(executor.build(), F), problem);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            good                 |
            custom with command  |
            empty                | Task group cannot be empty
            twice the same       | duplicate task ID: t
            a task's own executor | 'TaskInfo.executor' must not be set
            default with command | must not be set for 'DEFAULT' executor
            without resources    | uses less CPUs (0.0) than the minimum required (0.01)
            without memory       | uses less memory (0.0MB) than the minimum required (32.0MB)
            without disk         | does not use any 'disk' resource
            """)
    void looksAtAGroupAsAWhole(String which, String problem) {
        var executor = executor(ExecutorInfo.Type.DEFAULT);
        var tasks = List.of(TASK);
        switch (which) {
            case "custom with command" ->
                executor.setType(ExecutorInfo.Type.CUSTOM).setCommand(command());
            case "empty" -> tasks = List.of();
            case "twice the same" -> tasks = List.of(TASK, TASK);
            case "a task's own executor" ->
                tasks = List.of(TASK.toBuilder().setExecutor(executor.build()).build());
            case "default with command" -> executor.setCommand(command());
            case "without resources" -> executor.clearResources();
            case "without memory" ->
                executor.clearResources()
                        .addAllResources(Resources.scalars(Map.of("cpus", 1.0)).toProto(""));
            case "without disk" ->
                executor.clearResources()
                        .addAllResources(Resources.scalars(Map.of("cpus", 1.0, "mem", 64.0))
                                .toProto(""));
            default -> {}
        }

        check(ExecutorRules.problemOfGroup(executor.build(), tasks, F), problem);
    }

    private static void check(Optional<String> found, String wanted) {
        if (wanted == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).hasValueSatisfying(text -> assertThat(text).contains(wanted));
        }
    }
}
