package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Journal;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.Record;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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
        var accepted = Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(Samples.task(id, "true"))
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

        assertThat(Files.readString(log)).endsWith(remembered + "\n");
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
}
