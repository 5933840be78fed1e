package io.baton.executor;

import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Secret;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of tasks without an image: files in memory that the sandbox has links to. */
class SecretsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path workDir;

    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
        Files.setPosixFilePermissions(workDir, PosixFilePermissions.fromString("rwxr-xr-x"));
        agent = new RunningAgent(KIT.system(), workDir, Map.of());
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private static TaskInfo.Builder withSecret(String command, String at) {
        return task("t", command)
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .addVolumes(Volume.newBuilder()
                                .setContainerPath(at)
                                .setMode(Volume.Mode.RO)
                                .setSource(Volume.Source.newBuilder()
                                        .setType(Volume.Source.Type.SECRET)
                                        .setSecret(Secret.newBuilder()
                                                .setType(Secret.Type.VALUE)
                                                .setValue(Secret.Value.newBuilder()
                                                        .setData(ByteString.copyFromUtf8("s3cret")))))));
    }

    @Test
    void theyAreGoneWithTheTask() throws IOException {
        var end = agent.runToEnd(withSecret("cat keys/db; stat -f -c ' %T' -L keys/db; readlink keys/db", "keys/db"));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        var said = agent.output("t", "stdout").split("\\s+");
        assertThat(said).startsWith("s3cret", "tmpfs").hasSize(3);
        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> !Files.exists(Path.of(said[2])));
        assertThat(agent.agent().snapshot().toString()).doesNotContain("s3cret");
    }

    @Test
    void theTasksUserAloneReadsThem() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("becoming another user takes root")
                .isEqualTo("root");
        var task = withSecret("cat key; stat -c ' %U %a' -L key", "key");
        task.getCommandBuilder().setUser("nobody");

        assertThat(agent.runToEnd(task).getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("s3cret nobody 400\n");
    }

    @Test
    void outsideOfTheSandboxTheyNeedAnImage() throws IOException {
        var end = agent.runToEnd(withSecret("true", "/etc/key"));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getMessage()).contains("relative container_path");
    }
}
