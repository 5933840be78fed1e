package io.baton.executor.agent;

import io.baton.core.resource.ResourceRules;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.ExecutorPlan;
import io.baton.executor.task.TaskPlan;
import io.baton.executor.task.TaskRun;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The agent's own judgement of a launch: masters may err, or be two. Pure. */
final class Admission {
    private Admission() {}

    /**
     * Why tasks are not run here, as the last update of each; empty if they may run.
     *
     * @param launchesExecutor whether their executor is to be started first
     * @param hasRoom whether the journal has room for another task
     */
    static Optional<TaskRun.Effect.Update> refusal(
            AgentFacts facts, LaunchOrder order, boolean launchesExecutor, Occupancy occupancy, boolean hasRoom) {
        var framework = order.framework();
        var invalid = invalid(order, launchesExecutor);
        if (invalid.isPresent()) {
            return invalid;
        }
        int running = occupancy.count();
        if (running + order.tasks().size() > facts.maxTasks()) {
            return Optional.of(dropped(
                    framework,
                    Reason.REASON_CONTAINER_LAUNCH_FAILED,
                    "this agent runs " + running + " tasks, the most it may (baton.agent.max-tasks)"));
        }
        if (!hasRoom) {
            return Optional.of(dropped(
                    framework,
                    Reason.REASON_CONTAINER_LAUNCH_FAILED,
                    "the disk under " + facts.workDir() + " is full: this agent starts no tasks until there is room"));
        }
        var wanted = new ArrayList<Resource>();
        order.tasks().forEach(task -> wanted.addAll(task.getResourcesList()));
        if (launchesExecutor) {
            order.executor().ifPresent(info -> wanted.addAll(info.getResourcesList()));
        }
        return overCommitted(facts, flat(wanted), occupancy.used())
                .map(message -> dropped(framework, Reason.REASON_INVALID_OFFERS, message));
    }

    /**
     * The same for ids that are none. Directories have their names, and what is not a task's own is booked under names
     * with slashes: of such tasks nothing may be made or written down.
     */
    static Optional<TaskRun.Effect.Update> problemOfIds(LaunchOrder order) {
        return order.tasks().stream()
                .flatMap(task -> Stream.of(
                        problemOfId("Task", task.getTaskId().getValue()),
                        problemOfId("Agent", task.getAgentId().getValue()),
                        task.hasExecutor()
                                ? problemOfId(
                                        "Executor",
                                        task.getExecutor().getExecutorId().getValue())
                                : Optional.<String>empty()))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> problemOfId("Framework", order.framework().getId().getValue()))
                .map(problem -> update(TaskState.TASK_ERROR, invalid(order), problem));
    }

    private static Optional<String> problemOfId(String whose, String id) {
        return Sandboxes.problemOfName(id).map(problem -> whose + " ID is invalid: " + problem);
    }

    private static Reason invalid(LaunchOrder order) {
        return order.group() ? Reason.REASON_TASK_GROUP_INVALID : Reason.REASON_TASK_INVALID;
    }

    private static Optional<TaskRun.Effect.Update> invalid(LaunchOrder order, boolean launchesExecutor) {
        var reason = invalid(order);
        for (var process : processes(order, launchesExecutor)) {
            var plan = TaskPlan.of(order.framework(), process);
            if (plan.refusal().isPresent()) {
                var refusal = plan.refusal().get();
                return Optional.of(
                        refusal.invalid()
                                ? update(TaskState.TASK_ERROR, reason, refusal.message())
                                : failed(refusal.message()));
            }
            var problem = ResourceRules.problemOf(process.getResourcesList());
            if (problem.isPresent()) {
                return Optional.of(update(TaskState.TASK_ERROR, reason, problem.get()));
            }
        }
        return Optional.empty();
    }

    /** What would be started here: the tasks themselves, or the custom executor that is to do them. */
    private static List<TaskInfo> processes(LaunchOrder order, boolean launchesExecutor) {
        var executor = order.executor();
        if (executor.isEmpty() || ExecutorEntry.isDefault(executor.get())) {
            return order.tasks();
        }
        return launchesExecutor
                ? List.of(ExecutorPlan.process(
                        order.framework(), executor.get(), order.tasks().get(0).getAgentId()))
                : List.of();
    }

    /** Reservations and roles do not matter here: a host cannot give more than it has, to whomever. */
    private static Optional<String> overCommitted(AgentFacts facts, Resources wanted, Resources used) {
        var total = facts.total();
        var have = total.scalarMillis();
        for (Map.Entry<String, Long> each : wanted.scalarMillis().entrySet()) {
            long free = have.getOrDefault(each.getKey(), 0L) - used.millis(each.getKey());
            if (each.getValue() > free) {
                return Optional.of("the task needs " + wanted + ", but of this agent's " + total + " only "
                        + free / 1000.0 + " " + each.getKey() + " are free");
            }
        }
        var free = total.minus(used).named(name -> !have.containsKey(name));
        var others = wanted.named(name -> !have.containsKey(name));
        return free.contains(others)
                ? Optional.empty()
                : Optional.of(
                        "the task needs " + others + ", but of this agent's " + total + " only " + free + " is free");
    }

    static Resources flat(List<Resource> resources) {
        return Resources.fromProto(resources.stream()
                .map(r -> r.toBuilder()
                        .clearRole()
                        .clearReservation()
                        .clearReservations()
                        .clearDisk()
                        .clearAllocationInfo()
                        .clearShared()
                        .clearRevocable()
                        .clearProviderId()
                        .build())
                .toList());
    }

    static TaskRun.Effect.Update dropped(FrameworkInfo framework, Reason reason, String message) {
        return update(TaskStates.asKnownTo(framework, TaskState.TASK_DROPPED), reason, message);
    }

    /** What this agent cannot run. */
    static TaskRun.Effect.Update failed(String message) {
        return failed(Reason.REASON_CONTAINER_LAUNCH_FAILED, message);
    }

    static TaskRun.Effect.Update failed(Reason reason, String message) {
        return update(TaskState.TASK_FAILED, reason, message);
    }

    private static TaskRun.Effect.Update update(TaskState state, Reason reason, String message) {
        return new TaskRun.Effect.Update(state, Source.SOURCE_AGENT, Optional.of(reason), message);
    }
}
