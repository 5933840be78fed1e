package io.baton.executor.probing;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.check.Outcome;
import io.baton.executor.process.Launch;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.ProcessTable;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each probe has minutes, and there may be hundreds a second: with it ends what would have ended it. */
class ProbeLimitsTest {
    private static final int PROBES = 20;
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private final CompletableFuture<CommandProbes> probes = new CompletableFuture<>();
    private final AtomicInteger executed = new AtomicInteger();
    private Supervision supervision;

    @BeforeEach
    void open() throws IOException {
        var listener = new Supervision.Listener() {
            @Override
            public void started(String container, Optional<ProcessIdentity> identity) {
                probes.join().started(container, identity);
            }

            @Override
            public void ended(String container, Verdict verdict) {
                probes.join().ended(container, verdict);
            }
        };
        supervision = Supervision.open(
                directory.resolve("state"), new ProcessTable(Path.of("/proc")), Optional.empty(), listener);
        probes.complete(new CommandProbes(supervision, task -> {
            executed.incrementAndGet();
            task.run();
        }));
    }

    @AfterEach
    void close() throws IOException {
        supervision.close();
    }

    private Outcome probe(String command, Duration timeout) throws IOException {
        var id = CommandProbes.freshName();
        var outcome = new CompletableFuture<Outcome>();
        probes.join().announce(id, "c", outcome::complete);
        var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"));
        probes.join().run(new Launch(id, directory, true, command, List.of(), Optional.empty(), environment), timeout);
        return outcome.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Test
    void whatEndsInTimeLeavesNoTimeLimit() throws IOException {
        for (int i = 0; i < PROBES; i++) {
            assertThat(probe("true", Duration.ofSeconds(2))).isEqualTo(new Outcome.Exited(0));
        }

        assertThat(probe("sleep 600", Duration.ofSeconds(3)))
                .isEqualTo(new Outcome.Failed("it did not end within 3.0 s"));

        assertThat(executed.get())
                .as("each removed what was left of it, and only the last was ended")
                .isLessThanOrEqualTo(PROBES + 2);
    }
}
