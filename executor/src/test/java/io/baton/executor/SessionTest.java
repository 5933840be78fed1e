package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Wanted;
import io.baton.core.resource.Resources;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ContainerStatus;
import io.baton.v1.TTYInfo;
import io.baton.v1.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions beside a task, with terminals and without. */
class SessionTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path workDir;

    private RunningAgent agent;
    private ContainerID parent;

    @BeforeEach
    void start() throws IOException {
        agent = new RunningAgent(KIT.system(), workDir, Map.of());
        agent.master().run(FRAMEWORK, task("t", "sleep 1000").build());
        parent = agent.master()
                .await("t", TaskState.TASK_RUNNING)
                .getContainerStatus()
                .getContainerId();
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private <T> T ask(Function<CompletableFuture<T>, ContainerProtocol> question) {
        var answer = new CompletableFuture<T>();
        agent.agent().hear(question.apply(answer));
        return answer.orTimeout(FakeMaster.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private ContainerID session(String name, String command, Optional<TTYInfo> terminal) {
        var id = ContainerID.newBuilder().setValue(name).setParent(parent).build();
        var container = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS);
        terminal.ifPresent(container::setTtyInfo);
        launch(
                id,
                new Wanted(
                        CommandInfo.newBuilder().setValue(command).build(),
                        terminal.isPresent() ? container.build() : ContainerInfo.getDefaultInstance(),
                        List.of(),
                        true));
        return id;
    }

    private void launch(ContainerID id, Wanted wanted) {
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Launch(id, wanted, a)))
                .isEqualTo(CallAnswer.OK);
    }

    private static TTYInfo.WindowSize size(int rows, int columns) {
        return TTYInfo.WindowSize.newBuilder().setRows(rows).setColumns(columns).build();
    }

    private void awaitOutput(ContainerID id, String text) {
        var files = this.<Optional<ContainerProtocol.Attachment>>ask(a -> new ContainerProtocol.Attach(id, a));
        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> Files.readString(
                        files.orElseThrow().directory().resolve("stdout"))
                .contains(text));
    }

    @Test
    void aTerminalHasTheSizeItIsGivenAndItsProgramsHearOfAnother() {
        var terminal = TTYInfo.newBuilder().setWindowSize(size(24, 80)).build();
        var id = session(
                "s",
                "trap 'stty size' WINCH; stty size; while [ ! -e stop ]; do sleep 0.1; done",
                Optional.of(terminal));
        awaitOutput(id, "24 80");

        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Resize(id, size(33, 111), a)))
                .isEqualTo(CallAnswer.OK);

        awaitOutput(id, "33 111");
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Resize(id, size(70_000, 1), a))
                        .message())
                .contains("at most 65535 rows");
    }

    @Test
    void aContainerOfItsOwnRunsBesideTheTasks() throws IOException {
        var file = Files.writeString(workDir.resolve("letter"), "for you");
        var command = CommandInfo.newBuilder().setValue("cat letter; exec sleep 1000");
        command.addUrisBuilder().setValue(file.toString());
        var id = ContainerID.newBuilder().setValue("own").build();
        launch(
                id,
                new Wanted(
                        command.build(),
                        ContainerInfo.getDefaultInstance(),
                        Resources.scalars(Map.of("mem", 64.0)).toProto(""),
                        false));
        awaitOutput(id, "for you");
        var running = this.<List<ContainerStatus>>ask(ContainerProtocol.ListRunning::new);
        assertThat(running).extracting(ContainerStatus::getContainerId).containsExactly(id);
        assertThat(running.get(0).getExecutorPid()).isPositive();

        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Kill(id, 9, a)))
                .isEqualTo(CallAnswer.OK);
        assertThat(this.<ContainerProtocol.Ended>ask(a -> new ContainerProtocol.Wait(id, a)))
                .isEqualTo(new ContainerProtocol.Ended(true, Optional.of(9)));
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Remove(id, a)))
                .isEqualTo(CallAnswer.OK);
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.PruneImages(List.of("none:1"), a)))
                .isEqualTo(CallAnswer.OK);
    }

    @Test
    void whatARemovedOneHasWrittenIsGoneAndItsNameIsFree() {
        for (int i = 0; i < 2; i++) {
            var id = session("s", "echo much", Optional.empty());
            awaitOutput(id, "much");
            var files = this.<Optional<ContainerProtocol.Attachment>>ask(a -> new ContainerProtocol.Attach(id, a))
                    .orElseThrow()
                    .directory();
            this.<ContainerProtocol.Ended>ask(a -> new ContainerProtocol.Wait(id, a));

            assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Remove(id, a)))
                    .isEqualTo(CallAnswer.OK);

            Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> assertThat(files)
                    .doesNotExist());
            Awaitility.await().atMost(FakeMaster.PATIENCE).untilAsserted(() -> assertThat(
                            workDir.resolve("meta/making"))
                    .isEmptyDirectory());
        }
    }

    @Test
    void withoutATerminalThereIsNoSize() {
        var id = session("s", "read line; echo got $line", Optional.empty());

        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Resize(id, size(33, 111), a))
                        .message())
                .isEqualTo("the container has no terminal");
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Resize(
                                id.toBuilder().setValue("x").build(), size(1, 1), a))
                        .status())
                .isEqualTo(404);
        this.<CallAnswer>ask(a -> new ContainerProtocol.Input(id, ByteString.copyFromUtf8("it\n"), a));
        awaitOutput(id, "got it");
        this.<ContainerProtocol.Ended>ask(a -> new ContainerProtocol.Wait(id, a));
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Resize(id, size(1, 1), a))
                        .message())
                .isEqualTo("Container s does not run");
    }

    @Test
    void whoStartsOneHearsWhyItCouldNotBeStarted() {
        var id = ContainerID.newBuilder().setValue("s").setParent(parent).build();
        var command = CommandInfo.newBuilder().setValue("true").setUser("nobody-here");
        var wanted = new Wanted(command.build(), ContainerInfo.getDefaultInstance(), List.of(), true);

        var answer = this.<CallAnswer>ask(a -> new ContainerProtocol.Launch(id, wanted, a));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .endsWith(".s could not be started: user 'nobody-here' does not exist on this host");
    }

    /** Ids are anybody's choice, and what carries them to the supervisors takes ASCII only. */
    @Test
    void aContainerWhoseIdHasOtherLettersRunsAsAnyDoes() {
        for (var name : List.of("\u00fc1", "?1")) {
            var id = session(name, "echo $MESOS_CONTAINER_ID; exit 3", Optional.empty());
            awaitOutput(id, name);

            assertThat(this.<ContainerProtocol.Ended>ask(a -> new ContainerProtocol.Wait(id, a)))
                    .isEqualTo(new ContainerProtocol.Ended(true, Optional.of(3 << 8)));
        }
    }

    /** Mesos's own checks have such names. */
    @Test
    void aContainerThatIsNamedLikeACheckIsToldOf() {
        var id = session("check-x", "exit 3", Optional.empty());

        assertThat(this.<ContainerProtocol.Ended>ask(a -> new ContainerProtocol.Wait(id, a)))
                .isEqualTo(new ContainerProtocol.Ended(true, Optional.of(3 << 8)));
    }

    @Test
    void theFilesOfAFormerRunAreNeitherTakenNorRemoved() throws IOException {
        var former = agent.sandbox("t").toRealPath().resolveSibling("former");
        var log = Files.writeString(Files.createDirectory(former).resolve("log"), "kept");
        var id = ContainerID.newBuilder().setValue("former").setParent(parent).build();
        var command = CommandInfo.newBuilder().setValue("true").build();
        var wanted = new Wanted(command, ContainerInfo.getDefaultInstance(), List.of(), false);

        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Launch(id, wanted, a))
                        .status())
                .isEqualTo(400);
        assertThat(this.<CallAnswer>ask(a -> new ContainerProtocol.Remove(id, a)))
                .isEqualTo(CallAnswer.OK);

        assertThat(log).hasContent("kept");
    }
}
