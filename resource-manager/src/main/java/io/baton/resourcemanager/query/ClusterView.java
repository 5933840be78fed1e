package io.baton.resourcemanager.query;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.Term;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.protocol.ViewProtocol.ExecutorsSeen;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.core.protocol.ViewProtocol.TaskSeen;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.core.task.TaskStates;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Offer;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TimeInfo;
import io.baton.v1.master.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Everything operators see, gathered from what the entities say. Writing a fact costs one map entry; resources in use
 * are summed only when somebody looks, and by them: see {@link Picture}.
 *
 * <p>Pure and mutable; one actor owns it. Ended frameworks are kept up to Mesos's limit, oldest first out, and so are ended
 * tasks: see {@link CompletedTasks}.
 */
final class ClusterView {
    /** Most ended frameworks kept. */
    static final int MAX_COMPLETED_FRAMEWORKS = 50;

    private final SortedMap<AgentId, Response.GetAgents.Agent> agents = new TreeMap<>();
    private final Set<AgentId> connected = new TreeSet<>();
    private final SortedMap<AgentId, AgentInfo> recovered = new TreeMap<>();
    private final SortedMap<AgentId, AgentDetails> details = new TreeMap<>();
    private final Map<FrameworkId, Entry> frameworks = new LinkedHashMap<>();
    private final CompletedTasks completed = new CompletedTasks();
    private final Map<OfferId, Offer> offers = new LinkedHashMap<>();
    private final SortedMap<AgentId, List<Response.GetExecutors.Executor>> executors = new TreeMap<>();
    private final Held held = new Held();
    private final SortedMap<AgentId, Response.GetAgents.Agent> shown = new TreeMap<>();
    private final String name;
    private final ViewNews news;
    private long changes;
    private long latestChange;
    private StateView latest;

    /**
     * @param name no other view's, so that versions of its pictures are no others' either
     * @param news told what each change means to those who follow the cluster
     */
    ClusterView(String name, ViewNews news) {
        this.name = name;
        this.news = news;
    }

    private static final class Entry {
        Response.GetFrameworks.Framework framework;
        final Map<TaskId, Task> tasks = new LinkedHashMap<>();

        boolean removed() {
            return framework != null && framework.hasUnregisteredTime();
        }
    }

    /** @param linked whether it has a link, in use or not */
    void agentSeen(Response.GetAgents.Agent agent, boolean linked) {
        changes++;
        var id = AgentId.fromProto(agent.getAgentInfo().getId());
        if (linked) {
            connected.add(id);
        } else {
            connected.remove(id);
        }
        var before = agents.put(id, agent);
        recovered.remove(id);
        shown.remove(id);
        news.agentSeen(before, agent);
    }

    /** What the registry held of agents when this master began: those of which nobody has told are awaited. */
    void recalled(SortedMap<AgentId, AgentInfo> admitted) {
        changes++;
        recovered.putAll(admitted);
        recovered.keySet().removeAll(agents.keySet());
    }

    /** Whether there are such agents. */
    boolean awaits() {
        return !recovered.isEmpty();
    }

    /** Only these are admitted now. */
    void stillAwaited(Set<AgentId> admitted) {
        if (recovered.keySet().retainAll(admitted)) {
            changes++;
        }
    }

    Set<AgentId> connectedAgents() {
        return Set.copyOf(connected);
    }

    void agentDetails(AgentDetails said) {
        changes++;
        if (said.isEmpty()) {
            details.remove(said.agent());
        } else {
            details.put(said.agent(), said);
        }
    }

    void agentForgotten(AgentId agent) {
        changes++;
        host(agent, List.of());
        executors.remove(agent);
        details.remove(agent);
        shown.remove(agent);
        connected.remove(agent);
        if (agents.remove(agent) != null) {
            news.agentForgotten(agent);
        }
    }

    void executorsSeen(AgentId agent, List<ExecutorInfo> now) {
        changes++;
        host(
                agent,
                now.stream()
                        .map(info -> Response.GetExecutors.Executor.newBuilder()
                                .setAgentId(agent.toProto())
                                .setExecutorInfo(info)
                                .build())
                        .toList());
    }

    private void host(AgentId agent, List<Response.GetExecutors.Executor> now) {
        var before = executors.put(agent, now);
        if (before != null) {
            before.forEach(executor -> use(executor, false));
        }
        now.forEach(executor -> use(executor, true));
    }

    private void use(Response.GetExecutors.Executor executor, boolean more) {
        var info = executor.getExecutorInfo();
        held.use(executor.getAgentId().getValue(), info.getFrameworkId().getValue(), info.getResourcesList(), more);
    }

    void frameworkSeen(Response.GetFrameworks.Framework framework) {
        changes++;
        var id = FrameworkId.fromProto(framework.getFrameworkInfo().getId());
        var entry = frameworks.computeIfAbsent(id, f -> new Entry());
        news.frameworkSeen(entry.framework, framework);
        entry.framework = framework;
        if (entry.removed()) {
            // The order is that of ending, so that those which ended first are forgotten first.
            frameworks.remove(id);
            frameworks.put(id, entry);
            var ended = frameworks.entrySet().stream()
                    .filter(e -> e.getValue().removed())
                    .map(Map.Entry::getKey)
                    .toList();
            ended.stream()
                    .limit(Math.max(0, ended.size() - MAX_COMPLETED_FRAMEWORKS))
                    .forEach(this::forget);
        }
    }

    private void forget(FrameworkId framework) {
        frameworks.remove(framework).tasks.values().forEach(task -> held.task(task, null));
        completed.forget(framework);
    }

    /** @return whether it is over now and was not before */
    boolean taskSeen(Task task, boolean over) {
        changes++;
        var framework = FrameworkId.fromProto(task.getFrameworkId());
        var entry = frameworks.computeIfAbsent(framework, f -> new Entry());
        var id = TaskId.fromProto(task.getTaskId());
        if (!over) {
            // An id may be used again once its task is completed.
            var before = entry.tasks.put(id, task);
            held.task(before, task);
            news.taskSeen(before, task);
            return ends(before, task);
        }
        var live = entry.tasks.remove(id);
        held.task(live, null);
        var ended = completed.remove(framework, id);
        var before = live == null ? ended : live;
        news.taskSeen(before, task);
        completed.put(framework, id, task);
        return ends(before, task);
    }

    private static boolean ends(Task before, Task now) {
        return TaskStates.isTerminal(now.getState()) && (before == null || !TaskStates.isTerminal(before.getState()));
    }

    /** These are all of the framework's tasks there that are not completed; others never reached the agent. */
    void tasksSeen(TasksSeen list) {
        changes++;
        var entry = frameworks.computeIfAbsent(list.framework(), f -> new Entry());
        var there = entry.tasks.values().stream()
                .filter(t -> t.getAgentId().getValue().equals(list.agent().value()))
                .collect(Collectors.toMap(t -> TaskId.fromProto(t.getTaskId()), Function.identity()));
        entry.tasks.keySet().removeAll(there.keySet());
        there.values().forEach(task -> held.task(task, null));
        for (var task : list.tasks()) {
            var id = TaskId.fromProto(task.getTaskId());
            var elsewhere = entry.tasks.put(id, task);
            held.task(elsewhere, task);
            news.taskSeen(there.getOrDefault(id, elsewhere), task);
        }
    }

    /**
     * The tasks of a framework as they are without those that its session does not know: the list of each agent on which there
     * is one of these. Of agents that have no link no session can know; their tasks stay.
     *
     * @param known to the session
     */
    List<TasksSeen> withoutOthers(FrameworkId framework, Set<TaskId> known) {
        var entry = frameworks.get(framework);
        if (entry == null) {
            return List.of();
        }
        var unknown = new TreeSet<AgentId>();
        var left = new TreeMap<AgentId, List<Task>>();
        entry.tasks.forEach((id, task) -> {
            var agent = AgentId.fromProto(task.getAgentId());
            if (known.contains(id)) {
                left.computeIfAbsent(agent, a -> new ArrayList<>()).add(task);
            } else if (connected.contains(agent)) {
                unknown.add(agent);
            }
        });
        return unknown.stream()
                .map(agent -> new TasksSeen(framework, agent, left.getOrDefault(agent, List.of())))
                .toList();
    }

    /** Those that are shown as not removed. */
    List<FrameworkId> runningFrameworks() {
        return frameworks.entrySet().stream()
                .filter(entry ->
                        entry.getValue().framework != null && !entry.getValue().removed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The framework was removed, and its session has not come to say so: its tasks are over with it. */
    void frameworkRemoved(FrameworkId framework, Instant at) {
        var entry = frameworks.get(framework);
        for (var task : List.copyOf(entry.tasks.values())) {
            boolean over = TaskStates.isTerminal(task.getState());
            taskSeen(
                    over
                            ? task
                            : task.toBuilder().setState(TaskState.TASK_KILLED).build(),
                    true);
        }
        frameworkSeen(entry.framework.toBuilder()
                .setActive(false)
                .setConnected(false)
                .setUnregisteredTime(TimeInfo.newBuilder()
                        .setNanoseconds(TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano()))
                .build());
    }

    /** What is known of this agent, for a master that is new. */
    void describe(AgentId id, ViewFeed to) {
        var agent = agents.get(id);
        if (agent != null) {
            to.agentSeen(agent, connected.contains(id));
        }
        if (details.containsKey(id)) {
            to.agentDetails(details.get(id));
        }
        var hosted = executors.get(id);
        if (hosted != null) {
            to.executorsSeen(new ExecutorsSeen(
                    id,
                    hosted.stream()
                            .map(Response.GetExecutors.Executor::getExecutorInfo)
                            .toList()));
        }
    }

    /** What is known of this framework, its tasks and its offers, for a master that is new. */
    void describe(FrameworkId id, ViewFeed to) {
        var entry = frameworks.get(id);
        if (entry == null) {
            return;
        }
        if (entry.framework != null) {
            to.frameworkSeen(entry.framework);
        }
        completed.of(id).forEach(task -> to.taskSeen(new TaskSeen(task, true)));
        entry.tasks.values().forEach(task -> to.taskSeen(new TaskSeen(task, false)));
        offers.values().stream()
                .filter(o -> o.getFrameworkId().getValue().equals(id.value()))
                .forEach(to::offerSeen);
    }

    void offerSeen(Offer offer) {
        changes++;
        var before = offers.put(OfferId.fromProto(offer.getId()), offer);
        if (before != null) {
            held.offer(before, false);
        }
        held.offer(offer, true);
    }

    /**
     * What an owner has offered is over when a newer one is there: both masters that would say so may be gone.
     *
     * @param newest the epoch of an agent's newest owner; 0 if none is known
     */
    void owned(ToLongFunction<AgentId> newest) {
        var over = offers.entrySet().stream()
                .filter(e -> {
                    long made = Term.of(e.getKey()).epoch();
                    return made != 0
                            && made
                                    < newest.applyAsLong(
                                            AgentId.fromProto(e.getValue().getAgentId()));
                })
                .map(Map.Entry::getKey)
                .toList();
        if (!over.isEmpty()) {
            offersGone(over);
        }
    }

    void offersGone(List<OfferId> ended) {
        changes++;
        for (var id : ended) {
            var offer = offers.remove(id);
            if (offer != null) {
                held.offer(offer, false);
            }
        }
    }

    /**
     * A picture of this moment: the same one until something changes. Costs one reference a task, and the agents of which
     * more or less is held than in the last picture; putting it together and writing is left to whoever looks.
     */
    StateView state() {
        if (latest == null || latestChange != changes) {
            latestChange = changes;
            showAgents();
            var picture = new Picture(
                    List.copyOf(shown.values()),
                    List.copyOf(recovered.values()),
                    frameworks.entrySet().stream()
                            .map(e -> picture(e.getKey(), e.getValue()))
                            .toList(),
                    executors.values().stream().flatMap(List::stream).toList(),
                    List.copyOf(offers.values()),
                    List.copyOf(details.values()));
            latest =
                    new StateView(name, changes, picture.offers(), picture.details(), connected.size(), picture::state);
        }
        return latest;
    }

    private Picture.OfFramework picture(FrameworkId id, Entry entry) {
        return new Picture.OfFramework(
                Optional.ofNullable(entry.framework),
                held.usedBy(id.value()),
                held.offeredTo(id.value()),
                List.copyOf(entry.tasks.values()),
                completed.of(id));
    }

    /** Agents that have not changed stay the same objects: whoever has written one need not write it again. */
    private void showAgents() {
        held.takeChangedAgents().forEach(id -> shown.remove(new AgentId(id)));
        if (shown.size() == agents.size()) {
            return;
        }
        agents.forEach((id, agent) -> shown.computeIfAbsent(id, key -> agent.toBuilder()
                .addAllAllocatedResources(held.usedOf(id.value()))
                .addAllOfferedResources(held.offeredOf(id.value()))
                .build()));
    }
}
