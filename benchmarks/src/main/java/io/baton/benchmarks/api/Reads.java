package io.baton.benchmarks.api;

import io.baton.v1.master.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** Whole reads of a master: {@code /state} as JSON, GET_STATE as protobuf. */
public final class Reads {
    private static final int DIGITS = 3;
    private static final String GET = "GET /state HTTP/1.1\r\n";
    private static final String POST =
            "POST /api/v1 HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nAccept: application/x-protobuf\r\n";

    private Reads() {}

    /**
     * One reader after another answer, of a state that changes all the time.
     *
     * @param micros how long each took to its last byte, in microseconds
     * @param bytes of the last answer
     */
    public record Taken(Histogram micros, long bytes) {}

    /** {@code GET /state}. */
    public static Taken state(ApiSite site, int times) throws IOException {
        return read(site, GET, new byte[0], times);
    }

    /** The call GET_STATE in protobuf. */
    public static Taken getState(ApiSite site, int times) throws IOException {
        return read(
                site,
                POST,
                Call.newBuilder().setType(Call.Type.GET_STATE).build().toByteArray(),
                times);
    }

    private static Taken read(ApiSite site, String head, byte[] body, int times) throws IOException {
        var micros = new Histogram(DIGITS);
        long bytes = 0;
        try (var exchange = new Exchange(site.port())) {
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                exchange.send(head, body);
                bytes = exchange.answer(200);
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            }
        }
        return new Taken(micros, bytes);
    }

    /** Of a state that does not change, whose tag the reader has: answered 304. */
    public static Histogram unchanged(ApiSite site, int times) throws IOException {
        var micros = new Histogram(DIGITS);
        try (var exchange = new Exchange(site.port())) {
            exchange.send(GET, new byte[0]);
            var head = exchange.head();
            exchange.skip(Long.parseLong(head.get("content-length")));
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                exchange.send(GET + "If-None-Match: " + head.get("etag") + "\r\n", new byte[0]);
                exchange.answer(304);
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            }
        }
        return micros;
    }

    /** Clients that read {@code /state} again a while after each answer, until they are closed. */
    public static final class Pollers implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final LongAdder answers = new LongAdder();
        private final List<Thread> threads = new ArrayList<>();

        public Pollers(ApiSite site, int count, Duration pause) {
            for (int i = 0; i < count; i++) {
                var thread = new Thread(() -> poll(site, pause), "poller-" + i);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        }

        private void poll(ApiSite site, Duration pause) {
            try (var exchange = new Exchange(site.port())) {
                while (!over.get()) {
                    exchange.send(GET, new byte[0]);
                    exchange.answer(200);
                    answers.increment();
                    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                }
            } catch (IOException | InterruptedException ended) {
                over.set(true);
            }
        }

        public long answers() {
            return answers.sum();
        }

        @Override
        public void close() {
            over.set(true);
            threads.forEach(Thread::interrupt);
        }
    }
}
