package io.baton.executor.agent;

import io.baton.core.id.OperationUuids;
import io.baton.core.resource.Resources;
import io.baton.core.task.Secrets;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.CompletedTask;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.record.Operated;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent shows of itself: a picture of one moment.
 *
 * @param agent with its id once it is registered
 * @param total its resources as reservations and volumes divide them now
 * @param master the link address of the master that has it now
 * @param frameworks those with a task in {@code tasks}
 * @param completedFrameworks those with a task in {@code completed} only
 * @param tasks whose end has not been acknowledged, oldest first
 * @param completed those before, oldest first, at most {@link #MAX_COMPLETED}
 * @param executors those of the frameworks' own
 * @param counters numbers under Mesos's names, such as {@code slave/tasks_finished}
 * @param drain while it is to be empty
 * @param operations whose updates are not acknowledged
 */
public record AgentSnapshot(
        AgentInfo agent,
        List<Resource> total,
        Optional<String> master,
        List<FrameworkInfo> frameworks,
        List<FrameworkInfo> completedFrameworks,
        List<PlacedTask> tasks,
        List<PlacedTask> completed,
        Executors executors,
        Map<String, Double> counters,
        Optional<Drain> drain,
        List<Operation> operations) {
    /** How the agent is to be emptied, and since when. */
    public record Drain(DrainConfig config, Instant since) {}

    /** Most ended tasks shown; more are remembered. */
    public static final int MAX_COMPLETED = AgentState.LATEST;

    /**
     * A task and where it runs.
     *
     * @param directory the sandbox, absolute; it may be gone
     * @param queued whether it waits for its executor to subscribe
     */
    public record PlacedTask(Task task, String containerId, String directory, boolean queued) {}

    /**
     * The frameworks' own executors.
     *
     * @param live in the order they came
     * @param over the last ones, oldest first
     */
    public record Executors(List<PlacedExecutor> live, List<PlacedExecutor> over) {
        public static final Executors NONE = new Executors(List.of(), List.of());

        static Executors of(AgentState state) {
            return new Executors(
                    state.executors().all().stream().map(PlacedExecutor::of).toList(),
                    state.executors().over().stream().map(PlacedExecutor::of).toList());
        }
    }

    /**
     * An executor and where it runs.
     *
     * @param info with the id of its framework
     * @param directory the sandbox, absolute; it may be gone
     */
    public record PlacedExecutor(ExecutorInfo info, String containerId, String directory) {
        static PlacedExecutor of(ExecutorEntry entry) {
            return new PlacedExecutor(
                    Secrets.hidden(entry.info()),
                    entry.container(),
                    entry.sandbox().toString());
        }
    }

    /** Whether a master has it now. */
    public boolean registered() {
        return master.isPresent();
    }

    static AgentSnapshot of(
            AgentInfo agent, Resources total, Optional<String> master, TaskBooks books, Map<String, Double> numbers) {
        var state = books.state();
        var frameworks = new LinkedHashMap<String, FrameworkInfo>();
        var tasks = new ArrayList<PlacedTask>();
        state.executors().all().forEach(e -> frameworks.put(e.key().framework().value(), e.framework()));
        for (var entry : state.tasks()) {
            frameworks.put(entry.key().framework().value(), entry.framework());
            tasks.add(new PlacedTask(
                    entry.forDisplay(),
                    entry.container(),
                    entry.sandbox().toString(),
                    books.executors().isQueued(entry)));
        }
        var former = new LinkedHashMap<String, FrameworkInfo>();
        var completed = new ArrayList<PlacedTask>(MAX_COMPLETED);
        var last = "";
        for (var done : state.latestCompleted()) {
            completed.add(placed(done));
            var id = done.task().getFrameworkId().getValue();
            if (!id.equals(last)) { // They come in long rows.
                former.put(id, done.framework());
                last = id;
            }
        }
        state.executors().over().forEach(e -> former.put(e.key().framework().value(), e.framework()));
        former.keySet().removeAll(frameworks.keySet());
        return new AgentSnapshot(
                agent,
                total.toProtoInBothForms(""),
                master,
                List.copyOf(frameworks.values()),
                List.copyOf(former.values()),
                List.copyOf(tasks),
                List.copyOf(completed),
                Executors.of(state),
                numbers,
                state.drain().map(config -> new Drain(config, state.drainSince())),
                state.host().pending().stream()
                        .map(operated -> shown(agent, operated))
                        .toList());
    }

    private static Operation shown(AgentInfo agent, Operated operated) {
        return Operation.newBuilder()
                .setFrameworkId(operated.getFrameworkId())
                .setAgentId(agent.getId())
                .setInfo(operated.getOperation())
                .setLatestStatus(operated.getStatus())
                .addStatuses(operated.getStatus())
                .setUuid(OperationUuids.of(operated.getKey()))
                .build();
    }

    private static PlacedTask placed(CompletedTask done) {
        return new PlacedTask(done.task(), done.container(), done.sandbox().toString(), false);
    }
}
