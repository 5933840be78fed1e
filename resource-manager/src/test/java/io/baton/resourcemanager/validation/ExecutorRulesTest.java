package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentID;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.DurationInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.Image;
import io.baton.v1.Resource;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import io.baton.v1.Volume;
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

    private static ContainerInfo docker() {
        return ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("i"))
                .build();
    }

    /** A task with a control group of its own. */
    private static TaskInfo alone(String id) {
        var task = TASK.toBuilder().setTaskId(TaskID.newBuilder().setValue(id));
        task.getContainerBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .getLinuxInfoBuilder()
                .setShareCgroups(false);
        return task.build();
    }

    private static Resource sharedVolume() {
        var disk = Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(8))
                .setShared(Resource.SharedInfo.getDefaultInstance())
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.DYNAMIC)
                        .setRole("r"));
        disk.getDiskBuilder().getPersistenceBuilder().setId("v");
        disk.getDiskBuilder().getVolumeBuilder().setContainerPath("v").setMode(Volume.Mode.RW);
        return disk.build();
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
            without a type       |
            of an unknown type   | must be 'CUSTOM'
            without a program    |
            variable without a value | `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value
            DOCKER without docker | `ContainerInfo` is invalid: DockerInfo 'docker' is not set
            in a task's control group | 'share_cgroups' field cannot be set to 'true' on executor
            on a shared volume   | should not contain any shared resources
            with much data       | more than 1048576
            id of 256 bytes      | must not be greater than 255 bytes
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
            case "without a type" -> executor.clearType();
            case "of an unknown type" -> executor.setType(ExecutorInfo.Type.UNKNOWN);
            case "without a program" ->
                executor.setCommand(CommandInfo.newBuilder().setShell(false));
            case "variable without a value" ->
                executor.getCommandBuilder()
                        .getEnvironmentBuilder()
                        .addVariablesBuilder()
                        .setName("A");
            case "DOCKER without docker" -> executor.getContainerBuilder().setType(ContainerInfo.Type.DOCKER);
            case "in a task's control group" ->
                executor.getContainerBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .getLinuxInfoBuilder()
                        .setShareCgroups(true);
            case "with much data" -> executor.setData(ByteString.copyFrom(new byte[TaskRules.MAX_BYTES]));
            case "on a shared volume" -> executor.addResources(sharedVolume());
            case "id of 256 bytes" ->
                executor.setExecutorId(ExecutorID.newBuilder().setValue("\u00e4".repeat(128)));
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
            a task's own executor |
            another executor of a task | The `ExecutorInfo` of task 't' is different from executor 'e'
            without a type       | 'ExecutorInfo.command' must be set
            custom without a type | 'ExecutorInfo.type' must be set
            without a framework  | 'ExecutorInfo.framework_id' must be set
            custom in DOCKER     | Docker ContainerInfo is not supported on the executor
            default in DOCKER    | 'ExecutorInfo.container.type' must be 'MESOS'
            default in an image  | 'ExecutorInfo.container.mesos.image' must not be set
            tasks that share and do not | 'share_cgroups' must be the same for all tasks
            tasks that do not share |
            in a task's control group | 'share_cgroups' field cannot be set to 'true' on executor
            default with command | must not be set for 'DEFAULT' executor
            without resources    | uses less CPUs (0.0) than the minimum required (0.01)
            without memory       | uses less memory (0.0MB) than the minimum required (32.0MB)
            without disk         | does not use any 'disk' resource
            """)
    void looksAtAGroupAsAWhole(String which, String problem) {
        var executor = executor(ExecutorInfo.Type.DEFAULT)
                .setFrameworkId(FrameworkID.newBuilder().setValue("f"));
        var tasks = List.of(TASK);
        var mesos = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).build();
        switch (which) {
            case "custom with command" ->
                executor.setType(ExecutorInfo.Type.CUSTOM).setCommand(command());
            case "empty" -> tasks = List.of();
            case "twice the same" -> tasks = List.of(TASK, TASK);
            case "a task's own executor" ->
                tasks = List.of(TASK.toBuilder().setExecutor(executor.build()).build());
            case "another executor of a task" ->
                tasks = List.of(TASK.toBuilder()
                        .setExecutor(executor.clone().setName("x").build())
                        .build());
            case "without a type" -> executor.clearType();
            case "custom without a type" -> executor.clearType().setCommand(command());
            case "without a framework" -> executor.clearFrameworkId();
            case "custom in DOCKER" ->
                executor.setType(ExecutorInfo.Type.CUSTOM).setCommand(command()).setContainer(docker());
            case "default in DOCKER" -> executor.setContainer(docker());
            case "default in an image" ->
                executor.setContainer(mesos)
                        .getContainerBuilder()
                        .getMesosBuilder()
                        .getImageBuilder()
                        .setType(Image.Type.DOCKER);
            case "tasks that share and do not" -> tasks = List.of(TASK, alone("u"));
            case "tasks that do not share" -> tasks = List.of(alone("t"), alone("u"));
            case "in a task's control group" ->
                executor.setContainer(mesos)
                        .getContainerBuilder()
                        .getLinuxInfoBuilder()
                        .setShareCgroups(true);
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
