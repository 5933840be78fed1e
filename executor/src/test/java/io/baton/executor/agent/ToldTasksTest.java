package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.link.Frames;
import io.baton.executor.link.MasterLink;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.Record;
import io.baton.link.Operate;
import io.baton.link.Run;
import io.baton.link.TasksTold;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Offer;
import io.baton.v1.OperationID;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;

class ToldTasksTest {
    private static final ByteString DATA = ByteString.copyFrom(new byte[1 << 20]);

    private final BooksProbe probe = new BooksProbe();

    private TasksTold told(int updates) {
        probe.take(probe.books.run(BooksProbe.framework(), task("t", "true").build(), true, BooksProbe.NOW));
        var entry = probe.books.state().task(BooksProbe.task("t")).orElseThrow();
        for (int i = 0; i < updates; i++) {
            var status = TaskStatus.newBuilder()
                    .setTaskId(entry.task().getTaskId())
                    .setState(TaskState.TASK_RUNNING)
                    .setUuid(ByteString.copyFromUtf8("u" + i))
                    .setMessage("m")
                    .setHealthy(true)
                    .setData(DATA);
            probe.books.state().apply(Records.updated(entry, status.build()));
        }
        var frame = probe
                .books
                .tellTasks(FrameworkId.fromProto(BooksProbe.framework().getId()))
                .stream()
                .map(effect -> ((Effect.ToMaster) effect).frame())
                .findFirst()
                .orElseThrow();
        assertThat(frame.getSerializedSize()).isLessThan(MasterLink.MAX_FRAME_BYTES);
        return frame.getTasksTold();
    }

    @Test
    void updatesThatWouldFillAFrameAreToldWithoutTheirTexts() {
        assertThat(told(20).getTasks(0).getStatusesList()).hasSize(20).allSatisfy(status -> {
            assertThat(status.hasData()).isFalse();
            assertThat(status.hasMessage()).isFalse();
            assertThat(status.getHealthy()).isTrue();
            assertThat(status.hasUuid()).isTrue();
        });
    }

    /** A task of which updates with such messages have arrived. */
    private TaskEntry heardOf(TaskInfo.Builder task, String... messages) {
        var state = probe.books.state();
        state.apply(Record.newBuilder()
                .setAccepted(Accepted.newBuilder()
                        .setFramework(BooksProbe.framework())
                        .setTask(task)
                        .setContainerId("c-" + task.getTaskId().getValue())
                        .setSandbox("/s")
                        .setBootId("b")
                        .setAcceptedAt(0))
                .build());
        var entry = state.task(BooksProbe.task(task.getTaskId().getValue())).orElseThrow();
        for (var message : messages) {
            var status = TaskStatus.newBuilder()
                    .setTaskId(task.getTaskId())
                    .setState(TaskState.TASK_RUNNING)
                    .setUuid(ByteString.copyFromUtf8("u"))
                    .setMessage(message)
                    .setHealthy(true);
            status.getContainerStatusBuilder().setExecutorPid(42);
            state.apply(Records.updated(entry, status.build()));
            state.apply(Records.acknowledged(entry, status.getUuid(), BooksProbe.NOW));
        }
        return entry;
    }

    /** A master that was not there then would know nothing of the task's health, nor of its container. */
    @Test
    void theLastUpdateIsToldThoughItHasArrived() {
        var told = ToldTasks.of(List.of(heardOf(task("t", "true"), "first", "last")));

        assertThat(told.get(0).getStatusesList()).hasSize(1).allSatisfy(status -> {
            assertThat(status.getMessage()).isEqualTo("last");
            assertThat(status.getHealthy()).isTrue();
            assertThat(status.getContainerStatus().getExecutorPid()).isEqualTo(42);
        });
    }

    @Test
    void updatesThatHaveArrivedAreTheFirstToBeLeftOut() {
        var entries = new ArrayList<TaskEntry>();
        entries.add(heardOf(large("a", 5)));
        for (int i = 0; i < 1_000; i++) {
            entries.add(heardOf(task("t" + i, "true"), "m".repeat(3_900)));
        }
        var waits = heardOf(task("waits", "true"));
        var status = TaskStatus.newBuilder()
                .setTaskId(waits.task().getTaskId())
                .setState(TaskState.TASK_RUNNING)
                .setUuid(ByteString.copyFromUtf8("w"))
                .setMessage("whole");
        probe.books.state().apply(Records.updated(waits, status.build()));
        entries.add(waits);

        var told = ToldTasks.of(entries);

        assertThat(told.subList(0, 1_001))
                .allSatisfy(task -> assertThat(task.getStatusesList()).isEmpty());
        assertThat(told.get(1_001).getStatuses(0).getMessage()).isEqualTo("whole");
        assertThat(ToldTasks.of(entries.subList(1, 1_002)))
                .allSatisfy(task -> assertThat(task.getStatusesList()).hasSize(1));
    }

    private static TaskInfo.Builder large(String id, int megabytes) {
        var label = Label.newBuilder().setKey("k").setValue("v".repeat(megabytes << 20));
        return task(id, "true").setLabels(Labels.newBuilder().addLabels(label));
    }

    private List<String> refused(String effects, String... tasks) {
        assertThat(effects).matches("accepted, \\w+ DROPPED");
        return Stream.of(tasks)
                .filter(id -> probe.books
                                .state()
                                .task(BooksProbe.task(id))
                                .orElseThrow()
                                .state()
                        == TaskState.TASK_DROPPED)
                .toList();
    }

    private String run(TaskInfo.Builder task) {
        return probe.take(probe.books.run(BooksProbe.framework(), task.build(), true, BooksProbe.NOW));
    }

    /** Reserves a thousandth of a processor, with a large label. */
    private static Operate reserve(String key) {
        var reservation = Resource.ReservationInfo.newBuilder();
        reservation.getLabelsBuilder().addLabelsBuilder().setKey(key).setValue("v".repeat(30_000));
        var operation = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setId(OperationID.newBuilder().setValue(key));
        operation
                .getReserveBuilder()
                .addResources(
                        Samples.scalar("cpus", 0.001).toBuilder().setRole("eng").setReservation(reservation));
        return Operate.newBuilder()
                .setEpoch(1)
                .setKey(key)
                .setFrameworkId(BooksProbe.framework().getId())
                .setOperation(operation)
                .build();
    }

    private int registration() {
        var host = new HostResources(Resources.scalars(Map.of("cpus", 4.0)), probe.books.state(), UUID::randomUUID);
        for (int i = 0; i < 400; i++) {
            host.operate(reserve("o" + i), BooksProbe.NOW);
        }
        assertThat(host.updates()).hasSizeGreaterThan(20);
        var parts = new AgentParts(
                probe.books,
                host,
                new Registration(Optional.empty(), "", 0, 1),
                Map.of(),
                AgentInfo.newBuilder().setHostname("h").build(),
                "",
                "1.2.3",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Duration.ZERO,
                CompletableFuture.completedFuture(Done.getInstance()),
                Clock.systemUTC());
        return Frames.of(parts.register(1)).getSerializedSize();
    }

    @Test
    void noTaskIsTakenThatWouldMakeThemMoreThanAFrame() {
        assertThat(run(large("a", 6))).contains("accepted");

        assertThat(refused(run(large("b", 6)), "a", "b")).containsExactly("b");
        assertThat(refused(run(large("c", 2)), "c")).containsExactly("c");
        assertThat(run(large("d", 1))).contains("accepted");
        assertThat(registration()).isLessThan(MasterLink.MAX_FRAME_BYTES);
    }

    @Test
    void theirRefusalIsToldUntilItHasArrived() {
        run(large("a", 6));
        probe.take(probe.books.connected(BooksProbe.NOW));

        assertThat(run(large("b", 6).setName("n".repeat(100_000)))).isEqualTo("accepted, b DROPPED, Send");

        var kept = probe.books.state().task(BooksProbe.task("b")).orElseThrow().forRegistration();
        assertThat(kept.getState()).isEqualTo(TaskState.TASK_DROPPED);
        assertThat(kept.getSerializedSize()).isLessThan(1_000);
        assertThat(probe.take(probe.books.tick(BooksProbe.NOW.plusSeconds(60))))
                .as("the first was lost")
                .isEqualTo("Send");
        probe.restart();
        assertThat(probe.take(probe.books.connected(BooksProbe.NOW))).isEqualTo("Send");
        probe.take(
                probe.books.acknowledge(BooksProbe.task("b"), probe.latest("b").getUuid(), BooksProbe.NOW));
        assertThat(probe.books.state().task(BooksProbe.task("b"))).isEmpty();
    }

    @Test
    void refusalsThatNobodyAcknowledgesDoNotFillAFrame() {
        run(large("a", 6));
        run(large("c", 1));
        assertThat(run(task("d", "true").setName("n".repeat((1 << 20) - 20_000))))
                .doesNotContain("DROPPED");
        var large = large("b", 6).build();

        for (int i = 0; i < 10_000; i++) {
            run(large.toBuilder().setTaskId(Samples.taskId("b" + i)));
        }

        assertThat(probe.books.state().tasks()).hasSizeBetween(1_000, 9_000);
        assertThat(probe.books.state().describedBytes())
                .isLessThan(ToldTasks.MAX_BYTES + 2 * ToldTasks.MAX_REFUSED_BYTES);
        assertThat(registration()).isLessThan(MasterLink.MAX_FRAME_BYTES);
    }

    @Test
    void executorsCountAsWell() {
        for (int i = 0; i < 4; i++) {
            var executor = BooksProbe.executor("e" + i, ExecutorInfo.Type.CUSTOM).toBuilder()
                    .clearResources()
                    .setData(ByteString.copyFrom(new byte[5 << 20]));
            probe.launch(executor.build(), false, true, task("t" + i, "").clearCommand());
        }

        assertThat(probe.books.state().executors().all()).hasSize(1);
        assertThat(registration()).isLessThan(MasterLink.MAX_FRAME_BYTES);
    }

    @Test
    void anExecutorThatIsThereCountsOnce() {
        var executor = BooksProbe.executor("e", ExecutorInfo.Type.CUSTOM).toBuilder()
                .clearResources()
                .setData(ByteString.copyFrom(new byte[5 << 20]));
        for (int i = 0; i < 2; i++) {
            probe.launch(executor.build(), false, true, task("t" + i, "").clearCommand());

            assertThat(probe.books.state().task(BooksProbe.task("t" + i))).isPresent();
        }
    }

    @Test
    void thereIsRoomAgainWhenATaskIsOver() {
        run(large("a", 6));
        var container = probe.container("a");
        probe.runs(container);
        probe.take(probe.books.ended(container, new Verdict.Exited(0), BooksProbe.NOW));
        assertThat(refused(run(large("b", 6)), "b")).containsExactly("b");

        for (var status : List.copyOf(
                probe.books.state().task(BooksProbe.task("a")).orElseThrow().pending())) {
            probe.take(probe.books.acknowledge(BooksProbe.task("a"), status.getUuid(), BooksProbe.NOW));
        }

        assertThat(run(large("d", 6))).contains("accepted").doesNotContain("DROPPED");
        probe.restart();
        assertThat(refused(run(large("c", 6)), "c")).containsExactly("c");
    }

    @Test
    void othersAreToldAsTheyAre() {
        assertThat(told(7).getTasks(0).getStatusesList()).hasSize(7).allSatisfy(status -> {
            assertThat(status.getData()).isEqualTo(DATA);
            assertThat(status.getMessage()).isEqualTo("m");
        });
    }

    @Test
    void frameworksCountAsWellAndAreToldWithoutLongLabels() {
        for (int i = 0; i < 10; i++) {
            var framework = BooksProbe.framework().toBuilder()
                    .setId(FrameworkID.newBuilder().setValue("f" + i))
                    .setLabels(large("t", 2).getLabels());
            var run = Run.newBuilder()
                    .setEpoch(1)
                    .setFramework(framework)
                    .setTask(task("t", "true"))
                    .setLaunchExecutor(true)
                    .build();
            assertThat(probe.take(probe.books.run(LaunchOrder.of(run), true, BooksProbe.NOW)))
                    .doesNotContain("DROPPED");
        }

        assertThat(registration()).isLessThan(6 << 20);
        assertThat(probe.journal.stream().mapToLong(Record::getSerializedSize).sum())
                .isLessThan(1 << 20);
        probe.restart();
        assertThat(registration()).isLessThan(6 << 20);
    }

    @Test
    void whatOlderAgentsWroteOfFrameworksIsTakenWithoutLongLabels() {
        for (int i = 0; i < 10; i++) {
            var framework = BooksProbe.framework().toBuilder()
                    .setId(FrameworkID.newBuilder().setValue("f" + i))
                    .setLabels(large("t", 2).getLabels());
            probe.books
                    .state()
                    .apply(Record.newBuilder()
                            .setAccepted(Accepted.newBuilder()
                                    .setFramework(framework)
                                    .setTask(task("t", "true"))
                                    .setContainerId("c" + i)
                                    .setSandbox("/s")
                                    .setBootId("b")
                                    .setAcceptedAt(0))
                            .build());
        }

        assertThat(registration()).isLessThan(6 << 20);
    }

    @Test
    void noMoreFrameworksThanAFrameHolds() {
        for (int i = 0; i < 8; i++) {
            var framework = BooksProbe.framework().toBuilder()
                    .setId(FrameworkID.newBuilder().setValue("f" + i))
                    .setHostname("h".repeat(2 << 20))
                    .build();
            probe.take(probe.books.run(framework, task("t", "true").build(), true, BooksProbe.NOW));
        }

        assertThat(probe.books.state().tasks())
                .filteredOn(task -> task.state() != TaskState.TASK_DROPPED)
                .hasSize(3);
        assertThat(registration()).isLessThan(MasterLink.MAX_FRAME_BYTES);
    }
}
