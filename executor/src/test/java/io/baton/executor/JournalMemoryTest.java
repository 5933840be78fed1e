package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Journal;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.executor.record.ExecutorOver;
import io.baton.executor.record.Record;
import io.baton.v1.AgentID;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal may be larger than the agent's heap, and what it adds up to may not. */
class JournalMemoryTest {
    private static final String HEAP = "-Xmx48m";
    private static final long LONG_BYTES = 60L << 20;

    @TempDir
    private Path workDir;

    /** Reads a journal as an agent does when it starts, in a JVM of its own. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) throws Exception {
            var written = WrittenState.open(Path.of(arguments[0]), false);
            System.out.println(written.state().completed().size());
            written.journal().close();
        }
    }

    private static List<Record> lifeOf(String id, ByteString data) {
        return lifeOf(Samples.FRAMEWORK, Samples.task(id, "true").build(), data);
    }

    private static List<Record> lifeOf(FrameworkInfo framework, TaskInfo task, ByteString data) {
        var id = task.getTaskId().getValue();
        var accepted = Accepted.newBuilder()
                .setFramework(framework)
                .setTask(task)
                .setContainerId(UUID.randomUUID().toString())
                .setSandbox("/sandbox/" + id)
                .setBootId("boot")
                .setAcceptedAt(0)
                .build();
        var entry = new TaskEntry(accepted);
        var out = new ArrayList<>(
                List.of(Record.newBuilder().setAccepted(accepted).build()));
        for (var state : List.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED)) {
            var uuid = ByteString.copyFromUtf8(UUID.randomUUID().toString());
            out.add(Records.updated(
                    entry,
                    TaskStatus.newBuilder()
                            .setTaskId(Samples.taskId(id))
                            .setState(state)
                            .setUuid(uuid)
                            .setData(data)
                            .build()));
            out.add(Records.acknowledged(entry, uuid, Instant.EPOCH));
        }
        return out;
    }

    /** @return how many tasks it remembers */
    private int writeLongJournal() throws Exception {
        var data = ByteString.copyFrom(new byte[1 << 20]);
        try (var journal = Journal.open(workDir.resolve("meta/journal")).journal()) {
            int count = 0;
            while (journal.size() < LONG_BYTES / 2) {
                journal.append(lifeOf("task-" + count % 500, ByteString.copyFrom(new byte[3_000])));
                count++;
            }
            while (journal.size() < LONG_BYTES) {
                journal.append(lifeOf("large-" + count, data));
                count++;
            }
        }
        var state = new AgentState();
        Journal.open(workDir.resolve("meta/journal"), state::apply).close();
        return state.completed().size();
    }

    @Test
    void aJournalLargerThanTheHeapIsRead() throws Exception {
        int remembered = writeLongJournal();

        assertThat(readBySmallHeap()).endsWith(remembered + "\n");
    }

    private String readBySmallHeap() throws Exception {
        var log = workDir.resolve("log");
        var reader = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        workDir.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(reader.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(log);
    }

    private String readLives(int count, FrameworkInfo framework, IntFunction<TaskInfo.Builder> tasks) throws Exception {
        try (var journal = Journal.open(workDir.resolve("meta/journal")).journal()) {
            for (int i = 0; i < count; i++) {
                journal.append(lifeOf(framework, tasks.apply(i).build(), ByteString.EMPTY));
            }
        }
        return readBySmallHeap();
    }

    @Test
    void manyTasksOfALargeFrameworkFitIntoTheHeap() throws Exception {
        var framework = Samples.FRAMEWORK.toBuilder();
        IntStream.range(0, 6_000).forEach(i -> framework.addRoles("r" + i));

        assertThat(readLives(600, framework.build(), i -> Samples.task("t" + i, "true")))
                .matches("\\d+\\n");
    }

    @Test
    void manyLargeTasksFitIntoTheHeap() throws Exception {
        var label = Label.newBuilder().setKey("k").setValue("v".repeat(1 << 20));

        assertThat(readLives(80, Samples.FRAMEWORK, i -> Samples.task("t" + i, "true")
                        .setLabels(Labels.newBuilder().addLabels(label))))
                .isEqualTo("7\n");
    }

    @Test
    void aLongJournalIsRewrittenWhenItIsOpened() throws Exception {
        int remembered = writeLongJournal();

        var written = WrittenState.open(workDir, false);
        long size = written.journal().size();
        written.journal().close();
        var again = WrittenState.open(workDir, false);
        again.journal().close();

        assertThat(size).isLessThan(Journal.MIN_COMPACT_BYTES);
        assertThat(again.state().completed()).hasSize(remembered);
        assertThat(again.state().records()).isEqualTo(written.state().records());
    }

    @Test
    void manyLargeExecutorsThatAreOverFitIntoTheHeap() throws Exception {
        var data = ByteString.copyFrom(new byte[1 << 20]);
        try (var journal = Journal.open(workDir.resolve("meta/journal")).journal()) {
            for (int i = 0; i < 100; i++) {
                var id = ExecutorID.newBuilder().setValue("e" + i);
                var accepted = ExecutorAccepted.newBuilder()
                        .setFramework(Samples.FRAMEWORK)
                        .setExecutor(ExecutorInfo.newBuilder()
                                .setType(ExecutorInfo.Type.CUSTOM)
                                .setExecutorId(id)
                                .setData(data))
                        .setContainerId("c" + i)
                        .setSandbox("/s")
                        .setBootId("b")
                        .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                        .setAcceptedAt(0);
                var over = ExecutorOver.newBuilder()
                        .setFrameworkId(Samples.FRAMEWORK.getId())
                        .setExecutorId(id);
                journal.append(List.of(
                        Record.newBuilder().setExecutorAccepted(accepted).build(),
                        Record.newBuilder().setExecutorOver(over).build()));
            }
        }

        assertThat(readBySmallHeap()).endsWith("0\n").doesNotContain("OutOfMemory");
    }
}
