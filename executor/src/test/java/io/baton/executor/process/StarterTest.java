package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program in C that starts tasks for perl: it may hang or die, and whatever was asked of it is done once. */
class StarterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));
    private static final List<String> NAMES =
            IntStream.rangeClosed(1, 40).mapToObj(i -> "t" + i).toList();

    /** Signals 1 to 31, as the kernel shows sets of signals: the first two of the others are the C library's own. */
    private static final long ORDINARY = 0x7fffffff;

    @TempDir
    private Path directory;

    private final SupervisionNews news = new SupervisionNews();
    private Supervision supervision;

    /** Of the perl that reads commands. */
    private long worker;

    private ProcessHandle starter;

    @BeforeEach
    void open() throws IOException {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/cc")))
                .as("a C compiler, which the starter needs")
                .isTrue();
        supervision =
                Supervision.open(directory.resolve("state"), PROCESSES, Optional.of(Path.of("/usr/bin/perl")), news);
        launch("first", "exit 7");
        assertThat(end("first")).isEqualTo(new Verdict.Exited(7));
        worker = ExitRecord.parse(Files.readString(directory.resolve("state/exits/first")))
                .supervisors()
                .get(0)
                .pid();
        starter = starters().get(0);
    }

    @AfterEach
    void close() throws IOException {
        if (supervision != null) {
            supervision.close();
        }
    }

    private List<ProcessHandle> starters() {
        return ProcessHandle.of(worker)
                .orElseThrow()
                .children()
                .filter(child -> child.info()
                        .command()
                        .equals(Optional.of(directory.resolve("state/starter").toString())))
                .toList();
    }

    private void launch(String container, String command) throws IOException {
        prepare(container, command);
        supervision.launch(List.of(container));
    }

    private Path prepare(String container, String command) throws IOException {
        var sandbox = directory.resolve(container);
        new Sandboxes(directory).create(sandbox, Optional.empty());
        var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"));
        supervision.prepare(new Launch(container, sandbox, true, command, List.of(), Optional.empty(), environment));
        return sandbox;
    }

    private Verdict end(String container) {
        Awaitility.await().atMost(PATIENCE).until(() -> news.ended().containsKey(container));
        return news.ended().get(container);
    }

    private static void signal(String name, long pid) throws IOException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .onExit()
                .join();
    }

    private void awaitStopped(long pid) {
        Awaitility.await().atMost(PATIENCE).until(() -> Files.readString(Path.of("/proc/" + pid + "/stat"))
                .contains(") T "));
    }

    private void launchAll() throws IOException {
        for (var name : NAMES) {
            prepare(name, "echo >> ran; exit " + name.substring(1));
        }
        supervision.launch(NAMES);
    }

    private void assertEachRanOnce() {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            var running = new HashMap<String, ProcessIdentity>();
            news.started().forEach((name, identity) -> identity.ifPresent(i -> running.put(name, i)));
            supervision.check(running, true, news::ended);
            assertThat(news.ended().keySet()).containsAll(NAMES);
        });
        for (var name : NAMES) {
            assertThat(news.ended()).containsEntry(name, new Verdict.Exited(Integer.parseInt(name.substring(1))));
            assertThat(directory.resolve(name).resolve("ran")).hasContent("\n");
        }
    }

    @Test
    void aTaskIsTheWorkersChildAndHearsAllSignals() throws IOException {
        launch("t", "grep -E 'PPid|SigBlk|SigIgn' /proc/self/status; exec sleep 300");
        Awaitility.await().atMost(PATIENCE).until(() -> Files.size(directory.resolve("t/stdout")) > 0);
        var task = news.started().get("t").orElseThrow();

        assertThat(ProcessHandle.of(task.pid()).orElseThrow().parent().map(ProcessHandle::pid))
                .contains(worker);
        var said = Files.readString(directory.resolve("t/stdout")).split("\\s+");
        assertThat(said).contains("SigBlk:", "SigIgn:");
        assertThat(Long.parseUnsignedLong(said[3], 16)).as("blocked").isZero();
        assertThat(Long.parseUnsignedLong(said[5], 16) & ORDINARY).as("ignored").isZero();
        assertThat(starters()).containsExactly(starter);

        supervision.signal(Signal.TERM, task);

        assertThat(end("t")).isEqualTo(new Verdict.Signaled(15));
    }

    @Test
    void whatADeadStarterWasAskedForRunsOnce() throws IOException {
        signal("STOP", starter.pid());
        awaitStopped(starter.pid());
        launchAll();

        starter.destroyForcibly();

        assertEachRanOnce();
        launch("next", "exit 5");
        assertThat(end("next")).isEqualTo(new Verdict.Exited(5));
        assertThat(starters()).hasSize(1).doesNotContain(starter);
    }

    @Test
    void aStarterThatHangsIsReplaced() throws IOException {
        signal("STOP", starter.pid());
        awaitStopped(starter.pid());

        launchAll();

        assertEachRanOnce();
        assertThat(starter.isAlive()).isFalse();
    }

    /** Ends of other tasks, and their stopping and going on, interrupt the wait for the answer again and again. */
    @Test
    void whileAStarterHangsTasksCanBeKilledAndItIsGivenUpInTime() throws IOException {
        launch("restless", "(while :; do kill -STOP $$; sleep 1; kill -CONT $$; sleep 1; done) & exec sleep 300");
        launch("victim", "exec sleep 300");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> news.started().keySet().containsAll(List.of("restless", "victim")));
        var victim = news.started().get("victim").orElseThrow();
        signal("STOP", starter.pid());
        awaitStopped(starter.pid());
        launchAll();

        supervision.signal(Signal.KILL, victim);

        Awaitility.await().atMost(PATIENCE).until(() -> Files.readString(Path.of("/proc/" + victim.pid() + "/stat"))
                .contains(") Z "));
        assertThat(starter.isAlive()).as("nobody has given it up yet").isTrue();
        assertEachRanOnce();
        assertThat(end("victim")).isEqualTo(new Verdict.Signaled(9));
        assertThat(starter.isAlive()).isFalse();
        supervision.signal(Signal.KILL, news.started().get("restless").orElseThrow());
        assertThat(end("restless")).isEqualTo(new Verdict.Signaled(9));
    }

    /** What has killed them is long past, after months. */
    @Test
    void whenAllHaveEndedAnotherStarterIsTriedLater() throws IOException {
        var made = directory.resolve("made");
        var stub = Files.writeString(directory.resolve("stub"), "#!/bin/sh\necho >> " + made + "; exit 1\n");
        assertThat(stub.toFile().setExecutable(true)).isTrue();
        var other = Files.createDirectory(directory.resolve("other"));
        long self = ProcessHandle.current().pid();
        var perl = new ProcessBuilder(
                        "/usr/bin/perl",
                        directory.resolve("state/spawner.pl").toString(),
                        other.toString(),
                        "/proc",
                        Long.toString(self),
                        Long.toString(PROCESSES.find(self).orElseThrow().startTime()),
                        stub.toString(),
                        "0")
                .redirectError(directory.resolve("log").toFile())
                .start();
        try {
            assertThat(perl.inputReader().readLine()).startsWith("ready ");

            Awaitility.await().atMost(PATIENCE).until(() -> {
                Files.writeString(other.resolve("commands"), "R none\n", StandardOpenOption.WRITE);
                return Files.exists(made) && Files.readAllLines(made).size() > 5;
            });

            assertThat(directory.resolve("log"))
                    .content()
                    .contains("ended with status 1\n", "tasks take longer to start, and another one is tried in 0 s");
            Files.writeString(other.resolve("commands"), "Q\n", StandardOpenOption.WRITE);
            Awaitility.await().atMost(PATIENCE).until(() -> !perl.isAlive());
        } finally {
            perl.destroyForcibly();
        }
    }

    @Test
    void whenTheWorkerDiesAmidTheStartEachRunsOnce() throws IOException {
        launchAll();

        signal("KILL", worker);

        assertEachRanOnce();
        Awaitility.await().atMost(PATIENCE).until(() -> !starter.isAlive());
    }

    @Test
    void aStarterThatOutlivesTheWorkerStartsNothingMore() throws IOException {
        signal("STOP", starter.pid());
        awaitStopped(starter.pid());
        launchAll();
        Awaitility.await().atMost(PATIENCE).until(() -> Files.readString(
                        directory.resolve("state/exits").resolve(NAMES.get(0)))
                .startsWith("B "));

        signal("KILL", worker);
        signal("CONT", starter.pid());

        assertEachRanOnce();
        Awaitility.await().atMost(PATIENCE).until(() -> !starter.isAlive());
    }

    @Test
    void aPipeInThePlaceOfItsOutputHoldsNobodyUp() throws Exception {
        var sandbox = prepare("t", "true");
        Files.delete(sandbox.resolve("stdout"));
        assertThat(new ProcessBuilder("mkfifo", sandbox.resolve("stdout").toString())
                        .start()
                        .waitFor())
                .isZero();
        supervision.launch(List.of("t"));
        launch("u", "exit 4");

        assertThat(end("t"))
                .isEqualTo(new Verdict.NeverRan("cannot write into the sandbox: No such device or address"));
        assertThat(end("u")).isEqualTo(new Verdict.Exited(4));
        assertThat(starters()).containsExactly(starter);
    }

    /** The C library would make a copy of them on the little stack that a child has there. */
    @Test
    void veryManyWordsAreNoHarm() throws IOException {
        var script = Files.writeString(directory.resolve("script"), "exit 8");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        for (int words : List.of(4_000, 33_500, 60_000)) {
            var name = "words" + words;
            var sandbox = directory.resolve(name);
            new Sandboxes(directory).create(sandbox, Optional.empty());
            supervision.prepare(new Launch(
                    name,
                    sandbox,
                    false,
                    script.toString(),
                    Collections.nCopies(words, "w"),
                    Optional.empty(),
                    new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"))));
            supervision.launch(List.of(name));
            assertThat(end(name)).as("%s words", words).isEqualTo(new Verdict.Exited(8));
        }
        assertThat(starters()).containsExactly(starter);
    }

    @Test
    void aStarterThatIsKilledBetweenTasksIsReplaced() throws IOException {
        starter.destroyForcibly();
        Awaitility.await().atMost(PATIENCE).until(() -> !starter.isAlive());

        launch("next", "exit 5");

        assertThat(end("next")).isEqualTo(new Verdict.Exited(5));
        assertThat(starters()).hasSize(1).doesNotContain(starter);
    }

    /** Who has limits is perl's. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--nofile=100:100"})
    void anotherUserHasTheGroupsThatWereFound(String limit) throws IOException {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        var nobody = new Account("nobody", 65_534, 65_534, "/", List.of(65_534L, 4_711L, 4_712L));
        var sandbox = directory.resolve("t");
        new Sandboxes(directory).create(sandbox, Optional.of(nobody));
        var limits = limit.isEmpty() ? List.<String>of() : List.of(limit);
        supervision.prepare(new Launch(
                "t",
                sandbox,
                true,
                "id -ru; id -u; id -rg; id -g; id -G",
                List.of(),
                new TreeMap<>(Map.of("PATH", "/usr/bin:/bin")),
                Optional.empty(),
                new Launch.Confinement(Optional.of(nobody), List.of(), limits)));
        supervision.launch(List.of("t"));

        assertThat(end("t")).isEqualTo(new Verdict.Exited(0));
        assertThat(Files.readString(sandbox.resolve("stdout")).strip().split("\\s+"))
                .containsExactly("65534", "65534", "65534", "65534", "65534", "4711", "4712");
    }

    @Test
    void aCommandIsLookedForWhereTheTaskWould() throws IOException {
        var tools = Files.createDirectory(directory.resolve("tools"));
        var tool = Files.writeString(tools.resolve("tool"), "exit 9");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        var sandbox = directory.resolve("t");
        new Sandboxes(directory).create(sandbox, Optional.empty());
        supervision.prepare(new Launch(
                "t",
                sandbox,
                false,
                "tool",
                List.of(),
                Optional.empty(),
                new TreeMap<>(Map.of("PATH", tools.toString(), "BATON_CONTAINER", "mine"))));
        supervision.launch(List.of("t"));

        // A file without a first line that names who reads it is the shell's, as execvp(3) has it.
        assertThat(end("t")).isEqualTo(new Verdict.Exited(9));
    }
}
