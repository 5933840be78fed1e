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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container may be over at any moment between the wish to check it and the check. */
class CancelledProbesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final CompletableFuture<CommandProbes> probes = new CompletableFuture<>();
    private final Map<String, Verdict> ended = new ConcurrentHashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final String id = CommandProbes.freshName();
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
                ended.put(container, verdict);
            }
        };
        supervision = Supervision.open(
                directory.resolve("state"), new ProcessTable(Path.of("/proc")), Optional.empty(), listener);
        probes.complete(new CommandProbes(supervision, Runnable::run));
    }

    @AfterEach
    void close() throws IOException {
        supervision.close();
    }

    private Launch launch(String command) {
        var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"));
        return new Launch(id, directory, true, command, List.of(), Optional.empty(), environment);
    }

    @Test
    void oneThatIsCancelledBeforehandNeverRuns() throws IOException {
        probes.join().announce(id, "c", outcomes::add);

        probes.join().cancel("c");
        probes.join().run(launch("touch ran"), Duration.ofMinutes(1));

        assertThat(outcomes).containsExactly(new Outcome.Failed("the task is over"));
        assertThat(supervision.remains()).isEmpty();
        assertThat(directory.resolve("state/launch")).isEmptyDirectory();
    }

    @Test
    void oneThatBeginsAlthoughNobodyWaitsForItIsEnded() throws IOException {
        supervision.prepare(launch("sleep 300"));
        supervision.launch(List.of(id));

        Awaitility.await().atMost(PATIENCE).until(() -> ended.containsKey(id));
        assertThat(ended.get(id)).isEqualTo(new Verdict.Signaled(9));
    }
}
