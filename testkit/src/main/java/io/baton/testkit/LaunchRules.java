package io.baton.testkit;

import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tasks may be launched: the rules of masters that schedulers are likely to break, in their order and words. Not
 * those about executors, containers, checks and limits.
 *
 * @param occupied ids of tasks that the framework has
 * @param agentId the agent whose offers are accepted
 * @param role for which these are
 * @param left what of them is left
 */
record LaunchRules(Set<String> occupied, String agentId, String role, Amounts left) {
    /** What is wrong with tasks that are launched together, if anything. */
    Optional<String> problemOf(Offer.Operation operation, List<TaskInfo> together) {
        boolean group = operation.hasLaunchGroup();
        if (group && together.isEmpty()) {
            return Optional.of("Task group cannot be empty");
        }
        var ids = new HashSet<>(occupied);
        for (var task : together) {
            var problem = problemOf(task, ids, group);
            if (problem.isPresent()) {
                return group
                        ? problem.map(p -> "Task '" + task.getTaskId().getValue() + "' is invalid: " + p)
                        : problem;
            }
        }
        return problemOfExecutors(operation, together)
                .or(() -> problemOfRoles(together))
                .or(() -> problemOfSum(together));
    }

    private Optional<String> problemOf(TaskInfo task, Set<String> ids, boolean group) {
        var id = task.getTaskId().getValue();
        var name = NameRules.problemOfChosenId(id);
        if (name.isPresent()) {
            return name.map(p -> "Task ID is invalid: " + p);
        }
        if (!ids.add(id)) {
            return Optional.of("Task has duplicate ID: " + id);
        }
        var agent = task.getAgentId().getValue();
        if (!agent.equals(agentId)) {
            return Optional.of("Task uses invalid agent " + agent + " while agent " + agentId + " is expected");
        }
        if (task.hasKillPolicy() && task.getKillPolicy().getGracePeriod().getNanoseconds() < 0) {
            return Optional.of("Task's 'kill_policy.grace_period' must be non-negative");
        }
        if (task.getResourcesCount() == 0) {
            return Optional.of("Task uses no resources");
        }
        var resources = Amounts.problemOf(task.getResourcesList());
        if (resources.isPresent()) {
            return resources.map(why -> "Task uses invalid resources: " + why);
        }
        return !group && task.hasExecutor() == task.hasCommand()
                ? Optional.of("Task should have at least one (but not both) of CommandInfo or ExecutorInfo present")
                : Optional.empty();
    }

    private static Optional<String> problemOfExecutors(Offer.Operation operation, List<TaskInfo> together) {
        if (!operation.hasLaunchGroup()) {
            return Optional.empty();
        }
        var executor = operation.getLaunchGroup().getExecutor();
        var name = NameRules.problemOfChosenId(executor.getExecutorId().getValue());
        if (name.isPresent()) {
            return name.map(p -> "Executor ID is invalid: " + p);
        }
        return together.stream()
                .filter(task -> task.hasExecutor() && !task.getExecutor().equals(executor))
                .findFirst()
                .map(task -> "The `ExecutorInfo` of task '" + task.getTaskId().getValue()
                        + "' is different from executor '"
                        + executor.getExecutorId().getValue() + "'");
    }

    private Optional<String> problemOfRoles(List<TaskInfo> together) {
        return together.stream()
                .flatMap(task -> task.getResourcesList().stream())
                .filter(resource -> resource.hasAllocationInfo()
                        && !resource.getAllocationInfo().getRole().equals(role))
                .findFirst()
                .map(resource -> tooLarge(
                        wanted(together) + " (allocated: "
                                + resource.getAllocationInfo().getRole() + ")",
                        left + " (allocated: " + role + ")"));
    }

    private static String tooLarge(String wanted, String left) {
        return "Total resources " + wanted + " required by task and its executor is more than available " + left;
    }

    private static Amounts wanted(List<TaskInfo> together) {
        var wanted = new Amounts();
        together.forEach(task -> wanted.add(Amounts.of(task.getResourcesList())));
        return wanted;
    }

    private Optional<String> problemOfSum(List<TaskInfo> together) {
        boolean fits = true;
        var rest = left.copy();
        for (var task : together) {
            var its = Amounts.of(task.getResourcesList());
            fits &= rest.covers(its);
            rest.subtract(its);
        }
        return fits ? Optional.empty() : Optional.of(tooLarge(wanted(together).toString(), left.toString()));
    }
}
