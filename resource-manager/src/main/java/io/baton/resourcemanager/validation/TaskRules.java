package io.baton.resourcemanager.validation;

import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
import io.baton.v1.CommandInfo;
import io.baton.v1.TaskInfo;
import java.util.Optional;
import java.util.TreeMap;

/** Which tasks may be launched: what is wrong with one on its own, in the order in which Mesos looks. */
public final class TaskRules {
    /** Largest {@code TaskInfo.data}; more belongs into a file. */
    public static final int MAX_DATA_BYTES = 1024 * 1024;

    /** What the kernel takes as one argument or environment string (MAX_ARG_STRLEN). */
    public static final int MAX_STRING_BYTES = 128 * 1024 - 1;

    private TaskRules() {}

    /**
     * What is wrong with the task, if anything.
     *
     * @param duplicate whether a live task of the framework has this id
     * @param agentId the agent whose offers are accepted
     */
    public static Optional<String> problemOf(TaskInfo task, boolean duplicate, String agentId) {
        var id = task.getTaskId().getValue();
        var problem = IdRules.problemOfId(id);
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
        return CheckRules.problemOf(task)
                .or(() -> problemOfResources(task))
                .or(() -> task.hasCommand() ? problemOf(task.getCommand()) : Optional.empty())
                .or(() -> problemOfLimits(task))
                .or(() -> problemOfKind(task));
    }

    private static Optional<String> problemOfResources(TaskInfo task) {
        if (task.getResourcesCount() == 0) {
            return Optional.of("Task uses no resources");
        }
        return ResourceRules.problemOf(task.getResourcesList()).map(p -> "Task uses invalid resources: " + p);
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

    static Optional<String> problemOf(CommandInfo command) {
        if (command.getShell() && !command.hasValue()) {
            return Optional.of("Task's 'command.value' must be set for a shell command");
        }
        if (!command.getShell() && !command.hasValue() && command.getArgumentsCount() == 0) {
            return Optional.of("Task's 'command' names no program: set 'value' or 'arguments'");
        }
        var problem = problemOfText("command.value", command.getValue());
        for (int i = 0; problem.isEmpty() && i < command.getArgumentsCount(); i++) {
            problem = problemOfText("command.arguments[" + i + "]", command.getArguments(i));
        }
        for (int i = 0; problem.isEmpty() && i < command.getEnvironment().getVariablesCount(); i++) {
            var variable = command.getEnvironment().getVariables(i);
            var name = variable.getName();
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                problem = Optional.of(
                        "Environment variable name '" + IdRules.printable(name) + "' is empty or has an equals sign");
            } else {
                problem = problemOfText("environment variable " + IdRules.printable(name), name + variable.getValue());
            }
        }
        return problem;
    }

    private static Optional<String> problemOfText(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of("Task's " + what + " contains a NUL character");
        }
        if (text.length() > MAX_STRING_BYTES) {
            return Optional.of("Task's " + what + " has " + text.length() + " characters; the system takes "
                    + MAX_STRING_BYTES + " bytes: put it into a file");
        }
        return Optional.empty();
    }
}
