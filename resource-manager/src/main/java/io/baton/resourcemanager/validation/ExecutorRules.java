package io.baton.resourcemanager.validation;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
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
        return executor.getType() == ExecutorInfo.Type.DEFAULT
                ? Optional.of("'ExecutorInfo.type' must be 'CUSTOM' outside of a task group")
                : problem(executor, framework);
    }

    /** What is wrong with a group as a whole: its executor, and its tasks as far as they belong together. */
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
            if (task.hasExecutor()) {
                return Optional.of("'TaskInfo.executor' must not be set: the group has one for all");
            }
        }
        return problem(executor, framework).or(() -> problemOfSize(executor));
    }

    private static Optional<String> problem(ExecutorInfo executor, FrameworkId framework) {
        var id = IdRules.problemOfId(executor.getExecutorId().getValue());
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
        return problemOfKind(executor).or(() -> ResourceRules.problemOf(executor.getResourcesList())
                .map(p -> "Executor uses invalid resources: " + p));
    }

    private static Optional<String> problemOfKind(ExecutorInfo executor) {
        if (executor.getType() == ExecutorInfo.Type.DEFAULT) {
            return executor.hasCommand()
                    ? Optional.of("'ExecutorInfo.command' must not be set for 'DEFAULT' executor")
                    : Optional.empty();
        }
        return executor.hasCommand()
                ? TaskRules.problemOf(executor.getCommand())
                : Optional.of("'ExecutorInfo.command' must be set for 'CUSTOM' executor");
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
