package io.baton.httpapi.agent;

import io.baton.v1.ResourceStatistics;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What each container uses, for Prometheus. A container that is gone is shown no more. */
public final class ContainerMetrics {
    private record Measure(Gauge gauge, ToDoubleFunction<ResourceStatistics> value) {}

    private final Supplier<AgentSnapshot> snapshot;
    private final Measure[] measures;
    private Set<List<String>> shown = new HashSet<>();

    /** In this registry, named by what runs there. */
    public ContainerMetrics(Supplier<AgentSnapshot> snapshot, PrometheusRegistry registry) {
        this.snapshot = snapshot;
        this.measures = new Measure[] {
            new Measure(
                    gauge("cpu_seconds", "Processor time used since its start", registry),
                    s -> s.getCpusUserTimeSecs() + s.getCpusSystemTimeSecs()),
            new Measure(
                    gauge("cpu_throttled_seconds", "Time held back by its quota", registry),
                    ResourceStatistics::getCpusThrottledTimeSecs),
            new Measure(
                    gauge("memory_bytes", "Memory that counts against its limit", registry),
                    ResourceStatistics::getMemTotalBytes),
            new Measure(
                    gauge("disk_bytes", "Size of its sandbox, if that is measured", registry),
                    ResourceStatistics::getDiskUsedBytes),
            new Measure(gauge("processes", "Processes and threads in it", registry), ResourceStatistics::getProcesses)
        };
    }

    private static Gauge gauge(String name, String help, PrometheusRegistry registry) {
        return Gauge.builder()
                .name("baton_container_" + name)
                .help(help)
                .labelNames("container", "framework", "executor")
                .register(registry);
    }

    /**
     * Shows this from now on, by container. What was shown and still is there is so at every moment: others may read
     * meanwhile, and take what they miss for ended.
     */
    public synchronized void set(Map<String, ResourceStatistics> usage) {
        var now = new HashSet<List<String>>();
        for (var view : ExecutorView.live(snapshot.get())) {
            var id = view.executor().containerId();
            var its = usage.get(id);
            if (its != null) {
                var labels = new String[] {id, view.frameworkId(), view.id()};
                for (var measure : measures) {
                    measure.gauge().labelValues(labels).set(measure.value().applyAsDouble(its));
                }
                now.add(List.of(labels));
            }
        }
        shown.removeAll(now);
        for (var labels : shown) {
            for (var measure : measures) {
                measure.gauge().remove(labels.toArray(String[]::new));
            }
        }
        shown = now;
    }
}
