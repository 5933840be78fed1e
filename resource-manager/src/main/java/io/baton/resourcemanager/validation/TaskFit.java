package io.baton.resourcemanager.validation;

import io.baton.core.resource.ResourceRules;
import io.baton.core.resource.Resources;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a task takes of an offer. */
public final class TaskFit {
    private TaskFit() {}

    /** The task's resources, without its executor's. */
    public static Resources own(TaskInfo task) {
        return Resources.fromProto(task.getResourcesList());
    }

    /** The resources of tasks that are launched together, and those of their one executor if it is to be started. */
    public static Resources wanted(List<TaskInfo> tasks, boolean withExecutor) {
        var out = Resources.EMPTY;
        for (var task : tasks) {
            out = out.plus(own(task));
        }
        var executor = executorOf(tasks).filter(e -> withExecutor);
        return executor.isPresent()
                ? out.plus(Resources.fromProto(executor.get().getResourcesList()))
                : out;
    }

    /**
     * Why tasks cannot be launched together, whatever is offered: a port of two of them would be free again when the
     * first one ends.
     *
     * @param executor with resources that are valid, as are those of the tasks
     */
    public static Optional<String> problemOfSum(List<TaskInfo> tasks, ExecutorInfo executor) {
        var all = new ArrayList<>(executor.getResourcesList());
        tasks.forEach(task -> all.addAll(task.getResourcesList()));
        var problem = ResourceRules.problemOfUse(all);
        if (problem.isPresent()) {
            return problem;
        }
        var sum = Resources.fromProto(executor.getResourcesList());
        for (var task : tasks) {
            var own = own(task);
            if (sum.overlaps(own)) {
                return Optional.of("There are overlapping resources in those of task '"
                        + task.getTaskId().getValue() + "', " + own + ", and " + sum + " of "
                        + (tasks.size() > 1 ? "the tasks before it and " : "") + "its executor");
            }
            sum = sum.plus(own);
        }
        return Optional.empty();
    }

    /** The executor of tasks that are launched together: that of the first one, for they have the same. */
    public static Optional<ExecutorInfo> executorOf(List<TaskInfo> tasks) {
        return tasks.get(0).hasExecutor() ? Optional.of(tasks.get(0).getExecutor()) : Optional.empty();
    }

    /** The role that some resource of the tasks or their executors names, if it is another than that of the offer. */
    public static Optional<String> otherRole(List<TaskInfo> tasks, String role) {
        return tasks.stream()
                .flatMap(task ->
                        Stream.concat(task.getResourcesList().stream(), task.getExecutor().getResourcesList().stream()))
                .flatMap(resource -> otherRole(resource, role).stream())
                .findFirst();
    }

    static Optional<String> otherRole(Resource resource, String role) {
        return resource.hasAllocationInfo()
                        && !resource.getAllocationInfo().getRole().equals(role)
                ? Optional.of(resource.getAllocationInfo().getRole())
                : Optional.empty();
    }

    /** The task with the role of the offer written into resources that came without one. */
    public static TaskInfo allocated(TaskInfo task, String role) {
        var out = task.toBuilder().clearResources();
        out.addAllResources(allocated(task.getResourcesList(), role));
        if (task.hasExecutor()) {
            out.getExecutorBuilder()
                    .clearResources()
                    .addAllResources(allocated(task.getExecutor().getResourcesList(), role));
        }
        return out.build();
    }

    private static List<Resource> allocated(List<Resource> resources, String role) {
        return resources.stream()
                .map(r -> r.hasAllocationInfo()
                        ? r
                        : r.toBuilder()
                                .setAllocationInfo(
                                        Resource.AllocationInfo.newBuilder().setRole(role))
                                .build())
                .toList();
    }
}
