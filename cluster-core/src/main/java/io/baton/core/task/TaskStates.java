package io.baton.core.task;

import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskState;

/** The rules of task states (Mesos v1). */
public final class TaskStates {
    private TaskStates() {}

    /** Terminal is final: no update after it changes anything. */
    public static boolean isTerminal(TaskState state) {
        return switch (state) {
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_LOST,
                    TASK_ERROR,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR -> true;
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE, TASK_UNKNOWN -> false;
        };
    }

    /** The state as this framework knows it: without PARTITION_AWARE the finer ones are all TASK_LOST. */
    public static TaskState asKnownTo(FrameworkInfo framework, TaskState state) {
        return switch (state) {
            case TASK_DROPPED, TASK_UNREACHABLE, TASK_GONE, TASK_GONE_BY_OPERATOR, TASK_UNKNOWN ->
                has(framework, FrameworkInfo.Capability.Type.PARTITION_AWARE) ? state : TaskState.TASK_LOST;
            default -> state;
        };
    }

    /** Whether the framework has declared a capability. */
    public static boolean has(FrameworkInfo framework, FrameworkInfo.Capability.Type capability) {
        return framework.getCapabilitiesList().stream().anyMatch(c -> c.getType() == capability);
    }
}
