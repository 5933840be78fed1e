package io.baton.executor.task;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.program;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.v1.CheckInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Environment;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.RLimitInfo;
import io.baton.v1.Resource;
import io.baton.v1.Secret;
import io.baton.v1.TaskInfo;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskPlanTest {
    static Stream<Arguments> refused() {
        var uri = CommandInfo.newBuilder()
                .setValue("true")
                .addUris(CommandInfo.URI.newBuilder().setValue("gopher://h/x.tgz"));
        var executor =
                ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue("ex"));
        var noImage = ContainerInfo.newBuilder().setType(ContainerInfo.Type.DOCKER);
        var limit = ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .setRlimitInfo(RLimitInfo.newBuilder()
                        .addRlimits(RLimitInfo.RLimit.newBuilder()
                                .setType(RLimitInfo.RLimit.Type.RLMT_CORE)
                                .setSoft(1)));
        var volume = Resource.DiskInfo.newBuilder()
                .setVolume(io.baton.v1.Volume.newBuilder()
                        .setMode(io.baton.v1.Volume.Mode.RW)
                        .setContainerPath("data"));
        var secret = Environment.newBuilder()
                .addVariables(Environment.Variable.newBuilder()
                        .setName("S")
                        .setType(Environment.Variable.Type.SECRET)
                        .setSecret(Secret.newBuilder()
                                .setReference(Secret.Reference.newBuilder().setName("n"))));
        var big = "x".repeat(TaskPlan.MAX_TEXT_BYTES);
        var wide = "€".repeat(TaskPlan.MAX_TEXT_BYTES / 3 + 1);
        return Stream.of(
                Arguments.of(
                        "task of a custom executor",
                        false,
                        "no command",
                        task("t", "").clearCommand().setExecutor(executor)),
                Arguments.of("no command", false, "no command", task("t", "").clearCommand()),
                Arguments.of(
                        "no image",
                        false,
                        "docker.image is empty",
                        task("t", "true").setContainer(noImage)),
                Arguments.of(
                        "half a limit", false, "RLMT_CORE", task("t", "true").setContainer(limit)),
                Arguments.of("URI", false, "gopher://h/x.tgz", task("t", "").setCommand(uri)),
                Arguments.of(
                        "volume",
                        false,
                        "volumes",
                        task("t", "true")
                                .addResources(
                                        Samples.scalar("disk", 1).toBuilder().setDisk(volume))),
                Arguments.of("secret", false, "'S'", with(secret.build())),
                Arguments.of("empty command", true, "command.value", task("t", "")),
                Arguments.of("NUL in command", true, "command.value", task("t", "a\0b")),
                Arguments.of("NUL in argument", true, "argument", program("t", List.of("a", "b\0"))),
                Arguments.of("NUL in variable", true, "variable 'A'", with(Samples.environment("A", "\0"))),
                Arguments.of("variable without name", true, "''", with(Samples.environment("", "x"))),
                Arguments.of("variable with =", true, "'a=b'", with(Samples.environment("a=b", "x"))),
                Arguments.of("long command", true, "131072 bytes", task("t", big)),
                Arguments.of("long argument", true, "argument", program("t", List.of("a", big))),
                Arguments.of("wide argument", true, "argument", program("t", List.of("a", wide))),
                Arguments.of("long variable", true, "variable 'A'", with(Samples.environment("A", big))),
                Arguments.of(
                        "all together",
                        true,
                        "1048576",
                        program(
                                "t",
                                List.of("a").stream()
                                        .flatMap(a -> Stream.generate(() -> "x".repeat(100_000))
                                                .limit(11))
                                        .toList())));
    }

    private static TaskInfo.Builder with(Environment environment) {
        var task = task("t", "true");
        task.getCommandBuilder().setEnvironment(environment);
        return task;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesByName(String what, boolean invalid, String named, TaskInfo.Builder task) {
        var refusal = TaskPlan.of(FRAMEWORK, task.build()).refusal().orElseThrow();

        assertThat(refusal.message()).contains(named);
        assertThat(refusal.invalid()).isEqualTo(invalid);
    }

    @Test
    void theLongestTextIsTaken() {
        var command = "x".repeat(TaskPlan.MAX_TEXT_BYTES - 1);

        assertThat(TaskPlan.of(FRAMEWORK, task("t", command).build()).refusal()).isEmpty();
    }

    @Test
    void theCommandsUserWinsOverTheFrameworks() {
        var own = task("t", "true");
        own.getCommandBuilder().setUser("nobody");

        assertThat(plan(own).user()).isEqualTo("nobody");
        assertThat(plan(task("t", "true")).user()).isEqualTo(FRAMEWORK.getUser());
    }

    @Test
    void aProgramsFirstArgumentIsItsOwnName() {
        assertThat(plan(program("t", List.of("/bin/echo", "a", "b"))).arguments())
                .containsExactly("a", "b");
    }

    @Test
    void secretsGivenByValueBecomeVariables() {
        var secret = Environment.newBuilder()
                .addVariables(Environment.Variable.newBuilder()
                        .setName("S")
                        .setType(Environment.Variable.Type.SECRET)
                        .setSecret(Secret.newBuilder()
                                .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8("x")))))
                .build();

        assertThat(plan(with(secret)).environment()).containsEntry("S", "x");
    }

    @Test
    void theUsersVariablesWin() {
        var task = with(Samples.environment("PATH", "/mine", "B", "c"));
        var place = new TaskPlan.Place("/box", "agent-1", "h:5051", "/root");

        assertThat(plan(task).environment(FRAMEWORK, task.build(), place))
                .containsEntry("PATH", "/mine")
                .containsEntry("B", "c")
                .containsEntry("MESOS_SANDBOX", "/box")
                .containsEntry("MESOS_ALLOCATION_ROLE", "ads")
                .containsOnlyKeys(
                        "PATH",
                        "B",
                        "HOME",
                        "MESOS_SANDBOX",
                        "MESOS_DIRECTORY",
                        "MESOS_FRAMEWORK_ID",
                        "MESOS_SLAVE_PID",
                        "MESOS_EXECUTOR_ID",
                        "MESOS_SLAVE_ID",
                        "MESOS_AGENT_ENDPOINT",
                        "MESOS_ALLOCATION_ROLE");
    }

    @Test
    void aChecksCommandRunsAsTheTaskWithItsVariables() {
        var task = with(Samples.environment("A", "task", "B", "task"));
        task.getCommandBuilder().setUser("nobody");
        var check = CommandInfo.newBuilder()
                .setValue("check")
                .setUser("root")
                .setEnvironment(Samples.environment("B", "check"))
                .build();

        var beside = plan(task).beside(check).orElseThrow();

        assertThat(beside.user()).isEqualTo("nobody");
        assertThat(beside.program()).isEqualTo("check");
        assertThat(beside.environment()).containsEntry("A", "task").containsEntry("B", "check");
        assertThat(plan(task).beside(CommandInfo.newBuilder().setValue("\0").build()))
                .isEmpty();
    }

    private static TaskPlan plan(TaskInfo.Builder task) {
        return TaskPlan.of(FRAMEWORK, task.build()).plan().orElseThrow();
    }

    private static TaskInfo.Builder apart(HealthCheck.Builder check) {
        return task("t", "true")
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(ContainerInfo.DockerInfo.newBuilder()
                                .setImage("busybox")
                                .setNetwork(ContainerInfo.DockerInfo.Network.NONE)))
                .setHealthCheck(check);
    }

    @Test
    void inANetworkOfItsOwnItIsCheckedByCommandsOnly() {
        var http = HealthCheck.newBuilder()
                .setType(HealthCheck.Type.HTTP)
                .setHttp(HealthCheck.HTTPCheckInfo.newBuilder().setPort(8080));
        var tcp = CheckInfo.newBuilder()
                .setType(CheckInfo.Type.TCP)
                .setTcp(CheckInfo.Tcp.newBuilder().setPort(8080));
        var command = HealthCheck.newBuilder()
                .setType(HealthCheck.Type.COMMAND)
                .setCommand(CommandInfo.newBuilder().setValue("true"));

        assertThat(refusal(apart(http))).contains("health_check: a container with a network of its own");
        assertThat(refusal(apart(command).setCheck(tcp))).contains("check: a container");
        assertThat(TaskPlan.of(FRAMEWORK, apart(command).build()).refusal()).isEmpty();
        assertThat(TaskPlan.of(FRAMEWORK, task("t", "true").setHealthCheck(http).build())
                        .refusal())
                .isEmpty();
    }

    private static String refusal(TaskInfo.Builder task) {
        return TaskPlan.of(FRAMEWORK, task.build()).refusal().orElseThrow().message();
    }
}
