package io.baton.benchmarks;

import io.baton.benchmarks.api.ApiSite;
import io.baton.benchmarks.api.Calls;
import io.baton.benchmarks.api.Reads;
import io.baton.benchmarks.api.Watchers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** {@code baton bench api}: reads of a large cluster, calls beside them, and many who follow what happens. */
final class ApiBench {
    private static final int AGENTS = 10_000;
    private static final int TASKS = 100_000;
    private static final int POLLERS = 10;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int BACKGROUND = 200;
    private static final double MICROS = 1e3;
    private static final double MEGA = 1e6;

    private final Report report = new Report("api")
            .condition("real", "HTTP edge and read model of one master in a JVM of its own (heap 3 GB), over loopback")
            .condition(
                    "simulated",
                    "10,000 agents with 100,000 tasks in 10 frameworks as facts told to the read model;"
                            + " the frameworks' entities: each answers RECONCILE with one update");
    private final boolean full;

    private ApiBench(boolean full) {
        this.full = full;
    }

    static Report run(boolean full) throws IOException, InterruptedException {
        var bench = new ApiBench(full);
        try (var site = ApiSite.start(AGENTS, TASKS)) {
            bench.reads(site);
            bench.calls(site);
            bench.events(site);
        }
        return bench.report;
    }

    private void reads(ApiSite site) throws IOException {
        int times = full ? 100 : 10;
        site.updates(BACKGROUND);
        Reads.state(site, 3);
        var state = Reads.state(site, times);
        quantiles("state_read_ms", state.micros(), MICROS, "ms");
        report.figure("state_read_mb", state.bytes() / MEGA, "MB", 1);
        Reads.getState(site, 3);
        var protobuf = Reads.getState(site, times);
        quantiles("get_state_read_ms", protobuf.micros(), MICROS, "ms");
        report.figure("get_state_read_mb", protobuf.bytes() / MEGA, "MB", 1);
        site.updates(0);
        quantiles("state_unchanged_ms", Reads.unchanged(site, 1000), MICROS, "ms");
        report.condition(
                "reads", "one reader, while " + BACKGROUND + " tasks a second change; unchanged: answered 304");
    }

    private void calls(ApiSite site) throws IOException, InterruptedException {
        var time = Duration.ofSeconds(full ? 60 : 8);
        site.updates(BACKGROUND);
        Calls.roundTrips(site, time.dividedBy(4));
        var alone = Calls.roundTrips(site, time);
        quantiles("call_ms", alone, MICROS, "ms");
        try (var pollers = new Reads.Pollers(site, POLLERS, PAUSE)) {
            var polled = Calls.roundTrips(site, time);
            quantiles("call_ms", "_polled", polled, MICROS, "ms");
            report.figure(
                    "call_p99_ratio",
                    (double) polled.getValueAtPercentile(99) / alone.getValueAtPercentile(99),
                    "",
                    polled.getTotalCount());
            report.figure("polls_per_s", pollers.answers() / (double) time.toSeconds(), "1/s", pollers.answers());
        }
        site.updates(0);
        report.condition(
                "calls",
                "RECONCILE to its update, one after the other, 1 ms between; polled: " + POLLERS
                        + " clients each read /state again 1 s after an answer, on the same cores");
    }

    private void events(ApiSite site) throws IOException, InterruptedException {
        int subscribers = full ? 1000 : 100;
        int rate = full ? 1000 : 200;
        int seconds = full ? 30 : 8;
        try (var watchers = new Watchers(site, subscribers)) {
            site.updates(rate);
            TimeUnit.SECONDS.sleep(2);
            watchers.counting(true);
            TimeUnit.SECONDS.sleep(seconds);
            watchers.counting(false);
            site.updates(0);
            quantiles("event_lag_ms", watchers.lagMillis(), 1, "ms");
            report.figure("events_per_s", watchers.events() / (double) seconds, "1/s", watchers.events());
            report.figure("event_streams_ended", watchers.ended(), "", subscribers);
        }
        report.condition(
                "events",
                subscribers + " subscribers, " + rate + " updates a second to each; lag of every 50th subscriber, from"
                        + " the update's time to its last byte; the subscribers run on the same cores");
    }

    private void quantiles(String name, Histogram values, double divisor, String unit) {
        quantiles(name, "", values, divisor, unit);
    }

    private void quantiles(String name, String suffix, Histogram values, double divisor, String unit) {
        long n = values.getTotalCount();
        report.figure(name + "_p50" + suffix, values.getValueAtPercentile(50) / divisor, unit, n);
        report.figure(name + "_p99" + suffix, values.getValueAtPercentile(99) / divisor, unit, n);
    }
}
