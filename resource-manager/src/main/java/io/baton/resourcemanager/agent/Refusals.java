package io.baton.resourcemanager.agent;

import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.link.Refused;
import io.baton.link.ToAgent;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;

/** Why tasks do not run, in Mesos's words; task ids are filled in by the session. */
final class Refusals {
    private Refusals() {}

    static TaskStatus invalidOffers(FrameworkInfo framework, String why) {
        return TaskStatus.newBuilder()
                .setTaskId(NO_TASK)
                .setState(TaskStates.asKnownTo(framework, TaskState.TASK_DROPPED))
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(TaskStatus.Reason.REASON_INVALID_OFFERS)
                .setMessage("Task launched with invalid offers: " + why)
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

    static TaskStatus tooLarge(Resources wanted, Resources left) {
        return TaskStatus.newBuilder()
                .setTaskId(NO_TASK)
                .setState(TaskState.TASK_ERROR)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(TaskStatus.Reason.REASON_TASK_INVALID)
                .setMessage("Total resources " + wanted + " required by task and its executor is more than available "
                        + left)
                .build();
    }

    private static final io.baton.v1.TaskID NO_TASK =
            io.baton.v1.TaskID.newBuilder().setValue("").build();
}
