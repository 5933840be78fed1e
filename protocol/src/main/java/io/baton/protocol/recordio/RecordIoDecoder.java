package io.baton.protocol.recordio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts one stream into records, however the transport has cut it into chunks.
 *
 * <p>Memory follows the bytes that came, never a length that was only announced: at most twice the
 * bytes of the record under way. Not thread-safe; one decoder for each stream.
 */
public final class RecordIoDecoder {
    /** A length line with more digits than this is refused unread: every int has at most ten. */
    public static final int MAX_LENGTH_DIGITS = 10;

    private static final int FIRST_BUFFER_BYTES = 1024;
    private static final byte[] NOTHING = {};

    private final int maxRecordBytes;

    /** What the next record may have. */
    private int most;

    private int digits;
    private long length;
    private boolean inPayload;
    private byte[] payload = NOTHING;
    private int filled;
    private RecordIoException failure;

    /**
     * @param maxRecordBytes largest payload taken, in bytes; at least 0
     */
    public RecordIoDecoder(int maxRecordBytes) {
        this(maxRecordBytes, maxRecordBytes);
    }

    /**
     * For streams whose first record says what the others are for.
     *
     * @param maxFirstBytes the same for the first record
     */
    public RecordIoDecoder(int maxFirstBytes, int maxRecordBytes) {
        int least = Math.min(maxFirstBytes, maxRecordBytes);
        if (least < 0) {
            throw new IllegalArgumentException("maxRecordBytes must be at least 0, is " + least);
        }
        this.most = maxFirstBytes;
        this.maxRecordBytes = maxRecordBytes;
    }

    /** How many bytes of memory the record under way takes. */
    public int heldBytes() {
        return payload.length;
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @param chunk of any length, also 0; not kept
     * @return the payloads that are complete now, in order; often none
     * @throws RecordIoException when the stream is broken. Records complete before the broken place
     *     are never lost: they are returned, and the next call throws. From then on every call does.
     */
    public List<byte[]> feed(byte[] chunk) throws RecordIoException {
        return feed(chunk, 0, chunk.length);
    }

    /** As {@link #feed(byte[])} for the part of an array from {@code offset} on. */
    public List<byte[]> feed(byte[] chunk, int offset, int count) throws RecordIoException {
        if (failure != null) {
            throw failure.again();
        }
        List<byte[]> records = new ArrayList<>();
        int end = offset + count;
        int at = offset;
        try {
            while (at < end) {
                at = inPayload ? payload(chunk, at, end, records) : header(chunk[at++], at, records);
            }
        } catch (RecordIoException e) {
            failure = e;
            payload = NOTHING;
            if (records.isEmpty()) {
                throw e;
            }
        }
        return records;
    }

    /**
     * Says that the stream has ended.
     *
     * @throws RecordIoException when it ended inside a record, or was broken before
     */
    public void finish() throws RecordIoException {
        if (failure != null) {
            throw failure.again();
        }
        if (inPayload) {
            throw new RecordIoException("stream ended after " + filled + " of the " + length + " bytes of a record");
        }
        if (digits > 0) {
            throw new RecordIoException("stream ended inside the length of a record");
        }
    }

    private int header(byte next, int at, List<byte[]> records) throws RecordIoException {
        if (next == '\n' && digits > 0) {
            startPayload(records);
        } else if (next < '0' || next > '9') {
            throw new RecordIoException(
                    "length of a record is not a number: found " + shown(next) + " after " + digits + " digits");
        } else if (digits == MAX_LENGTH_DIGITS) {
            throw new RecordIoException("length of a record has more than " + MAX_LENGTH_DIGITS + " digits");
        } else {
            digits++;
            length = length * 10 + (next - '0');
        }
        return at;
    }

    private void startPayload(List<byte[]> records) throws RecordIoException {
        if (length > most) {
            throw new RecordIoException("record of " + length + " bytes is over the limit of " + most + " bytes");
        }
        inPayload = true;
        if (length == 0) {
            complete(NOTHING, records);
        }
    }

    private int payload(byte[] chunk, int at, int end, List<byte[]> records) {
        int wanted = (int) length;
        int taken = Math.min(wanted - filled, end - at);
        if (taken == wanted) {
            complete(Arrays.copyOfRange(chunk, at, at + taken), records);
            return at + taken;
        }
        reserve(filled + taken, wanted);
        System.arraycopy(chunk, at, payload, filled, taken);
        filled += taken;
        if (filled == wanted) {
            complete(payload.length == wanted ? payload : Arrays.copyOf(payload, wanted), records);
        }
        return at + taken;
    }

    private void reserve(int needed, int wanted) {
        if (payload.length < needed) {
            long roomy = Math.max(FIRST_BUFFER_BYTES, 2L * needed);
            payload = Arrays.copyOf(payload, (int) Math.min(wanted, roomy));
        }
    }

    private void complete(byte[] record, List<byte[]> records) {
        records.add(record);
        most = maxRecordBytes;
        digits = 0;
        length = 0;
        inPayload = false;
        payload = NOTHING;
        filled = 0;
    }

    private static String shown(byte next) {
        return next > ' ' && next < 0x7f ? "'" + (char) next + "'" : String.format("byte 0x%02x", next & 0xff);
    }
}
