package io.baton.executor.checkpoint;

import io.baton.executor.record.Batch;
import io.baton.executor.record.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** How records lie in a {@link Journal}: in frames of mark, length, checksum and content. Pure. */
final class JournalFrames {
    static final int HEAD_BYTES = 12;
    static final int MARK = 0x42_6a_01_f7;

    private static final int MAX_BATCH_BYTES = 4 << 20;

    private JournalFrames() {}

    /** Where frames are written to. */
    interface Place {
        /** Writes a part of what remains; says how much. */
        int write(ByteBuffer frame, long at) throws IOException;

        /** There is more than one frame: called when one is written, before the next. */
        default void settle() throws IOException {}
    }

    /**
     * Writes one frame after the other: all together may be many times the largest.
     *
     * @return where the last one ends
     */
    static long write(List<Record> records, long from, Place place) throws IOException {
        long at = from;
        var batch = Batch.newBuilder();
        int bytes = 0;
        for (var record : records) {
            if (bytes > 0 && bytes + record.getSerializedSize() > MAX_BATCH_BYTES) {
                at = write(frame(batch.build()), at, place);
                place.settle();
                batch = Batch.newBuilder();
                bytes = 0;
            }
            batch.addRecords(record);
            bytes += record.getSerializedSize();
        }
        return write(frame(batch.build()), at, place);
    }

    private static long write(ByteBuffer frame, long from, Place place) throws IOException {
        long at = from;
        while (frame.hasRemaining()) {
            at += place.write(frame, at);
        }
        return at;
    }

    private static ByteBuffer frame(Batch batch) {
        var content = batch.toByteArray();
        if (content.length > Journal.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a batch of " + content.length + " bytes");
        }
        var frame = ByteBuffer.allocate(HEAD_BYTES + content.length);
        frame.putInt(MARK).putInt(content.length).putInt(0).put(content).flip();
        frame.putInt(8, checksum(ByteBuffer.wrap(content)));
        return frame;
    }

    /** @param content between position and limit */
    static int checksum(ByteBuffer content) {
        var crc = new CRC32C();
        crc.update(content.remaining());
        crc.update(content);
        return (int) crc.getValue();
    }
}
