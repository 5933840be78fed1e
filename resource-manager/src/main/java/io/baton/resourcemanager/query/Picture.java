package io.baton.resourcemanager.query;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import io.baton.v1.master.Response.GetAgents.Agent;
import io.baton.v1.master.Response.GetExecutors.Executor;
import io.baton.v1.master.Response.GetFrameworks.Framework;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@link ClusterView} held at one moment. Immutable, so that whoever reads it costs nobody else anything.
 *
 * @param agents by id, without what is allocated and offered of them
 * @param frameworks in the order they came, the ended ones in the order of their end
 * @param executors by agent
 * @param offers those out
 * @param details of agents that have any
 */
record Picture(
        List<Agent> agents,
        List<OfFramework> frameworks,
        List<Executor> executors,
        List<Offer> offers,
        List<AgentDetails> details) {
    /**
     * A framework and its tasks.
     *
     * @param framework empty as long as only its tasks are known
     * @param tasks not completed; ended ones among them await their acknowledgement
     */
    record OfFramework(Optional<Framework> framework, List<Task> tasks, List<Task> completed) {}

    /** As GET_STATE shows it. Costs all tasks. */
    Response.GetState state() {
        return Response.GetState.newBuilder()
                .setGetTasks(tasksShown())
                .setGetExecutors(Response.GetExecutors.newBuilder().addAllExecutors(executors))
                .setGetFrameworks(frameworksShown())
                .setGetAgents(agentsShown())
                .build();
    }

    private Response.GetTasks tasksShown() {
        var out = Response.GetTasks.newBuilder();
        for (var entry : frameworks) {
            for (var task : entry.tasks()) {
                if (task.getState() == TaskState.TASK_UNREACHABLE) {
                    out.addUnreachableTasks(task);
                } else {
                    out.addTasks(task);
                }
            }
            out.addAllCompletedTasks(entry.completed());
        }
        return out.build();
    }

    private Stream<Task> inUse() {
        return frameworks.stream()
                .flatMap(entry -> entry.tasks().stream())
                .filter(task ->
                        !TaskStates.isTerminal(task.getState()) && task.getState() != TaskState.TASK_UNREACHABLE);
    }

    private Response.GetFrameworks frameworksShown() {
        var used = new Sums<FrameworkId>();
        inUse().forEach(task -> used.add(FrameworkId.fromProto(task.getFrameworkId()), task.getResourcesList()));
        executors.forEach(executor -> used.add(
                FrameworkId.fromProto(executor.getExecutorInfo().getFrameworkId()),
                executor.getExecutorInfo().getResourcesList()));
        var offered = new Sums<FrameworkId>();
        offers.forEach(offer -> offered.add(FrameworkId.fromProto(offer.getFrameworkId()), offer.getResourcesList()));
        var theirs = offers.stream().collect(Collectors.groupingBy(o -> FrameworkId.fromProto(o.getFrameworkId())));
        var inverse = details.stream()
                .flatMap(d -> d.inverseOffers().stream())
                .collect(Collectors.groupingBy(o -> FrameworkId.fromProto(o.getFrameworkId())));
        var out = Response.GetFrameworks.newBuilder();
        for (var entry : frameworks) {
            entry.framework().ifPresent(framework -> {
                var id = FrameworkId.fromProto(framework.getFrameworkInfo().getId());
                var shown = framework.toBuilder()
                        .addAllAllocatedResources(used.of(id))
                        .addAllOfferedResources(offered.of(id))
                        .addAllOffers(theirs.getOrDefault(id, List.of()))
                        .addAllInverseOffers(inverse.getOrDefault(id, List.of()));
                if (framework.hasUnregisteredTime()) {
                    out.addCompletedFrameworks(shown);
                } else {
                    out.addFrameworks(shown);
                }
            });
        }
        return out.build();
    }

    private Response.GetAgents agentsShown() {
        var used = new Sums<AgentId>();
        inUse().forEach(task -> used.add(AgentId.fromProto(task.getAgentId()), task.getResourcesList()));
        executors.forEach(executor -> used.add(
                AgentId.fromProto(executor.getAgentId()),
                executor.getExecutorInfo().getResourcesList()));
        var offered = new Sums<AgentId>();
        offers.forEach(offer -> offered.add(AgentId.fromProto(offer.getAgentId()), offer.getResourcesList()));
        var out = Response.GetAgents.newBuilder();
        for (var agent : agents) {
            var id = AgentId.fromProto(agent.getAgentInfo().getId());
            out.addAgents(
                    agent.toBuilder().addAllAllocatedResources(used.of(id)).addAllOfferedResources(offered.of(id)));
        }
        return out.build();
    }

    /** Resources by whoever has them. Looked up by key only, so the order of the map does not show. */
    private static final class Sums<K> {
        private final Map<K, Resources> sums = new HashMap<>();

        void add(K key, List<Resource> resources) {
            sums.merge(key, Resources.fromProto(resources), Resources::plus);
        }

        List<Resource> of(K key) {
            return sums.getOrDefault(key, Resources.EMPTY).toProto("");
        }
    }
}
