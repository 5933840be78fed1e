package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.scalar;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.executor.oci.BusyboxImage;
import io.baton.executor.process.ProcessTable;
import io.baton.v1.CapabilityInfo;
import io.baton.v1.CheckStatusInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.Image;
import io.baton.v1.LinuxInfo;
import io.baton.v1.RLimitInfo;
import io.baton.v1.Resource;
import io.baton.v1.Secret;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks in an image: real containers, with an image made of busybox. */
class ContainerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ProcessTable PROCESSES = new ProcessTable(Path.of("/proc"));

    @TempDir
    private static Path shared;

    @TempDir
    private Path workDir;

    private RunningAgent agent;

    @BeforeAll
    static void makeImage() throws IOException {
        BusyboxImage.makeWhereContainersRun(shared);
    }

    @BeforeEach
    void start() throws IOException {
        agent = new RunningAgent(
                KIT.system(),
                workDir,
                Map.of(
                        "baton.agent.oci.images", shared.toString(),
                        "baton.agent.cgroups.root", "baton-test",
                        "baton.agent.oci.allowed-capabilities", java.util.List.of("CAP_CHOWN")));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private static ContainerInfo.Builder busybox() {
        return ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .setMesos(ContainerInfo.MesosInfo.newBuilder()
                        .setImage(Image.newBuilder()
                                .setType(Image.Type.DOCKER)
                                .setDocker(Image.Docker.newBuilder().setName("busybox"))));
    }

    private static TaskInfo.Builder contained(String id, String command) {
        return task(id, command).setContainer(busybox());
    }

    private void launch(TaskInfo.Builder task) throws IOException {
        agent.master().run(FRAMEWORK, task.build());
    }

    private String awaitOutput(String task) {
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> Files.exists(agent.sandbox(task).resolve("stdout"))
                        && !agent.output(task, "stdout").isBlank());
        try {
            return agent.output(task, "stdout");
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    @Test
    void livesInItsImageWithItsSandbox() throws IOException {
        var end = agent.runToEnd(contained(
                "t", "ls / ; echo $FROM_IMAGE $PATH; pwd; echo $MESOS_SANDBOX; echo here >mine; echo $$; exit 7"));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getMessage()).isEqualTo("Command exited with status 7");
        assertThat(agent.output("t", "stdout").lines())
                .contains("bin", "etc", "mnt", "proc", "tmp")
                .contains("yes /bin:/of/the/image", "/mnt/mesos/sandbox", "1")
                .doesNotContain("home", "root", "var");
        assertThat(agent.output("t", "mine")).isEqualTo("here\n");
        assertThat(agent.output("t", "stderr")).isEmpty();
    }

    @Test
    void runsWhatTheImageSaysIfTheTaskDoesNot() throws IOException {
        var own = agent.runToEnd(
                contained("own", "x").setCommand(CommandInfo.newBuilder().setShell(false)));
        var more = agent.runToEnd(contained("more", "x")
                .setCommand(CommandInfo.newBuilder()
                        .setShell(false)
                        .addArguments("-c")
                        .addArguments("echo from the task")));

        assertThat(own.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("own", "stdout")).isEqualTo("from the image\n");
        assertThat(more.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("more", "stdout")).isEqualTo("from the task\n");
    }

    @Test
    void maySeeAndDoLittle() throws IOException {
        agent.runToEnd(contained(
                "t",
                "touch /written && echo writable; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status;"
                        + " ps | grep -c sleep; mount -t tmpfs none /tmp || echo no mounts; cat /proc/kcore | head -c 1;"
                        + " hostname evil 2>&1; ulimit -n; unshare -U true 2>&1"));

        var out = agent.output("t", "stdout").replaceAll("[ \t]+", " ");
        assertThat(out)
                .contains("writable")
                .contains("CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2")
                .contains("no mounts");
        assertThat(out).containsIgnoringCase("sethostname: Operation not permitted");
    }

    @Test
    void getsTheCapabilitiesAndLimitsThatAreAllowed() throws IOException {
        var chown = CapabilityInfo.newBuilder().addCapabilities(CapabilityInfo.Capability.CHOWN);
        var limits = RLimitInfo.newBuilder()
                .addRlimits(RLimitInfo.RLimit.newBuilder()
                        .setType(RLimitInfo.RLimit.Type.RLMT_NOFILE)
                        .setSoft(77)
                        .setHard(78));
        var allowed = agent.runToEnd(contained("t", "grep CapEff /proc/self/status; ulimit -n; ulimit -Hn")
                .setContainer(busybox()
                        .setRlimitInfo(limits)
                        .setLinuxInfo(LinuxInfo.newBuilder().setEffectiveCapabilities(chown))));
        var refused = agent.runToEnd(contained("admin", "true")
                .setContainer(busybox()
                        .setLinuxInfo(LinuxInfo.newBuilder()
                                .setEffectiveCapabilities(CapabilityInfo.newBuilder()
                                        .addCapabilities(CapabilityInfo.Capability.SYS_ADMIN)))));

        assertThat(allowed.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout").replaceAll("\\s+", " ")).isEqualTo("CapEff: 0000000000000001 77 78 ");
        assertThat(refused.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(refused.getMessage()).contains("CAP_SYS_ADMIN", "allowed-capabilities");
    }

    @Test
    void seesVolumesOfTheHostItsSandboxAndSecrets() throws IOException {
        var host = Files.createDirectories(shared.resolve("data"));
        Files.writeString(host.resolve("file"), "of the host");
        var container = busybox()
                .addVolumes(Volume.newBuilder()
                        .setContainerPath("/data")
                        .setHostPath(host.toString())
                        .setMode(Volume.Mode.RO))
                .addVolumes(Volume.newBuilder()
                        .setContainerPath("/scratch")
                        .setHostPath("scratch")
                        .setMode(Volume.Mode.RW))
                .addVolumes(Volume.newBuilder()
                        .setContainerPath("/run/password")
                        .setMode(Volume.Mode.RO)
                        .setSource(Volume.Source.newBuilder()
                                .setType(Volume.Source.Type.SECRET)
                                .setSecret(Secret.newBuilder()
                                        .setType(Secret.Type.VALUE)
                                        .setValue(Secret.Value.newBuilder()
                                                .setData(ByteString.copyFromUtf8("s3cret"))))));

        var end = agent.runToEnd(
                contained("t", "cat /data/file /run/password; touch /data/no || echo read-only; touch /scratch/yes")
                        .setContainer(container));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("of the hosts3cretread-only\n");
        assertThat(agent.sandbox("t").resolve("scratch/yes")).exists();
        assertThat(agent.agent().snapshot().toString()).doesNotContain("s3cret");
    }

    private static Resource volume(String id, String path, Volume.Mode mode) {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(1))
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setRole("eng")
                        .setType(Resource.ReservationInfo.Type.DYNAMIC))
                .setDisk(Resource.DiskInfo.newBuilder()
                        .setPersistence(
                                Resource.DiskInfo.Persistence.newBuilder().setId(id))
                        .setVolume(Volume.newBuilder().setMode(mode).setContainerPath(path)))
                .build();
    }

    @Test
    void keepsWhatItWritesToItsVolumes() throws IOException {
        var end = agent.runToEnd(
                contained("one", "echo kept > data/file; echo too > /var/lib/own/file && [ ! -L data ] && echo done")
                        .addResources(volume("below", "data", Volume.Mode.RW))
                        .addResources(volume("absolute", "/var/lib/own", Volume.Mode.RW)));
        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("one", "stdout")).isEqualTo("done\n");

        agent.runToEnd(contained("two", "cat data/file /own/file; touch /own/no || echo read-only")
                .addResources(volume("below", "data", Volume.Mode.RW))
                .addResources(volume("absolute", "/own", Volume.Mode.RO)));

        assertThat(agent.output("two", "stdout")).isEqualTo("kept\ntoo\nread-only\n");
        assertThat(workDir.resolve("volumes/roles/eng/below/file")).hasContent("kept");
    }

    @Test
    void aVolumeThatLeadsOutOfItsSandboxIsRefused() throws IOException {
        var end = agent.runToEnd(contained("t", "true").addResources(volume("v", "../out", Volume.Mode.RW)));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getMessage()).contains("container_path '../out'");
    }

    @Test
    void aPlaceInTheSandboxOfAnotherUserIsSeen() throws IOException {
        var container = busybox()
                .addVolumes(Volume.newBuilder()
                        .setContainerPath("/scratch")
                        .setHostPath("deep/scratch")
                        .setMode(Volume.Mode.RW));
        var task = contained("t", "echo mine > /scratch/file; cat deep/scratch/file; id -u")
                .setContainer(container);
        task.getCommandBuilder().setUser("nobody");

        var end = agent.runToEnd(task);

        assertThat(end.getState()).as(end.getMessage()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("mine\n65534\n");
        assertThat(agent.sandbox("t").resolve("deep/scratch/file")).hasContent("mine");
    }

    @Test
    void whatTheAgentHasWrittenOfOthersIsSeenByNobody() throws IOException {
        var bundles = workDir.resolve("meta/oci/bundles");
        var container = busybox()
                .addVolumes(Volume.newBuilder()
                        .setContainerPath("/b")
                        .setHostPath(bundles.toString())
                        .setMode(Volume.Mode.RO));
        var task = contained("t", "cat /b/*/config.json").setContainer(container);
        task.getCommandBuilder().setUser("nobody");

        var end = agent.runToEnd(task);

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.getMessage()).contains(bundles.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundles)))
                .isEqualTo("rwx------");
    }

    @Test
    void itsRootChangesNoControlGroups() throws IOException {
        var end = agent.runToEnd(contained("t", """
                cd /sys/fs/cgroup || exit 1
                for f in $(busybox find . -name cgroup.procs -o -name "*.limit_in_bytes" -o -name pids.max); do
                    looked=yes
                    true >>$f && echo ESCAPED $f
                done
                echo looked: $looked"""));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("looked: yes\n");
    }

    @Test
    void itSeesNoControlGroupsButItsOwn() throws IOException {
        var end = agent.runToEnd(contained("t", """
                busybox grep -v ':/$' /proc/self/cgroup
                # Processes outside have no number in here.
                busybox cat $(busybox find /sys/fs/cgroup -name cgroup.procs) | busybox grep -x 0
                echo looked"""));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("looked\n");
    }

    @Test
    void hasANetworkOfItsOwnAndIsReadOnlyIfItWants() throws IOException {
        var docker = ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setHostname("inside")
                .setDocker(ContainerInfo.DockerInfo.newBuilder()
                        .setImage("busybox:latest")
                        .setNetwork(ContainerInfo.DockerInfo.Network.NONE)
                        .addParameters(io.baton.v1.Parameter.newBuilder()
                                .setKey("read-only")
                                .setValue("true")));
        var end = agent.runToEnd(contained("t", "ls /sys/class/net; hostname; touch /no || echo read-only; touch yes")
                .setContainer(docker));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("lo\ninside\nread-only\n");
    }

    @Test
    void comesFromAnArchiveToo() throws IOException {
        BusyboxImage.pack(shared, "packed.tar");
        var docker = ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("packed"));

        var end = agent.runToEnd(contained("t", "echo $FROM_IMAGE").setContainer(docker));

        assertThat(end.getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(agent.output("t", "stdout")).isEqualTo("yes\n");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        var image = agent.runToEnd(contained("image", "true")
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("nginx:1"))));
        var program = agent.runToEnd(contained("program", "x")
                .setCommand(CommandInfo.newBuilder().setShell(false).setValue("/no/such")));

        assertThat(image.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(image.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(image.getMessage()).contains("image 'nginx:1' is not below", "skopeo copy docker://nginx:1");
        assertThat(program.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(program.getMessage()).contains("Failed to launch container", "/no/such");
    }

    @Test
    void endsAtASignalOrByForce() throws IOException {
        launch(contained("polite", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done"));
        launch(contained("deaf", "trap '' TERM; echo up; sleep 1000"));
        awaitOutput("polite");
        awaitOutput("deaf");

        agent.master().kill("polite", Duration.ofMinutes(1));
        agent.master().kill("deaf", Duration.ofMillis(300));

        assertThat(agent.awaitEnd("polite").getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(agent.output("polite", "stdout")).endsWith("bye\n");
        assertThat(agent.awaitEnd("deaf").getMessage()).isEqualTo("Command terminated with signal Killed");
    }

    @Test
    void isHeldToItsMemory() throws IOException {
        var end = agent.runToEnd(contained("hog", "x=0123456789abcdef; while :; do x=$x$x; done")
                .clearResources()
                .addResources(scalar("cpus", 0.2))
                .addResources(scalar("mem", 40)));

        assertThat(end.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }

    @Test
    void outlivesTheAgentWithItsStatus() throws IOException {
        launch(contained("goes-on", "echo up; while [ ! -e stop ]; do sleep 0.05; done; exit 5"));
        awaitOutput("goes-on");

        agent.restart();
        Files.createFile(agent.sandbox("goes-on").resolve("stop"));

        assertThat(agent.awaitEnd("goes-on").getMessage()).isEqualTo("Command exited with status 5");
    }

    @Test
    void endsWithItsRuntime() throws IOException {
        launch(contained("t", "echo up; sleep 1000"));
        awaitOutput("t");
        long runtime = ProcessHandle.allProcesses()
                .filter(p -> p.info()
                        .commandLine()
                        .orElse("")
                        .contains(workDir.resolve("meta/oci/state").toString()))
                .filter(p -> PROCESSES.find(p.pid()).isPresent())
                .findFirst()
                .orElseThrow()
                .pid();
        ProcessHandle.of(runtime).ifPresent(ProcessHandle::destroyForcibly);

        assertThat(agent.awaitEnd("t").getMessage()).isEqualTo("Command terminated with signal Killed");
    }

    @Test
    void isCheckedFromInside() throws IOException {
        launch(contained("t", "touch /healthy; while :; do sleep 0.1; done")
                .setHealthCheck(HealthCheck.newBuilder()
                        .setType(HealthCheck.Type.COMMAND)
                        .setDelaySeconds(0)
                        .setIntervalSeconds(0.2)
                        .setCommand(CommandInfo.newBuilder().setValue("test -e /healthy"))));

        var healthy = agent.master().await("t", status -> status.getHealthy());

        assertThat(healthy.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(healthy.getCheckStatus()).isEqualTo(CheckStatusInfo.getDefaultInstance());
    }

    @Test
    void aCheckHasTheVariablesOfItsTaskAndImage() throws IOException {
        launch(contained("t", "while :; do sleep 0.1; done")
                .setHealthCheck(HealthCheck.newBuilder()
                        .setType(HealthCheck.Type.COMMAND)
                        .setDelaySeconds(0)
                        .setCommand(CommandInfo.newBuilder()
                                .setValue("echo $FROM_IMAGE $PATH $MESOS_EXECUTOR_ID $MESOS_SANDBOX > seen"))));

        agent.master().await("t", status -> status.getHealthy());

        assertThat(agent.output("t", "seen")).isEqualTo("yes /bin:/of/the/image t /mnt/mesos/sandbox\n");
    }

    private static boolean anybodyOnTheHostSees(String words) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .anyMatch(line -> line.contains(words));
    }

    @Test
    void aCheckThatHangsEndsWithAllOfItAndShowsNoVariables() throws IOException {
        var check =
                CommandInfo.newBuilder().setValue("[ -e began ] && exit 0; sleep 271828 & echo $WORD > began; wait");
        check.getEnvironmentBuilder().addVariablesBuilder().setName("WORD").setValue("not-for-others");
        launch(contained("t", "while :; do sleep 0.1; done")
                .setHealthCheck(HealthCheck.newBuilder()
                        .setType(HealthCheck.Type.COMMAND)
                        .setDelaySeconds(0)
                        .setTimeoutSeconds(10)
                        .setIntervalSeconds(1)
                        .setGracePeriodSeconds(0)
                        .setConsecutiveFailures(100)
                        .setCommand(check)));
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> Files.exists(agent.sandbox("t").resolve("began"))
                        && agent.output("t", "began").contains("not-for-others"));
        assertThat(anybodyOnTheHostSees("not-for-others")).isFalse();

        agent.master().await("t", status -> status.hasHealthy() && !status.getHealthy());

        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> !anybodyOnTheHostSees("271828"));
        Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> assertThat(workDir.resolve("meta/oci/execs"))
                .isEmptyDirectory());
    }

    @Test
    void leavesNothingBehind() throws IOException {
        agent.runToEnd(contained("t", "true"));

        Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> {
            assertThat(workDir.resolve("meta/oci/bundles")).isEmptyDirectory();
            assertThat(workDir.resolve("meta/oci/state")).isEmptyDirectory();
        });
    }

    @Test
    void whoIsNamedIsWhomASessionRunsAs() throws IOException {
        var task = contained("t", "touch began; exec sleep 1000");
        task.getCommandBuilder().setUser("nobody");
        agent.master().run(FRAMEWORK, task.build());
        var parent = agent.master()
                .await("t", TaskState.TASK_RUNNING)
                .getContainerStatus()
                .getContainerId();
        Awaitility.await()
                .atMost(FakeMaster.PATIENCE)
                .until(() -> Files.exists(agent.sandbox("t").resolve("began")));

        assertThat(saidBy("unnamed", parent, CommandInfo.newBuilder())).isEqualTo("65534\n");
        assertThat(saidBy("named", parent, CommandInfo.newBuilder().setUser("root")))
                .isEqualTo("0\n");
    }

    private String saidBy(String name, ContainerID parent, CommandInfo.Builder command) throws IOException {
        var id = ContainerID.newBuilder().setValue(name).setParent(parent).build();
        var none = ContainerInfo.getDefaultInstance();
        var wanted =
                new ContainerProtocol.Wanted(command.setValue("busybox id -u").build(), none, List.of(), false);
        var answer = new CompletableFuture<CallAnswer>();
        agent.agent().hear(new ContainerProtocol.Launch(id, wanted, answer));
        assertThat(answer.orTimeout(FakeMaster.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .join())
                .isEqualTo(CallAnswer.OK);
        var over = new CompletableFuture<ContainerProtocol.Ended>();
        agent.agent().hear(new ContainerProtocol.Wait(id, over));
        over.orTimeout(FakeMaster.PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
        return Files.readString(
                agent.sandbox("t").toRealPath().resolveSibling(name).resolve("stdout"));
    }
}
