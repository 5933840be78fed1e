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

    private AgentMetrics() {}

    static SortedMap<String, Double> of(AgentFacts facts, Instant now) {
        var snapshot = facts.snapshot().get();
        var out = new TreeMap<String, Double>();
        out.put("slave/registered", snapshot.registered() ? 1.0 : 0.0);
        out.put("slave/uptime_secs", Duration.between(facts.startTime(), now).toMillis() / MILLIS_PER_SECOND);
        out.put("slave/frameworks_active", (double) snapshot.frameworks().size());
        out.put("slave/executors_running", (double) snapshot.tasks().size());
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
