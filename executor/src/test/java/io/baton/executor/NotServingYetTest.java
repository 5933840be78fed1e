package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.v1.TaskState.TASK_FINISHED;
import static io.baton.v1.TaskState.TASK_RUNNING;
import static io.baton.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.executor.link.LinkIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent turns to its master before its HTTP port is open; what may turn to that port begins afterwards. */
class NotServingYetTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path workDir;

    private final CompletableFuture<Done> serving = new CompletableFuture<>();
    private FakeMaster master;
    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        master = new FakeMaster(1);
        var config = AgentConfig.from(ConfigFactory.parseMap(Map.of(
                "baton.agent.work-dir", workDir.toString(),
                "baton.agent.ip", "127.0.0.1",
                "baton.agent.resources", "cpus:4;mem:1000;disk:1000")));
        agent = Agent.start(
                KIT.system(),
                config,
                new Agent.Ports(
                        "1.2.3",
                        5051,
                        () -> CompletableFuture.completedFuture(List.of(master.address())),
                        reason -> {},
                        LinkIdentity.NONE,
                        Agent.tokens(config),
                        serving));
        master.awaitRegistration(1);
    }

    @AfterEach
    void stop() throws Exception {
        serving.complete(Done.done());
        agent.shutdownTasks(Optional.of(Duration.ZERO)).toCompletableFuture().get(60, TimeUnit.SECONDS);
        agent.terminate().toCompletableFuture().join();
        master.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    @Test
    void startsNoProcessBefore() throws IOException {
        var open = workDir.resolve("open");
        master.run(FRAMEWORK, task("t", "test -e " + open).build());
        master.await("t", TASK_STARTING);

        await().during(Duration.ofMillis(500)).atMost(FakeMaster.PATIENCE).until(() -> !master.states("t")
                .contains(TASK_RUNNING));

        Files.createFile(open);
        serving.complete(Done.done());
        assertThat(master.await("t", TASK_FINISHED).getState()).isEqualTo(TASK_FINISHED);
    }
}
