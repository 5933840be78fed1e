package io.baton.sdk.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MalformedMessageException;
import io.baton.protocol.recordio.RecordIoDecoder;
import io.baton.sdk.session.Reply;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/** One subscription's connection: sends SUBSCRIBE, then reads events on a thread of its own until it ends. */
public final class EventStream implements Closeable {
    /** Who is told, on the stream's thread, under the stream's number. */
    public interface Listener {
        /** The master took the call. */
        void opened(long stream, String streamId);

        /** It did not, or could not be reached. */
        void refused(long stream, Reply reply);

        /**
         * An event came. Until this returns nothing more is read, which in the end makes the master wait.
         *
         * @throws InterruptedException if the stream was closed meanwhile
         */
        void event(long stream, Event event) throws InterruptedException;

        /** It is over; not told after {@link #refused}. */
        void ended(long stream, String why);
    }

    private static final int READ_BYTES = 64 * 1024;
    private static final int REFUSAL_BYTES = 4096;

    private final long number;
    private final URI endpoint;
    private final Requests requests;
    private final Duration connectLimit;
    private final int recordBytes;
    private final SSLContext tls;
    private final Listener listener;
    private volatile HttpConnection connection;
    private volatile boolean closed;
    private volatile Thread thread;

    /** A stream that is not yet open. */
    public EventStream(
            long number,
            URI endpoint,
            Requests requests,
            Duration connect,
            int recordBytes,
            SSLContext tls,
            Listener listener) {
        this.number = number;
        this.endpoint = endpoint;
        this.requests = requests;
        this.connectLimit = connect;
        this.recordBytes = recordBytes;
        this.tls = tls;
        this.listener = listener;
    }

    /** Starts the thread. */
    public void open(String threadName, Call subscribe) {
        thread = new Thread(() -> run(subscribe), threadName);
        thread.setDaemon(true);
        thread.start();
    }

    /** Breaks the connection off; the thread ends soon. */
    @Override
    public void close() {
        closed = true;
        CallLanes.closeQuietly(connection);
        if (thread != null && thread != Thread.currentThread()) {
            thread.interrupt();
        }
    }

    private void run(Call subscribe) {
        try {
            var head = subscribe(subscribe);
            if (head == null) {
                return;
            }
            listener.opened(number, head.streamId());
            listener.ended(number, readAll(connection.body(head)));
        } catch (IOException e) {
            listener.ended(number, Text.why(e));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            CallLanes.closeQuietly(connection);
        }
    }

    /** @return null if the master did not take it, which was told */
    private ResponseHead subscribe(Call call) {
        try {
            connection = HttpConnection.open(endpoint, connectLimit, tls);
            if (closed) {
                return null;
            }
            var request = requests.buffer();
            request.write(endpoint, "", call);
            connection.write(request.bytes(), request.length());
            var head = connection.readHead();
            if (head.status() == 200) {
                return head;
            }
            var text = Text.shortened(connection.body(head).readNBytes(REFUSAL_BYTES));
            listener.refused(
                    number,
                    new Reply(Reply.Kind.ANSWERED, head.status(), head.location(), head.retryAfterMillis(), text));
        } catch (IOException e) {
            listener.refused(number, Reply.unsent(Text.why(e)));
        }
        return null;
    }

    /** @return why there is no more */
    private String readAll(InputStream body) throws IOException, InterruptedException {
        var decoder = new RecordIoDecoder(recordBytes);
        var bytes = new byte[READ_BYTES];
        for (var count = body.read(bytes); count >= 0; count = body.read(bytes)) {
            var why = deliver(decoder.feed(bytes, 0, count));
            if (why != null) {
                return why;
            }
        }
        decoder.finish();
        return "the master closed it";
    }

    /** @return null if all is well, else why the stream cannot go on */
    private String deliver(List<byte[]> records) throws InterruptedException {
        for (var record : records) {
            if (closed) {
                throw new InterruptedException();
            }
            try {
                listener.event(number, parsed(record));
            } catch (MalformedMessageException | InvalidProtocolBufferException e) {
                return "a record is no event: " + Text.shortened(String.valueOf(e.getMessage()));
            }
        }
        return null;
    }

    private Event parsed(byte[] record) throws MalformedMessageException, InvalidProtocolBufferException {
        // The way without a builder allocates half as much.
        return requests.encoding() == Encoding.PROTOBUF
                ? Event.parseFrom(record)
                : requests.encoding().readBack(record, Event.newBuilder()).build();
    }
}
