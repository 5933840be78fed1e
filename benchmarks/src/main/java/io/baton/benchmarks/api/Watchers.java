package io.baton.benchmarks.api;

import io.baton.v1.master.Call;
import io.baton.v1.master.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Subscribers of the operator's event stream, each with a thread; all count, every fiftieth looks at what it is told. */
public final class Watchers implements AutoCloseable {
    private static final int DIGITS = 3;
    private static final int LOOKS = 50;
    private static final String HEAD =
            "POST /api/v1 HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n" + "Accept: application/x-protobuf\r\n";

    private final List<Exchange> streams = new ArrayList<>();
    private final Histogram lagMillis = new ConcurrentHistogram(DIGITS);
    private final LongAdder events = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile boolean counting;
    private volatile boolean over;

    /** Subscribes them all, and waits until each has its picture. */
    public Watchers(ApiSite site, int count) throws IOException, InterruptedException {
        var body = Call.newBuilder().setType(Call.Type.SUBSCRIBE).build().toByteArray();
        var ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            var stream = new Exchange(site.port());
            streams.add(stream);
            stream.send(HEAD, body);
            boolean looks = i % LOOKS == 0;
            var thread = new Thread(null, () -> follow(stream, looks, ready), "watcher-" + i, 1 << 18);
            thread.setDaemon(true);
            thread.start();
        }
        if (!ready.await(10, TimeUnit.MINUTES)) {
            throw new IOException(ready.getCount() + " of " + count + " subscribers got no picture");
        }
    }

    private void follow(Exchange stream, boolean looks, CountDownLatch ready) {
        try {
            stream.head();
            stream.skipRecord();
            ready.countDown();
            while (!over) {
                if (looks) {
                    look(Event.parseFrom(stream.record()));
                } else {
                    stream.skipRecord();
                }
                if (counting) {
                    events.increment();
                }
            }
        } catch (IOException e) {
            if (!over) {
                ended.increment();
            }
        }
    }

    private void look(Event event) {
        if (counting && event.getType() == Event.Type.TASK_UPDATED) {
            double then = event.getTaskUpdated().getStatus().getTimestamp() * 1e3;
            lagMillis.recordValue(Math.max(0, Math.round(System.currentTimeMillis() - then)));
        }
    }

    /** Whether what comes now is counted. */
    public void counting(boolean now) {
        counting = now;
    }

    public Histogram lagMillis() {
        return lagMillis;
    }

    public long events() {
        return events.sum();
    }

    /** Streams that the server has ended. */
    public long ended() {
        return ended.sum();
    }

    @Override
    public void close() throws IOException {
        over = true;
        for (var stream : streams) {
            stream.close();
        }
    }
}
