package io.baton.resourcemanager.validation;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
import io.baton.core.resource.Resources;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Which executors may be named in a launch: what is wrong with one on its own. */
public final class ExecutorRules {
    /** The least that the executor of a group may ask for (Mesos). */
    static final double MIN_CPUS = 0.01;

    static final double MIN_MEM_MB = 32;

    private ExecutorRules() {}

    /** What is wrong with the executor of a task that is launched on its own. */
    public static Optional<String> problemOf(ExecutorInfo executor, FrameworkId framework) {
        return executor.hasType() && executor.getType() != ExecutorInfo.Type.CUSTOM
                ? Optional.of("'ExecutorInfo.type' must be 'CUSTOM' outside of a task group")
                : problem(executor, framework)
                        .or(() -> problemOfSharedResources(executor))
                        .or(() -> problemOfShare(executor));
    }

    /**
     * What is wrong with a group as a whole: its executor, and its tasks as far as they belong together.
     *
     * @param tasks each of them valid
     */
    public static Optional<String> problemOfGroup(ExecutorInfo executor, List<TaskInfo> tasks, FrameworkId framework) {
        if (tasks.isEmpty()) {
            return Optional.of("Task group cannot be empty");
        }
        var ids = new HashSet<String>();
        for (var task : tasks) {
            var id = task.getTaskId().getValue();
            if (!ids.add(id)) {
                return Optional.of("Task group has duplicate task ID: " + IdRules.printable(id));
            }
        }
        return problem(executor, framework)
                .or(() -> problemOfGroupsExecutor(executor))
                .or(() -> problemOfOtherExecutors(executor, tasks))
                .or(() -> problemOfSize(executor))
                .or(() -> problemOfShare(executor))
                .or(() -> problemOfShares(tasks));
    }

    /** What a launch without a group leaves out is filled in by the master, for a group it is not. */
    private static Optional<String> problemOfGroupsExecutor(ExecutorInfo executor) {
        if (!executor.hasFrameworkId()) {
            return Optional.of("'ExecutorInfo.framework_id' must be set");
        }
        if (!executor.hasType()) {
            return Optional.of("'ExecutorInfo.type' must be set");
        }
        if (executor.getType() == ExecutorInfo.Type.UNKNOWN) {
            return Optional.of("Unknown executor type");
        }
        return executor.hasContainer() && executor.getContainer().getType() == ContainerInfo.Type.DOCKER
                ? Optional.of("Docker ContainerInfo is not supported on the executor")
                : Optional.empty();
    }

    private static Optional<String> problemOfOtherExecutors(ExecutorInfo executor, List<TaskInfo> tasks) {
        return tasks.stream()
                .filter(task -> task.hasExecutor() && !task.getExecutor().equals(executor))
                .findFirst()
                .map(task -> "The `ExecutorInfo` of task '" + task.getTaskId().getValue()
                        + "' is different from executor '"
                        + executor.getExecutorId().getValue() + "'");
    }

    private static Optional<String> problemOfShare(ExecutorInfo executor) {
        var linux = executor.getContainer().getLinuxInfo();
        return linux.hasShareCgroups() && linux.getShareCgroups()
                ? Optional.of("The 'share_cgroups' field cannot be set to 'true' on executor containers")
                : Optional.empty();
    }

    private static Optional<String> problemOfShares(List<TaskInfo> tasks) {
        long sharing = tasks.stream()
                .filter(task -> ContainerRules.sharesControlGroup(task.getContainer()))
                .count();
        return sharing > 0 && sharing < tasks.size()
                ? Optional.of(
                        "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and"
                                + " under a single executor")
                : Optional.empty();
    }

    private static Optional<String> problemOfSharedResources(ExecutorInfo executor) {
        var resources = Resources.fromProto(executor.getResourcesList());
        return resources.shared().isEmpty()
                ? Optional.empty()
                : Optional.of("Executor resources " + resources + " should not contain any shared resources");
    }

    private static Optional<String> problem(ExecutorInfo executor, FrameworkId framework) {
        var id = IdRules.problemOfChosenId(executor.getExecutorId().getValue());
        if (id.isPresent()) {
            return id.map(p -> "Executor ID is invalid: " + p);
        }
        if (executor.hasFrameworkId() && !executor.getFrameworkId().getValue().equals(framework.value())) {
            return Optional.of("ExecutorInfo has an invalid FrameworkID (Actual: "
                    + IdRules.printable(executor.getFrameworkId().getValue()) + " vs Expected: " + framework + ")");
        }
        if (executor.getShutdownGracePeriod().getNanoseconds() < 0) {
            return Optional.of("ExecutorInfo's 'shutdown_grace_period' must be non-negative");
        }
        if (executor.getSerializedSize() > TaskRules.MAX_BYTES) {
            return Optional.of(
                    "ExecutorInfo has " + executor.getSerializedSize() + " bytes, more than " + TaskRules.MAX_BYTES);
        }
        return problemOfKind(executor).or(() -> problemOfContainer(executor)).or(() -> ResourceRules.problemOfUse(
                        executor.getResourcesList())
                .map(p -> "Executor uses invalid resources: " + p));
    }

    /** An executor without a type is a custom one, as it was before there were types. */
    private static Optional<String> problemOfKind(ExecutorInfo executor) {
        if (executor.getType() != ExecutorInfo.Type.DEFAULT) {
            return executor.hasCommand()
                    ? CommandRules.problemOf(executor.getCommand())
                            .map(p -> "Executor's `CommandInfo` is invalid: " + p)
                    : Optional.of("'ExecutorInfo.command' must be set for 'CUSTOM' executor");
        }
        if (executor.hasCommand()) {
            return Optional.of("'ExecutorInfo.command' must not be set for 'DEFAULT' executor");
        }
        if (executor.hasContainer() && executor.getContainer().getType() != ContainerInfo.Type.MESOS) {
            return Optional.of("'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor");
        }
        return executor.getContainer().getMesos().hasImage()
                ? Optional.of("'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor")
                : Optional.empty();
    }

    private static Optional<String> problemOfContainer(ExecutorInfo executor) {
        return executor.hasContainer()
                ? ContainerRules.problemOf(executor.getContainer())
                        .map(p -> "Executor's `ContainerInfo` is invalid: " + p)
                : Optional.empty();
    }

    private static Optional<String> problemOfSize(ExecutorInfo executor) {
        if (scalar(executor, "cpus") < MIN_CPUS) {
            return Optional.of("Executor '" + executor.getExecutorId().getValue() + "' uses less CPUs ("
                    + scalar(executor, "cpus") + ") than the minimum required (" + MIN_CPUS + ")");
        }
        if (scalar(executor, "mem") < MIN_MEM_MB) {
            return Optional.of("Executor '" + executor.getExecutorId().getValue() + "' uses less memory ("
                    + scalar(executor, "mem") + "MB) than the minimum required (" + MIN_MEM_MB + "MB)");
        }
        return executor.getResourcesList().stream().anyMatch(r -> r.getName().equals("disk"))
                ? Optional.empty()
                : Optional.of(
                        "Executor '" + executor.getExecutorId().getValue() + "' does not use any 'disk' resource");
    }

    private static double scalar(ExecutorInfo executor, String name) {
        return executor.getResourcesList().stream()
                .filter(r -> r.getName().equals(name))
                .map(Resource::getScalar)
                .mapToDouble(s -> s.getValue())
                .sum();
    }
}
