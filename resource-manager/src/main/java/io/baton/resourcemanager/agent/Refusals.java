package io.baton.resourcemanager.agent;

import io.baton.core.id.OfferId;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.link.Refused;
import io.baton.link.Register;
import io.baton.link.ToAgent;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Why tasks do not run, in Mesos's words; task ids are filled in by the session. */
final class Refusals {
    private Refusals() {}

    /** The tasks that operations would launch. */
    static List<TaskInfo> tasksOf(List<Offer.Operation> operations) {
        return operations.stream()
                .flatMap(o -> switch (o.getType()) {
                    case LAUNCH -> o.getLaunch().getTaskInfosList().stream();
                    case LAUNCH_GROUP -> o.getLaunchGroup().getTaskGroup().getTasksList().stream();
                    default -> Stream.<TaskInfo>empty();
                })
                .toList();
    }

    static TaskStatus invalidOffer(FrameworkInfo framework, OfferId offer) {
        return TaskStatus.newBuilder()
                .setTaskId(NO_TASK)
                .setState(TaskStates.asKnownTo(framework, TaskState.TASK_DROPPED))
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(TaskStatus.Reason.REASON_INVALID_OFFERS)
                .setMessage("Task launched with invalid offers: Offer " + offer + " is no longer valid")
                .build();
    }

    static ToAgent otherCluster(String agents, String own) {
        return ToAgent.newBuilder()
                .setRefused(Refused.newBuilder()
                        .setReason("this agent belongs to cluster " + agents + ", the master is of cluster " + own
                                + ": correct --master, or start the agent once with --accept-cluster")
                        .setPermanent(true))
                .build();
    }

    /** A task by this id has not ended, or its end is not acknowledged. */
    static TaskStatus duplicate(TaskID id, TaskStatus.Reason reason) {
        var problem = "Task has duplicate ID: " + ForeignText.id(id.getValue());
        boolean group = reason == TaskStatus.Reason.REASON_TASK_GROUP_INVALID;
        return TaskStatus.newBuilder()
                .setTaskId(NO_TASK)
                .setState(TaskState.TASK_ERROR)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setMessage(group ? "Task '" + ForeignText.id(id.getValue()) + "' is invalid: " + problem : problem)
                .build();
    }

    static TaskStatus otherExecutor(ExecutorInfo executor, TaskStatus.Reason reason) {
        return TaskStatus.newBuilder()
                .setTaskId(NO_TASK)
                .setState(TaskState.TASK_ERROR)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setMessage("ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID '"
                        + ForeignText.id(executor.getExecutorId().getValue()) + "'")
                .build();
    }

    /** Declared gone: it is to end its tasks and itself. */
    static ToAgent goneAgent() {
        return ToAgent.newBuilder()
                .setRefused(Refused.newBuilder()
                        .setReason("an operator has declared this agent gone: start it in an empty work directory, it"
                                + " comes back under a new id")
                        .setPermanent(true)
                        .setGone(true))
                .build();
    }

    /** Its machine goes down: it is to end its tasks and itself. */
    static ToAgent endsForMaintenance() {
        return ToAgent.newBuilder()
                .setRefused(Refused.newBuilder()
                        .setReason("this machine is down for maintenance: start the agent when it is over")
                        .setPermanent(true)
                        .setGone(true))
                .build();
    }

    /** What frameworks are told of its tasks. */
    static Optional<String> removedByMachineDown(AgentInfo agent) {
        return Optional.of("Agent " + agent.getHostname() + " removed: Operator initiated 'Machine DOWN'");
    }

    /** What an agent is told that comes while its machine is down: what still runs there was told to be over. */
    static ToAgent whileDown(Register register) {
        boolean runs = register.getTasksList().stream().anyMatch(task -> !TaskStates.isTerminal(task.getState()));
        return runs ? endsForMaintenance() : inMaintenance();
    }

    private static ToAgent inMaintenance() {
        return refused(
                "this machine is down for maintenance: the agent is let in when an operator has stopped it", false);
    }

    static ToAgent refused(String why, boolean permanent) {
        return ToAgent.newBuilder()
                .setRefused(Refused.newBuilder().setReason(why).setPermanent(permanent))
                .build();
    }

    /** @param left as text, which many tasks may share: see {@link ForeignText#resources} */
    static TaskStatus tooLarge(Resources wanted, String left, TaskStatus.Reason reason) {
        return tooLarge(ForeignText.resources(wanted), left, reason);
    }

    /** What is allocated to one role is not there for another. */
    static TaskStatus otherRole(Resources wanted, String named, String left, String role, TaskStatus.Reason reason) {
        return tooLarge(
                ForeignText.resources(wanted) + " (allocated: " + ForeignText.id(named) + ")",
                left + " (allocated: " + ForeignText.id(role) + ")",
                reason);
    }

    private static TaskStatus tooLarge(String wanted, String left, TaskStatus.Reason reason) {
        return TaskStatus.newBuilder()
                .setTaskId(NO_TASK)
                .setState(TaskState.TASK_ERROR)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setMessage("Total resources " + wanted + " required by task and its executor is more than available "
                        + left)
                .build();
    }

    private static final TaskID NO_TASK = TaskID.newBuilder().setValue("").build();
}
