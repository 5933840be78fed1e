package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.ExecWords;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real processes, under perl with the program that starts tasks for it (where there is a C compiler) and without, and both kinds
 * of shell: one that makes process groups by itself, one that needs setsid.
 */
class SupervisionTest {
    private static final String PERL = "/usr/bin/perl";

    /** Perl that has to fork. */
    private static final String ALONE = PERL + " alone";

    /** HUP, INT, QUIT, PIPE and TERM, as the kernel shows sets of signals. Whoever runs the tests may ignore others. */
    private static final long HEARD = 0x5007;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));

    @TempDir
    private Path directory;

    private final SupervisionNews news = new SupervisionNews();
    private Supervision supervision;

    private void open(String shell) throws IOException {
        var state = directory.resolve("state");
        if (shell.equals(ALONE)) {
            // Nothing can be put in the place of this.
            Files.createDirectories(state.resolve("starter/full"));
        }
        supervision = Supervision.open(state, PROCESSES, Optional.of(Path.of(shell.split(" ")[0])), news);
    }

    @AfterEach
    void close() throws IOException {
        if (supervision == null) {
            return; // The test was skipped.
        }
        for (var identity : news.started().values()) {
            if (identity.isPresent()) {
                supervision.signal(Signal.KILL, identity.get());
            }
        }
        await().until(() -> news.started().values().stream()
                .flatMap(Optional::stream)
                .noneMatch(i -> PROCESSES.isAlive(i.pid(), i.startTime())));
        supervision.close();
    }

    private void launch(String container, String command) throws IOException {
        launch(container, true, command, List.of());
    }

    private void launch(String container, boolean shell, String program, List<String> arguments) throws IOException {
        var sandbox = directory.resolve(container);
        new Sandboxes(directory).create(sandbox, Optional.empty());
        var environment = new TreeMap<String, String>();
        environment.put("PATH", "/usr/bin:/bin");
        supervision.prepare(new Launch(container, sandbox, shell, program, arguments, Optional.empty(), environment));
        supervision.launch(List.of(container));
    }

    /** Some tests wait for dozens of tasks in turn. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
    }

    private Verdict end(String container) {
        await().until(() -> news.ended().containsKey(container));
        return news.ended().get(container);
    }

    private ProcessIdentity running(String container) {
        await().until(() -> news.started().containsKey(container));
        return news.started().get(container).orElseThrow();
    }

    private String awaitText(String container, String file) {
        var path = directory.resolve(container).resolve(file);
        await().until(() -> Files.exists(path) && !Files.readString(path).isBlank());
        try {
            return Files.readString(path).strip();
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    /** An agent may find only afterwards that it cannot start. */
    @Test
    void whatIsAbandonedEndsWithItsSupervisionWhichStartsNoOther() throws IOException {
        var state = directory.resolve("state");
        var begun = SpawnerStart.begin(state, PROCESSES, Optional.of(Path.of(PERL)));
        var unwanted = Supervision.open(begun, news);
        var note = Files.readString(state.resolve("spawner.pid")).split(" ");

        begun.abandon();

        assertThat(PROCESSES.isAlive(Long.parseLong(note[0]), Long.parseLong(note[1])))
                .isFalse();
        assertThatThrownBy(() -> unwanted.launch(List.of("t")))
                .as("it does not wait for another spawner")
                .isInstanceOf(IOException.class);
        assertThat(unwanted.hasSpawner()).isTrue();
        begun.abandon();
    }

    @Test
    void whatThePipesDoNotCarryIsNoName() {
        for (var name : List.of("", "\u00fc1", "a b", "a/b", "a\n", "x".repeat(256))) {
            assertThatThrownBy(() ->
                            new Launch(name, directory, true, "true", List.of(), Optional.empty(), new TreeMap<>()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void tellsStatusFromSignal(String shell) throws IOException {
        open(shell);
        launch("zero", "true");
        launch("three", "exit 3");
        launch("high", "exit 137");
        launch("killed", "kill -KILL $$");
        launch("segv", "kill -SEGV $$");
        launch("term", "kill -TERM $$");
        launch("missing", false, "/no/such", List.of());

        assertThat(end("zero")).isEqualTo(new Verdict.Exited(0));
        assertThat(end("three")).isEqualTo(new Verdict.Exited(3));
        assertThat(end("high")).isEqualTo(new Verdict.Exited(137));
        assertThat(end("killed")).isEqualTo(new Verdict.Signaled(9));
        assertThat(end("segv")).isEqualTo(new Verdict.Signaled(11));
        assertThat(end("term")).isEqualTo(new Verdict.Signaled(15));
        assertThat(end("missing"))
                .isEqualTo(
                        shell.startsWith(PERL)
                                ? new Verdict.NeverRan("Failed to execute '/no/such': No such file or directory")
                                : new Verdict.Exited(127));
        assertThat(directory.resolve("missing/stderr")).content().contains("/no/such");
        var words = Sandboxes.lastWords(directory.resolve("missing"), 2_048);
        assertThat(ExecWords.judge(end("missing"), false, "/no/such", words)).isInstanceOf(Verdict.NeverRan.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void killsTheWholeGroupThoughItIgnoresTerm(String shell) throws IOException {
        open(shell);
        launch("t", "trap '' TERM; (trap '' TERM; sleep 300) & echo $! > child; wait");
        var identity = running("t");
        long child = Long.parseLong(awaitText("t", "child"));

        supervision.signal(Signal.TERM, identity);
        supervision.signal(Signal.KILL, identity);

        assertThat(end("t")).isEqualTo(new Verdict.Signaled(9));
        await().until(() ->
                PROCESSES.find(child).filter(ProcessTable.Entry::isAlive).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, "/bin/sh"})
    void aSpawnerThatCannotBeReplacedAtOnceIsReplacedLater(String shell) throws IOException {
        open(shell);
        launch("t", "sleep 300");
        var identity = running("t");
        var script = directory.resolve(shell.startsWith(PERL) ? "state/spawner.pl" : "state/spawner.sh");
        Files.delete(script);
        Files.createDirectory(script);
        long pid = Long.parseLong(note().split(" ")[0]);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(PATIENCE).until(() -> !supervision.hasSpawner());

        launch("off", "exit 1");
        launch("u", "exit 7");
        supervision.signal(Signal.TERM, identity);
        supervision.callOff("off");

        assertThat(end("t")).isEqualTo(new Verdict.Signaled(15));
        assertThat(supervision.hasSpawner()).isFalse();
        Files.delete(script);
        assertThat(end("u")).isEqualTo(new Verdict.Exited(7));
        assertThat(supervision.hasSpawner()).isTrue();
        assertThat(news.ended()).doesNotContainKey("off");
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void whatATaskLeavesBehindEndsWithIt(String shell) throws IOException {
        open(shell);
        launch("t", "sleep 300 & echo $! > child; exit 4");
        long child = Long.parseLong(awaitText("t", "child"));

        assertThat(end("t")).isEqualTo(new Verdict.Exited(4));
        await().until(() ->
                PROCESSES.find(child).filter(ProcessTable.Entry::isAlive).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void aStoppedTaskIsNotOver(String shell) throws IOException {
        open(shell);
        launch("t", "echo $$ > pid; kill -STOP $$; exit 4");
        long pid = Long.parseLong(awaitText("t", "pid"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> PROCESSES.find(pid).filter(p -> p.state() == 'T').isPresent());
        assertThat(news.ended()).isEmpty();

        new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start();

        assertThat(end("t")).isEqualTo(new Verdict.Exited(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void theNextAgentFindsWhatBecameOfEach(String shell) throws IOException {
        open(shell);
        launch("goes-on", "while [ ! -e stop ]; do sleep 0.05; done; exit 7");
        launch("ends", "while [ ! -e stop ]; do sleep 0.05; done; exit 8");
        var sandbox = directory.resolve("never");
        supervision.prepare(new Launch("never", sandbox, true, "true", List.of(), Optional.empty(), new TreeMap<>()));
        var identity = running("goes-on");
        var gone = running("ends");
        supervision.close();
        Files.createFile(directory.resolve("ends/stop"));
        var exit = directory.resolve("state/exits/ends");
        Awaitility.await().atMost(PATIENCE).until(() -> Files.readString(exit).contains("E 8 "));

        open(shell);

        assertThat(supervision.find("goes-on", Optional.of(identity)))
                .isEqualTo(new Supervision.Found.Running(identity));
        assertThat(supervision.find("goes-on", Optional.empty())).isEqualTo(new Supervision.Found.Running(identity));
        assertThat(supervision.find("ends", Optional.of(gone)))
                .isEqualTo(new Supervision.Found.Ended(new Verdict.Exited(8)));
        assertThat(supervision.find("ends", Optional.empty()))
                .isEqualTo(new Supervision.Found.Ended(new Verdict.Exited(8)));
        assertThat(supervision.callOff("never")).isEqualTo(new Supervision.Found.NeverStarted());
        Files.createFile(directory.resolve("goes-on/stop"));
        assertThat(end("goes-on")).isEqualTo(new Verdict.Exited(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/bash"})
    void aLaunchThatWasCalledOffNeverRuns(String shell) throws IOException {
        open(shell);
        new Sandboxes(directory).create(directory.resolve("t"), Optional.empty());
        supervision.prepare(new Launch(
                "t", directory.resolve("t"), true, "touch ran", List.of(), Optional.empty(), new TreeMap<>()));
        assertThat(supervision.callOff("t")).isEqualTo(new Supervision.Found.NeverStarted());

        supervision.launch(List.of("t"));

        assertThat(end("t")).isEqualTo(new Verdict.NeverRan("its launch script is gone"));
        assertThat(directory.resolve("t/ran")).doesNotExist();
    }

    @Test
    void aLinkInThePlaceOfItsOutputIsNotFollowed() throws IOException {
        open(PERL);
        var sandbox = directory.resolve("t");
        new Sandboxes(directory).create(sandbox, Optional.empty());
        var secret = Files.writeString(directory.resolve("secret"), "of somebody else");
        Files.delete(sandbox.resolve("stdout"));
        Files.createSymbolicLink(sandbox.resolve("stdout"), secret);
        supervision.prepare(new Launch("t", sandbox, true, "echo mine", List.of(), Optional.empty(), new TreeMap<>()));

        supervision.launch(List.of("t"));

        assertThat(end("t")).isInstanceOf(Verdict.NeverRan.class);
        assertThat(secret).hasContent("of somebody else");
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void rootFollowsNoLinkInTheSandboxOfAnotherUser(String shell) throws IOException {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        open(shell);
        var nobody = new Account("nobody", 65_534, 65_534, "/");
        var secret = Files.writeString(directory.resolve("secret"), "of somebody else");
        var missing = directory.resolve("missing");
        for (var name : List.of("plain", "none", "secret-link", "missing-link")) {
            var sandbox = directory.resolve(name);
            new Sandboxes(directory).create(sandbox, Optional.of(nobody));
            var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"));
            supervision.prepare(new Launch(
                    name, sandbox, true, "echo mine; echo too >&2", List.of(), Optional.empty(), environment));
        }
        Files.delete(directory.resolve("none/stdout"));
        for (var target : List.of(secret, missing)) {
            var output = directory.resolve(target.getFileName() + "-link/stdout");
            Files.delete(output);
            Files.createSymbolicLink(output, target);
        }

        supervision.launch(List.of("plain", "none", "secret-link", "missing-link"));

        assertThat(end("plain")).isEqualTo(new Verdict.Exited(0));
        assertThat(end("none")).isEqualTo(new Verdict.Exited(0));
        for (var name : List.of("plain", "none")) {
            assertThat(directory.resolve(name).resolve("stdout")).hasContent("mine");
            assertThat(directory.resolve(name).resolve("stderr")).hasContent("too");
        }
        assertThat(end("secret-link")).isInstanceOf(Verdict.NeverRan.class);
        assertThat(end("missing-link")).isInstanceOf(Verdict.NeverRan.class);
        assertThat(secret).hasContent("of somebody else");
        assertThat(missing).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/bash"})
    void aSandboxThatIsGoneIsNamed(String shell) throws IOException {
        open(shell);
        supervision.prepare(
                new Launch("t", directory.resolve("gone"), true, "true", List.of(), Optional.empty(), new TreeMap<>()));
        supervision.launch(List.of("t"));

        assertThat(end("t").toString()).contains("cannot enter the sandbox", "No such file");
    }

    @Test
    void aKilledShellLeavesTheStatusUnknown() throws IOException {
        open("/bin/bash");
        launch("t", "sleep 300");
        var identity = running("t");
        ProcessHandle.of(identity.supervisorPid()).orElseThrow().destroyForcibly();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !PROCESSES.isAlive(identity.supervisorPid(), identity.supervisorStartTime()));
        assertThat(supervision.check("t", Optional.of(identity))).isEmpty();

        supervision.signal(Signal.KILL, identity);

        Awaitility.await().atMost(PATIENCE).until(() -> !PROCESSES.isAlive(identity.pid(), identity.startTime()));
        assertThat(supervision.check("t", Optional.of(identity)))
                .contains(new Verdict.Unknown("exit status unknown (supervisor killed)"));
    }

    private String note() throws IOException {
        return Files.readString(directory.resolve("state/spawner.pid"));
    }

    @Test
    void aDeadSpawnerIsReplacedAndItsTasksLiveOn() throws IOException {
        open("/bin/bash");
        launch("t", "while [ ! -e stop ]; do sleep 0.05; done; exit 9");
        running("t");
        var note = note();
        ProcessHandle.of(Long.parseLong(note.split(" ")[0])).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(PATIENCE).until(() -> !note().equals(note));

        launch("next", "exit 2");
        Files.createFile(directory.resolve("t/stop"));

        assertThat(end("next")).isEqualTo(new Verdict.Exited(2));
        assertThat(end("t")).isEqualTo(new Verdict.Exited(9));
    }

    @Test
    void aListenerThatFailsTakesNoSpawnerAway() throws IOException {
        var first = new AtomicReference<String>();
        var failing = new Supervision.Listener() {
            @Override
            public void started(String container, Optional<ProcessIdentity> identity) {
                news.started(container, identity);
            }

            @Override
            public void ended(String container, Verdict verdict) {
                if (container.equals("lost")) {
                    first.set(awaitText(".", "state/spawner.pid"));
                    throw new RejectedExecutionException("the agent ends");
                }
                news.ended(container, verdict);
            }
        };
        supervision =
                Supervision.open(directory.resolve("state"), PROCESSES, Optional.of(Path.of("/bin/bash")), failing);
        signalSpawner("STOP");
        launch("lost", "true");
        var script = directory.resolve("state/spawner.sh");
        Files.delete(script);
        Files.createDirectory(script);
        signalSpawner("KILL");
        Awaitility.await().atMost(PATIENCE).until(() -> !supervision.hasSpawner());
        launch("held", "exit 7");

        Files.delete(script);

        assertThat(end("held")).isEqualTo(new Verdict.Exited(7));
        assertThat(first.get()).isEqualTo(note().strip());
    }

    /** The pipe's reader is not to end with it: of the next ends it would be heard late. */
    @Test
    void aListenerThatFailsHearsTheNextNews() throws IOException {
        var failing = new Supervision.Listener() {
            @Override
            public void started(String container, Optional<ProcessIdentity> identity) {
                news.started(container, identity);
            }

            @Override
            public void ended(String container, Verdict verdict) {
                news.ended(container, verdict);
                if (container.equals("first")) {
                    throw new InternalError("no thread to give");
                }
            }
        };
        supervision =
                Supervision.open(directory.resolve("state"), PROCESSES, Optional.of(Path.of("/bin/bash")), failing);
        launch("first", "exit 1");
        end("first");

        launch("second", "exit 2");

        assertThat(end("second")).isEqualTo(new Verdict.Exited(2));
    }

    /** As when the host has no thread to give. */
    @Test
    void aSpawnerThatAnErrorKeepsFromStartingIsReplacedLater() throws IOException {
        var errors = new AtomicInteger();
        var armed = new AtomicBoolean();
        var root = (Path) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Path.class}, (proxy, method, arguments) -> {
                    if (armed.get() && method.getName().equals("resolve")) {
                        errors.incrementAndGet();
                        throw new InternalError("no thread to give");
                    }
                    return method.invoke(PROCESSES.root(), arguments);
                });
        supervision = Supervision.open(
                directory.resolve("state"), new ProcessTable(root), Optional.of(Path.of("/bin/bash")), news);
        armed.set(true);
        signalSpawner("KILL");
        Awaitility.await().atMost(PATIENCE).until(() -> errors.get() > 0);
        launch("held", "exit 7");

        armed.set(false);

        assertThat(end("held")).isEqualTo(new Verdict.Exited(7));
    }

    @Test
    void whoWaitsForTasksStaysUntilTheyAreOverAndTakesNoMore() throws IOException {
        open(PERL);
        launch("t", "while [ ! -e stop ]; do sleep 0.05; done; exit 9");
        var identity = running("t");
        supervision.close();
        open(PERL);

        launch("next", "while [ ! -e ../t/stop ]; do sleep 0.05; done; exit 3");

        assertThat(running("next").supervisorPid()).isNotEqualTo(identity.supervisorPid());
        Files.createFile(directory.resolve("t/stop"));
        assertThat(end("t")).isEqualTo(new Verdict.Exited(9));
        assertThat(end("next")).isEqualTo(new Verdict.Exited(3));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !PROCESSES.isAlive(identity.supervisorPid(), identity.supervisorStartTime()));
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void aSignalRightAfterTheStartIsNotLost(String shell) throws IOException {
        open(shell);
        var names = IntStream.range(0, 30).mapToObj(i -> "t" + i).toList();
        for (var name : names) {
            launch(name, "sleep 300");
            supervision.signal(Signal.TERM, running(name));
        }

        assertThat(names).allSatisfy(name -> assertThat(end(name)).isEqualTo(new Verdict.Signaled(15)));
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void aTaskHearsSignalsAndIsNotSparedByTheKernel(String shell) throws IOException {
        open(shell);
        launch("t", "grep SigIgn /proc/self/status; cat /proc/self/oom_score_adj; echo $0; pwd; echo $HOME >&2");

        assertThat(end("t")).isEqualTo(new Verdict.Exited(0));
        var said = Files.readString(directory.resolve("t/stdout")).split("\\s+");
        assertThat(Long.parseUnsignedLong(said[1], 16) & HEARD)
                .as("what is ignored of HUP, INT, QUIT, PIPE and TERM")
                .isZero();
        assertThat(said[2])
                .isEqualTo(Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
    }

    /** An agent may be, as by its systemd unit; what it starts would be by inheritance. */
    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void aTaskIsNotSparedEvenIfItsAgentIs(String shell) throws IOException {
        var score = Path.of("/proc/self/oom_score_adj");
        var before = Files.readString(score);
        assumeThatCode(() -> Files.writeString(score, "-900"))
                .as("whether this host lets its root spare a process")
                .doesNotThrowAnyException();
        try {
            open(shell);
            launch("t", "cat /proc/self/oom_score_adj");

            assertThat(end("t")).isEqualTo(new Verdict.Exited(0));
        } finally {
            Files.writeString(score, before);
        }
        assertThat(Files.readString(directory.resolve("t/stdout"))).isEqualTo("0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void whateverIsWrittenDownArrives(String shell) throws IOException {
        var odd =
                List.of("", "-n", "--", "'", "\\", "$HOME", "`id`", "a\nb\n", "*", "~", "ü€\uD83D\uDE00", "\r\t\u007f");
        open(shell);
        var sandbox = directory.resolve("it's $a sandbox");
        new Sandboxes(directory).create(sandbox, Optional.empty());
        var environment =
                new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "not-a.name", "a=b\n", "ODD", "'\"\n=", "_", "x"));
        var arguments = new ArrayList<>(List.of("%s\\0"));
        arguments.addAll(odd);
        supervision.prepare(new Launch("t", sandbox, false, "printf", arguments, Optional.empty(), environment));
        supervision.prepare(new Launch("u", sandbox, false, "env", List.of("-0"), Optional.empty(), environment));
        supervision.launch(List.of("t"));
        assertThat(end("t")).isEqualTo(new Verdict.Exited(0));
        var out = Files.readString(sandbox.resolve("stdout"));

        assertThat(out.split("\0", -1)).startsWith(odd.toArray(String[]::new)).hasSize(odd.size() + 1);
        supervision.launch(List.of("u"));
        assertThat(end("u")).isEqualTo(new Verdict.Exited(0));
        assertThat(Files.readString(sandbox.resolve("stdout"))
                        .substring(out.length())
                        .split("\0"))
                .contains("not-a.name=a=b\n", "ODD='\"\n=");
    }

    @Test
    void whoeverHasTheNumberNowIsLeftAlone() throws IOException {
        open("/bin/bash");
        launch("t", "sleep 300");
        var identity = running("t");

        supervision.signal(
                Signal.KILL,
                new ProcessIdentity(
                        identity.pid(),
                        identity.startTime() - 1,
                        identity.supervisorPid(),
                        identity.supervisorStartTime()));
        launch("later", "true");
        end("later");

        assertThat(PROCESSES.isAlive(identity.pid(), identity.startTime())).isTrue();
    }

    @Test
    void aNumberNotedBeforeARebootIsNobodysNow() throws IOException {
        var bystander = new ProcessBuilder("sleep", "300").start();
        try {
            var entry = PROCESSES.find(bystander.pid()).orElseThrow();
            var note = Files.createDirectories(directory.resolve("state")).resolve("spawner.pid");
            Files.writeString(note, entry.pid() + " " + entry.startTime() + " an-earlier-boot\n");

            open("/bin/bash");

            assertThat(bystander.isAlive()).isTrue();
            assertThat(Files.readString(note)).endsWith(" " + PROCESSES.bootId() + "\n");
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void afterARebootOnlyVerdictsCount() throws IOException {
        open("/bin/bash");
        launch("over", "exit 6");
        launch("ran", "sleep 300");
        end("over");
        running("ran");

        assertThat(supervision.findAfterReboot("over")).isEqualTo(new Supervision.Found.Ended(new Verdict.Exited(6)));
        assertThat(supervision.findAfterReboot("ran"))
                .isEqualTo(new Supervision.Found.Ended(
                        new Verdict.Unknown("exit status unknown (the host was restarted)")));
    }

    @ParameterizedTest
    @ValueSource(strings = {PERL, ALONE, "/bin/sh", "/bin/bash"})
    void afterAPowerLossAVerdictOfAnotherTaskIsNotBelieved(String shell) throws IOException {
        open(shell);
        launch("first", "true");
        end("first");
        var exits = directory.resolve("state/exits");
        var lastOnTheDisk = Files.readAllBytes(exits.resolve("first"));
        var believed = supervision.findAfterReboot("first");
        supervision.forget("first");
        launch("second", "exit 6");
        end("second");
        Files.write(exits.resolve("second"), lastOnTheDisk);

        assertThat(believed).isEqualTo(new Supervision.Found.Ended(new Verdict.Exited(0)));
        assertThat(supervision.findAfterReboot("second"))
                .isEqualTo(new Supervision.Found.Ended(
                        new Verdict.Unknown("exit status unknown (the host was restarted)")));
    }

    /** Between the agent's look at a number and the spawner's signal another process may have come to it. */
    @ParameterizedTest
    @ValueSource(strings = {PERL, "/bin/bash"})
    void theSpawnerTooLeavesAReusedNumberAlone(String interpreter) throws IOException {
        var proc = Files.createDirectories(directory.resolve("proc"));
        supervision = Supervision.open(
                directory.resolve("state"), new ProcessTable(proc), Optional.of(Path.of(interpreter)), news);
        var victim = new ProcessBuilder("sleep", "300").start();

        signalSpawner("STOP");
        began(proc, victim.pid(), 4712);
        supervision.signal(Signal.KILL, new ProcessIdentity(victim.pid(), 4712, 1, 1));
        began(proc, victim.pid(), 4711);
        signalSpawner("CONT");
        launch("later", "true");
        end("later");
        assertThat(victim.isAlive()).isTrue();
        supervision.signal(Signal.KILL, new ProcessIdentity(victim.pid(), 4711, 1, 1));

        Awaitility.await().atMost(PATIENCE).until(() -> !victim.isAlive());
    }

    private static void began(Path proc, long pid, long start) throws IOException {
        var stat = Files.createDirectories(proc.resolve(Long.toString(pid))).resolve("stat");
        Files.writeString(stat, pid + " (sleep) S 1" + " 0".repeat(17) + " " + start + " 0\n");
    }

    private void signalSpawner(String name) throws IOException {
        var own = ProcessHandle.current()
                .descendants()
                .filter(p -> p.info().commandLine().orElse("").contains(directory.resolve("state") + "/spawner"))
                .toList();
        assertThat(own).isNotEmpty();
        for (var each : own) {
            new ProcessBuilder("kill", "-" + name, Long.toString(each.pid()))
                    .start()
                    .onExit()
                    .join();
        }
    }

    /** Between the end of a task and the verdict there is a moment when only the supervisor lives. */
    @Test
    void aSupervisorThatHasYetToWriteTheVerdictIsWaitedFor() throws IOException {
        var proc = Files.createDirectories(directory.resolve("proc"));
        supervision = Supervision.open(directory.resolve("state"), new ProcessTable(proc), Optional.empty(), news);
        var exit = directory.resolve("state/exits/t");
        Files.writeString(exit, "B 77\nS 78\n" + " ".repeat(500));
        var descriptors = Files.createDirectories(proc.resolve("77/fd"));
        Files.createSymbolicLink(descriptors.resolve("5"), exit);

        assertThat(supervision.find("t", Optional.empty())).isEqualTo(new Supervision.Found.Starting());
        assertThat(supervision.check("t", Optional.empty())).isEmpty();

        Files.delete(descriptors.resolve("5"));
        Files.createSymbolicLink(descriptors.resolve("5"), exit.resolveSibling("another"));
        var unknown = new Verdict.Unknown("exit status unknown (supervisor killed)");
        assertThat(supervision.find("t", Optional.empty())).isEqualTo(new Supervision.Found.Ended(unknown));
        assertThat(supervision.check("t", Optional.empty())).contains(unknown);
    }

    @Test
    void aFullDiskDoesNotLoseAVerdict() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("mounting a small disk takes root")
                .isEqualTo("root");
        var disk = Files.createDirectory(directory.resolve("disk"));
        var mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                .start()
                .waitFor();
        assumeThat(mounted).as("mounting a small disk is not allowed here").isZero();
        try {
            supervision = Supervision.open(disk, PROCESSES, Optional.empty(), news);
            launch("t", "while [ ! -e stop ]; do sleep 0.05; done; exit 6");
            running("t");
            fill(disk.resolve("filler"));
            Files.createFile(directory.resolve("t/stop"));

            assertThat(end("t")).isEqualTo(new Verdict.Exited(6));
            assertThat(supervision.find("t", Optional.empty()))
                    .isEqualTo(new Supervision.Found.Ended(new Verdict.Exited(6)));
            supervision.close();
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4_096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space");
        }
    }
}
