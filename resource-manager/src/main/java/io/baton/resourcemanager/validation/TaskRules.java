package io.baton.resourcemanager.validation;

import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
import io.baton.v1.ContainerInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.TaskInfo;
import java.util.Optional;
import java.util.TreeMap;

/** Which tasks may be launched: what is wrong with one on its own, in the order in which Mesos looks. */
public final class TaskRules {
    /** Largest {@code TaskInfo.data}; more belongs into a file. */
    public static final int MAX_DATA_BYTES = 1024 * 1024;

    /** Largest task besides its data, and largest executor: agents and masters keep them in memory, and tell of them. */
    public static final int MAX_BYTES = 1024 * 1024;

    private TaskRules() {}

    /**
     * What is wrong with a task that is launched on its own, if anything.
     *
     * @param duplicate whether a live task of the framework has this id
     * @param agentId the agent whose offers are accepted
     */
    public static Optional<String> problemOf(TaskInfo task, boolean duplicate, String agentId) {
        return problem(task, duplicate, agentId, false)
                .or(() -> problemOfKind(task))
                .or(() -> problemOfShare(task));
    }

    /** What is wrong with a task of a group; it needs no command, if the group's executor can do without. */
    public static Optional<String> problemInGroup(TaskInfo task, boolean duplicate, String agentId) {
        return problem(task, duplicate, agentId, true).or(() -> problemOfNested(task));
    }

    private static Optional<String> problem(TaskInfo task, boolean duplicate, String agentId, boolean group) {
        var id = task.getTaskId().getValue();
        var problem = IdRules.problemOfChosenId(id);
        if (problem.isPresent()) {
            return problem.map(p -> "Task ID is invalid: " + p);
        }
        if (duplicate) {
            return Optional.of("Task has duplicate ID: " + id);
        }
        if (!task.getAgentId().getValue().equals(agentId)) {
            return Optional.of("Task uses invalid agent "
                    + IdRules.printable(task.getAgentId().getValue()) + " while agent " + agentId + " is expected");
        }
        if (task.hasKillPolicy() && task.getKillPolicy().getGracePeriod().getNanoseconds() < 0) {
            return Optional.of("Task's 'kill_policy.grace_period' must be non-negative");
        }
        if (task.hasMaxCompletionTime() && task.getMaxCompletionTime().getNanoseconds() < 0) {
            return Optional.of("Task's 'max_completion_time' must be non-negative");
        }
        if (task.getData().size() > MAX_DATA_BYTES) {
            return Optional.of("Task's 'data' has " + task.getData().size() + " bytes, more than " + MAX_DATA_BYTES);
        }
        int bytes = task.getSerializedSize() - task.getData().size();
        if (bytes > MAX_BYTES) {
            return Optional.of("Task has " + bytes + " bytes besides its 'data', more than " + MAX_BYTES);
        }
        return CheckRules.problemOf(task, group)
                .or(() -> problemOfResources(task))
                .or(() -> problemOfCommand(task))
                .or(() -> problemOfContainer(task))
                .or(() -> problemOfLimits(task));
    }

    private static Optional<String> problemOfResources(TaskInfo task) {
        if (task.getResourcesCount() == 0) {
            return Optional.of("Task uses no resources");
        }
        return ResourceRules.problemOfUse(task.getResourcesList()).map(p -> "Task uses invalid resources: " + p);
    }

    private static Optional<String> problemOfCommand(TaskInfo task) {
        return task.hasCommand()
                ? CommandRules.problemOf(task.getCommand()).map(p -> "Task's `CommandInfo` is invalid: " + p)
                : Optional.empty();
    }

    private static Optional<String> problemOfContainer(TaskInfo task) {
        return task.hasContainer()
                ? ContainerRules.problemOf(task.getContainer()).map(p -> "Task's `ContainerInfo` is invalid: " + p)
                : Optional.empty();
    }

    /** A limit may be infinite. */
    private static Optional<String> problemOfLimits(TaskInfo task) {
        var requests = TaskFit.own(task);
        for (var limit : new TreeMap<>(task.getLimitsMap()).entrySet()) {
            var name = limit.getKey();
            double value = limit.getValue().getValue();
            if (!name.equals("cpus") && !name.equals("mem")) {
                return Optional.of("Task uses invalid limits: '" + IdRules.printable(name)
                        + "' cannot be limited, only 'cpus' and 'mem'");
            }
            if (Double.isNaN(value) || value < 0) {
                return Optional.of("Task uses invalid limits: the value " + value + " of '" + name
                        + "' is not a number from 0 on");
            }
            if (requests.millis(name) == 0) {
                var what = name.equals("cpus") ? "CPU" : "memory";
                return Optional.of("Task uses invalid limits: When a " + what + " limit is specified, a " + what
                        + " request must also be specified");
            }
            if (Math.round(value * 1000) < requests.millis(name)) {
                return Optional.of("Task uses invalid limits: the limit " + value + " of '" + name
                        + "' is less than the request " + requests.millis(name) / 1000.0);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfKind(TaskInfo task) {
        return task.hasExecutor() == task.hasCommand()
                ? Optional.of("Task should have at least one (but not both) of CommandInfo or ExecutorInfo present")
                : Optional.empty();
    }

    private static Optional<String> problemOfShare(TaskInfo task) {
        return ContainerRules.sharesControlGroup(task.getContainer())
                ? Optional.empty()
                : Optional.of("Only tasks in a task group may have 'share_cgroups' set to 'false'");
    }

    private static Optional<String> problemOfNested(TaskInfo task) {
        var check = task.getHealthCheck().getType();
        boolean overNetwork = check == HealthCheck.Type.HTTP || check == HealthCheck.Type.TCP;
        if (overNetwork && task.getContainer().getNetworkInfosCount() > 0) {
            return Optional.of("HTTP and TCP health checks are not supported for nested containers not joining parent's"
                    + " network");
        }
        if (task.hasContainer() && task.getContainer().getType() == ContainerInfo.Type.DOCKER) {
            return Optional.of("Docker ContainerInfo is not supported on the task");
        }
        return task.getLimitsCount() > 0 && ContainerRules.sharesControlGroup(task.getContainer())
                ? Optional.of("Resource limits may only be set for tasks within a task group when the 'share_cgroups'"
                        + " field is set to 'false'")
                : Optional.empty();
    }
}
