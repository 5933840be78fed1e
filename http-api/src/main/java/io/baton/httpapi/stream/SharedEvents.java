package io.baton.httpapi.stream;

import com.google.protobuf.Message;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Events for many streams, as they go over the wire: each one record, and each record one chunk of HTTP, since there are
 * clients that understand nothing else. The first stream that needs them in an encoding writes them for all. Safe for
 * threads.
 */
final class SharedEvents {
    /** What ends a stream of chunks. */
    static final ByteString END = ByteString.fromString("0\r\n\r\n");

    private static final String LINE_END = "\r\n";

    private final List<? extends Message> events;
    private final ByteString[] written = new ByteString[Encoding.values().length];

    SharedEvents(List<? extends Message> events) {
        this.events = events;
    }

    int count() {
        return events.size();
    }

    /** Others wait while they are written, which for a picture of a large cluster takes a while. */
    synchronized ByteString in(Encoding encoding) {
        var bytes = written[encoding.ordinal()];
        if (bytes == null) {
            bytes = chunks(encoding);
            written[encoding.ordinal()] = bytes;
        }
        return bytes;
    }

    private ByteString chunks(Encoding encoding) {
        var out = new ByteStringBuilder();
        for (var event : events) {
            var record = RecordIo.encode(encoding.write(event));
            var head = Integer.toHexString(record.length) + LINE_END;
            out.putBytes(head.getBytes(StandardCharsets.US_ASCII));
            if (events.size() == 1) {
                out.append(ByteString.fromArrayUnsafe(record)); // may be large: not copied
            } else {
                out.putBytes(record);
            }
            out.putBytes(LINE_END.getBytes(StandardCharsets.US_ASCII));
        }
        return out.result();
    }
}
