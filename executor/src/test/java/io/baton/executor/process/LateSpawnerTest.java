package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.baton.executor.check.Outcome;
import io.baton.executor.probing.CommandProbes;
import io.baton.executor.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a busy host a spawner takes seconds to start. Where one like it has worked before, only launches wait for it. */
class LateSpawnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));

    /** Begins when there is a file {@code go} beside it. */
    private static final String SLOW =
            "#!/bin/sh\nwhile [ ! -e %s/go ]; do sleep 0.02; done\nexec /usr/bin/perl \"$@\"\n";

    /** Begins when there is a file {@code go} beside it, and cannot before. */
    private static final String BROKEN = "#!/bin/sh\n[ -e %s/go ] || exit 1\nexec /usr/bin/perl \"$@\"\n";

    @TempDir
    private Path directory;

    private final SupervisionNews news = new SupervisionNews();
    private Supervision supervision;
    private ProcessIdentity earlier;

    @BeforeEach
    void haveOneBefore() throws IOException {
        open(Path.of("/usr/bin/perl"));
        launch("earlier", "sleep 300");
        await().atMost(PATIENCE).until(() -> news.started().containsKey("earlier"));
        earlier = news.started().get("earlier").orElseThrow();
        supervision.close();
    }

    @AfterEach
    void close() throws IOException {
        go();
        ProcessHandle.of(earlier.pid()).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(PATIENCE).until(() -> !PROCESSES.isAlive(earlier.pid(), earlier.startTime()));
        supervision.close();
    }

    private void open(Path interpreter) throws IOException {
        supervision = Supervision.open(directory.resolve("state"), PROCESSES, Optional.of(interpreter), news);
    }

    private Path interpreter(String script) throws IOException {
        var out = directory.resolve("perl-of-ours");
        Files.writeString(out, script.formatted(directory));
        return Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwx------"));
    }

    private void go() throws IOException {
        if (!Files.exists(directory.resolve("go"))) {
            Files.createFile(directory.resolve("go"));
        }
    }

    private void launch(String container, String command) throws IOException {
        var sandbox = directory.resolve(container);
        new Sandboxes(directory).create(sandbox, Optional.empty());
        var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"));
        supervision.prepare(new Launch(container, sandbox, true, command, List.of(), Optional.empty(), environment));
        supervision.launch(List.of(container));
    }

    private Verdict end(String container) {
        await().atMost(PATIENCE).until(() -> news.ended().containsKey(container));
        return news.ended().get(container);
    }

    @Test
    @Timeout(60)
    void tasksAreFoundAndSignalledBeforeItIsThereAndLaunchesWait() throws IOException {
        open(interpreter(SLOW));

        assertThat(supervision.hasSpawner()).isFalse();
        assertThat(supervision.find("earlier", Optional.of(earlier))).isEqualTo(new Supervision.Found.Running(earlier));
        launch("later", "exit 7");
        supervision.signal(Signal.TERM, earlier);
        assertThat(end("earlier")).isEqualTo(new Verdict.Signaled(15));
        assertThat(news.started()).doesNotContainKey("later");

        go();

        assertThat(end("later")).isEqualTo(new Verdict.Exited(7));
        assertThat(supervision.hasSpawner()).isTrue();
    }

    /** A task that was healthy before its agent started again is not killed since its host is slow. */
    @Test
    void aCheckThatNobodyCouldBeginSaysNothingOfItsTask() throws Exception {
        open(interpreter(SLOW));
        var probes = new CommandProbes(supervision, ForkJoinPool.commonPool());
        var id = CommandProbes.freshName();
        var outcome = new CompletableFuture<Outcome>();
        probes.announce(id, "earlier", outcome::complete);

        probes.run(
                new Launch(id, directory, true, "true", List.of(), Optional.empty(), new TreeMap<>()),
                Duration.ofMillis(50));

        assertThat(outcome.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.NotProbed.class);
        await().atMost(PATIENCE).until(() -> !supervision.remains().contains(id));
    }

    @Test
    void oneThatWorksNoMoreIsTriedAgainAndNotTrustedByTheNextAgent() throws IOException {
        open(interpreter(BROKEN));
        launch("later", "exit 7");

        var note = directory.resolve("state/spawner.pid");
        await().atMost(PATIENCE).until(() -> !Files.exists(note));
        assertThat(Spawner.sharedOneWorked(directory.resolve("state"))).isFalse();

        go();

        assertThat(end("later")).isEqualTo(new Verdict.Exited(7));
    }

    @Test
    void oneThatComesAfterTheEndIsEnded() throws Exception {
        var begun = SpawnerStart.begin(directory.resolve("state"), PROCESSES, Optional.of(interpreter(SLOW)));
        supervision = Supervision.open(begun, news);

        var closed = CompletableFuture.runAsync(() -> {
            try {
                supervision.close();
            } catch (IOException unexpected) {
                throw new AssertionError(unexpected);
            }
        });
        go();

        closed.join();
        assertThat(begun.await().spawner().lives()).isFalse();
    }

    @Test
    void aFirstOneIsWaitedFor() throws IOException {
        go();
        var begun = SpawnerStart.begin(directory.resolve("another"), PROCESSES, Optional.of(interpreter(SLOW)));
        assertThat(begun.known()).isEmpty();

        begun.abandon();
    }
}
