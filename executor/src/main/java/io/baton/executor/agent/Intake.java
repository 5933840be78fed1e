package io.baton.executor.agent;

import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Brief;
import io.baton.executor.checkpoint.HeldBytes;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.task.TaskRun;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.util.Optional;

/**
 * Sees to it that what the agent keeps of tasks and executors fits into its heap, and what executors say onto its disk: an
 * agent that has written down more than it can hold could not be started again.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class Intake {
    /**
     * Of the heap, for each task: what its executor says is small as a rule, and is to be told however much waits of others.
     * Updates that wait count by their whole size.
     */
    static final long KEPT_BACK_BYTES = 2 << 10;

    private final AgentFacts facts;
    private final AgentState state;
    private boolean room = true;

    Intake(AgentFacts facts, AgentState state) {
        this.facts = facts;
        this.state = state;
    }

    /** Whether the journal has room for more than how tasks end. */
    void room(boolean room) {
        this.room = room;
    }

    /**
     * Why tasks are not run, which would be more than fits into the heap; empty if they may.
     *
     * @param launches whether their executor comes with them
     */
    static Optional<TaskRun.Effect.Update> refusal(
            AgentFacts facts, LaunchOrder order, boolean launches, AgentState state) {
        long had = state.heldBytes() + keptBack(state);
        long more = order.executor().filter(its -> launches).map(HeldBytes::of).orElse(0L)
                + order.tasks().stream()
                        .mapToLong(task -> HeldBytes.of(task) + KEPT_BACK_BYTES)
                        .sum();
        return had + more <= facts.maxHeldBytes()
                ? Optional.empty()
                : Optional.of(Admission.dropped(
                        order.framework(),
                        Reason.REASON_CONTAINER_LAUNCH_FAILED,
                        "this agent's tasks, executors and updates take " + had + " bytes of its heap and would take "
                                + more + " more, all in all more than " + facts.maxHeldBytes()
                                + ": give it a larger heap (-Xmx)"));
    }

    private static long keptBack(AgentState state) {
        return KEPT_BACK_BYTES * state.tasks().size();
    }

    /** Whether an update of so many bytes is taken in as it is, whoever says it. */
    boolean takes(long bytes) {
        return room && state.heldBytes() + keptBack(state) + bytes <= facts.maxHeldBytes();
    }

    /** Whether it fits into what is kept back for its task, with those before it that wait. */
    private boolean isKeptRoomFor(TaskEntry task, long bytes) {
        long waiting = task.pending().stream().mapToLong(HeldBytes::of).sum();
        return room && waiting + bytes <= KEPT_BACK_BYTES && state.heldBytes() + bytes <= facts.maxHeldBytes();
    }

    /**
     * What of an executor's update is taken in: without room nothing that is not the end of a task, and of that only what
     * needs to be told; the less, the scarcer what it lacks is. The executor has no receipt for what is left out, and says it
     * again when it subscribes anew.
     */
    Optional<TaskStatus> of(TaskEntry task, TaskStatus said) {
        long bytes = HeldBytes.of(said);
        if (takes(bytes) || isKeptRoomFor(task, bytes)) {
            return Optional.of(said);
        }
        if (!TaskStates.isTerminal(said.getState())) {
            return Optional.empty();
        }
        return Optional.of(room ? Brief.of(said) : Brief.least(said));
    }
}
