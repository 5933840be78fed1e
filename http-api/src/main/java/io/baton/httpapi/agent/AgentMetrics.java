package io.baton.httpapi.agent;

import io.baton.core.task.TaskStates;
import io.baton.httpapi.operator.MasterMetrics;
import io.baton.v1.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The flat numbers of an agent's {@code /metrics/snapshot} and GET_METRICS, under Mesos's names. */
final class AgentMetrics {
    private static final double MILLIS_PER_SECOND = 1000;

    /**
     * What cannot happen here: there are no resource providers and no bind mounts to undo, and an agent that cannot read
     * what it wrote down does not start.
     */
    private static final List<String> NEVER = List.of(
            "containerizer/mesos/provisioner/bind/remove_rootfs_errors",
            "resource_provider_manager/events/disconnect",
            "resource_provider_manager/events/subscribe",
            "resource_provider_manager/subscribed",
            "slave/recovery_errors");

    private AgentMetrics() {}

    static SortedMap<String, Double> of(AgentFacts facts, Instant now) {
        var snapshot = facts.snapshot().get();
        var out = new TreeMap<String, Double>();
        NEVER.forEach(name -> out.put(name, 0.0));
        out.put("slave/registered", snapshot.registered() ? 1.0 : 0.0);
        out.put("slave/uptime_secs", Duration.between(facts.startTime(), now).toMillis() / MILLIS_PER_SECOND);
        out.put("slave/frameworks_active", (double) snapshot.frameworks().size());
        var tasks =
                snapshot.tasks().stream().map(AgentSnapshot.RunningTask::task).toList();
        var done = snapshot.completed().stream()
                .map(AgentSnapshot.RunningTask::task)
                .toList();
        MasterMetrics.count(out, "slave/tasks_", List.of(tasks, done));
        var used = new ArrayList<Resource>();
        tasks.stream()
                .filter(task -> !TaskStates.isTerminal(task.getState()))
                .forEach(task -> used.addAll(task.getResourcesList()));
        MasterMetrics.usage(out, "slave/", snapshot.agent().getResourcesList(), used);
        var revocable = used.stream().filter(Resource::hasRevocable).toList();
        MasterMetrics.revocable(out, "slave/", snapshot.agent().getResourcesList(), revocable);
        MasterMetrics.host(out);
        out.putAll(snapshot.counters());
        return out;
    }
}
