package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;

import io.baton.v1.TaskState;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyThreadsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path workDir;

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private static void occupy(String purpose, CountDownLatch until) {
        var blocking = KIT.system()
                .dispatchers()
                .lookup(DispatcherSelector.fromConfig("baton.agent." + purpose + "-dispatcher"));
        for (int i = 0; i < 20; i++) {
            blocking.execute(() -> {
                try {
                    until.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    @Test
    void whatTakesLongHoldsUpNoKillAndNoUpdate() throws Exception {
        var over = new CountDownLatch(1);
        try (var agent = new RunningAgent(KIT.system(), workDir, Map.of("baton.agent.isolation", "auto"))) {
            agent.master().run(FRAMEWORK, task("t", "sleep 1000").build());
            agent.master().await("t", TaskState.TASK_RUNNING);
            occupy("blocking", over);
            try {
                agent.master().kill("t");
                agent.master().await("t", TaskState.TASK_KILLED);
            } finally {
                over.countDown();
            }
        }
    }

    @Test
    void removalsAndRoundsHoldUpNoLaunch() throws Exception {
        var over = new CountDownLatch(1);
        try (var agent = new RunningAgent(KIT.system(), workDir, Map.of("baton.agent.isolation", "auto"))) {
            occupy("removal", over);
            occupy("round", over);
            try {
                agent.master().run(FRAMEWORK, task("t", "true").build());
                agent.master().await("t", TaskState.TASK_FINISHED);
            } finally {
                over.countDown();
            }
        }
    }
}
