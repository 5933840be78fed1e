package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.process.ProcessTable;
import io.baton.link.Refused;
import io.baton.link.ToAgent;
import io.baton.v1.CommandInfo;
import io.baton.v1.DurationInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

        assertEndsBeforeAnAgentThatIsGone("deaf");
    }

    @Test
    void anAgentThatIsDeclaredGoneDoesNotLeaveAnExecutorBehindThatTakesItsTime() throws Exception {
        var executor = ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.CUSTOM)
                .setExecutorId(ExecutorID.newBuilder().setValue("patient"))
                .setFrameworkId(FRAMEWORK.getId())
                .setCommand(CommandInfo.newBuilder().setValue("trap '' TERM; echo $$; while :; do sleep 0.1; done"))
                .setShutdownGracePeriod(DurationInfo.newBuilder()
                        .setNanoseconds(Duration.ofMinutes(1).toNanos()));
        agent.master()
                .runGroup(
                        List.of(task("t", "")
                                .clearCommand()
                                .setExecutor(executor)
                                .build()),
                        true);

        assertEndsBeforeAnAgentThatIsGone("patient");
    }

    private void assertEndsBeforeAnAgentThatIsGone(String process) throws Exception {
        Awaitility.await().atMost(FakeMaster.PATIENCE).ignoreExceptions().until(() -> agent.output(process, "stdout")
                .endsWith("\n"));
        long pid = Long.parseLong(agent.output(process, "stdout").strip());

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
