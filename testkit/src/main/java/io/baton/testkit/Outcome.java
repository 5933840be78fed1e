package io.baton.testkit;

import io.baton.v1.TaskState;
import java.time.Duration;
import java.util.List;

/**
 * What becomes of a task: the states it is reported in, one after the other, each once the one before is acknowledged.
 *
 * @param states may be empty: then nothing is ever heard of the task
 * @param message of the last state
 * @param lasting how long after the state before it the last state is reported
 */
public record Outcome(List<TaskState> states, String message, Duration lasting) {

    /** Starts, runs and finishes at once. */
    public static Outcome finishes() {
        return of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
    }

    /** Starts and runs until it is killed. */
    public static Outcome runs() {
        return of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    }

    /** Starts, runs and fails with this message. */
    public static Outcome fails(String message) {
        return new Outcome(
                List.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FAILED),
                message,
                Duration.ZERO);
    }

    /** Nothing is heard of the task. */
    public static Outcome silent() {
        return of();
    }

    /** Exactly these states. */
    public static Outcome of(TaskState... states) {
        return new Outcome(List.of(states), "", Duration.ZERO);
    }

    /** The same, but the last state comes so long after the one before it. */
    public Outcome lasting(Duration time) {
        return new Outcome(states, message, time);
    }
}
