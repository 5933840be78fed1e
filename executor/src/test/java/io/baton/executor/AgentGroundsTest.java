package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.v1.TaskState.TASK_FINISHED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent begins with before its process has made all that it needs. */
@Timeout(120)
class AgentGroundsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path directory;

    private AgentConfig config(String interpreter) {
        return AgentConfig.from(ConfigFactory.parseMap(Map.of(
                "baton.agent.work-dir",
                directory.resolve("work").toString(),
                "baton.agent.ip",
                "127.0.0.1",
                "baton.agent.shell",
                interpreter,
                "baton.agent.resources",
                "cpus:4;mem:1000;disk:1000")));
    }

    private static Agent.Ports ports(FakeMaster master) {
        return new Agent.Ports(
                "1.2.3", 5051, () -> CompletableFuture.completedFuture(List.of(master.address())), reason -> {});
    }

    private static void stop(Agent agent) throws Exception {
        agent.shutdownTasks(Optional.empty()).toCompletableFuture().get(60, TimeUnit.SECONDS);
        agent.terminate().toCompletableFuture().join();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    @Test
    void onesThatAreAbandonedAreFree() throws IOException {
        var taken = AgentGrounds.take(config(""));
        assertThatThrownBy(() -> AgentGrounds.take(config(""))).hasMessageContaining("is in use by another agent");

        taken.abandon();
        taken.abandon();

        AgentGrounds.take(config("")).abandon();
    }

    @Test
    void anAgentWithADamagedJournalLetsGoOfThem() throws Exception {
        try (var master = new FakeMaster(1)) {
            var first = Agent.start(KIT.system(), config(""), ports(master));
            master.awaitRegistration(1);
            master.run(FRAMEWORK, task("t", "true").build());
            master.await("t", TASK_FINISHED);
            stop(first);
            var journal = directory.resolve("work/meta/journal");
            var bytes = Files.readAllBytes(journal);
            bytes[12] ^= 1;
            Files.write(journal, bytes);
            var grounds = AgentGrounds.take(config(""));

            assertThatThrownBy(() -> Agent.start(KIT.system(), config(""), ports(master), grounds))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("journal");
        }
        AgentGrounds.take(config("")).abandon();
    }

    /** Whose spawner worked the last time: on a busy host it takes seconds. */
    @Test
    void anAgentRegistersBeforeItsSpawnerIsThere() throws Exception {
        var go = directory.resolve("go");
        var slow = directory.resolve("perl-that-waits");
        Files.writeString(
                slow, "#!/bin/sh\nwhile [ ! -e " + go + " ]; do sleep 0.02; done\nexec /usr/bin/perl \"$@\"\n");
        Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwx------"));
        try (var master = new FakeMaster(1)) {
            var first = Agent.start(KIT.system(), config("/usr/bin/perl"), ports(master));
            master.awaitRegistration(1);
            stop(first);

            var agent = Agent.start(KIT.system(), config(slow.toString()), ports(master));
            master.awaitRegistration(2);
            master.run(FRAMEWORK, task("t", "true").build());
            Files.createFile(go);

            assertThat(master.await("t", TASK_FINISHED).getState()).isEqualTo(TASK_FINISHED);
            stop(agent);
        }
    }
}
