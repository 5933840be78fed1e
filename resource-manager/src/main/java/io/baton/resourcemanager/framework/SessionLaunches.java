package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.resourcemanager.validation.ExecutorRules;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.resourcemanager.validation.TaskFit;
import io.baton.resourcemanager.validation.TaskRules;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a scheduler wants launched on offers: what is valid goes on to the ledger, the rest is answered here. */
final class SessionLaunches {
    private static final String LATE =
            Statuses.offersAreInvalid("the framework was told that there is no such task after it had these offers");

    private final Subscription subscription;
    private final SessionTasks tasks;
    private final Predicate<TaskId> denied;
    private final Instant now;
    private final List<SessionEffect> effects;
    private final AgentId agent;
    private final OfferId offer;
    private final Resource.AllocationInfo allocation;

    /**
     * @param denied which tasks must not be launched any more: the scheduler has been told that they are not
     * @param offer the first of those accepted
     * @param effects take the answers
     */
    SessionLaunches(
            Subscription subscription,
            SessionTasks tasks,
            Predicate<TaskId> denied,
            Offer offer,
            Instant now,
            List<SessionEffect> effects) {
        this.subscription = subscription;
        this.tasks = tasks;
        this.denied = denied;
        this.now = now;
        this.effects = effects;
        this.agent = AgentId.fromProto(offer.getAgentId());
        this.offer = OfferId.fromProto(offer.getId());
        this.allocation = offer.getAllocationInfo();
    }

    /** The valid tasks of a launch; each invalid one is answered by itself and the others go on. */
    Optional<Offer.Operation> launch(Offer.Operation operation) {
        var valid = new ArrayList<TaskInfo>();
        for (var task : operation.getLaunch().getTaskInfosList()) {
            if (denied.test(TaskId.fromProto(task.getTaskId()))) {
                late(task);
                continue;
            }
            var problem = operation.hasId() ? Optional.of(noId(operation)) : problemOf(task);
            if (problem.isPresent()) {
                refuse(task, TaskStatus.Reason.REASON_TASK_INVALID, problem.get());
            } else {
                valid.add(stage(task.hasExecutor() ? on(task, task.getExecutor()) : task));
            }
        }
        return valid.isEmpty()
                ? Optional.empty()
                : Optional.of(operation.toBuilder()
                        .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(valid))
                        .build());
    }

    /** A group whose tasks and executor are valid; one invalid task is the end of all. */
    Optional<Offer.Operation> launchGroup(Offer.Operation operation) {
        var executor = operation.getLaunchGroup().getExecutor();
        var group = operation.getLaunchGroup().getTaskGroup().getTasksList();
        if (group.stream().anyMatch(task -> denied.test(TaskId.fromProto(task.getTaskId())))) {
            group.forEach(this::late);
            return Optional.empty();
        }
        var problem = operation.hasId() ? Optional.of(noId(operation)) : Optional.<String>empty();
        for (var task : group) {
            problem = problem.or(() -> TaskRules.problemInGroup(task, isOccupied(task), agent.value())
                    .map(p -> "Task '" + ForeignText.id(task.getTaskId().getValue()) + "' is invalid: " + p));
        }
        problem = problem.or(() -> ExecutorRules.problemOfGroup(executor, group, subscription.id()))
                .or(() -> TaskFit.problemOfSum(group, executor)
                        .map(p -> "Task group and executor use invalid resources: " + p));
        if (problem.isPresent()) {
            var why = ForeignText.reason(problem.get());
            group.forEach(task -> refuse(task, TaskStatus.Reason.REASON_TASK_GROUP_INVALID, why));
            return Optional.empty();
        }
        var out = operation.toBuilder();
        var tasksOut = out.getLaunchGroupBuilder().getTaskGroupBuilder().clearTasks();
        group.forEach(task -> tasksOut.addTasks(stage(on(task, executor))));
        return Optional.of(out.build());
    }

    private static String noId(Offer.Operation operation) {
        return "The `id` field cannot be set on " + operation.getType() + " operations";
    }

    private Optional<String> problemOf(TaskInfo task) {
        var problem = TaskRules.problemOf(task, isOccupied(task), agent.value());
        return task.hasExecutor()
                ? problem.or(() -> ExecutorRules.problemOf(task.getExecutor(), subscription.id()))
                        .or(() -> TaskFit.problemOfSum(List.of(task), task.getExecutor())
                                .map(p -> "Task and its executor use invalid resources: " + p))
                : problem;
    }

    private boolean isOccupied(TaskInfo task) {
        return tasks.occupied(TaskId.fromProto(task.getTaskId()));
    }

    /** The task as its agent is to have it: with its executor, and that with its framework. */
    private TaskInfo on(TaskInfo task, ExecutorInfo executor) {
        return task.toBuilder()
                .setExecutor(
                        executor.toBuilder().setFrameworkId(subscription.id().toProto()))
                .build();
    }

    private TaskInfo stage(TaskInfo task) {
        var shown = task.toBuilder().clearResources();
        task.getResourcesList().forEach(resource -> shown.addResources(allocated(resource)));
        var staged = tasks.staged(
                subscription.id(), shown.build(), subscription.info().getUser(), offer, now);
        effects.add(new SessionEffect.TaskSeen(staged, false));
        return task;
    }

    /** Schedulers need not say for which role a resource is: it is that of the offer. */
    private Resource allocated(Resource resource) {
        return resource.hasAllocationInfo() || !allocation.hasRole()
                ? resource
                : resource.toBuilder().setAllocationInfo(allocation).build();
    }

    /** It came by another way than the question, and later: whoever was told that there is no such task has moved on. */
    private void late(TaskInfo task) {
        effects.add(
                new SessionEffect.Emit(Events.update(Statuses.invalidOffers(subscription.info(), task, LATE, now))));
    }

    private void refuse(TaskInfo task, TaskStatus.Reason reason, String why) {
        effects.add(new SessionEffect.Emit(Events.update(Statuses.invalid(task, reason, why, now))));
    }
}
