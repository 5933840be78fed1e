package io.baton.executor.checkpoint;

import static io.baton.executor.checkpoint.JournalFrames.HEAD_BYTES;
import static io.baton.executor.checkpoint.JournalFrames.MARK;

import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.executor.record.Batch;
import io.baton.executor.record.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Reads a journal from its beginning, frame by frame: a long one takes no more memory than its largest frame. */
final class JournalReader {
    private static final int CHUNK_BYTES = 1 << 20;

    /** How each record begins in a frame: with a tag of one byte, and its length. */
    private static final int RECORD_TAG = Batch.RECORDS_FIELD_NUMBER << 3 | 2;

    private static final int RECORD_HEAD_BYTES = 6;

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
            at += HEAD_BYTES + length;
        }
        return at;
    }

    private List<Record> decode(long at, int length) throws IOException {
        try {
            return Batch.parseFrom(view(at + HEAD_BYTES, length)).getRecordsList();
        } catch (InvalidProtocolBufferException wrong) {
            throw new CorruptJournalException(file, at, "the record cannot be read (" + wrong.getMessage() + ")");
        }
    }

    /** The length of the whole frame that begins here, or -1. */
    private int frameBytes(long at) throws IOException {
        if (at + HEAD_BYTES > size) {
            return -1;
        }
        var head = view(at, HEAD_BYTES);
        int mark = head.getInt();
        int length = head.getInt();
        int checksum = head.getInt();
        if (mark != MARK || length <= 0 || length > Journal.MAX_FRAME_BYTES || length > size - at - HEAD_BYTES) {
            return -1;
        }
        return JournalFrames.checksum(view(at + HEAD_BYTES, length)) == checksum ? length : -1;
    }

    /**
     * Where the first whole frame behind a place begins, at which there is none, or -1. What the torn frame there has
     * in its records may look like one itself: it does not count.
     */
    long nextFrame(long torn, long end) throws IOException {
        long at = torn + 1;
        while (at < end) {
            long behind = frameBytes(at) > 0 ? recordAround(torn, at) : at + 1;
            if (behind < 0) {
                return at;
            }
            at = behind;
        }
        return -1;
    }

    /**
     * Where the record ends in which a place is, going by the head of the frame it would be in and by the lengths of
     * that one's records; -1 if it is in none. Where a frame ends no record goes on: damage to one of those lengths
     * alone does not make a record of what follows the frame.
     */
    private long recordAround(long frame, long place) throws IOException {
        if (frame + HEAD_BYTES > size) {
            return -1;
        }
        var head = view(frame, HEAD_BYTES);
        boolean marked = head.getInt() == MARK;
        int length = head.getInt();
        long end = frame + HEAD_BYTES + length;
        if (!marked || length <= 0 || length > Journal.MAX_FRAME_BYTES || place >= end) {
            return -1;
        }
        long at = frame + HEAD_BYTES;
        while (at < place) {
            var text = view(at, (int) Math.min(RECORD_HEAD_BYTES, size - at));
            int from = text.position();
            int bytes = text.get() == RECORD_TAG ? varint(text) : -1;
            long content = at + text.position() - from;
            long next = content + bytes;
            if (bytes < 0 || next > end) {
                return -1;
            }
            if (place < next) {
                return place >= content ? next : -1;
            }
            at = next;
        }
        return -1;
    }

    /** A length, or -1 if there is none. */
    private static int varint(ByteBuffer text) {
        int out = 0;
        for (int shift = 0; text.hasRemaining(); shift += 7) {
            byte next = text.get();
            out |= (next & 0x7f) << shift;
            if (next >= 0) {
                return out;
            }
        }
        return -1;
    }

    /** Where only zeros follow, at least here. */
    long end(long from) throws IOException {
        for (long high = size; high > from; high = Math.max(from, high - CHUNK_BYTES)) {
            long low = Math.max(from, high - CHUNK_BYTES);
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
        int wanted = (int) Math.min(Math.max(CHUNK_BYTES, length), size - at);
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
