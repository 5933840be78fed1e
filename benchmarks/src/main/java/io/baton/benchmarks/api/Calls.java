package io.baton.benchmarks.api;

import io.baton.v1.FrameworkID;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A scheduler that makes one call after the other: RECONCILE of a task, from its first byte to the update's last. */
public final class Calls {
    private static final int DIGITS = 3;
    private static final String HEAD = "POST /api/v1/scheduler HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n"
            + "Accept: application/x-protobuf\r\n";

    private Calls() {}

    /** @return microseconds */
    public static Histogram roundTrips(ApiSite site, Duration time) throws IOException, InterruptedException {
        var micros = new Histogram(DIGITS);
        try (var stream = new Exchange(site.port());
                var calls = new Exchange(site.port())) {
            var subscribe = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
            subscribe
                    .getSubscribeBuilder()
                    .getFrameworkInfoBuilder()
                    .setUser("u")
                    .setName("bench");
            stream.send(HEAD, subscribe.build().toByteArray());
            var id = stream.head().get("mesos-stream-id");
            var framework = Event.parseFrom(stream.record()).getSubscribed().getFrameworkId();
            var head = HEAD + "Mesos-Stream-Id: " + id + "\r\n";
            var body = reconcile(framework);
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                calls.send(head, body);
                calls.answer(202);
                while (Event.parseFrom(stream.record()).getType() != Event.Type.UPDATE) {
                    start = System.nanoTime(); // a heartbeat came between: measure the next call
                }
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        return micros;
    }

    private static byte[] reconcile(FrameworkID framework) {
        var call = Call.newBuilder().setType(Call.Type.RECONCILE).setFrameworkId(framework);
        call.getReconcileBuilder().addTasksBuilder().getTaskIdBuilder().setValue("t");
        return call.build().toByteArray();
    }
}
