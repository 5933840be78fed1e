package io.baton.httpapi.stream;

import io.baton.httpapi.server.Connection;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Writes records to one client as fast as it takes them. What waits for it is bounded; a client that is too slow is cut
 * off.
 */
abstract class RecordLogic extends TimerGraphStageLogic {
    private final Outlet<ByteString> out;
    private final String kind;
    private final Connection connection;
    private final HttpMetrics metrics;
    private final EventBuffer waiting;
    private final ByteString last;
    private boolean completing;

    /**
     * @param kind of client, as the metrics call it
     * @param last written when it ends in good order; may be empty
     */
    RecordLogic(
            SourceShape<ByteString> shape,
            String kind,
            ByteString last,
            HttpConfig.Streams limits,
            Connection connection,
            HttpMetrics metrics) {
        super(shape);
        this.out = shape.out();
        this.kind = kind;
        this.last = last;
        this.connection = connection;
        this.metrics = metrics;
        this.waiting = new EventBuffer(limits.bufferedEvents(), limits.bufferedBytes());
        setHandler(out, new AbstractOutHandler() {
            @Override
            public void onPull() {
                next();
            }
        });
    }

    /** Ends when the server does. */
    @Override
    public void preStart() {
        metrics.streams().labelValues(kind).inc();
        var drain = createAsyncCallback(ignored -> end());
        connection.onDrain(() -> drain.invoke("draining"));
    }

    @Override
    public void postStop() {
        metrics.streams().labelValues(kind).dec();
        connection.streamEnded();
    }

    /** A stream is ended by us: to be logged. */
    abstract void logDrop(String reason);

    final void write(ByteString record) {
        write(record, 1);
    }

    /** @param events that the bytes hold */
    final void write(ByteString bytes, int events) {
        metrics.events().inc(events);
        if (completing) {
            return;
        }
        if (!waiting.offer(bytes, events)) {
            drop("slow");
            completing = true;
            connection.abort();
            completeStage();
            return;
        }
        next();
    }

    private void next() {
        if (isAvailable(out) && !waiting.isEmpty()) {
            push(out, waiting.poll());
            if (waiting.isEmpty()) {
                emptied();
            }
        }
        if (completing && waiting.isEmpty()) {
            if (last.isEmpty()) {
                completeStage();
            } else {
                emit(out, last, this::completeStage);
            }
        }
    }

    /** Nothing waits any more. */
    void emptied() {}

    final boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What waits is still written. */
    void end() {
        if (!completing) {
            completing = true;
            next();
        }
    }

    void drop(String reason) {
        metrics.dropped(reason);
        logDrop(reason);
    }
}
