package io.baton.testkit;

import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import io.baton.testkit.http.Connection;
import io.baton.v1.scheduler.Event;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscription's stream: what is to be written waits here for the connection's thread. */
final class EventSink {
    /** A scheduler that lets this many events wait is cut off. */
    static final int LIMIT = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);
    private static final byte[] END = {};
    private static final byte[] BREAK = {};

    private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
    private final String streamId;
    private final Encoding encoding;
    private final Connection connection;

    EventSink(String streamId, Encoding encoding, Connection connection) {
        this.streamId = streamId;
        this.encoding = encoding;
        this.connection = connection;
    }

    String streamId() {
        return streamId;
    }

    void send(Event event) {
        sendBytes(RecordIo.encode(encoding.write(event)));
    }

    /** Sends bytes, whatever they are, as one chunk. */
    void sendBytes(byte[] bytes) {
        if (waiting.size() >= LIMIT) {
            breakOff();
        } else {
            waiting.add(bytes);
        }
    }

    /** Ends the stream in good order, after what waits. */
    void end() {
        waiting.add(END);
    }

    /** Breaks the connection now. */
    void breakOff() {
        waiting.clear();
        waiting.add(BREAK);
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("closing a stream failed", e);
        }
    }

    /** Writes until the stream ends; for the connection's thread. */
    void run() throws IOException {
        connection.onEnd(this::breakOff);
        connection.beginChunks(200, "Content-Type: " + encoding.contentType(), "Mesos-Stream-Id: " + streamId);
        try {
            for (var next = waiting.take(); next != BREAK; next = waiting.take()) {
                if (next == END) {
                    connection.endChunks();
                    return;
                }
                connection.chunk(next);
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
