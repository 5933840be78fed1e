package io.baton.sdk.session;

import io.baton.sdk.error.CallRefusedException;
import io.baton.sdk.error.FrameworkException;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;

/**
 * What a scheduler hears of a task whose launch came to nothing on the way to a master: the same as of one that a master
 * drops. So every task that was launched has an end, and nobody waits for one that never began.
 */
final class Dropped {
    private final TaskState state;

    Dropped(FrameworkInfo info) {
        state = info.getCapabilitiesList().stream()
                        .anyMatch(c -> c.getType() == FrameworkInfo.Capability.Type.PARTITION_AWARE)
                ? TaskState.TASK_DROPPED
                : TaskState.TASK_LOST;
    }

    Event update(TaskInfo task, FrameworkException why) {
        var status = TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(
                        why instanceof CallRefusedException
                                ? TaskStatus.Reason.REASON_INVALID_OFFERS
                                : TaskStatus.Reason.REASON_MASTER_DISCONNECTED)
                .setMessage(why.getMessage());
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status))
                .build();
    }
}
