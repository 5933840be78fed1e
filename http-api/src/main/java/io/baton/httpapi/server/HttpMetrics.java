package io.baton.httpapi.server;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What the edge counts. One for each registry: names would clash. */
public final class HttpMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Counter requests;
    private final Histogram seconds;
    private final Gauge connections;
    private final Counter refusedConnections;
    private final Counter refusedCredentials;
    private final Gauge streams;
    private final Counter events;
    private final Counter dropped;
    private final Counter subscriptions;
    private final Counter calls;

    public HttpMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name("baton_http_requests")
                .help("Requests answered")
                .labelNames("route", "status")
                .register(registry);
        seconds = Histogram.builder()
                .name("baton_http_request_seconds")
                .help("From the end of a request's head to the beginning of its answer")
                .labelNames("route")
                .classicOnly()
                .classicUpperBounds(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
                .register(registry);
        connections = Gauge.builder()
                .name("baton_http_connections")
                .help("Open connections")
                .register(registry);
        refusedConnections = Counter.builder()
                .name("baton_http_connections_refused")
                .help("Connections closed because there were too many")
                .labelNames("limit")
                .register(registry);
        refusedCredentials = Counter.builder()
                .name("baton_http_credentials_refused")
                .help(
                        "Credentials that were wrong, or were not looked at because their address had shown too many of those")
                .labelNames("reason")
                .register(registry);
        streams = Gauge.builder()
                .name("baton_http_streams")
                .help("Live streams")
                .labelNames("kind")
                .register(registry);
        events = Counter.builder()
                .name("baton_http_stream_events")
                .help("Events written to streams, heartbeats included")
                .register(registry);
        subscriptions = Counter.builder()
                .name("baton_http_subscriptions")
                .help("Schedulers that subscribed, again or for the first time")
                .register(registry);
        calls = Counter.builder()
                .name("baton_http_scheduler_calls")
                .help("Calls of schedulers that were of good form, but for SUBSCRIBE")
                .labelNames("type")
                .register(registry);
        dropped = Counter.builder()
                .name("baton_http_subscribers_dropped")
                .help("Streams ended by us")
                .labelNames("reason")
                .register(registry);
    }

    /** One route's numbers, looked up once: requests are counted without a search by label. */
    public final class Route {
        private static final int MAX_STATUS = 600;
        private final String name;
        private volatile DistributionDataPoint latency;
        private final AtomicReferenceArray<CounterDataPoint> byStatus = new AtomicReferenceArray<>(MAX_STATUS);

        private Route(String name) {
            this.name = name;
        }

        void count(int status, long nanos) {
            var timer = latency;
            if (timer == null) {
                timer = seconds.labelValues(name);
                latency = timer;
            }
            timer.observe(nanos / NANOS_PER_SECOND);
            var counter = byStatus.get(status);
            if (counter == null) {
                counter = requests.labelValues(name, Integer.toString(status));
                byStatus.set(status, counter);
            }
            counter.inc();
        }
    }

    public Route route(String name) {
        return new Route(name);
    }

    void connections(int open) {
        connections.set(open);
    }

    void refusedConnection(String limit) {
        refusedConnections.labelValues(limit).inc();
    }

    void refusedCredential(String reason) {
        refusedCredentials.labelValues(reason).inc();
    }

    public Gauge streams() {
        return streams;
    }

    public Counter subscriptions() {
        return subscriptions;
    }

    /** By type. */
    public Counter calls() {
        return calls;
    }

    public Counter events() {
        return events;
    }

    /** How often a route has answered with a status of this class, such as 4 for all that begin with it. */
    public double answered(String route, int statusClass) {
        double sum = 0;
        for (var point : requests.collect().getDataPoints()) {
            var status = point.getLabels().get("status");
            if (route.equals(point.getLabels().get("route")) && status.startsWith(Integer.toString(statusClass))) {
                sum += point.getValue();
            }
        }
        return sum;
    }

    /** A stream was ended by us. */
    public void dropped(String reason) {
        dropped.labelValues(reason).inc();
    }
}
