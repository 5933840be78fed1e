package io.baton.resourcemanager.validation;

import io.baton.core.resource.Resources;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import java.util.List;

/** What a task takes of an offer. */
public final class TaskFit {
    private TaskFit() {}

    /** The task's resources and its executor's, if it brings one. */
    public static Resources wanted(TaskInfo task) {
        var own = Resources.fromProto(task.getResourcesList());
        return task.hasExecutor()
                ? own.plus(Resources.fromProto(task.getExecutor().getResourcesList()))
                : own;
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
