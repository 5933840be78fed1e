package io.baton.executor.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.executor.record.Batch;
import io.baton.executor.record.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a journal from its beginning, frame by frame: a long one takes no more memory than its largest frame.
 *
 * <p>Not for several threads.
 */
final class JournalReader {
    private static final int WINDOW_BYTES = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    /** A part of the file that begins at {@link #start}. */
    private ByteBuffer window = ByteBuffer.allocate(0);

    private long start;

    JournalReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
    }

    /**
     * Gives away all records in whole frames.
     *
     * @return where the first frame begins that is none
     */
    long read(Consumer<Record> sink) throws IOException {
        long at = 0;
        for (int length = frameBytes(at); length > 0; length = frameBytes(at)) {
            decode(at, length).forEach(sink);
            at += Journal.HEAD_BYTES + length;
        }
        return at;
    }

    private List<Record> decode(long at, int length) throws IOException {
        try {
            return Batch.parseFrom(view(at + Journal.HEAD_BYTES, length)).getRecordsList();
        } catch (InvalidProtocolBufferException wrong) {
            throw new CorruptJournalException(file, at, "the record cannot be read (" + wrong.getMessage() + ")");
        }
    }

    /** The length of the whole frame that begins here, or -1. */
    private int frameBytes(long at) throws IOException {
        if (at + Journal.HEAD_BYTES > size) {
            return -1;
        }
        var head = view(at, Journal.HEAD_BYTES);
        int mark = head.getInt();
        int length = head.getInt();
        int checksum = head.getInt();
        if (mark != Journal.MARK
                || length <= 0
                || length > Journal.MAX_FRAME_BYTES
                || length > size - at - Journal.HEAD_BYTES) {
            return -1;
        }
        return Journal.checksum(view(at + Journal.HEAD_BYTES, length)) == checksum ? length : -1;
    }

    /** Where the first whole frame from here on begins, or -1. */
    long nextFrame(long from, long end) throws IOException {
        for (long at = from; at < end; at++) {
            if (frameBytes(at) > 0) {
                return at;
            }
        }
        return -1;
    }

    /** Where only zeros follow, at least here. */
    long end(long from) throws IOException {
        for (long high = size; high > from; high = Math.max(from, high - WINDOW_BYTES)) {
            long low = Math.max(from, high - WINDOW_BYTES);
            var part = view(low, (int) (high - low));
            for (int i = part.limit() - 1; i >= part.position(); i--) {
                if (part.get(i) != 0) {
                    return low + i - part.position() + 1;
                }
            }
        }
        return from;
    }

    /** These bytes, until the next call. They are in the file. */
    private ByteBuffer view(long at, int length) throws IOException {
        if (at < start || at + length > start + window.limit()) {
            load(at, length);
        }
        int from = (int) (at - start);
        return window.duplicate().position(from).limit(from + length);
    }

    private void load(long at, int length) throws IOException {
        int wanted = (int) Math.min(Math.max(WINDOW_BYTES, length), size - at);
        var next = wanted <= window.capacity() ? window.clear().limit(wanted) : ByteBuffer.allocate(wanted);
        window = ByteBuffer.allocate(0);
        while (next.hasRemaining()) {
            if (channel.read(next, at + next.position()) < 0) {
                throw new IOException("the journal " + file + " became shorter while it was read");
            }
        }
        window = next.flip();
        start = at;
    }
}
