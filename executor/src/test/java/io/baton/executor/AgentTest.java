package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.program;
import static io.baton.executor.Samples.task;
import static io.baton.v1.TaskState.TASK_DROPPED;
import static io.baton.v1.TaskState.TASK_ERROR;
import static io.baton.v1.TaskState.TASK_FAILED;
import static io.baton.v1.TaskState.TASK_FINISHED;
import static io.baton.v1.TaskState.TASK_KILLED;
import static io.baton.v1.TaskState.TASK_KILLING;
import static io.baton.v1.TaskState.TASK_RUNNING;
import static io.baton.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import io.baton.executor.agent.AgentSnapshot;
import io.baton.executor.checkpoint.Journal;
import io.baton.v1.CheckInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.DurationInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent with real processes, against a master made up. */
class AgentTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = FakeMaster.PATIENCE;

    @TempDir
    private Path workDir;

    private String isolation = "auto";
    private FakeMaster master;
    private Agent agent;
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @BeforeEach
    void start() throws IOException {
        master = new FakeMaster(1);
        agent = startAgent();
        master.awaitRegistration(1);
    }

    private Agent startAgent() throws IOException {
        var config = AgentConfig.from(ConfigFactory.parseMap(Map.of(
                "baton.agent.work-dir", workDir.toString(),
                "baton.agent.hostname", "host-1",
                "baton.agent.ip", "127.0.0.1",
                "baton.agent.isolation", isolation,
                "baton.agent.disk-check-interval", "200ms",
                "baton.agent.resources", "cpus:4;mem:1000;disk:1000;ports:[31000-31005]")));
        return Agent.start(
                KIT.system(),
                config,
                new Agent.Ports(
                        "1.2.3",
                        5051,
                        () -> CompletableFuture.completedFuture(List.of(master.address())),
                        end::complete));
    }

    @AfterEach
    void stop() throws IOException {
        agent.shutdownTasks(Optional.of(Duration.ZERO))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        agent.terminate().toCompletableFuture().join();
        master.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private String output(String task, String file) throws IOException {
        return Files.readString(sandbox(task).resolve(file));
    }

    private Path sandbox(String task) {
        return workDir.resolve("slaves/agent-1/frameworks/fw-1/executors/" + task + "/runs/latest");
    }

    private TaskStatus runToEnd(io.baton.v1.TaskInfo.Builder task) throws IOException {
        master.run(FRAMEWORK, task.build());
        return master.await(task.getTaskId().getValue(), s -> io.baton.core.task.TaskStates.isTerminal(s.getState()));
    }

    @Test
    void tellsTheLifeOfATaskInOrder() throws IOException {
        var last = runToEnd(task("t", "true"));

        assertThat(master.states("t")).containsExactly(TASK_STARTING, TASK_RUNNING, TASK_FINISHED);
        assertThat(last.getMessage()).isEqualTo("Command exited with status 0");
        assertThat(master.statuses("t")).allSatisfy(s -> {
            assertThat(s.getSource()).isEqualTo(Source.SOURCE_EXECUTOR);
            assertThat(s.getUuid().size()).isEqualTo(16);
            assertThat(s.getAgentId().getValue()).isEqualTo("agent-1");
            assertThat(s.getExecutorId().getValue()).isEqualTo("t");
            assertThat(s.getContainerStatus().getContainerId().getValue()).isNotEmpty();
            assertThat(s.getContainerStatus()
                            .getNetworkInfos(0)
                            .getIpAddresses(0)
                            .getIpAddress())
                    .isEqualTo("127.0.0.1");
        });
    }

    @Test
    void namesStatusAndSignalInMesossWords() throws IOException {
        var status = runToEnd(task("status", "exit 3"));
        var signal = runToEnd(task("signal", "kill -SEGV $$"));
        var high = runToEnd(task("high", "exit 139"));

        assertThat(status.getState()).isEqualTo(TASK_FAILED);
        assertThat(status.getMessage()).isEqualTo("Command exited with status 3");
        assertThat(signal.getMessage()).isEqualTo("Command terminated with signal Segmentation fault");
        assertThat(high.getMessage()).isEqualTo("Command exited with status 139");
    }

    @Test
    void aTaskStartsInItsSandboxWithItsOwnEnvironmentOnly() throws IOException {
        var task = task("t", "pwd; env; echo to-err >&2; ls -l /proc/self/fd; grep Sig /proc/self/status");
        task.getCommandBuilder().setEnvironment(Samples.environment("A", "it's $HOME", "SECONDS", "no"));

        runToEnd(task);

        var out = output("t", "stdout");
        var box = sandbox("t").toRealPath().toString();
        assertThat(out).startsWith(box + "\n").contains("A=it's $HOME\n", "SECONDS=no\n");
        assertThat(out).contains("MESOS_SANDBOX=" + box, "MESOS_DIRECTORY=" + box, "MESOS_FRAMEWORK_ID=fw-1");
        assertThat(out).contains("MESOS_EXECUTOR_ID=t\n", "MESOS_SLAVE_ID=agent-1\n", "MESOS_ALLOCATION_ROLE=ads\n");
        assertThat(out).contains("MESOS_AGENT_ENDPOINT=127.0.0.1:5051\n");
        assertThat(output("t", "stderr")).isEqualTo("to-err\n");
        var names = out.lines()
                .filter(l -> l.matches("[A-Za-z_][A-Za-z0-9_.]*=.*"))
                .map(l -> l.substring(0, l.indexOf('=')))
                .collect(Collectors.toSet());
        assertThat(names)
                .filteredOn(n -> !n.startsWith("MESOS_"))
                .isSubsetOf("A", "SECONDS", "PATH", "HOME", "PWD", "SHLVL", "_", "BATON_CONTAINER");
        var descriptors = out.lines().filter(l -> l.contains(" -> ")).toList();
        assertThat(descriptors)
                .hasSize(4)
                .filteredOn(l -> l.contains("pipe") || l.contains("exits/"))
                .isEmpty();
        // Signals 32 and 33 are the C library's own: whoever started the tests may ignore them.
        assertThat(out).contains("SigBlk:\t0000000000000000").containsPattern("SigIgn:\t0000000[01][08]0000000");
    }

    @Test
    void aProgramGetsItsArgumentsUnchanged() throws IOException {
        runToEnd(program("t", List.of("/usr/bin/printf", "%s\\n", "a  b", "$HOME", "*", "", "it's", "-n", "ü\n\"")));

        assertThat(output("t", "stdout")).isEqualTo("a  b\n$HOME\n*\n\nit's\n-n\nü\n\"\n");
    }

    @Test
    void variablesThatNoShellCanHoldReachAProgram() throws IOException {
        var task = program("t", List.of("/usr/bin/env"));
        task.getCommandBuilder()
                .setEnvironment(Samples.environment("B.C", "x\ny", "-d", "", "OPTIND", "no", "IFS", "a"));

        runToEnd(task);

        assertThat(output("t", "stdout")).contains("B.C=x\ny\n", "-d=\n", "OPTIND=no\n", "IFS=a\n");
    }

    @Test
    void aProgramThatCannotBeExecutedNeverRan() throws IOException {
        var missing = runToEnd(program("missing", List.of("/no/such/program")));
        var directory = runToEnd(program("directory", List.of("/tmp")));

        assertThat(missing.getState()).isEqualTo(TASK_FAILED);
        assertThat(missing.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(missing.getMessage()).contains("/no/such/program", "No such file or directory");
        assertThat(directory.getMessage()).containsPattern("Is a directory|Permission denied");
    }

    @Test
    void anotherUserOwnsItsSandbox() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root may become somebody else")
                .isEqualTo("root");
        openForOthers();
        var task = task("t", "id -un; id -gn; echo hi > file; stat -c %U . stdout");
        task.getCommandBuilder().setUser("nobody");
        runToEnd(task);

        assertThat(output("t", "stdout")).isEqualTo("nobody\nnogroup\nnobody\nnobody\n");
    }

    /** JUnit's directories are for their owner alone. */
    private void openForOthers() throws IOException {
        for (var dir = workDir; dir.startsWith("/tmp/"); dir = dir.getParent()) {
            Files.setPosixFilePermissions(dir, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void anUnknownUserIsNamed() throws IOException {
        var task = task("t", "true");
        task.getCommandBuilder().setUser("no-such-user");

        var last = runToEnd(task);

        assertThat(last.getState()).isEqualTo(TASK_FAILED);
        assertThat(last.getSource()).isEqualTo(Source.SOURCE_AGENT);
        assertThat(last.getMessage()).isEqualTo("user 'no-such-user' does not exist on this host");
    }

    @Test
    void whatItCannotDoIsRefusedByName() throws IOException {
        var uri = task("uri", "true");
        uri.getCommandBuilder().addUris(CommandInfo.URI.newBuilder().setValue("gopher://x/y.tgz"));
        var nul = task("nul", "echo \0");

        assertThat(runToEnd(uri).getMessage()).contains("gopher://x/y.tgz");
        assertThat(runToEnd(nul).getState()).isEqualTo(TASK_ERROR);
    }

    @Test
    void filesAreThereBeforeTheTaskStartsAndBelongToItsUser() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root may become somebody else")
                .isEqualTo("root");
        openForOthers();
        var file = Files.writeString(workDir.resolve("in.txt"), "from a file\n");
        var task = task("t", "cat in.txt; stat -c %U . in.txt; echo more >> in.txt");
        task.getCommandBuilder().setUser("nobody").addUris(uri("file://" + file));

        var last = runToEnd(task);

        assertThat(last.getState()).isEqualTo(TASK_FINISHED);
        assertThat(output("t", "stdout")).isEqualTo("from a file\nnobody\nnobody\n");
    }

    @Test
    void aFileThatTheTasksUserMayNotReadIsNotFetchedForIt() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root may become somebody else")
                .isEqualTo("root");
        var task = task("t", "true");
        task.getCommandBuilder().setUser("nobody").addUris(uri("file:///etc/shadow"));

        master.run(FRAMEWORK, task.build());
        var last = master.await("t", TASK_FAILED);

        assertThat(last.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(last.getSource()).isEqualTo(Source.SOURCE_AGENT);
        assertThat(last.getMessage()).isEqualTo("Failed to fetch '/etc/shadow': Permission denied");
        assertThat(master.states("t")).containsExactly(TASK_FAILED);
    }

    @Test
    void aKillEndsAFetchAndNoProcessStarts() throws IOException {
        var task = task("t", "touch started");
        var pipe = workDir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString())
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();
        task.getCommandBuilder().addUris(uri("file://" + pipe));
        master.run(FRAMEWORK, task.build());
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Files.exists(sandbox("t").resolve("pipe")));

        master.kill("t");

        assertThat(master.await("t", TASK_KILLED).getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
        assertThat(sandbox("t").resolve("started")).doesNotExist();
        assertThat(master.states("t")).containsExactly(TASK_KILLED);
    }

    private static HealthCheck.Builder quick(String command) {
        return HealthCheck.newBuilder()
                .setType(HealthCheck.Type.COMMAND)
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .setDelaySeconds(0)
                .setIntervalSeconds(0.2)
                .setGracePeriodSeconds(0)
                .setTimeoutSeconds(20)
                .setConsecutiveFailures(2);
    }

    @Test
    void aTaskThatStaysUnhealthyIsKilledAndSaysSo() throws IOException {
        master.run(
                FRAMEWORK,
                task("t", "sleep 300").setHealthCheck(quick("exit 1")).build());
        var last = master.await("t", TASK_KILLED);

        assertThat(last.hasHealthy()).isTrue();
        assertThat(last.getHealthy()).isFalse();
        assertThat(master.states("t"))
                .containsExactly(TASK_STARTING, TASK_RUNNING, TASK_RUNNING, TASK_RUNNING, TASK_KILLED);
        var failed = master.statuses("t").get(2);
        assertThat(failed.getReason()).isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
        assertThat(failed.getMessage()).isEqualTo("health check failed: the command exited with status 1");
    }

    @Test
    void healthIsCheckedAgainAfterTheAgentsRestart() throws IOException {
        var check = quick("test ! -e sick");
        master.run(FRAMEWORK, task("t", "sleep 300").setHealthCheck(check).build());
        master.await("t", TaskStatus::getHealthy);
        agent.terminate().toCompletableFuture().join();
        agent = startAgent();
        master.awaitRegistration(2);

        Files.createFile(sandbox("t").resolve("sick"));

        assertThat(master.await("t", TASK_KILLED).getHealthy()).isFalse();
    }

    @Test
    void aCheckThatHangsIsEndedWithItsChildren() throws IOException {
        var check = quick("sleep 300 & echo $! >> child; wait").setTimeoutSeconds(1);
        master.run(FRAMEWORK, task("t", "sleep 300").setHealthCheck(check).build());

        var failed = master.await("t", s -> s.hasHealthy() && !s.getHealthy());

        assertThat(failed.getMessage()).isEqualTo("health check failed: it did not end within 1.0 s");
        long child = Long.parseLong(output("t", "child").lines().findFirst().orElseThrow());
        Awaitility.await().atMost(PATIENCE).until(() -> new io.baton.executor.process.ProcessTable(Path.of("/proc"))
                .find(child)
                .filter(p -> p.isAlive())
                .isEmpty());
        master.await("t", TASK_KILLED);
    }

    @Test
    void checksTellWhatTheySee() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.start();
        int port = server.getAddress().getPort();
        var check = CheckInfo.newBuilder()
                .setType(CheckInfo.Type.HTTP)
                .setHttp(CheckInfo.Http.newBuilder().setPort(port).setPath("/nope"))
                .setDelaySeconds(0);
        var health = HealthCheck.newBuilder()
                .setType(HealthCheck.Type.TCP)
                .setTcp(HealthCheck.TCPCheckInfo.newBuilder().setPort(port))
                .setDelaySeconds(0);

        master.run(
                FRAMEWORK,
                task("t", "sleep 300").setCheck(check).setHealthCheck(health).build());

        var seen = master.await("t", s -> s.getCheckStatus().getHttp().getStatusCode() == 404);
        assertThat(seen.getCheckStatus().getType()).isEqualTo(CheckInfo.Type.HTTP);
        assertThat(master.await("t", TaskStatus::getHealthy).getState()).isEqualTo(TASK_RUNNING);
        server.stop(0);
    }

    private static CommandInfo.URI uri(String value) {
        return CommandInfo.URI.newBuilder().setValue(value).build();
    }

    @Test
    void killEndsTheWholeGroup() throws IOException {
        master.run(FRAMEWORK, task("t", "sleep 300 & echo $! > child; wait").build());
        master.await("t", TASK_RUNNING);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Files.exists(sandbox("t").resolve("child")));
        Awaitility.await().atMost(PATIENCE).until(() -> !output("t", "child").isBlank());
        long child = Long.parseLong(output("t", "child").strip());

        master.kill("t");

        assertThat(master.await("t", TASK_KILLED).getMessage()).isEqualTo("Command terminated with signal Terminated");
        Awaitility.await().atMost(PATIENCE).until(() -> new io.baton.executor.process.ProcessTable(Path.of("/proc"))
                .find(child)
                .filter(p -> p.isAlive())
                .isEmpty());
    }

    @Test
    void whoeverIgnoresTermIsKilledAfterTheGrace() throws IOException {
        var framework = FRAMEWORK.toBuilder()
                .addCapabilities(Samples.capability(FrameworkInfo.Capability.Type.TASK_KILLING_STATE))
                .build();
        var stubborn = task("t", "trap 'echo got-term' TERM; echo ready; while :; do sleep 0.1; done")
                .setKillPolicy(Samples.grace(Duration.ofSeconds(4)));
        master.run(framework, stubborn.build());
        master.await("t", TASK_RUNNING);
        Awaitility.await().atMost(PATIENCE).until(() -> output("t", "stdout").contains("ready"));

        master.kill("t");
        var last = master.await("t", TASK_KILLED);

        assertThat(last.getMessage()).isEqualTo("Command terminated with signal Killed");
        assertThat(master.states("t")).containsExactly(TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_KILLED);
        assertThat(output("t", "stdout")).contains("got-term");
        var killing = master.await("t", TASK_KILLING);
        assertThat(last.getTimestamp() - killing.getTimestamp()).isGreaterThan(3.9);
    }

    @Test
    void aTaskThatTakesTooLongFails() throws IOException {
        var last = runToEnd(task("t", "sleep 300")
                .setMaxCompletionTime(DurationInfo.newBuilder().setNanoseconds(300_000_000)));

        assertThat(last.getState()).isEqualTo(TASK_FAILED);
        assertThat(last.getReason()).isEqualTo(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
    }

    @Test
    void aTaskThatFillsItsVolumeFails() throws IOException {
        var last = runToEnd(task("t", "head -c 3000000 /dev/zero > data/big; sleep 300")
                .addResources(Samples.scalar("disk", 100))
                .addResources(Samples.volume("eng", "v", "data", 2)));

        assertThat(last.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        assertThat(last.getMessage()).isEqualTo("Disk usage (3MB) exceeds quota (2MB)");
    }

    @Test
    void aTaskThatFillsItsDiskFails() throws IOException {
        var last = runToEnd(
                task("t", "head -c 3000000 /dev/zero > big; sleep 300").addResources(Samples.scalar("disk", 2)));

        assertThat(last.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_DISK);
        assertThat(last.getMessage()).isEqualTo("Disk usage (3MB) exceeds quota (2MB)");
    }

    @Test
    void neverGivesMoreThanItHas() throws IOException {
        master.run(
                FRAMEWORK,
                task("a", "sleep 300").addResources(Samples.scalar("cpus", 3)).build());
        master.await("a", TASK_RUNNING);

        var dropped = runToEnd(task("b", "true").addResources(Samples.scalar("cpus", 1)));

        assertThat(dropped.getState()).isEqualTo(TASK_DROPPED);
        assertThat(dropped.getMessage()).contains("0.99 cpus are free");
    }

    @Test
    void aDuplicateIsAnsweredNotRun() throws IOException {
        runToEnd(task("t", "echo once"));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> agent.snapshot().completed().size() == 1);
        int before = master.statuses("t").size();

        master.run(FRAMEWORK, task("t", "echo once").build());

        Awaitility.await().atMost(PATIENCE).until(() -> master.statuses("t").size() > before);
        assertThat(master.statuses("t").get(before).getState()).isEqualTo(TASK_FINISHED);
        try (var runs = Files.list(sandbox("t").getParent())) {
            assertThat(runs.filter(p -> !Files.isSymbolicLink(p))).hasSize(1);
        }
    }

    @Test
    void tasksOutliveTheAgentAndAreTakenUpAgain() throws IOException {
        master.run(
                FRAMEWORK,
                task("goes-on", "while [ ! -e stop ]; do sleep 0.05; done; exit 5")
                        .build());
        master.run(
                FRAMEWORK,
                task("ends", "while [ ! -e stop ]; do sleep 0.05; done; exit 6").build());
        master.await("goes-on", TASK_RUNNING);
        master.await("ends", TASK_RUNNING);
        agent.terminate().toCompletableFuture().join();
        Files.createFile(sandbox("ends").resolve("stop"));
        var exits = workDir.resolve("meta/supervision/exits");
        Awaitility.await().atMost(PATIENCE).until(() -> verdicts(exits) == 1);

        master.epoch(2);
        agent = startAgent();
        var registration = master.awaitRegistration(2);

        assertThat(registration.getTasksList()).hasSize(2);
        assertThat(registration.getAgentInfo().getId().getValue()).isEqualTo("agent-1");
        assertThat(registration.getEpoch()).isEqualTo(1);
        assertThat(master.await("ends", TASK_FAILED).getMessage()).isEqualTo("Command exited with status 6");
        Files.createFile(sandbox("goes-on").resolve("stop"));
        assertThat(master.await("goes-on", TASK_FAILED).getMessage()).isEqualTo("Command exited with status 5");
    }

    @Test
    void tellsWhereItIsReachedIfItWasToldSo() {
        assertThat(master.registrations().get(0).getIp()).isEqualTo("127.0.0.1");
    }

    @Test
    void afterARebootNoOldNumberIsLookedUp() throws IOException {
        // A reboot empties all control groups; this host will not do us the favour.
        agent.terminate().toCompletableFuture().join();
        isolation = "posix/cpu";
        agent = startAgent();
        master.awaitRegistration(2);
        master.run(
                FRAMEWORK,
                task("ended", "while [ ! -e stop ]; do sleep 0.05; done; exit 6")
                        .build());
        master.run(FRAMEWORK, task("cut-off", "sleep 300").build());
        master.await("ended", TASK_RUNNING);
        master.await("cut-off", TASK_RUNNING);
        agent.terminate().toCompletableFuture().join();
        Files.createFile(sandbox("ended").resolve("stop"));
        Awaitility.await().atMost(PATIENCE).until(() -> verdicts(workDir.resolve("meta/supervision/exits")) == 1);
        var bystander = pretendAnEarlierBoot();

        master.epoch(2);
        agent = startAgent();

        assertThat(master.await("ended", TASK_FAILED).getMessage()).isEqualTo("Command exited with status 6");
        var cutOff = master.await("cut-off", TASK_FAILED);
        assertThat(cutOff.getMessage()).isEqualTo("exit status unknown (the host was restarted)");
        assertThat(bystander.isAlive()).isTrue();
        bystander.destroyForcibly();
    }

    /** Whoever runs now under a number of an earlier boot is a bystander. */
    private ProcessHandle pretendAnEarlierBoot() throws IOException {
        var file = workDir.resolve("meta/journal");
        var pids = new ArrayList<Long>();
        var opened = Journal.open(file);
        var changed = opened.records().stream()
                .map(record -> {
                    if (record.hasStarted()
                            && record.getStarted().getTaskId().getValue().equals("cut-off")) {
                        pids.add(record.getStarted().getPid());
                    }
                    return record.hasAccepted()
                            ? record.toBuilder()
                                    .setAccepted(
                                            record.getAccepted().toBuilder().setBootId("an-earlier-boot"))
                                    .build()
                            : record;
                })
                .toList();
        try (var journal = opened.journal()) {
            journal.compact(changed);
        }
        return ProcessHandle.of(pids.get(0)).orElseThrow();
    }

    private static long verdicts(Path exits) throws IOException {
        try (var files = Files.list(exits)) {
            return files.filter(f -> {
                        try {
                            return Files.readString(f).contains(" .\n");
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void updatesWaitForAMasterAndAreSentAgain() throws IOException {
        master.acknowledges(false);
        master.run(FRAMEWORK, task("t", "true").build());
        var first = master.await("t", TASK_STARTING);
        Awaitility.await().atMost(PATIENCE).until(() -> agent.snapshot().tasks().stream()
                .anyMatch(placed -> placed.task().getState() == TASK_FINISHED));
        assertThat(master.states("t")).containsExactly(TASK_STARTING);

        master.acknowledges(true);
        master.cut();
        master.await("t", TASK_FINISHED);

        assertThat(master.statuses("t").get(1).getUuid()).isEqualTo(first.getUuid());
        assertThat(master.states("t")).containsExactly(TASK_STARTING, TASK_RUNNING, TASK_FINISHED);
    }

    @Test
    void anOlderEpochIsRefused() throws IOException {
        master.run(FRAMEWORK, task("t", "true").build(), 0);

        Awaitility.await().atMost(PATIENCE).until(() -> master.stale().contains(1L));
        assertThat(master.statuses("t")).isEmpty();
    }

    @Test
    void aFrameworkThatIsGoneTakesItsTasksWithIt() throws IOException {
        master.run(FRAMEWORK, task("t", "sleep 300").build());
        master.await("t", TASK_RUNNING);

        master.removeFramework();

        Awaitility.await().atMost(PATIENCE).until(() -> agent.snapshot().tasks().isEmpty());
        master.await("t", TASK_KILLED);
    }

    @Test
    void aSecondAgentIsToldWhoHasTheDirectory() {
        assertThatThrownBy(this::startAgent)
                .hasMessageContaining("pid " + ProcessHandle.current().pid())
                .hasMessageContaining(workDir.toString());
    }

    @Test
    void aPermanentRefusalEndsTheAgent() throws IOException {
        master.refuses("removed by the operator");
        master.cut();

        Awaitility.await().atMost(PATIENCE).until(end::isDone);
        assertThat(end.join()).contains("removed by the operator");
    }

    private ProcessHandle processOf(String task) throws IOException {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Files.exists(sandbox(task).resolve("pid"))
                        && !output(task, "pid").isBlank());
        return ProcessHandle.of(Long.parseLong(output(task, "pid").strip())).orElseThrow();
    }

    @Test
    void aKilledSupervisorCostsNoStatusOfFiftyTasks() throws Exception {
        var stop = workDir.resolve("stop");
        assertThat(new ProcessBuilder("mkfifo", stop.toString()).start().waitFor())
                .isZero();
        for (int i = 1; i <= 50; i++) {
            var wait = "echo $$ > pid; read line < " + stop + "; exit " + i;
            master.run(FRAMEWORK, task("t" + i, wait).build());
        }
        for (int i = 1; i <= 50; i++) {
            master.await("t" + i, TASK_RUNNING);
        }
        processOf("t1").parent().orElseThrow().destroyForcibly();

        assertThat(runToEnd(task("next", "true")).getState()).isEqualTo(TASK_FINISHED);
        for (int i = 1; i <= 50; i++) {
            assertThat(master.states("t" + i)).doesNotContain(TASK_FAILED);
        }
        try (var go = Files.newOutputStream(stop)) {
            go.write("\n".repeat(50).getBytes(StandardCharsets.UTF_8)); // A line for each.
            for (int i = 1; i <= 50; i++) {
                assertThat(master.await("t" + i, TASK_FAILED).getMessage())
                        .isEqualTo("Command exited with status " + i);
            }
        }
    }

    @Test
    void aStatusThatNobodyWasLeftToHearIsUnknown() throws IOException {
        master.run(FRAMEWORK, task("t", "echo $$ > pid; sleep 300").build());
        master.await("t", TASK_RUNNING);
        var task = processOf("t");
        var worker = task.parent().orElseThrow();
        var both = Stream.concat(Stream.of(worker), worker.parent().stream()).toList();
        // Stopped first, or one could take over between the two.
        for (var each : both) {
            new ProcessBuilder("kill", "-STOP", Long.toString(each.pid()))
                    .start()
                    .onExit()
                    .join();
        }
        both.forEach(ProcessHandle::destroyForcibly);
        Awaitility.await().atMost(PATIENCE).until(() -> both.stream().noneMatch(ProcessHandle::isAlive));
        task.destroyForcibly();

        var last = master.await("t", TASK_FAILED);

        assertThat(last.getMessage()).isEqualTo("exit status unknown (supervisor killed)");
    }

    @Test
    void theSpawnerIsReplacedWhenItDies() throws IOException {
        var note = Files.readString(workDir.resolve("meta/supervision/spawner.pid"));
        ProcessHandle.of(Long.parseLong(note.split(" ")[0])).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(PATIENCE).until(() -> !Files.readString(
                        workDir.resolve("meta/supervision/spawner.pid"))
                .equals(note));

        assertThat(runToEnd(task("t", "true")).getState()).isEqualTo(TASK_FINISHED);
    }

    @Test
    void showsWhatItRuns() throws IOException {
        master.run(FRAMEWORK, task("t", "sleep 300").build());
        master.await("t", TASK_RUNNING);

        var now = agent.picture().toCompletableFuture().join();
        assertThat(now.tasks().get(0).task().getState())
                .as("what the master was told shows at once")
                .isEqualTo(TASK_RUNNING);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            AgentSnapshot shown = agent.snapshot();
            assertThat(shown.registered()).isTrue();
            assertThat(shown.agent().getId().getValue()).isEqualTo("agent-1");
            assertThat(shown.tasks()).hasSize(1);
            assertThat(shown.tasks().get(0).task().getState()).isEqualTo(TASK_RUNNING);
            assertThat(shown.counters()).containsEntry("slave/tasks_running", 1.0);
        });
    }
}
