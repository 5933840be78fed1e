package io.baton.resourcemanager.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What a master counts of its own work. Thread-safe; each count costs tens of nanoseconds. */
public final class MasterMetrics {
    private static final double MILLIS_PER_SECOND = 1000;

    private final Counter offers;
    private final Counter rescinded;
    private final Counter launches;
    private final Counter refusals;
    private final Counter updates;
    private final Counter proposals;
    private final Counter reclaims;
    private final Counter preemptions;
    private final Histogram rounds;
    private final LongAdder allUpdates = new LongAdder();
    private final RecentTimes roundMillis = new RecentTimes();
    private volatile Map<String, Double> allocator = Map.of();
    private final Counter claims;

    public MasterMetrics(PrometheusRegistry registry) {
        offers = counter(registry, "baton_master_offers_total", "Offers granted by agent ledgers.");
        rescinded = counter(registry, "baton_master_offers_rescinded_total", "Offers that ended without an answer.");
        launches = counter(registry, "baton_master_tasks_launched_total", "Tasks handed to agents.");
        refusals = Counter.builder()
                .name("baton_master_tasks_refused_total")
                .help("Tasks that were not handed to agents.")
                .labelNames("reason")
                .register(registry);
        updates = Counter.builder()
                .name("baton_master_task_updates_total")
                .help("Status updates that came from agents, repetitions included.")
                .labelNames("state")
                .register(registry);
        proposals = counter(registry, "baton_master_allocator_proposals_total", "Proposals of the allocator.");
        reclaims = counter(
                registry,
                "baton_master_preemption_reclaims_total",
                "How often a framework was asked to give something back for another role.");
        preemptions = counter(
                registry, "baton_master_preemption_tasks_total", "Tasks that were told to end for another role.");
        claims = Counter.builder()
                .name("baton_master_claims_total")
                .help("Claims of agents' shards and of the allocator in the registry.")
                .labelNames("result")
                .register(registry);
        rounds = Histogram.builder()
                .name("baton_master_allocator_round_seconds")
                .help("How long a round of the allocator took.")
                .classicUpperBounds(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
                .register(registry);
    }

    private static Counter counter(PrometheusRegistry registry, String name, String help) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    public void offered() {
        offers.inc();
    }

    public void rescinded(int count) {
        rescinded.inc(count);
    }

    public void launched() {
        launches.inc();
    }

    public void refused(String reason, int count) {
        refusals.labelValues(reason).inc(count);
    }

    public void updated(String state) {
        updates.labelValues(state).inc();
        allUpdates.increment();
    }

    /** A framework is asked to give something back. */
    public void reclaimed() {
        reclaims.inc();
    }

    /** Tasks are told to end for another role. */
    public void preempted(int tasks) {
        preemptions.inc(tasks);
    }

    public void claimed(String result, int count) {
        claims.labelValues(result).inc(count);
    }

    public void round(double seconds, int proposed) {
        rounds.observe(seconds);
        roundMillis.add(seconds * MILLIS_PER_SECOND);
        proposals.inc(proposed);
    }

    /** What the allocator knows, under Mesos's names; empty if it is on another master. */
    public void allocator(Map<String, Double> gauges) {
        allocator = gauges;
    }

    /** The same under Mesos's names, for {@code /metrics/snapshot}. */
    public Map<String, Double> underMesosNames() {
        var out = new TreeMap<>(allocator);
        out.putAll(Map.of(
                "master/offers_sent", (double) offers.getLongValue(),
                "master/offers_rescinded", (double) rescinded.getLongValue(),
                "master/messages_launch_tasks", (double) launches.getLongValue(),
                "allocator/preemption/reclaims", (double) reclaims.getLongValue(),
                "allocator/preemption/tasks", (double) preemptions.getLongValue(),
                "master/messages_status_update", (double) allUpdates.sum()));
        roundMillis.show("allocator/mesos/allocation_run_ms", out);
        out.put("allocator/mesos/allocation_runs", out.get("allocator/mesos/allocation_run_ms/count"));
        return out;
    }
}
