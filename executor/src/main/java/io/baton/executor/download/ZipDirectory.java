package io.baton.executor.download;

import io.baton.executor.fetch.ArchiveRules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** Looks through a zip file's list of entries without keeping any, whatever its head says. */
final class ZipDirectory {
    /** Memory that the list of one zip file may take when the library reads it: it does so at once. */
    static final long MAX_MEMORY_BYTES = 72L << 20;

    // What it was measured to take: for an entry, for each byte of names and comments, and for each of extra fields if
    // these are as small as they can be.
    private static final int ENTRY_MEMORY = 700;
    private static final int TEXT_MEMORY = 3;
    private static final int EXTRA_MEMORY = 20;

    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 65_535;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int BIG_END_BYTES = 56;
    private static final int ENTRY_BYTES = 46;
    private static final int ENTRY_SIGNATURE = 0x02014b50;

    private ZipDirectory() {}

    /** @throws FetchFailedException if it is no zip file, or its list is too large to be read */
    static void check(FileChannel file) throws IOException {
        long at = start(file);
        long memory = 0;
        int count = 0;
        for (var entry = entry(file, at); entry.isPresent(); entry = entry(file, at)) {
            int extra = Short.toUnsignedInt(entry.get().getShort(30));
            int texts = Short.toUnsignedInt(entry.get().getShort(28))
                    + Short.toUnsignedInt(entry.get().getShort(32));
            at += ENTRY_BYTES + extra + texts;
            memory += ENTRY_MEMORY + (long) EXTRA_MEMORY * extra + (long) TEXT_MEMORY * texts;
            if (++count > ArchiveRules.MAX_ENTRIES) {
                throw new FetchFailedException("archive rejected: more than " + ArchiveRules.MAX_ENTRIES + " entries");
            }
            if (memory > MAX_MEMORY_BYTES) {
                throw new FetchFailedException("archive rejected: its list of entries takes more than "
                        + (MAX_MEMORY_BYTES >> 20) + " MiB of memory; a tar file has no such list");
            }
        }
    }

    private static Optional<ByteBuffer> entry(FileChannel file, long at) throws IOException {
        var entry = read(file, at, ENTRY_BYTES);
        return entry.limit() == ENTRY_BYTES && entry.getInt(0) == ENTRY_SIGNATURE
                ? Optional.of(entry)
                : Optional.empty();
    }

    /** Where the library looks for it: what the archive was appended to may not be counted. */
    private static long start(FileChannel file) throws IOException {
        long from = Math.max(0, file.size() - END_BYTES - MAX_COMMENT_BYTES);
        var tail = read(file, from, (int) (file.size() - from));
        for (int i = tail.limit() - END_BYTES; i >= 0; i--) {
            if (tail.getInt(i) == END_SIGNATURE) {
                long end = from + i;
                var locator = read(file, end - LOCATOR_BYTES, LOCATOR_BYTES);
                if (locator.limit() == LOCATOR_BYTES && locator.getInt(0) == LOCATOR_SIGNATURE) {
                    return bigStart(file, locator.getLong(8));
                }
                long length = Integer.toUnsignedLong(tail.getInt(i + 12));
                return Math.max(Integer.toUnsignedLong(tail.getInt(i + 16)), end - length);
            }
        }
        throw new FetchFailedException("cannot be unpacked: it is no zip file");
    }

    private static long bigStart(FileChannel file, long end) throws IOException {
        var big = read(file, end, BIG_END_BYTES);
        if (big.limit() < BIG_END_BYTES) {
            throw new FetchFailedException("cannot be unpacked: its end is damaged");
        }
        return big.getLong(48);
    }

    private static ByteBuffer read(FileChannel file, long at, int bytes) throws IOException {
        var buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (at >= 0) {
            while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
                // Until it is full or the file ends.
            }
        }
        return buffer.flip();
    }
}
