package io.baton.executor.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Counts the entries of a zip file's list without keeping any, whatever its head says. */
final class ZipDirectory {
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 65_535;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int BIG_END_BYTES = 56;
    private static final int ENTRY_BYTES = 46;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final long IN_BIG_END = 0xffffffffL;

    private ZipDirectory() {}

    /**
     * How many entries there are.
     *
     * @param most where counting stops: a list that is longer counts one more than that
     * @throws FetchFailedException if it is no zip file
     */
    static int entries(FileChannel file, int most) throws IOException {
        long at = start(file);
        int count = 0;
        for (; count <= most; count++) {
            var entry = read(file, at, ENTRY_BYTES);
            if (entry.limit() < ENTRY_BYTES || entry.getInt(0) != ENTRY_SIGNATURE) {
                return count;
            }
            at += ENTRY_BYTES
                    + Short.toUnsignedInt(entry.getShort(28))
                    + Short.toUnsignedInt(entry.getShort(30))
                    + Short.toUnsignedInt(entry.getShort(32));
        }
        return count;
    }

    private static long start(FileChannel file) throws IOException {
        long from = Math.max(0, file.size() - END_BYTES - MAX_COMMENT_BYTES);
        var tail = read(file, from, (int) (file.size() - from));
        for (int i = tail.limit() - END_BYTES; i >= 0; i--) {
            if (tail.getInt(i) == END_SIGNATURE) {
                long start = Integer.toUnsignedLong(tail.getInt(i + 16));
                return start == IN_BIG_END ? bigStart(file, from + i) : start;
            }
        }
        throw new FetchFailedException("cannot be unpacked: it is no zip file");
    }

    private static long bigStart(FileChannel file, long end) throws IOException {
        var locator = read(file, Math.max(0, end - LOCATOR_BYTES), LOCATOR_BYTES);
        if (locator.limit() < LOCATOR_BYTES || locator.getInt(0) != LOCATOR_SIGNATURE) {
            throw new FetchFailedException("cannot be unpacked: its end is damaged");
        }
        var big = read(file, locator.getLong(8), BIG_END_BYTES);
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
