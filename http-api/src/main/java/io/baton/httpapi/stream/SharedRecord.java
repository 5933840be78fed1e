package io.baton.httpapi.stream;

import com.google.protobuf.Message;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import org.apache.pekko.util.ByteString;

/** One event for many streams: the first of them that needs it in an encoding writes it for all. Safe for threads. */
final class SharedRecord {
    private final Message event;
    private final ByteString[] written = new ByteString[Encoding.values().length];

    SharedRecord(Message event) {
        this.event = event;
    }

    /** Others wait while it is written, which for a picture of a large cluster takes a while. */
    synchronized ByteString in(Encoding encoding) {
        var record = written[encoding.ordinal()];
        if (record == null) {
            record = ByteString.fromArrayUnsafe(RecordIo.encode(encoding.write(event)));
            written[encoding.ordinal()] = record;
        }
        return record;
    }
}
