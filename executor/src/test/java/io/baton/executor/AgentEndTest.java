package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.process.ProcessTable;
import io.baton.link.Refused;
import io.baton.link.ToAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent sees to at the end: a task's, and its own. */
class AgentEndTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));

    @TempDir
    private Path workDir;

    private RunningAgent agent;

    @BeforeEach
    void start() throws IOException {
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

    @Test
    void anAgentThatIsDeclaredGoneEndsAfterTheTaskThatIgnoresIt() throws Exception {
        agent.master()
                .run(
                        FRAMEWORK,
                        task("deaf", "trap '' TERM; echo $$; while :; do sleep 0.1; done")
                                .build());
        Awaitility.await().atMost(FakeMaster.PATIENCE).ignoreExceptions().until(() -> agent.output("deaf", "stdout")
                .endsWith("\n"));
        long pid = Long.parseLong(agent.output("deaf", "stdout").strip());

        agent.master()
                .send(ToAgent.newBuilder()
                        .setRefused(Refused.newBuilder()
                                .setReason("gone")
                                .setPermanent(true)
                                .setGone(true)));

        boolean alive = agent.broken()
                .thenApply(reason ->
                        PROCESSES.find(pid).filter(ProcessTable.Entry::isAlive).isPresent())
                .get(FakeMaster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(alive).isFalse();
        assertThat(agent.broken().join()).isEqualTo("the master refuses this agent: gone");
    }

    @Test
    void theAgeOfASandboxCountsFromTheEndOfItsTask() throws IOException {
        agent.runToEnd(task("t", "touch -d 2001-01-01 ."));

        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> Files.getLastModifiedTime(agent.sandbox("t"))
                .toInstant()
                .isAfter(Instant.parse("2020-01-01T00:00:00Z")));
    }
}
