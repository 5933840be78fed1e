package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Samples;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Accepted;
import io.baton.executor.sandbox.LogRotation;
import io.baton.executor.sandbox.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogKeeperTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch copied = new CountDownLatch(1);
    private final AtomicInteger goingOn = new AtomicInteger();

    private final LogRotation.Pause pause = new LogRotation.Pause() {
        @Override
        public boolean begin() throws IOException {
            stopped.countDown();
            try {
                return copied.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            }
        }

        @Override
        public void end() {
            goingOn.incrementAndGet();
        }
    };

    private static TaskEntry entry(Path sandbox) {
        return new TaskEntry(Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(Samples.task("t", "true"))
                .setContainerId("c")
                .setSandbox(sandbox.toString())
                .setBootId("b")
                .setAcceptedAt(0)
                .build());
    }

    @Test
    void whoeverClosesItFindsNoTaskStandingStill() throws Exception {
        var sandbox = Files.createDirectory(directory.resolve("sandbox"));
        for (var name : List.of("stdout", "stderr")) {
            Files.writeString(sandbox.resolve(name), "more than there may be");
        }
        var threads = Executors.newFixedThreadPool(2);
        var keeper = new LogKeeper(new LogRotation(10, 2), Workshop.of(directory.resolve("work")), e -> pause, threads);
        keeper.look(List.of(entry(sandbox)));
        assertThat(stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        var closer = new Thread(keeper::close);
        closer.start();
        Awaitility.await().atMost(PATIENCE).until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        assertThat(goingOn).hasValue(0);
        copied.countDown();
        closer.join(PATIENCE.toMillis());

        assertThat(goingOn)
                .as("one file was under way, the other is left alone")
                .hasValue(1);
        keeper.look(List.of(entry(sandbox)));
        threads.shutdown();
        assertThat(threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(goingOn).hasValue(1);
        assertThat(sandbox.resolve("stderr")).hasContent("more than there may be");
    }
}
