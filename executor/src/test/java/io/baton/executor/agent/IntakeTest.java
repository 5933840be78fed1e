package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.executor;
import static io.baton.executor.agent.BooksProbe.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.Samples;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Record;
import io.baton.v1.AgentInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorInfo;
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
        var custom = executor("e", ExecutorInfo.Type.CUSTOM);
        for (int i = 0; i < tasks; i++) {
            probe.launch(custom, false, i == 0, task("t" + i, "").clearCommand());
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
