package io.baton.executor.checkpoint;

import io.baton.executor.crash.CrashPoint;
import io.baton.executor.record.Record;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a {@link Journal} off the caller's thread. Whatever comes while a write is under way goes into the next one
 * together.
 */
public final class JournalWriter implements AutoCloseable {
    /** While this many appends come within {@link #CROWD_NANOS}, writes begin {@link #GATHER_NANOS} apart at least, or twice that. */
    static final int CROWD = 16;

    private static final long CROWD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A sync costs as much as several tasks' other work: what comes within this time shares one. Below a crowd nobody waits. */
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /** With this many it is twice the time: each record is one of hundreds that wait for processors anyway. */
    static final int RUSH = 64;

    /** How long a journal that could not be rewritten goes on growing before that is tried again. */
    private static final long COMPACT_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

    private final Journal journal;
    private final Executor executor;
    private final LongConsumer durable;
    private final Consumer<IOException> failed;
    private List<Record> waiting = new ArrayList<>();
    private List<Record> replacement = List.of();
    private List<Record> superseded = List.of();
    private long lastNumber;
    private long countedSince;
    private int counted;
    private long gatherNanos;
    private long wroteAt = System.nanoTime();
    private long compactFrom = System.nanoTime();
    private boolean writing;
    private boolean broken;
    /** Of what was appended and may not be written yet. */
    private long unwrittenBytes;

    private long left;
    private boolean grows;
    private volatile int running;
    private boolean room;
    private volatile boolean wantsCompaction;

    /**
     * Starts with this journal.
     *
     * @param executor may block
     * @param durable told the number of the last append that is on the disk; never goes back
     * @param failed told once if the disk refuses, or a record will not do; nothing is written from then on
     */
    public JournalWriter(Journal journal, Executor executor, LongConsumer durable, Consumer<IOException> failed) {
        this.journal = journal;
        this.executor = executor;
        this.durable = durable;
        this.failed = failed;
        this.room = journal.hasRoom();
        this.left = journal.left();
        this.grows = journal.grows();
    }

    /** @return the number that {@code durable} will be told when these records are on the disk */
    public synchronized long append(List<Record> records) {
        waiting.addAll(records);
        unwrittenBytes += records.stream().mapToLong(Record::getSerializedSize).sum();
        lastNumber++;
        count(System.nanoTime());
        wake();
        return lastNumber;
    }

    private void count(long now) {
        if (now - countedSince > CROWD_NANOS) {
            gatherNanos = now - countedSince <= 2 * CROWD_NANOS ? gatherNanos(counted) : 0;
            counted = 0;
            countedSince = now;
        }
        counted++;
        gatherNanos = Math.max(gatherNanos, gatherNanos(counted));
    }

    private static long gatherNanos(int appends) {
        if (appends < CROWD) {
            return 0;
        }
        return appends < RUSH ? GATHER_NANOS : 2 * GATHER_NANOS;
    }

    /** How long the next write is to wait for more. */
    private synchronized long pause() {
        return gatherNanos > 0 ? wroteAt + gatherNanos - System.nanoTime() : 0;
    }

    /** Replaces all that was appended so far. If the disk has no room for that, the file simply goes on growing. */
    public synchronized void compact(List<Record> records) {
        replacement = List.copyOf(records);
        var both = new ArrayList<>(superseded);
        both.addAll(waiting);
        superseded = both;
        waiting = new ArrayList<>();
        wantsCompaction = false;
        lastNumber++;
        wake();
    }

    private void wake() {
        if (!writing && !broken) {
            writing = true;
            executor.execute(() -> guarded(this::write));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Whatever goes wrong is told: an agent that waits for its journal for ever would seem to live. */
    private void guarded(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException | Error broke) {
            synchronized (this) {
                broken = true;
                writing = false;
                notifyAll();
            }
            failed.accept(broke instanceof IOException refused ? refused : new IOException(broke.toString(), broke));
        }
    }

    private void write() throws IOException {
        while (true) {
            long pause = pause();
            if (pause > 0) {
                LockSupport.parkNanos(pause);
            }
            List<Record> whole;
            List<Record> instead;
            List<Record> more;
            long number;
            long bytes;
            synchronized (this) {
                whole = replacement;
                instead = superseded;
                more = waiting;
                number = lastNumber;
                if (whole.isEmpty() && more.isEmpty()) {
                    writing = false;
                    notifyAll();
                    return;
                }
                replacement = List.of();
                superseded = List.of();
                waiting = new ArrayList<>();
                bytes = unwrittenBytes;
                wroteAt = System.nanoTime();
            }
            CrashPoint.reached("before a write");
            write(whole, instead, more);
            look(bytes);
            CrashPoint.reached("written");
            durable.accept(number);
        }
    }

    private void write(List<Record> whole, List<Record> instead, List<Record> more) throws IOException {
        if (!whole.isEmpty()) {
            try {
                journal.compact(whole);
            } catch (IOException noSpace) {
                LOG.warn("the journal could not be rewritten ({}); it goes on growing", noSpace.getMessage());
                compactFrom = System.nanoTime() + COMPACT_AGAIN_NANOS;
                if (!instead.isEmpty()) {
                    journal.append(instead);
                }
            }
        }
        if (!more.isEmpty()) {
            journal.append(more);
        }
        wantsCompaction = journal.wantsCompaction() && System.nanoTime() - compactFrom >= 0;
    }

    /** What room there is, with so many bytes written. */
    private void look(long written) {
        journal.reserveFor(running);
        boolean has = journal.hasRoom();
        synchronized (this) {
            room = has;
            left = journal.left();
            grows = journal.grows();
            unwrittenBytes -= written;
        }
    }

    /** How many tasks run: the end of each must find room. Counts from the next write on. */
    public void running(int tasks) {
        running = tasks;
    }

    /**
     * Whether records of so many bytes may be written that are not about how tasks end; see {@link Journal#hasRoom}. For what
     * goes beyond the file as it is the disk is asked, which may have filled since the last write. If not, tries again to make
     * room.
     */
    public synchronized boolean hasRoom(long bytes) {
        long lacking = bytes + unwrittenBytes - left;
        if (!room || lacking > 0 && !(grows && lacking <= journal.free())) {
            lookAgain();
            return false;
        }
        return true;
    }

    private synchronized void lookAgain() {
        if (!writing && !broken) {
            writing = true;
            executor.execute(() -> guarded(() -> {
                look(0);
                write();
            }));
        }
    }

    public boolean wantsCompaction() {
        return wantsCompaction;
    }

    /** Waits for what is under way, then closes the file. */
    @Override
    public synchronized void close() throws IOException {
        try {
            while (writing) {
                wait();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        broken = true;
        journal.close();
    }
}
