package io.baton.httpapi.stream;

import java.util.ArrayDeque;
import org.apache.pekko.util.ByteString;

/** Records that wait for a client, up to a number and a size. One owner. */
final class EventBuffer {
    private final ArrayDeque<ByteString> records = new ArrayDeque<>();
    private final int maxRecords;
    private final long maxBytes;
    private long bytes;

    EventBuffer(int maxRecords, long maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /**
     * @return false if it does not fit: then it is not in. A single record always fits, however large, and one larger
     *     than everything that may wait does not count: others fit after it.
     */
    boolean offer(ByteString record) {
        boolean full = records.size() >= maxRecords || bytes + record.size() > maxBytes;
        if (full && !records.isEmpty()) {
            return false;
        }
        records.add(record);
        bytes += counted(record);
        return true;
    }

    private long counted(ByteString record) {
        return record.size() > maxBytes ? 0 : record.size();
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** The oldest; not to be called when empty. */
    ByteString poll() {
        var record = records.remove();
        bytes -= counted(record);
        return record;
    }
}
