package io.baton.executor.agent;

import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.task.TaskOptions;
import io.baton.executor.task.TaskRun;
import io.baton.v1.DrainConfig;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.time.Duration;
import java.util.Optional;

/** What it means for tasks that an operator wants the agent empty. Pure. */
final class Draining {
    private Draining() {}

    /** Why a task is not taken, as its last update. */
    static TaskRun.Effect.Update refusal(FrameworkInfo framework) {
        return Admission.dropped(
                framework, Reason.REASON_AGENT_DRAINING, "this agent is being drained: an operator wants it empty");
    }

    /** From SIGTERM to SIGKILL: the task's own, but no longer than the operator waits. Empty for the task's own. */
    static Optional<Duration> grace(DrainConfig config, TaskEntry entry) {
        if (!config.hasMaxGracePeriod()) {
            return Optional.empty();
        }
        var most = Duration.ofNanos(config.getMaxGracePeriod().getNanoseconds());
        var own = TaskOptions.graceOf(entry.task().getKillPolicy()).orElse(TaskRun.DEFAULT_GRACE);
        return Optional.of(own.compareTo(most) < 0 ? own : most);
    }

    /** Tells schedulers why their tasks are killed; of an agent that will not come back, to those that know the state. */
    static TaskStatus explained(DrainConfig config, FrameworkInfo framework, TaskStatus status) {
        if (status.getState() != TaskState.TASK_KILLING && status.getState() != TaskState.TASK_KILLED) {
            return status;
        }
        var out = status.toBuilder().setReason(Reason.REASON_AGENT_DRAINING);
        boolean gone = config.getMarkGone()
                && status.getState() == TaskState.TASK_KILLED
                && TaskStates.has(framework, FrameworkInfo.Capability.Type.PARTITION_AWARE);
        return (gone ? out.setState(TaskState.TASK_GONE_BY_OPERATOR) : out).build();
    }
}
