package io.baton.resourcemanager.query;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.core.protocol.ViewProtocol.TaskSeen;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Everything operators see, gathered from what the entities say. Writing a fact costs one map entry; resources in use
 * are summed only when somebody looks.
 *
 * <p>Pure and mutable; one actor owns it. Ended tasks and frameworks are kept up to Mesos's limits, oldest first out.
 */
final class ClusterView {
    /** Most ended frameworks kept. */
    static final int MAX_COMPLETED_FRAMEWORKS = 50;

    /** Most ended tasks kept per framework. */
    static final int MAX_COMPLETED_TASKS = 1000;

    private final SortedMap<AgentId, Response.GetAgents.Agent> agents = new TreeMap<>();
    private final SortedMap<AgentId, AgentDetails> details = new TreeMap<>();
    private final Map<FrameworkId, Entry> frameworks = new LinkedHashMap<>();
    private final Map<OfferId, Offer> offers = new LinkedHashMap<>();
    private final ViewNews news;

    /** @param news told what each change means to those who follow the cluster */
    ClusterView(ViewNews news) {
        this.news = news;
    }

    private static final class Entry {
        Response.GetFrameworks.Framework framework;
        final Map<TaskId, Task> tasks = new LinkedHashMap<>();
        final Map<TaskId, Task> completed = new LinkedHashMap<>();

        boolean removed() {
            return framework != null && framework.hasUnregisteredTime();
        }
    }

    void agentSeen(Response.GetAgents.Agent agent) {
        var before = agents.put(AgentId.fromProto(agent.getAgentInfo().getId()), agent);
        news.agentSeen(before, agent);
    }

    void agentDetails(AgentDetails said) {
        if (said.isEmpty()) {
            details.remove(said.agent());
        } else {
            details.put(said.agent(), said);
        }
    }

    void agentForgotten(AgentId agent) {
        details.remove(agent);
        if (agents.remove(agent) != null) {
            news.agentForgotten(agent);
        }
    }

    void frameworkSeen(Response.GetFrameworks.Framework framework) {
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
                    .forEach(frameworks::remove);
        }
    }

    void taskSeen(Task task, boolean completed) {
        var entry = frameworks.computeIfAbsent(FrameworkId.fromProto(task.getFrameworkId()), f -> new Entry());
        var id = TaskId.fromProto(task.getTaskId());
        if (!completed) {
            // An id may be used again once its task is completed.
            news.taskSeen(entry.tasks.put(id, task), task);
            return;
        }
        var live = entry.tasks.remove(id);
        var ended = entry.completed.remove(id);
        news.taskSeen(live == null ? ended : live, task);
        entry.completed.put(id, task);
        if (entry.completed.size() > MAX_COMPLETED_TASKS) {
            entry.completed.remove(entry.completed.keySet().iterator().next());
        }
    }

    /** These are all of the framework's tasks there that are not completed; others never reached the agent. */
    void tasksSeen(TasksSeen list) {
        var entry = frameworks.computeIfAbsent(list.framework(), f -> new Entry());
        var before = Map.copyOf(entry.tasks);
        entry.tasks
                .values()
                .removeIf(t -> t.getAgentId().getValue().equals(list.agent().value()));
        for (var task : list.tasks()) {
            var id = TaskId.fromProto(task.getTaskId());
            entry.tasks.put(id, task);
            news.taskSeen(before.get(id), task);
        }
    }

    /** What is known of this agent, for a master that is new. */
    void describe(AgentId id, ViewFeed to) {
        var agent = agents.get(id);
        if (agent != null) {
            to.agentSeen(agent);
        }
        if (details.containsKey(id)) {
            to.agentDetails(details.get(id));
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
        entry.completed.values().forEach(task -> to.taskSeen(new TaskSeen(task, true)));
        entry.tasks.values().forEach(task -> to.taskSeen(new TaskSeen(task, false)));
        offers.values().stream()
                .filter(o -> o.getFrameworkId().getValue().equals(id.value()))
                .forEach(to::offerSeen);
    }

    void offerSeen(Offer offer) {
        offers.put(OfferId.fromProto(offer.getId()), offer);
    }

    void offersGone(List<OfferId> ended) {
        ended.forEach(offers::remove);
    }

    /** A picture of this moment. Costs all tasks: only for whoever asks. */
    StateView state() {
        var state = Response.GetState.newBuilder()
                .setGetTasks(tasks())
                .setGetExecutors(executors())
                .setGetFrameworks(frameworks())
                .setGetAgents(agents());
        return new StateView(state.build(), List.copyOf(offers.values()), List.copyOf(details.values()));
    }

    private Response.GetTasks tasks() {
        var out = Response.GetTasks.newBuilder();
        for (var entry : frameworks.values()) {
            for (var task : entry.tasks.values()) {
                if (task.getState() == TaskState.TASK_UNREACHABLE) {
                    out.addUnreachableTasks(task);
                } else {
                    out.addTasks(task);
                }
            }
            out.addAllCompletedTasks(entry.completed.values());
        }
        return out.build();
    }

    /** A command task runs under an executor of its own that has its id. */
    private Response.GetExecutors executors() {
        var out = Response.GetExecutors.newBuilder();
        for (var task : liveTasks()) {
            out.addExecutors(Response.GetExecutors.Executor.newBuilder()
                    .setAgentId(task.getAgentId())
                    .setExecutorInfo(ExecutorInfo.newBuilder()
                            .setExecutorId(io.baton.v1.ExecutorID.newBuilder()
                                    .setValue(task.getTaskId().getValue()))
                            .setFrameworkId(task.getFrameworkId())
                            .setName(task.getName())
                            .setSource(task.getTaskId().getValue())));
        }
        return out.build();
    }

    private List<Task> liveTasks() {
        var out = new ArrayList<Task>();
        for (var entry : frameworks.values()) {
            entry.tasks.values().stream().filter(ClusterView::inUse).forEach(out::add);
        }
        return out;
    }

    private static boolean inUse(Task task) {
        return !TaskStates.isTerminal(task.getState()) && task.getState() != TaskState.TASK_UNREACHABLE;
    }

    private Response.GetFrameworks frameworks() {
        var used = sums(liveTasks(), t -> FrameworkId.fromProto(t.getFrameworkId()), Task::getResourcesList);
        var offered = sums(offers.values(), o -> FrameworkId.fromProto(o.getFrameworkId()), Offer::getResourcesList);
        var out = Response.GetFrameworks.newBuilder();
        frameworks.forEach((id, entry) -> {
            if (entry.framework == null) {
                return;
            }
            var framework = entry.framework.toBuilder()
                    .addAllAllocatedResources(
                            used.getOrDefault(id, Resources.EMPTY).toProto(""))
                    .addAllOfferedResources(
                            offered.getOrDefault(id, Resources.EMPTY).toProto(""));
            offers.values().stream()
                    .filter(o -> o.getFrameworkId().getValue().equals(id.value()))
                    .forEach(framework::addOffers);
            details.values().stream()
                    .flatMap(d -> d.inverseOffers().stream())
                    .filter(o -> o.getFrameworkId().getValue().equals(id.value()))
                    .forEach(framework::addInverseOffers);
            if (entry.removed()) {
                out.addCompletedFrameworks(framework);
            } else {
                out.addFrameworks(framework);
            }
        });
        return out.build();
    }

    private Response.GetAgents agents() {
        var used = sums(liveTasks(), t -> AgentId.fromProto(t.getAgentId()), Task::getResourcesList);
        var offered = sums(offers.values(), o -> AgentId.fromProto(o.getAgentId()), Offer::getResourcesList);
        var out = Response.GetAgents.newBuilder();
        agents.forEach((id, agent) -> out.addAgents(agent.toBuilder()
                .addAllAllocatedResources(used.getOrDefault(id, Resources.EMPTY).toProto(""))
                .addAllOfferedResources(
                        offered.getOrDefault(id, Resources.EMPTY).toProto(""))));
        return out.build();
    }

    private static <T, K extends Comparable<K>> SortedMap<K, Resources> sums(
            Iterable<T> items, Function<T, K> key, Function<T, List<Resource>> resources) {
        var out = new TreeMap<K, Resources>();
        for (var item : items) {
            out.merge(key.apply(item), Resources.fromProto(resources.apply(item)), Resources::plus);
        }
        return out;
    }
}
