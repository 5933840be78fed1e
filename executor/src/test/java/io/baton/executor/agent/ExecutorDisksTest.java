package io.baton.executor.agent;

import static io.baton.executor.Samples.scalar;
import static io.baton.executor.Samples.task;
import static io.baton.executor.Samples.volume;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.PROCESS;
import static io.baton.executor.agent.BooksProbe.executor;
import static io.baton.executor.agent.BooksProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.process.Supervision;
import io.baton.v1.AgentInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Image;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.executor.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What custom executors and their tasks hold of the disk: the executor itself may have 10 MB. */
class ExecutorDisksTest {
    private static final ExecutorInfo CUSTOM = executor("e", ExecutorInfo.Type.CUSTOM);
    private static final ExecutorInfo WITHOUT = CUSTOM.toBuilder()
            .clearResources()
            .addResources(scalar("cpus", 0.1))
            .build();

    private static final AgentInfo AGENT =
            AgentInfo.newBuilder().setHostname("h").build();

    private final BooksProbe probe = new BooksProbe();

    private static TaskInfo.Builder wanting(String id, Resource... resources) {
        return task(id, "").clearCommand().addAllResources(List.of(resources));
    }

    private String launch(TaskInfo.Builder task) {
        return probe.launch(CUSTOM, false, true, task);
    }

    private String runs() {
        var container = probe.executorsContainer("e");
        probe.runs(container);
        return container;
    }

    private String subscribe() {
        var effects = new ArrayList<Effect>();
        var said = Call.Subscribe.newBuilder().build();
        probe.books.executors().subscribe(key("e"), "s1", said, AGENT, NOW, effects);
        return probe.take(effects);
    }

    private String finished(String task) {
        var effects = new ArrayList<Effect>();
        var status = TaskStatus.newBuilder()
                .setTaskId(Samples.taskId(task))
                .setState(TaskState.TASK_FINISHED)
                .setUuid(ByteString.copyFromUtf8(task))
                .build();
        probe.books.executors().updated(key("e"), status, NOW, effects);
        return probe.take(effects);
    }

    private String holds(String container, long megabytes) {
        return probe.take(probe.books.diskUsed(container, megabytes, NOW));
    }

    private String linked(Optional<String> failure) {
        var effects = new ArrayList<Effect>();
        probe.books.executors().linked(probe.executorsContainer("e"), failure, NOW, effects);
        return probe.take(effects);
    }

    @Test
    void itMayHoldWhatItsTasksAskedForToo() {
        launch(wanting("a", scalar("disk", 500)));
        var container = runs();

        assertThat(holds(container, 510)).isEmpty();
        assertThat(holds(container, 511)).isEqualTo("kill_asked, TERM");
    }

    @Test
    void whatAnEndedTaskHasWrittenIsStillThere() {
        launch(wanting("a", scalar("disk", 500)));
        var container = runs();
        subscribe();
        finished("a");
        launch(wanting("b", scalar("disk", 100)));

        assertThat(holds(container, 510)).isEmpty();
        assertThat(holds(container, 511)).isEqualTo("kill_asked, TERM");
    }

    @Test
    void soItIsForTheNextAgent() {
        launch(wanting("a", scalar("disk", 500)));
        var container = runs();
        subscribe();
        finished("a");
        probe.take(probe.books.acknowledge(BooksProbe.task("a"), ByteString.copyFromUtf8("a"), NOW));
        launch(wanting("b", scalar("disk", 100)));
        probe.restart();
        var process = probe.books.state().executors().find(key("e")).flatMap(e -> e.process());
        probe.take(probe.books.recovered(process.orElseThrow(), new Supervision.Found.Running(PROCESS), NOW));

        assertThat(holds(container, 610)).isEmpty();
        assertThat(holds(container, 611)).isEqualTo("kill_asked, TERM");
    }

    @Test
    void isMeasuredIfOnlyItsTasksAskedForAny() {
        probe.launch(WITHOUT, false, true, wanting("a"));
        runs();
        assertThat(probe.books.withDiskLimit()).isEmpty();

        var volume = volume("eng", "v", "data", 7);
        probe.launch(WITHOUT, false, false, wanting("b", scalar("disk", 100), volume));

        assertThat(probe.books.withDiskLimit().values())
                .singleElement()
                .isEqualTo(new DiskClaim(100 << 20, List.of(), List.of(volume)));
    }

    @Test
    void isToldOfATaskOnceItsVolumesAreThere() {
        launch(wanting("a", volume("eng", "v", "data", 7)));
        runs();

        assertThat(subscribe()).isEqualTo("s1 SUBSCRIBED, LinkVolumes");
        assertThat(launch(wanting("b"))).as("in their order").doesNotContain("LAUNCH");
        assertThat(linked(Optional.empty())).isEqualTo("s1 LAUNCH, s1 LAUNCH");
        assertThat(linked(Optional.empty())).isEmpty();
    }

    @Test
    void isNotToldOfATaskWhoseVolumesCannotBeThere() {
        launch(wanting("a", volume("eng", "v", "data", 7)));
        runs();
        subscribe();
        launch(wanting("b"));

        assertThat(linked(Optional.of("no room"))).isEqualTo("a FAILED, s1 LAUNCH");
        assertThat(probe.latest("a").getReason()).isEqualTo(Reason.REASON_CONTAINER_UPDATE_FAILED);
        assertThat(probe.latest("a").getMessage()).isEqualTo("no room");
    }

    @Test
    void isNotToldOfATaskThatWasKilledMeanwhile() {
        launch(wanting("a", volume("eng", "v", "data", 7)));
        runs();
        subscribe();
        launch(wanting("b"));
        probe.take(probe.books.kill(BooksProbe.task("a"), Optional.empty(), NOW));

        assertThat(linked(Optional.empty())).isEqualTo("s1 LAUNCH");
        assertThat(probe.latest("a").getState()).isEqualTo(TaskState.TASK_KILLED);
    }

    @ParameterizedTest
    @CsvSource({"w, data, 1", "w, other, 0", "v, data, 0"})
    void twoVolumesInOnePlaceAreRefused(String id, String path, int refused) {
        launch(wanting("a", volume("eng", "v", "data", 7)));

        launch(wanting("b", volume("eng", id, path, 7)));

        var entry = probe.books.state().task(BooksProbe.task("b")).orElseThrow();
        assertThat(entry.state()).isEqualTo(refused == 1 ? TaskState.TASK_FAILED : TaskState.TASK_STAGING);
        assertThat(entry.latest().map(TaskStatus::getMessage).orElse(""))
                .contains(refused == 1 ? "have the same container_path 'data'" : "");
    }

    @Test
    void volumesOfTasksCannotBeBroughtIntoAnImage() {
        var contained = CUSTOM.toBuilder()
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setMesos(ContainerInfo.MesosInfo.newBuilder()
                                .setImage(Image.newBuilder()
                                        .setType(Image.Type.DOCKER)
                                        .setDocker(Image.Docker.newBuilder().setName("busybox")))))
                .build();

        probe.launch(contained, false, true, wanting("a", volume("eng", "v", "data", 7)));

        assertThat(probe.latest("a").getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(probe.latest("a").getMessage()).contains("the image in which their executor runs");
        assertThat(probe.books.state().executors().all()).isEmpty();
    }
}
