package io.baton.resourcemanager.agent;

import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.v1.OperationState;
import io.baton.v1.TaskState;
import java.time.Instant;
import java.util.Optional;

/**
 * What the registry holds of one agent, as its ledger knows.
 *
 * @param state UNKNOWN if it never was admitted
 * @param incarnation of its last admission
 * @param askAfter not before this may the registry be asked to mark it
 * @param away its link was lost since: its tasks are thought to go on
 * @param down its machine went down, and it was not here since: its tasks are over
 */
record Standing(State state, long incarnation, Instant askAfter, boolean away, boolean down) {
    static final Standing NONE = new Standing(State.UNKNOWN, 0, Instant.MIN, false, false);

    static Standing of(AgentEntry entry) {
        return new Standing(entry.getState(), entry.getIncarnation(), Instant.MIN, false, false);
    }

    Standing admitted(long as) {
        return new Standing(State.ADMITTED, as, Instant.MIN, away, down);
    }

    /** It has registered. */
    Standing here() {
        return new Standing(State.ADMITTED, incarnation, Instant.MIN, false, false);
    }

    Standing wentDown() {
        return new Standing(state, incarnation, askAfter, false, true);
    }

    Standing marked(State as) {
        return new Standing(as, incarnation, askAfter, false, down);
    }

    Standing notBefore(Instant when) {
        return new Standing(state, incarnation, when, away, down);
    }

    Standing linkLost() {
        return new Standing(state, incarnation, askAfter, true, down);
    }

    /** Whether it may yet come back with its tasks. */
    boolean isAwaited() {
        return state == State.ADMITTED && !down;
    }

    /** Whether tasks of it may be thought to run, here or where it is. */
    boolean mayRun() {
        return !down && (state == State.ADMITTED || state == State.UNREACHABLE);
    }

    /** Whether nothing of it counts any more, unless it is back. */
    boolean isOver() {
        return isLost() || down;
    }

    /** Whether the registry holds that it is lost. */
    boolean isLost() {
        return state == State.UNREACHABLE || state == State.GONE;
    }

    /** Whether an agent that has been away since then may be marked unreachable. */
    boolean isDue(Instant deadline, Instant now) {
        return state == State.ADMITTED && !now.isBefore(deadline) && !now.isBefore(askAfter);
    }

    /** What is said of a task that nobody knows while the agent is not here; empty if it may yet come with it. */
    Optional<TaskState> ofUnknownTask() {
        return switch (state) {
            case UNKNOWN -> Optional.of(TaskState.TASK_UNKNOWN);
            case ADMITTED -> down ? Optional.of(TaskState.TASK_UNKNOWN) : Optional.empty();
            case UNREACHABLE -> Optional.of(TaskState.TASK_UNREACHABLE);
            case GONE -> Optional.of(TaskState.TASK_GONE_BY_OPERATOR);
        };
    }

    /** What is said of an operation that nobody knows. */
    OperationState ofUnknownOperation(boolean connected) {
        if (connected) {
            return OperationState.OPERATION_UNKNOWN;
        }
        return switch (state) {
            case UNKNOWN -> OperationState.OPERATION_UNKNOWN;
            case ADMITTED -> OperationState.OPERATION_RECOVERING;
            case UNREACHABLE -> OperationState.OPERATION_UNREACHABLE;
            case GONE -> OperationState.OPERATION_GONE_BY_OPERATOR;
        };
    }
}
