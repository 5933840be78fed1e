package io.baton.resourcemanager.query;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.v1.AgentInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.master.Response;
import io.baton.v1.master.Response.GetAgents.Agent;
import io.baton.v1.master.Response.GetExecutors.Executor;
import io.baton.v1.master.Response.GetFrameworks.Framework;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a {@link ClusterView} held at one moment. Immutable, so that whoever reads it costs nobody else anything.
 *
 * @param agents by id
 * @param recovered by id: the registry held them when this master began, and they have not come back since
 * @param frameworks in the order they came, the ended ones in the order of their end
 * @param executors by agent
 * @param offers those out
 * @param details of agents that have any
 */
record Picture(
        List<Agent> agents,
        List<AgentInfo> recovered,
        List<OfFramework> frameworks,
        List<Executor> executors,
        List<Offer> offers,
        List<AgentDetails> details) {
    /**
     * A framework and its tasks.
     *
     * @param framework empty as long as only its tasks are known
     * @param used by its tasks and executors
     * @param offered to it
     * @param tasks not completed; ended ones among them await their acknowledgement
     */
    record OfFramework(
            Optional<Framework> framework,
            List<Resource> used,
            List<Resource> offered,
            List<Task> tasks,
            List<Task> completed) {}

    /** As GET_STATE shows it. Costs a reference a task. */
    Response.GetState state() {
        return Response.GetState.newBuilder()
                .setGetTasks(tasksShown())
                .setGetExecutors(Response.GetExecutors.newBuilder().addAllExecutors(executors))
                .setGetFrameworks(frameworksShown())
                .setGetAgents(
                        Response.GetAgents.newBuilder().addAllAgents(agents).addAllRecoveredAgents(recovered))
                .build();
    }

    private Response.GetTasks tasksShown() {
        var out = Response.GetTasks.newBuilder();
        for (var entry : frameworks) {
            for (var task : entry.tasks()) {
                if (OutOfReach.is(task)) {
                    out.addUnreachableTasks(OutOfReach.shown(task));
                } else {
                    out.addTasks(task);
                }
            }
            out.addAllCompletedTasks(entry.completed());
        }
        return out.build();
    }

    private Response.GetFrameworks frameworksShown() {
        var theirs = offers.stream().collect(Collectors.groupingBy(o -> FrameworkId.fromProto(o.getFrameworkId())));
        var inverse = details.stream()
                .flatMap(d -> d.inverseOffers().stream())
                .collect(Collectors.groupingBy(o -> FrameworkId.fromProto(o.getFrameworkId())));
        var out = Response.GetFrameworks.newBuilder();
        for (var entry : frameworks) {
            entry.framework().ifPresent(framework -> {
                var id = FrameworkId.fromProto(framework.getFrameworkInfo().getId());
                var shown = framework.toBuilder()
                        .addAllAllocatedResources(entry.used())
                        .addAllOfferedResources(entry.offered())
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
}
