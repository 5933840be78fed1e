package io.baton.executor.checkpoint;

import io.baton.executor.record.Record;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's one file of records. Each batch is one frame: mark, length, checksum, content; on the disk as a whole or
 * not at all. What is too much for one frame goes into several, each of which is on the disk before the next is begun:
 * only the last one can be torn.
 *
 * <p>The file is filled with zeros ahead of its end. That makes a write cheap (the file's size does not change), and
 * leaves room for the ends of running tasks when the disk is full: see {@link #hasRoom}.
 *
 * <p>Not for several threads.
 */
public final class Journal implements AutoCloseable {
    /** Largest frame; a longer one is taken for damage. */
    public static final int MAX_FRAME_BYTES = 16 << 20;

    /** Room kept for how all tasks end that run already, however few they are. */
    public static final int RESERVE_BYTES = 512 << 10;

    /** As much more for each of them: its end, that this was acknowledged, and before both that it was to end. */
    public static final int RESERVE_BYTES_PER_TASK = 2 << 10;

    /** Below this size a journal is not rewritten. */
    public static final long MIN_COMPACT_BYTES = 8 << 20;

    /** How many times as large as after the last time a journal is when it is rewritten: a start reads all of it. */
    static final int GROWTH = 2;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final DateTimeFormatter ASIDE_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Path file;
    private FileChannel channel;
    private long position;
    private long allocated;
    private long compactedBytes;
    private boolean full;
    private long reserve = RESERVE_BYTES;

    private Journal(Path file) {
        this.file = file;
    }

    /** A journal and what it held. */
    public record Opened(Journal journal, List<Record> records) {}

    /** Opens the file with all its records, which may be many. */
    public static Opened open(Path file) throws IOException {
        var records = new ArrayList<Record>();
        return new Opened(open(file, records::add), records);
    }

    /**
     * Opens the file, or makes one. What a crash tore off its end was never relied upon, and is dropped.
     *
     * @param sink told each record, in order, while the file is read: a long one does not fit into memory
     * @throws CorruptJournalException if anything but the end is damaged
     */
    public static Journal open(Path file, Consumer<Record> sink) throws IOException {
        Files.createDirectories(file.getParent());
        var journal = new Journal(file);
        boolean fresh = !Files.exists(file);
        journal.channel = openOwn(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            journal.read(sink);
            journal.extend();
            if (fresh) {
                syncDirectory(file.getParent());
            }
            return journal;
        } catch (IOException | RuntimeException unusable) {
            journal.channel.close();
            throw unusable;
        }
    }

    /** Opens a file with what tasks were given, secrets too: for the agent's user alone, whatever it was before. */
    private static FileChannel openOwn(Path file, OpenOption... options) throws IOException {
        if (Files.exists(file)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
        return FileChannel.open(file, Set.of(options), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    /**
     * Sets a journal aside for somebody to look at, as {@code journal.aside-20260102T030405Z}; a number follows where
     * that name is taken.
     *
     * @return its new name; empty if there was no journal
     */
    public static Optional<Path> setAside(Path file, Instant now) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var name = file.getFileName() + ".aside-" + ASIDE_TIME.format(now);
        var aside = file.resolveSibling(name);
        for (int number = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); number++) {
            aside = file.resolveSibling(name + "-" + number);
        }
        Files.setPosixFilePermissions(file, OWNER_ONLY);
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(aside.toAbsolutePath().getParent());
        return Optional.of(aside);
    }

    private void read(Consumer<Record> sink) throws IOException {
        var reader = new JournalReader(file, channel);
        long at = reader.read(sink);
        long end = reader.end(at);
        if (end > at) {
            long later = reader.nextFrame(at, end);
            if (later >= 0) {
                throw new CorruptJournalException(file, at, "a whole record follows at byte " + later);
            }
            LOG.warn("journal {}: dropped {} bytes of an unfinished write at its end (byte {})", file, end - at, at);
            for (long zero = at; zero < end; zero += CHUNK_BYTES) {
                channel.write(ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - zero)), zero);
            }
            channel.force(false);
        }
        position = at;
        allocated = channel.size();
        compactedBytes = at;
    }

    /** Writes these records and waits until they are on the disk. */
    public void append(List<Record> records) throws IOException {
        position = JournalFrames.write(records, position, inTurn(channel));
        allocated = Math.max(allocated, position);
        channel.force(false);
        extend();
    }

    /** The file was filled ahead, and its pages reach the disk in any order. */
    private static JournalFrames.Place inTurn(FileChannel channel) {
        return new JournalFrames.Place() {
            @Override
            public int write(ByteBuffer frame, long at) throws IOException {
                return channel.write(frame, at);
            }

            @Override
            public void settle() throws IOException {
                channel.force(false);
            }
        };
    }

    /** Fills with zeros ahead of the end. A full disk is not an error yet: only {@link #hasRoom} turns false. */
    private void extend() {
        long ahead = reserve + RESERVE_BYTES;
        if (!full && allocated - position >= ahead) {
            return;
        }
        try {
            long target = position + ahead + CHUNK_BYTES;
            while (allocated < target) {
                allocated +=
                        channel.write(ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, target - allocated)), allocated);
            }
            channel.force(true);
            full = false;
        } catch (IOException noSpace) {
            if (!full) {
                LOG.warn(
                        "journal {} cannot grow ({}): no new tasks are started until there is room",
                        file,
                        noSpace.getMessage());
            }
            full = true;
        }
    }

    /** How many tasks run, of all of which the end must find room. */
    public void reserveFor(int tasks) {
        reserve = RESERVE_BYTES + (long) tasks * RESERVE_BYTES_PER_TASK;
    }

    /** Whether there is more room left than the reserve for tasks that run already. Tries to make some. */
    public boolean hasRoom() {
        extend();
        return allocated - position >= reserve;
    }

    /** How many bytes the file has room for beside the reserve, without growing. */
    public long left() {
        return allocated - position - reserve;
    }

    /** Whether the file grew when it last was to. */
    public boolean grows() {
        return !full;
    }

    /** How many bytes the disk has left now, as far as it says. Callable on any thread. */
    public long free() {
        var disk = file.toFile();
        return disk.getTotalSpace() == 0 ? Long.MAX_VALUE : disk.getUsableSpace();
    }

    /** Whether the file has grown so much that rewriting it pays. */
    public boolean wantsCompaction() {
        return position > Math.max(MIN_COMPACT_BYTES, GROWTH * compactedBytes);
    }

    /**
     * Tells the journal once, after it was opened, what its records add up to: a long file is rewritten if that pays, so
     * that it does not grow from start to start.
     */
    public void settle(List<Record> live) {
        compactedBytes = live.stream().mapToLong(Record::getSerializedSize).sum();
        if (wantsCompaction()) {
            try {
                compact(live);
            } catch (IOException noSpace) {
                LOG.warn("journal {} could not be rewritten ({}); it goes on growing", file, noSpace.getMessage());
            }
        }
    }

    /**
     * Replaces the whole content; a crash leaves either the old file or the new one.
     *
     * @throws IOException if all is as it was
     * @throws UncheckedIOException if nothing may be written any more
     */
    public void compact(List<Record> records) throws IOException {
        var next = file.resolveSibling(file.getFileName() + ".new");
        var fresh = openOwn(
                next, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        long size;
        try {
            size = JournalFrames.write(records, 0, fresh::write);
            fresh.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unchanged) {
            fresh.close();
            Files.deleteIfExists(next);
            throw unchanged;
        }
        channel.close();
        channel = fresh;
        position = size;
        allocated = size;
        compactedBytes = size;
        try {
            syncDirectory(file.getParent());
        } catch (IOException unknown) {
            // No way back: the old file has no name any more, and after a power loss the new one may have none.
            throw new UncheckedIOException("journal " + file + " was rewritten, but may not be on the disk", unknown);
        }
        extend();
    }

    /** Bytes in use. */
    public long size() {
        return position;
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (var d = FileChannel.open(directory, StandardOpenOption.READ)) {
            d.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
