package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.command.CommandRunner;
import io.baton.cli.command.Commands;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.config.Configuration;
import io.baton.sdk.store.Entry;
import io.baton.sdk.store.StateStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master and an agent in this process, and real tasks on them. */
@Timeout(120)
class LocalClusterTest {
    @TempDir
    private static Path directory;

    private static Started<LocalCluster> cluster;
    private static boolean afterwards;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() {
        cluster = LocalCluster.start(settings(directory, 0), () -> afterwards = true);
    }

    @AfterAll
    static void stop() {
        cluster.close();
        assertThat(afterwards).isTrue();
    }

    private static Configuration settings(Path workDir, int port) {
        var settings = LocalCluster.settings(workDir, "127.0.0.1", port, 0);
        settings.remove("baton.node.work-dir"); // Else a second one is refused by its master, not its agent.
        settings.put("baton.agent.resources", "cpus:4;mem:512;disk:512");
        return Configuration.load(Optional.empty(), settings);
    }

    @Test
    void runsATaskAndShowsWhatItWrote() {
        assertThat(baton(
                        "run",
                        "--instances",
                        "2",
                        "--",
                        "echo out $BATON_INSTANCE; echo err >&2; exit $BATON_INSTANCE"))
                .isEqualTo(1);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactlyInAnyOrder("echo-0 | out 0", "echo-1 | out 1");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("echo-0 | err\n", "Command exited with status 1");
    }

    @Test
    void keepsValuesOfSchedulersThatTheSdkListsAndWatches() {
        var store = StateStore.at(cluster.node().masterUrl()).namespace("a scheduler");
        assertThat(store.list("").entries()).isEmpty();

        store.put("task-a", "1");
        var listing = store.list("task-");
        assertThat(listing.entries()).extracting(Entry::text).containsExactly("1");
        store.put("task-a", "2");
        var changes = store.changes("task-", listing.version(), Duration.ofSeconds(20));

        assertThat(changes.written()).extracting(Entry::text).containsExactly("2");
        assertThat(store.get("task-a").orElseThrow().text()).isEqualTo("2");
    }

    @Test
    void keepsTheOutputOfATaskThatHasEnded() {
        assertThat(baton("run", "--name", "kept", "--", "echo first; echo second"))
                .isZero();
        out.reset();

        assertThat(baton("logs", "kept", "--tail", "1")).isZero();
        assertThat(out).hasToString("second\n");
    }

    @Test
    void killsATask() throws Exception {
        var running = CompletableFuture.supplyAsync(() -> baton("run", "--name", "victim", "--", "sleep 600"));
        var victims = new ByteArrayOutputStream();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> {
            victims.reset();
            run(victims, "tasks");
            return victims.toString(StandardCharsets.UTF_8).contains("RUNNING");
        });

        assertThat(run(new ByteArrayOutputStream(), "kill", "victim")).isZero();
        assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo(143);
    }

    @Test
    void runsCommandsInThePlaceOfATask() throws Exception {
        var running = CompletableFuture.supplyAsync(
                () -> run(new ByteArrayOutputStream(), "run", "--name", "host", "--", "echo here > mark; sleep 600"));
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> baton("exec", "host", "--", "cat mark") == 0);
        var in = System.in;
        try {
            System.setIn(new ByteArrayInputStream("typed\n".repeat(5_000).getBytes(StandardCharsets.UTF_8)));
            out.reset();
            err.reset();
            assertThat(baton("exec", "host", "--", "cat mark; echo err >&2; exit 7"))
                    .isEqualTo(7);
            assertThat(baton("exec", "host", "--", "printf", "%s\n", "a  b")).isZero();
            assertThat(baton("exec", "-i", "host", "--", "wc -l; kill -TERM $$"))
                    .isEqualTo(143);
        } finally {
            System.setIn(in);
            run(new ByteArrayOutputStream(), "kill", "host");
        }

        assertThat(out).hasToString("here\na  b\n5000\n");
        assertThat(err).hasToString("err\n");
        assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo(143);
        assertThat(baton("exec", "host", "--", "true")).isEqualTo(1);
    }

    @Test
    void listsItsAgent() {
        assertThat(baton("agents")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("localhost   ACTIVE");
    }

    @Test
    void showsTheSettingsInForce() throws Exception {
        for (var url : java.util.List.of(
                cluster.node().masterUrl() + "/flags", cluster.node().agentUrl() + "/flags")) {
            try (var in = java.net.URI.create(url).toURL().openStream()) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"baton.http.host\":\"127.0.0.1\"", "\"baton.node.link-port\":\"0\"");
            }
        }
    }

    @Test
    void refusesAPortThatIsTaken(@TempDir Path other) throws IOException {
        try (var taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> LocalCluster.start(settings(other, taken.getLocalPort()), () -> {}))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void refusesAWorkDirectoryThatIsInUse() throws IOException {
        assertThatThrownBy(() -> LocalCluster.start(settings(directory, 0), () -> {}))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("in use by another agent");
        assertThat(Files.isDirectory(directory)).isTrue();
    }

    private int baton(String... args) {
        return run(out, args);
    }

    private int run(ByteArrayOutputStream to, String... args) {
        var terminal = new Terminal(
                new PrintStream(to, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false);
        var all = new java.util.ArrayList<>(java.util.List.of(args));
        all.addAll(1, java.util.List.of("--master", cluster.node().masterUrl()));
        var line = all.toArray(String[]::new);
        return CommandRunner.run(new Commands(terminal).lineFor(line), terminal, line);
    }
}
