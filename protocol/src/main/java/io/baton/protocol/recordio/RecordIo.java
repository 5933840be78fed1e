package io.baton.protocol.recordio;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** Writes records; {@link RecordIoDecoder} reads them. */
public final class RecordIo {
    /** Limit for streams that have no reason to choose another: what one event may at most be. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 64 * 1024 * 1024;

    private RecordIo() {}

    /**
     * Frames one payload.
     *
     * @param payload may be empty
     * @return length line and payload in one array, so that both can go out in one write: some
     *     clients lose a record whose two halves come in different chunks
     */
    public static byte[] encode(byte[] payload) {
        var record = headed(payload.length);
        System.arraycopy(payload, 0, record, record.length - payload.length, payload.length);
        return record;
    }

    /** As {@link #encode(byte[])}, without an array in between. */
    public static byte[] encode(ByteString payload) {
        var record = headed(payload.size());
        payload.copyTo(record, record.length - payload.size());
        return record;
    }

    private static byte[] headed(int length) {
        var header = (length + "\n").getBytes(StandardCharsets.US_ASCII);
        var record = new byte[Math.addExact(header.length, length)];
        System.arraycopy(header, 0, record, 0, header.length);
        return record;
    }
}
