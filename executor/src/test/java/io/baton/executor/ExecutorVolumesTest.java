package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.executor.Samples.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ExecutorProtocol;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.executor.Call;
import io.baton.v1.executor.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes of tasks on a custom executor that runs. */
class ExecutorVolumesTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ExecutorInfo EXECUTOR = ExecutorInfo.newBuilder()
            .setType(ExecutorInfo.Type.CUSTOM)
            .setExecutorId(ExecutorID.newBuilder().setValue("e"))
            .setFrameworkId(FRAMEWORK.getId())
            .addResources(Samples.scalar("cpus", 0.01))
            .setCommand(CommandInfo.newBuilder().setValue("touch there; exec sleep 1000"))
            .build();

    @TempDir
    private Path workDir;

    private RunningAgent agent;
    private TestProbe<ExecutorProtocol.Stream> stream;

    @BeforeEach
    void start() throws IOException {
        agent = new RunningAgent(KIT.system(), workDir, Map.of());
        stream = KIT.createTestProbe();
        launch("first");
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> Files.exists(agent.sandbox("e").resolve("there")));
        var subscribe = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setFrameworkId(FRAMEWORK.getId())
                .setExecutorId(EXECUTOR.getExecutorId())
                .build();
        agent.agent().hear(new ExecutorProtocol.Subscribe(subscribe, "s1", stream.ref()));
        assertThat(told()).isEqualTo(Event.Type.SUBSCRIBED);
        assertThat(told()).isEqualTo(Event.Type.LAUNCH_GROUP);
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private void launch(String id, Resource... resources) throws IOException {
        TaskInfo task = task(id, "ignored")
                .clearCommand()
                .addAllResources(List.of(resources))
                .setExecutor(EXECUTOR)
                .build();
        agent.master().runGroup(List.of(task), true);
    }

    private Event.Type told() {
        var message = stream.receiveMessage(FakeMaster.PATIENCE);
        return ((ExecutorProtocol.Stream.Deliver) message).event().getType();
    }

    @Test
    void areInItsSandboxWhenItIsToldOfTheTask() throws IOException {
        launch("a", volume("eng", "v", "data", 10));

        assertThat(told()).isEqualTo(Event.Type.LAUNCH_GROUP);
        assertThat(Files.readSymbolicLink(agent.sandbox("e").resolve("data")))
                .isEqualTo(workDir.toRealPath().resolve("volumes/roles/eng/v"));
    }

    @Test
    void endTheTaskIfTheyCannotBeThere() throws IOException {
        launch("a", volume("eng", "v", "there", 10));

        var end = agent.awaitEnd("a");
        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_UPDATE_FAILED);
        assertThat(end.getMessage()).contains("container_path");
    }
}
