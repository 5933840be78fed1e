package io.baton.resourcemanager.metrics;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.v1.TaskState;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What a master counts of its own work. Thread-safe; each count costs tens of nanoseconds. */
public final class MasterMetrics {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Counter offers;
    private final Counter rescinded;
    private final Counter launches;
    private final Counter refusals;
    private final Counter updates;
    private final Counter proposals;
    private final Counter reclaims;
    private final Counter preemptions;
    private final Histogram rounds;
    private final MasterNumbers numbers = new MasterNumbers();
    private final LongAdder validUpdates = numbers.counter("master/valid_status_updates");
    private final LongAdder allUpdates = numbers.counter("master/messages_status_update");
    private final RecentTimes roundMillis = new RecentTimes();
    private final RecentTimes waitMillis = new RecentTimes();
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

    /** An update of an agent goes on to its framework. */
    public void updated(String state) {
        updates.labelValues(state).inc();
        allUpdates.increment();
        validUpdates.increment();
    }

    /** An update came over a link that is not its agent's any more. */
    public void strayUpdate() {
        allUpdates.increment();
        numbers.add("master/invalid_status_updates");
    }

    /** A task of this framework is over. */
    public void ended(String frameworkId, TaskState state) {
        var name = state.name().toLowerCase(Locale.ROOT);
        numbers.add("master/" + name.replaceFirst("task_", "tasks_"));
        numbers.add(Numbers.ofFramework(frameworkId) + "tasks/terminal/" + name);
    }

    /** This framework's scheduler is sent a heartbeat. */
    public void heartbeat(FrameworkId framework) {
        var prefix = Numbers.ofFramework(framework.value());
        numbers.add(prefix + "events");
        numbers.add(prefix + "events/heartbeat");
    }

    /** For what only a dashboard made for Mesos wants to know. */
    public MasterNumbers numbers() {
        return numbers;
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

    /**
     * A round of the allocator.
     *
     * @param waited from the change that called for it to its beginning
     */
    public void round(double seconds, int proposed, Duration waited) {
        rounds.observe(seconds);
        roundMillis.add(seconds * MILLIS_PER_SECOND);
        waitMillis.add(waited.toNanos() / NANOS_PER_MILLI);
        proposals.inc(proposed);
        numbers.add("allocator/mesos/allocation_runs");
    }

    /** What the allocator knows, under Mesos's names; empty if it is on another master. */
    public void allocator(Map<String, Double> gauges) {
        allocator = gauges;
    }

    /** What has been counted since the start, for {@code /metrics/snapshot}. */
    public SortedMap<String, Long> counts() {
        var out = numbers.now();
        out.put("master/offers_sent", offers.getLongValue());
        out.put("master/offers_rescinded", rescinded.getLongValue());
        out.put("allocator/preemption/reclaims", reclaims.getLongValue());
        out.put("allocator/preemption/tasks", preemptions.getLongValue());
        return out;
    }

    /** What is measured now; only the master with the allocator measures something of it. */
    public SortedMap<String, Double> gauges() {
        var out = new TreeMap<>(allocator);
        if (!out.isEmpty()) {
            roundMillis.show("allocator/mesos/allocation_run_ms", out);
            waitMillis.show("allocator/mesos/allocation_run_latency_ms", out);
        }
        return out;
    }
}
