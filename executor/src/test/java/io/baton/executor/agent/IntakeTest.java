package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.executor;
import static io.baton.executor.agent.BooksProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.Journal;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Record;
import io.baton.v1.AgentInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.executor.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written down must fit into the heap of the next agent, and onto the disk. */
class IntakeTest {
    private static final ByteString MEGABYTE = ByteString.copyFrom(new byte[1 << 20]);

    private final BooksProbe probe = new BooksProbe();

    private String run(TaskInfo.Builder task) {
        return probe.take(probe.books.run(BooksProbe.framework(), task.build(), true, NOW));
    }

    private long refused(List<String> tasks) {
        return tasks.stream()
                .map(id -> probe.books.state().task(BooksProbe.task(id)))
                .filter(task -> task.isPresent() && task.get().state() == TaskState.TASK_DROPPED)
                .count();
    }

    private long written() {
        return probe.journal.stream().mapToLong(Record::getSerializedSize).sum();
    }

    @Test
    void tasksThatDoNotFitIntoTheHeapAreDropped() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            ids.add("t" + i);
            run(task("t" + i, "")
                    .setCommand(CommandInfo.newBuilder().setValue("true"))
                    .setData(MEGABYTE));
            if (refused(List.of("t" + i)) > 0) {
                break;
            }
            probe.runs(probe.container("t" + i));
            // There is more of them than may run at a time: those before have ended, and nobody has heard of it.
            probe.take(probe.books.ended(probe.container("t" + i), new Verdict.Exited(0), NOW));
        }

        assertThat(refused(ids)).isEqualTo(1);
        assertThat(ids).hasSizeBetween(60, 64);
        var message = probe.latest(ids.get(ids.size() - 1)).getMessage();
        assertThat(message).contains("of its heap", "-Xmx");
        assertThat(probe.books.state().heldBytes()).isLessThan(BooksProbe.MAX_HELD_BYTES + (256 << 10));
        assertThat(written()).isLessThan(BooksProbe.MAX_HELD_BYTES + (1 << 20));
        long held = probe.books.state().heldBytes();
        probe.restart();
        assertThat(probe.books.state().heldBytes()).isEqualTo(held);
    }

    @Test
    void shortTextsCountAsWhatTheyAreInTheHeap() {
        var command = CommandInfo.newBuilder().setValue("true");
        for (int i = 0; i < 110_000; i++) {
            command.getEnvironmentBuilder().addVariablesBuilder().setName("v").setValue("1");
        }

        for (int i = 0; i < 3; i++) {
            assertThat(run(task("t" + i, "").setCommand(command))).doesNotContain("DROPPED");
        }
        assertThat(run(task("t3", "").setCommand(command))).contains("DROPPED");
    }

    private void startExecutor(int tasks) {
        startExecutor(BooksProbe.framework(), tasks);
    }

    private void startExecutor(FrameworkInfo framework, int tasks) {
        var custom = executor("e", ExecutorInfo.Type.CUSTOM);
        for (int i = 0; i < tasks; i++) {
            var task = task("t" + i, "").clearCommand().setExecutor(custom).build();
            var order = new LaunchOrder(framework, List.of(task), false, i == 0, Optional.empty());
            probe.take(probe.books.run(order, true, NOW));
        }
        probe.runs(probe.executorsContainer("e"));
        var effects = new ArrayList<Effect>();
        probe.books
                .executors()
                .subscribe(
                        key("e"),
                        "s1",
                        Call.Subscribe.getDefaultInstance(),
                        AgentInfo.newBuilder().setHostname("h").build(),
                        NOW,
                        effects);
        probe.take(effects);
    }

    private String update(String task, TaskState state, int number) {
        var status = TaskStatus.newBuilder()
                .setTaskId(Samples.taskId(task))
                .setState(state)
                .setUuid(ByteString.copyFromUtf8(task + number))
                .setMessage("said")
                .setData(MEGABYTE)
                .build();
        var effects = new ArrayList<Effect>();
        probe.books.executors().updated(key("e"), status, NOW, effects);
        return probe.take(effects);
    }

    @Test
    void updatesThatDoNotFitIntoTheHeapAreLeftOutAndEndsAreTold() {
        startExecutor(4);
        for (int i = 0; i < 64; i++) {
            for (int t = 0; t < 4; t++) {
                update("t" + t, TaskState.TASK_RUNNING, i);
            }
        }

        assertThat(probe.books.state().heldBytes()).isLessThan(BooksProbe.MAX_HELD_BYTES);
        assertThat(update("t0", TaskState.TASK_RUNNING, 100)).as("no receipt").isEmpty();
        assertThat(written()).isLessThan(BooksProbe.MAX_HELD_BYTES + (1 << 20));
        assertThat(update("t0", TaskState.TASK_FINISHED, 101)).isEqualTo("t0 FINISHED, s1 ACKNOWLEDGED");
        assertThat(probe.latest("t0").hasData()).isFalse();
        assertThat(probe.latest("t0").getMessage()).isEqualTo("said");
    }

    @Test
    void onAFullDiskOnlyEndsAreWritten() {
        startExecutor(1);
        probe.books.room(false);
        long before = written();

        assertThat(update("t0", TaskState.TASK_RUNNING, 1)).as("no receipt").isEmpty();
        assertThat(update("t0", TaskState.TASK_FINISHED, 2)).isEqualTo("t0 FINISHED, s1 ACKNOWLEDGED");

        assertThat(written() - before).isLessThan(2_000);
        probe.books.room(true);
    }

    private String said(TaskStatus.Builder status) {
        var effects = new ArrayList<Effect>();
        probe.books.executors().updated(key("e"), status.build(), NOW, effects);
        return probe.take(effects);
    }

    private static TaskStatus.Builder status(String task, TaskState state, int number) {
        return TaskStatus.newBuilder()
                .setTaskId(Samples.taskId(task))
                .setState(state)
                .setTimestamp(number)
                .setUuid(ByteString.copyFromUtf8(task + number));
    }

    private String subscribe(TaskStatus.Builder... unacknowledged) {
        var call = Call.Subscribe.newBuilder();
        for (var status : unacknowledged) {
            call.addUnacknowledgedUpdatesBuilder().setStatus(status);
        }
        var effects = new ArrayList<Effect>();
        probe.books
                .executors()
                .subscribe(
                        key("e"),
                        "s2",
                        call.build(),
                        AgentInfo.newBuilder().setHostname("h").build(),
                        NOW,
                        effects);
        return probe.take(effects);
    }

    /** How executors' tasks end has a share of what a full disk has left, and this is larger than that. */
    @Test
    void onAFullDiskAnEndTakesNoMoreThanItsShare() {
        startExecutor(8);
        probe.books.room(false);
        long before = written();

        for (int i = 0; i < 8; i++) {
            var failed = status("t" + i, TaskState.TASK_FAILED, 1).setMessage("No space left on device\n".repeat(160));
            failed.getLabelsBuilder().addLabelsBuilder().setKey("k").setValue("v".repeat(100));
            var id = BooksProbe.task("t" + i);
            probe.take(probe.books.kill(id, Optional.empty(), NOW));
            assertThat(said(failed)).isEqualTo("t" + i + " FAILED, s1 ACKNOWLEDGED");
            assertThat(probe.latest("t" + i).getMessage())
                    .startsWith("No space left on device\n")
                    .hasSizeLessThan(600);
            probe.take(probe.books.acknowledge(id, failed.getUuid(), NOW));
        }

        assertThat(written() - before).isLessThan(8L * Journal.RESERVE_BYTES_PER_TASK);
    }

    @Test
    void onAFullDiskThatATaskIsToEndIsWrittenOnce() {
        startExecutor(1);
        update("t0", TaskState.TASK_RUNNING, 1);
        run(task("c", "sleep 1000"));
        probe.runs(probe.container("c"));
        probe.books.room(false);

        for (int i = 0; i < 10; i++) {
            var grace = Optional.of(Duration.ofSeconds(20 - i));
            var written = i == 0 ? "kill_asked, " : "";
            assertThat(probe.take(probe.books.kill(BooksProbe.task("t0"), grace, NOW)))
                    .isEqualTo(written + "s1 KILL");
            assertThat(probe.take(probe.books.kill(BooksProbe.task("c"), grace, NOW)))
                    .isEqualTo(i == 0 ? "kill_asked, TERM" : "");
        }
        assertThat(probe.books.state().task(BooksProbe.task("t0")).orElseThrow().killGrace())
                .contains(Duration.ofSeconds(11));
    }

    /** Each takes a record to be forgotten, and there may be ten thousand. */
    @Test
    void onAFullDiskOldTasksAreForgottenWithoutARecord() {
        for (int i = 0; i < 9; i++) {
            var id = "old" + i;
            run(task(id, "true"));
            probe.runs(probe.container(id));
            probe.take(probe.books.ended(probe.container(id), new Verdict.Exited(0), NOW));
            var entry = probe.books.state().task(BooksProbe.task(id)).orElseThrow();
            List.copyOf(entry.pending())
                    .forEach(told -> probe.take(probe.books.acknowledge(entry.key(), told.getUuid(), NOW)));
        }
        assertThat(probe.books.state().completed()).hasSize(9);
        probe.books.room(false);
        int before = probe.journal.size();
        var later = NOW.plus(Duration.ofHours(25));

        probe.take(probe.books.tick(later));

        assertThat(probe.journal).hasSize(before);
        assertThat(probe.books.state().completed()).isEmpty();
        probe.restart();
        assertThat(probe.books.state().completed()).hasSize(9);
        probe.take(probe.books.tick(later));
        assertThat(probe.books.state().completed()).isEmpty();
        assertThat(probe.journal).as("with room").hasSize(before + 9);
    }

    /** One scheduler that is away keeps nobody's small updates from being told. */
    @Test
    void aTaskHasRoomOfItsOwnInTheHeap() {
        startExecutor(4);
        for (int i = 0; i < 60; i++) {
            update("t0", TaskState.TASK_RUNNING, i);
        }
        long size = 1 << 19;
        for (int i = 0; size > 100; i++) {
            var more = status("t3", TaskState.TASK_RUNNING, i).setData(ByteString.copyFrom(new byte[(int) size]));
            size = said(more).isEmpty() ? size / 2 : size;
        }

        assertThat(said(status("t1", TaskState.TASK_STARTING, 1))).isEqualTo("t1 STARTING, s1 ACKNOWLEDGED");
        assertThat(said(status("t1", TaskState.TASK_RUNNING, 2).setMessage("m".repeat(500))))
                .isEqualTo("t1 RUNNING, s1 ACKNOWLEDGED");
        assertThat(said(status("t1", TaskState.TASK_RUNNING, 3).setMessage("m".repeat(1500))))
                .as("more than its own")
                .isEmpty();
        assertThat(said(status("t2", TaskState.TASK_RUNNING, 1))).isEqualTo("t2 RUNNING, s1 ACKNOWLEDGED");
        assertThat(probe.books.state().heldBytes()).isLessThanOrEqualTo(BooksProbe.MAX_HELD_BYTES);
    }

    /** Such an executor would end with its stream. */
    @Test
    void whoIsNotToOutliveTheAgentKeepsItsStream() {
        startExecutor(1);
        probe.books.room(false);
        said(status("t0", TaskState.TASK_RUNNING, 1));
        probe.books.room(true);

        assertThat(probe.take(probe.books.tick(NOW))).isEmpty();
    }

    @Test
    void whatWasLeftOutIsSaidAgainWhenThereIsRoomAndNothingOlderThanWhatWasNot() {
        startExecutor(BooksProbe.framework().toBuilder().setCheckpoint(true).build(), 2);
        probe.books.room(false);
        var starting = status("t0", TaskState.TASK_STARTING, 1);
        var running = status("t1", TaskState.TASK_RUNNING, 1);
        assertThat(said(starting) + said(running)).as("no receipts").isEmpty();
        assertThat(probe.take(probe.books.tick(NOW))).as("still no room").isEmpty();
        probe.books.room(true);
        assertThat(said(status("t0", TaskState.TASK_RUNNING, 2))).isEqualTo("t0 RUNNING, s1 ACKNOWLEDGED");

        assertThat(probe.take(probe.books.tick(NOW))).isEqualTo("s1 closed");

        assertThat(probe.take(probe.books.tick(NOW))).as("once").isEmpty();
        assertThat(subscribe(starting, running))
                .contains("s2 ACKNOWLEDGED, t1 RUNNING, s2 ACKNOWLEDGED")
                .doesNotContain("STARTING");
        assertThat(probe.latest("t0").getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(probe.take(probe.books.tick(NOW))).isEmpty();
    }

    @Test
    void ofWhatHasArrivedLongTextsAreNotKept() {
        startExecutor(1);
        var status = TaskStatus.newBuilder()
                .setTaskId(Samples.taskId("t0"))
                .setState(TaskState.TASK_RUNNING)
                .setUuid(ByteString.copyFromUtf8("u"))
                .setMessage("m".repeat(1 << 20))
                .build();
        var effects = new ArrayList<Effect>();
        probe.books.executors().updated(key("e"), status, NOW, effects);
        assertThat(probe.books.state().heldBytes()).isGreaterThan(1 << 20);

        probe.take(probe.books.acknowledge(BooksProbe.task("t0"), status.getUuid(), NOW));

        assertThat(probe.books.state().heldBytes()).isLessThan(10_000);
        assertThat(probe.latest("t0").getMessage()).hasSizeLessThan(2_000);
    }

    @Test
    void aKillThatIsRepeatedIsWrittenOnce() {
        startExecutor(1);
        update("t0", TaskState.TASK_RUNNING, 1);
        var kill = BooksProbe.task("t0");

        assertThat(probe.take(probe.books.kill(kill, Optional.empty(), NOW))).isEqualTo("kill_asked, s1 KILL");
        assertThat(probe.take(probe.books.kill(kill, Optional.empty(), NOW))).isEqualTo("s1 KILL");
        var shorter = Optional.of(Duration.ofSeconds(1));
        assertThat(probe.take(probe.books.kill(kill, shorter, NOW))).isEqualTo("kill_asked, s1 KILL");
        assertThat(probe.take(probe.books.kill(kill, shorter, NOW))).isEqualTo("s1 KILL");
    }
}
