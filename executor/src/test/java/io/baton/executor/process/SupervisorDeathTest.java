package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Gate;
import io.baton.executor.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Perl waits for all tasks in one process, and another one above it takes its place: either may be killed. */
class SupervisorDeathTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));
    private static final int MANY = 50;

    /** Each with another status. */
    private static final List<String> NAMES =
            IntStream.rangeClosed(1, MANY).mapToObj(i -> "t" + i).toList();

    @TempDir
    private Path directory;

    private final SupervisionNews news = new SupervisionNews();
    private Supervision supervision;
    private Gate gate;
    private String first;

    @BeforeEach
    void makeGate() throws IOException, InterruptedException {
        gate = Gate.at(directory.resolve("gate"));
        open();
    }

    private void open() throws IOException {
        supervision =
                Supervision.open(directory.resolve("state"), PROCESSES, Optional.of(Path.of("/usr/bin/perl")), news);
        first = note();
    }

    /** Says which spawner is in use. */
    private String note() throws IOException {
        return Files.readString(directory.resolve("state/spawner.pid"));
    }

    @AfterEach
    void close() throws IOException {
        gate.open();
        await().until(() -> news.started().values().stream()
                .flatMap(Optional::stream)
                .noneMatch(i -> PROCESSES.isAlive(i.pid(), i.startTime())));
        supervision.close();
        gate.close();
    }

    private void launch(List<String> containers) throws IOException {
        for (var container : containers) {
            prepare(container, gate.waiting(Integer.parseInt(container.substring(1))));
        }
        supervision.launch(containers);
    }

    private void prepare(String container, String command) throws IOException {
        var sandbox = directory.resolve(container);
        new Sandboxes(directory).create(sandbox, Optional.empty());
        var environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin"));
        supervision.prepare(new Launch(container, sandbox, true, command, List.of(), Optional.empty(), environment));
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    private Map<String, ProcessIdentity> allRunning() {
        await().until(() -> news.started().keySet().containsAll(NAMES));
        return NAMES.stream()
                .collect(Collectors.toMap(n -> n, n -> news.started().get(n).orElseThrow()));
    }

    /** Who writes a container's file, and who will if that one is killed. */
    private List<Long> supervisors(String container) throws IOException {
        return ExitRecord.parse(
                        Files.readString(directory.resolve("state/exits").resolve(container)))
                .supervisors()
                .stream()
                .map(ExitRecord.Who::pid)
                .toList();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private void awaitAnother() {
        Awaitility.await().atMost(PATIENCE).until(() -> !note().equals(first));
    }

    private void assertNoneIsOver(Map<String, ProcessIdentity> running) throws IOException {
        for (var task : running.entrySet()) {
            assertThat(supervision.check(task.getKey(), Optional.of(task.getValue())))
                    .isEmpty();
            assertThat(supervision.find(task.getKey(), Optional.empty()))
                    .isEqualTo(new Supervision.Found.Running(task.getValue()));
        }
        assertThat(news.ended()).isEmpty();
    }

    /** By the news, or by looking, as the agent does every other second. */
    private void assertAllEndAsTheyDid(Map<String, ProcessIdentity> running) throws IOException {
        gate.open();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            supervision.check(running, true, news::ended);
            assertThat(news.ended().keySet()).containsAll(running.keySet());
        });
        assertThat(running.keySet()).allSatisfy(name -> assertThat(news.ended())
                .containsEntry(name, new Verdict.Exited(Integer.parseInt(name.substring(1)))));
    }

    @Test
    void whenTheWorkerIsKilledNoStatusIsLost() throws IOException {
        launch(NAMES);
        var running = allRunning();
        var before = supervisors("t1");
        assertThat(before).hasSize(2);

        kill(before.get(0));

        awaitAnother();
        assertNoneIsOver(running);
        launch(List.of("t77"));
        await().until(() -> news.started().containsKey("t77"));
        assertThat(supervisors("t77")).hasSize(2).doesNotContainAnyElementsOf(before);
        assertAllEndAsTheyDid(running);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> PROCESSES.find(before.get(1)).isEmpty());
    }

    @Test
    void whenTheKeeperIsKilledNoStatusIsLost() throws IOException {
        launch(NAMES);
        var running = allRunning();

        kill(supervisors("t1").get(1));

        awaitAnother();
        assertNoneIsOver(running);
        assertAllEndAsTheyDid(running);
    }

    @Test
    void theNextAgentFindsThemWithoutTheirWorker() throws IOException {
        launch(NAMES);
        var running = allRunning();
        kill(supervisors("t1").get(0));
        supervision.close();

        open();

        assertNoneIsOver(running);
        assertAllEndAsTheyDid(running);
    }

    @Test
    void whenBothAreKilledTasksGoOnAndTheirStatusIsUnknown() throws IOException {
        launch(NAMES);
        var running = allRunning();

        // Stopped first, or one could take over between the two.
        for (long each : supervisors("t1")) {
            new ProcessBuilder("kill", "-STOP", Long.toString(each))
                    .start()
                    .onExit()
                    .join();
        }
        for (long each : supervisors("t1")) {
            kill(each);
        }

        awaitAnother();
        assertNoneIsOver(running);
        gate.open();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            supervision.check(running, true, news::ended);
            assertThat(news.ended()).hasSize(MANY);
        });
        assertThat(news.ended().values()).containsOnly(new Verdict.Unknown("exit status unknown (supervisor killed)"));
    }

    /** Both supervisors, of a task that is over. */
    private List<Long> supervisors() throws IOException {
        prepare("t100", "exit 100");
        supervision.launch(List.of("t100"));
        await().until(() -> news.ended().containsKey("t100"));
        return supervisors("t100");
    }

    private void launchQuickOnes() throws IOException {
        for (var name : NAMES) {
            prepare(name, "echo >> ran; exit " + name.substring(1));
        }
        supervision.launch(NAMES);
    }

    private void awaitTheEndOfAll() {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            var running = new HashMap<String, ProcessIdentity>();
            news.started().forEach((name, identity) -> identity.ifPresent(i -> running.put(name, i)));
            supervision.check(running, true, news::ended);
            assertThat(news.ended().keySet()).containsAll(NAMES);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatWasJustBeingStartedRunsOnceWhicheverIsKilled(int which) throws IOException {
        var supervisors = supervisors();

        launchQuickOnes();
        kill(supervisors.get(which));

        awaitTheEndOfAll();
        for (var name : NAMES) {
            assertThat(news.ended()).containsEntry(name, new Verdict.Exited(Integer.parseInt(name.substring(1))));
            assertThat(directory.resolve(name).resolve("ran")).hasContent("\n");
        }
    }

    @Test
    void whenBothAreKilledAmidTheStartNothingRunsTwiceOrIsForgotten() throws IOException {
        var supervisors = supervisors();

        launchQuickOnes();
        supervisors.forEach(SupervisorDeathTest::kill);

        awaitTheEndOfAll();
        for (var name : NAMES) {
            assertThat(news.ended().get(name))
                    .isIn(
                            new Verdict.Exited(Integer.parseInt(name.substring(1))),
                            new Verdict.Unknown("exit status unknown (supervisor killed)"));
            if (news.ended().get(name) instanceof Verdict.Exited) {
                assertThat(directory.resolve(name).resolve("ran")).hasContent("\n");
            }
        }
    }

    @Test
    void aLaunchOfWhichNothingWasReadIsOrderedAgain() throws IOException {
        long worker = supervisors().get(0);
        // It hears nothing any more; once it continues it is dead.
        new ProcessBuilder("kill", "-STOP", Long.toString(worker))
                .start()
                .onExit()
                .join();

        launchQuickOnes();
        kill(worker);

        awaitTheEndOfAll();
        for (var name : NAMES) {
            assertThat(news.ended()).containsEntry(name, new Verdict.Exited(Integer.parseInt(name.substring(1))));
        }
    }

    @Test
    void aDaemonInASessionOfItsOwnEndsWithItsTask() throws IOException {
        prepare(
                "t1",
                "(setsid sleep 300 & echo $! >early); setsid sh -c 'setsid sleep 300 & echo $! >inner; wait' &"
                        + " while [ ! -s inner ]; do sleep 0.05; done; exit 1");
        prepare("t2", "(setsid sleep 300 & echo $! >other); " + gate.waiting(2));
        supervision.launch(List.of("t2", "t1"));
        await().until(() -> news.ended().containsKey("t1"));

        for (var daemon : List.of("t1/early", "t1/inner")) {
            long pid =
                    Long.parseLong(Files.readString(directory.resolve(daemon)).strip());
            await().until(() ->
                    PROCESSES.find(pid).filter(ProcessTable.Entry::isAlive).isEmpty());
        }
        var other = directory.resolve("t2/other");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Files.exists(other) && !Files.readString(other).isBlank());
        long bystander = Long.parseLong(Files.readString(other).strip());
        assertThat(PROCESSES.find(bystander)).isPresent();

        gate.open();
        Awaitility.await().atMost(PATIENCE).until(() -> PROCESSES
                .find(bystander)
                .filter(ProcessTable.Entry::isAlive)
                .isEmpty());
    }

    /** One that was being started when its agent was killed: the pipes are the next agent's. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneWhoseAgentIsGoneEndsAndLeavesThePipesAlone(boolean numberIsReused) throws IOException {
        var ended = new ProcessBuilder("true").start();
        ended.onExit().join();
        long agent = numberIsReused ? ProcessHandle.current().pid() : ended.pid();
        var state = directory.resolve("state");
        var pipe = Files.readAttributes(state.resolve("commands"), BasicFileAttributes.class)
                .fileKey();

        var late = new ProcessBuilder(
                        "/usr/bin/perl", state + "/spawner.pl", state.toString(), "/proc", Long.toString(agent), "1")
                .start();
        try {
            await().until(() -> !late.isAlive());
            assertThat(late.exitValue()).isNotZero();
            assertThat(late.getErrorStream()).hasContent("agent " + agent + " is gone\n");
        } finally {
            late.destroyForcibly();
        }
        assertThat(Files.readAttributes(state.resolve("commands"), BasicFileAttributes.class)
                        .fileKey())
                .isEqualTo(pipe);
    }

    /** A shell hears the end of its agent on its input, when it has begun already. */
    @Test
    void aShellWhoseAgentIsGoneEndsAndLeavesThePipesAlone() throws IOException {
        var state = directory.resolve("state");
        var pipe = Files.readAttributes(state.resolve("commands"), BasicFileAttributes.class)
                .fileKey();
        var script = directory.resolve("spawner.sh");
        try (var source = Spawner.class.getResourceAsStream("spawner.sh")) {
            Files.copy(source, script);
        }

        var late = new ProcessBuilder("/bin/sh", script.toString(), state.toString(), "/proc", "/bin/sh").start();
        try {
            late.getOutputStream().close();
            await().until(() -> !late.isAlive());
            assertThat(late.getErrorStream()).isEmpty();
        } finally {
            late.destroyForcibly();
        }
        assertThat(Files.readAttributes(state.resolve("commands"), BasicFileAttributes.class)
                        .fileKey())
                .isEqualTo(pipe);
    }
}
