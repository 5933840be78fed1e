package io.baton.executor.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.Forgotten;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.v1.AgentID;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("meta/journal");
    }

    private static Record epoch(long epoch) {
        return Record.newBuilder()
                .setIdentity(Identity.newBuilder().setEpoch(epoch))
                .build();
    }

    private List<Record> reopened() throws IOException {
        var opened = Journal.open(file);
        opened.journal().close();
        return opened.records();
    }

    /** @return where the last batch begins */
    private long written(int batches) throws IOException {
        try (var journal = Journal.open(file).journal()) {
            long last = 0;
            for (int i = 1; i <= batches; i++) {
                last = journal.size();
                journal.append(List.of(epoch(i), epoch(100 + i)));
            }
            return last;
        }
    }

    @Test
    void givesBackWhatWasAppended() throws IOException {
        written(2);

        assertThat(reopened()).containsExactly(epoch(1), epoch(101), epoch(2), epoch(102));
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        Files.createDirectories(file);

        assertThatThrownBy(this::reopened).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    }

    @Test
    void goesOnWhereItStopped() throws IOException {
        written(1);
        written(1);

        assertThat(reopened()).hasSize(4);
    }

    @Test
    void aTornTailIsDroppedWhereverItWasTorn() throws IOException {
        long last = written(3);
        var whole = Files.readAllBytes(file);
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        for (int cut = (int) last; cut < end; cut++) {
            var torn = whole.clone();
            Arrays.fill(torn, cut, torn.length, (byte) 0);
            Files.write(file, torn);

            assertThat(reopened()).as("cut at %s", cut).hasSize(4);
            assertThat(reopened()).as("and again").hasSize(4);
        }
    }

    @Test
    void aFileThatEndsInTheMiddleOfARecordIsATornTailToo() throws IOException {
        long last = written(3);
        try (var f = new RandomAccessFile(file.toFile(), "rw")) {
            f.setLength(last + 7);
        }

        assertThat(reopened()).hasSize(4);
    }

    @Test
    void damageInTheMiddleRefusesTheStartWhereverItIs() throws IOException {
        long last = written(3);
        var whole = Files.readAllBytes(file);
        for (int at = 0; at < last; at++) {
            var damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);

            assertThatThrownBy(() -> Journal.open(file))
                    .as("byte %s", at)
                    .isInstanceOf(CorruptJournalException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("at byte")
                    .hasMessageContaining("--recover=cleanup");
        }
    }

    private static Record holding(byte[] data) {
        return Record.newBuilder()
                .setAccepted(Accepted.newBuilder()
                        .setFramework(FrameworkInfo.newBuilder().setUser("").setName("f"))
                        .setContainerId("c")
                        .setSandbox("/s")
                        .setBootId("b")
                        .setAcceptedAt(0)
                        .setTask(TaskInfo.newBuilder()
                                .setName("t")
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setAgentId(AgentID.newBuilder().setValue("a"))
                                .setData(ByteString.copyFrom(data))))
                .build();
    }

    /** A task may have been given part of a journal. */
    @Test
    void aRecordThatHoldsAWholeFrameIsTornAsAnyOther() throws IOException {
        long last = written(3);
        var frames = Arrays.copyOfRange(Files.readAllBytes(file), 0, (int) last);
        long begin;
        int end;
        try (var journal = Journal.open(file).journal()) {
            begin = journal.size();
            journal.append(List.of(epoch(4), holding(frames), epoch(104)));
            end = (int) journal.size();
        }
        var whole = Files.readAllBytes(file);
        for (int cut = (int) begin; cut < end - 1; cut++) {
            var torn = whole.clone();
            Arrays.fill(torn, cut, torn.length, (byte) 0);
            Files.write(file, torn);

            assertThat(reopened()).as("cut at %s", cut).hasSize(6);
        }
    }

    @Test
    void damageBeforeARecordThatHoldsAWholeFrameRefusesTheStart() throws IOException {
        long last = written(3);
        var frames = Arrays.copyOfRange(Files.readAllBytes(file), 0, (int) last);
        long begin;
        int end;
        try (var journal = Journal.open(file).journal()) {
            begin = journal.size();
            journal.append(List.of(epoch(4), holding(frames), epoch(104)));
            end = (int) journal.size();
            journal.append(List.of(epoch(5)));
        }
        var whole = Files.readAllBytes(file);
        for (int at = (int) begin; at < end; at++) {
            var damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);

            assertThatThrownBy(() -> Journal.open(file)).as("byte %s", at).isInstanceOf(CorruptJournalException.class);
        }
    }

    @Test
    void eachFrameIsOnTheDiskBeforeTheNextIsBegun() throws IOException {
        var done = new ArrayList<String>();
        var place = new JournalFrames.Place() {
            @Override
            public int write(ByteBuffer frame, long at) {
                int bytes = frame.remaining();
                frame.position(frame.limit());
                done.add("write");
                return bytes;
            }

            @Override
            public void settle() {
                done.add("settle");
            }
        };
        var megabytes =
                IntStream.range(0, 10).mapToObj(i -> holding(new byte[1 << 20])).toList();

        long size = JournalFrames.write(megabytes, 0, place);

        assertThat(size).isGreaterThan(10 << 20);
        assertThat(String.join(" ", done)).isEqualTo("write settle write settle write settle write");
    }

    @Test
    void aDamagedJournalIsSetAsideNotLost() throws IOException {
        written(1);

        Journal.setAside(file, Instant.parse("2026-01-02T03:04:05.678Z"));

        assertThat(reopened()).isEmpty();
        assertThat(file.resolveSibling("journal.aside-20260102T030405Z")).exists();
    }

    @Test
    void whatIsSetAsideWithinOneSecondKeepsItsOwnName() throws IOException {
        var now = Instant.parse("2026-01-02T03:04:05Z");
        Files.createDirectories(file.getParent());
        for (var content : List.of("first", "second", "third")) {
            Files.writeString(file, content);
            Journal.setAside(file, now);
        }

        assertThat(file.resolveSibling("journal.aside-20260102T030405Z")).hasContent("first");
        assertThat(file.resolveSibling("journal.aside-20260102T030405Z-2")).hasContent("second");
        assertThat(file.resolveSibling("journal.aside-20260102T030405Z-3")).hasContent("third");
        assertThat(Journal.setAside(file, now)).isEmpty();
    }

    @Test
    void compactionReplacesAllAndGoesOn() throws IOException {
        try (var journal = Journal.open(file).journal()) {
            journal.append(List.of(epoch(1), epoch(2)));
            journal.compact(List.of(epoch(3)));
            journal.append(List.of(epoch(4)));
        }

        assertThat(reopened()).containsExactly(epoch(3), epoch(4));
    }

    @Test
    void growthIsBounded() throws IOException {
        var big = Record.newBuilder()
                .setForgotten(Forgotten.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("f".repeat(1_000_000)))
                        .setTaskId(TaskID.newBuilder().setValue("t")))
                .build();
        try (var journal = Journal.open(file).journal()) {
            for (int i = 0; i < 30; i++) {
                journal.append(List.of(big));
                if (journal.wantsCompaction()) {
                    journal.compact(List.of(epoch(i)));
                }
                assertThat(journal.size()).isLessThan(Journal.MIN_COMPACT_BYTES + 2_000_000);
            }
        }
    }

    @Test
    void aBatchOverTheFrameLimitIsSplit() throws IOException {
        var records = new ArrayList<Record>();
        for (int i = 0; i < 20; i++) {
            records.add(Record.newBuilder()
                    .setForgotten(Forgotten.newBuilder()
                            .setFrameworkId(FrameworkID.newBuilder().setValue("f".repeat(1_000_000)))
                            .setTaskId(TaskID.newBuilder().setValue("t" + i)))
                    .build());
        }
        try (var journal = Journal.open(file).journal()) {
            journal.append(records);
        }

        assertThat(reopened()).isEqualTo(records);
    }

    private Path smallDisk(String size) throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("mounting a small disk takes root")
                .isEqualTo("root");
        var disk = Files.createDirectory(directory.resolve("disk"));
        int mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString())
                .start()
                .waitFor();
        assumeThat(mounted).as("mounting a small disk is not allowed here").isZero();
        return disk;
    }

    private static void fill(Path disk) throws IOException {
        try (var filler = Files.newOutputStream(disk.resolve("filler"))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            filler.write(new byte[4_096]);
                        }
                    })
                    .hasMessageContaining("No space");
        }
    }

    /** How a task with a long id ends: its last update, and that this has arrived. */
    private static List<Record> end(int number) {
        var longId = "i".repeat(200);
        return List.of(
                Record.newBuilder()
                        .setForgotten(Forgotten.newBuilder()
                                .setFrameworkId(FrameworkID.newBuilder().setValue("f".repeat(800)))
                                .setTaskId(TaskID.newBuilder().setValue(longId + number)))
                        .build(),
                Record.newBuilder()
                        .setForgotten(Forgotten.newBuilder()
                                .setFrameworkId(FrameworkID.newBuilder().setValue("f".repeat(400)))
                                .setTaskId(TaskID.newBuilder().setValue(longId + number)))
                        .build());
    }

    @Test
    void aFullDiskLeavesRoomForTheEndsOfHoweverManyTasks() throws Exception {
        var disk = smallDisk("16m");
        try (var journal = Journal.open(disk.resolve("journal")).journal()) {
            journal.reserveFor(2_000);
            assertThat(journal.hasRoom()).isTrue();
            fill(disk);
            while (journal.hasRoom()) {
                journal.append(List.of(large(0)));
            }
            assertThat(journal.left()).isNegative();

            for (int i = 0; i < 2_000; i++) {
                journal.append(end(i));
            }
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    @Test
    void theWriterKnowsHowMuchAFullDiskHasRoomFor() throws Exception {
        var disk = smallDisk("4m");
        var failure = new CompletableFuture<IOException>();
        var threads = Executors.newSingleThreadExecutor();
        var journal = Journal.open(disk.resolve("journal")).journal();
        var durable = new LinkedBlockingQueue<Long>();
        try (var writer = new JournalWriter(journal, threads, durable::add, failure::complete)) {
            assertThat(writer.hasRoom(100 << 20)).as("more than the disk has").isFalse();
            assertThat(writer.hasRoom(2 << 20)).as("more than the file has").isTrue();
            fill(disk);
            assertThat(writer.hasRoom(2 << 20))
                    .as("nothing was written since, but the disk is asked")
                    .isFalse();
            boolean tight = false;
            while (writer.hasRoom(10_100)) {
                tight |= !writer.hasRoom(600 << 10);
                writer.append(List.of(large(1)));
                assertThat(durable.poll(60, TimeUnit.SECONDS)).isNotNull();
            }

            assertThat(tight)
                    .as("for a little there is, and for more there is not")
                    .isTrue();
            writer.append(List.of(large(2)));
        } finally {
            threads.shutdown();
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
        assertThat(failure).isNotDone();
    }

    @Test
    void aFullDiskLeavesRoomForTheEndsOfRunningTasks() throws Exception {
        var disk = smallDisk("4m");
        try (var journal = Journal.open(disk.resolve("journal")).journal()) {
            assertThat(journal.hasRoom()).isTrue();
            fill(disk);

            int launched = 0;
            while (journal.hasRoom()) {
                journal.append(List.of(large(launched++)));
            }
            for (int i = 0; i < 50; i++) {
                journal.append(List.of(epoch(i)));
            }
            Files.delete(disk.resolve("filler"));

            assertThat(launched).isPositive();
            assertThat(journal.hasRoom()).isTrue();
        } finally {
            new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
        }
    }

    private static Record large(int number) {
        return Record.newBuilder()
                .setForgotten(Forgotten.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("f".repeat(10_000)))
                        .setTaskId(TaskID.newBuilder().setValue("t" + number)))
                .build();
    }

    @Test
    void theWriterTellsWhenWhatWasAppendedIsOnTheDisk() throws IOException {
        var executor = Executors.newSingleThreadExecutor();
        var durable = new AtomicLong();
        var failure = new CompletableFuture<IOException>();
        long last = 0;
        try (var writer = new JournalWriter(Journal.open(file).journal(), executor, durable::set, failure::complete)) {
            for (int i = 0; i < 1_000; i++) {
                last = writer.append(List.of(epoch(i)));
            }
            writer.compact(List.of(epoch(7)));
            last = writer.append(List.of(epoch(8)));
            long wanted = last;
            Awaitility.await().until(() -> durable.get() == wanted);
        }
        executor.shutdown();

        assertThat(reopened()).containsExactly(epoch(7), epoch(8));
        assertThat(failure).isNotDone();
    }

    @Test
    void whatCouldNotBeRewrittenIsNotTriedAgainAtOnce() throws IOException {
        var executor = Executors.newSingleThreadExecutor();
        var durable = new AtomicLong();
        try (var writer = new JournalWriter(Journal.open(file).journal(), executor, durable::set, failure -> {})) {
            writer.append(IntStream.range(0, 900).mapToObj(JournalTest::large).toList());
            Awaitility.await().until(writer::wantsCompaction);
            Files.createDirectory(file.resolveSibling("journal.new")); // In the way.

            writer.compact(List.of(epoch(1)));
            Awaitility.await().until(() -> durable.get() == 2);
            assertThat(writer.wantsCompaction()).isFalse();
            writer.append(List.of(epoch(2)));
            Awaitility.await().until(() -> durable.get() == 3);
            assertThat(writer.wantsCompaction()).isFalse();
        }
        executor.shutdown();
        assertThat(reopened()).hasSize(901);
    }

    @Test
    void theWriterTellsOfARecordThatIsTooLarge() throws IOException {
        var executor = Executors.newSingleThreadExecutor();
        var failure = new CompletableFuture<IOException>();
        try (var writer = new JournalWriter(Journal.open(file).journal(), executor, number -> {}, failure::complete)) {
            writer.append(List.of(Record.newBuilder()
                    .setForgotten(Forgotten.newBuilder()
                            .setFrameworkId(FrameworkID.newBuilder().setValue("f".repeat(17 << 20)))
                            .setTaskId(TaskID.newBuilder().setValue("t")))
                    .build()));

            assertThat(failure).succeedsWithin(Duration.ofSeconds(30)).satisfies(why -> assertThat(why)
                    .hasMessageContaining("a batch of"));
        }
        executor.shutdown();
    }

    @Test
    void aCrowdOfRecordsSharesItsWrites() throws IOException {
        int count = 2_000;
        var executor = Executors.newSingleThreadExecutor();
        var durable = new AtomicLong();
        var writes = new AtomicInteger();
        long start = System.nanoTime();
        try (var writer = new JournalWriter(
                Journal.open(file).journal(),
                executor,
                number -> {
                    writes.incrementAndGet();
                    durable.set(number);
                },
                failure -> {})) {
            for (int i = 0; i < count; i++) {
                writer.append(List.of(epoch(i)));
                LockSupport.parkNanos(20_000);
            }
            Awaitility.await().until(() -> durable.get() == count);
        }
        executor.shutdown();

        assertThat(reopened()).hasSize(count);
        // One each 4 ms of the crowd, and those below a crowd: 16 within 100 ms.
        double millis = (System.nanoTime() - start) / 1e6;
        assertThat((double) writes.get()).isLessThan(40 + millis * (1 / 4.0 + 16 / 100.0));
    }

    @Test
    void theLockNamesItsHolder() throws IOException {
        try (var lock = WorkDirLock.take(directory)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> WorkDirLock.take(directory))
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
        }
        WorkDirLock.take(directory).close();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void isForTheAgentsUserAlone() throws IOException {
        written(1);
        assertThat(permissions(file)).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var torn = Files.createFile(directory.resolve("meta/journal.new"));
        Files.setPosixFilePermissions(torn, PosixFilePermissions.fromString("rw-r--r--"));

        try (var journal = Journal.open(file).journal()) {
            assertThat(permissions(file)).isEqualTo("rw-------");
            journal.compact(List.of(epoch(1)));
            assertThat(permissions(file)).isEqualTo("rw-------");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(permissions(Journal.setAside(file, Instant.EPOCH).orElseThrow()))
                .isEqualTo("rw-------");
    }

    @Test
    void nobodyElseEntersItsDirectory() throws IOException {
        var meta = Files.createDirectory(directory.resolve("meta"));
        Files.setPosixFilePermissions(meta, PosixFilePermissions.fromString("rwxr-xr-x"));

        WorkDirLock.take(directory).close();

        assertThat(permissions(meta)).isEqualTo("rwx------");
    }
}
