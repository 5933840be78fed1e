package io.baton.executor.agent;

import io.baton.core.id.FrameworkId;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.task.TaskRun;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Writes the tasks that a master is told of in one frame, and sees to it that they fit into one. */
final class ToldTasks {
    /**
     * Half of what a frame may have. With more than this tasks are told without updates that have arrived, then the others
     * without their texts; and no task is taken that would make them more without any update.
     */
    static final int MAX_BYTES = 8 << 20;

    /**
     * So much more may be told of tasks that were refused for this limit: their ends are to be told until they have
     * arrived. What is beyond is told once.
     */
    static final int MAX_REFUSED_BYTES = 256 << 10;

    private ToldTasks() {}

    /**
     * Why tasks are not run: with them the agent could not register any more, or keep all of them at hand. Empty if they
     * may.
     *
     * @param launches whether their executor comes with them; one that is there is told of already
     */
    static Optional<TaskRun.Effect.Update> refusal(
            AgentFacts facts, LaunchOrder order, boolean launches, AgentState state) {
        long had = state.describedBytes();
        long more = order.executor()
                        .filter(its -> launches)
                        .map(ExecutorInfo::getSerializedSize)
                        .orElse(0)
                + described(order, order.tasks(), state);
        return had + more <= MAX_BYTES
                ? Intake.refusal(facts, order, launches, state)
                : Optional.of(Admission.dropped(
                        order.framework(),
                        Reason.REASON_CONTAINER_LAUNCH_FAILED,
                        "the descriptions of this agent's tasks, executors and frameworks have " + had
                                + " bytes and would have " + more + " more, all in all more than " + MAX_BYTES));
    }

    /** With their framework, if nothing else of it is told. */
    private static long described(LaunchOrder order, List<TaskInfo> tasks, AgentState state) {
        boolean known = state.tellsOf(FrameworkId.fromProto(order.framework().getId()));
        return tasks.stream().mapToLong(ToldTasks::described).sum()
                + (known ? 0 : order.framework().getSerializedSize());
    }

    /** What is kept of tasks whose descriptions are too much: enough to tell of their ends. */
    static List<TaskInfo> bare(List<TaskInfo> tasks) {
        return tasks.stream().map(ToldTasks::bare).toList();
    }

    private static TaskInfo bare(TaskInfo task) {
        var bare = TaskInfo.newBuilder().setName("").setTaskId(task.getTaskId()).setAgentId(task.getAgentId());
        if (task.hasExecutor()) {
            bare.setExecutor(ExecutorInfo.newBuilder()
                    .setType(task.getExecutor().getType())
                    .setExecutorId(task.getExecutor().getExecutorId()));
        }
        return bare.build();
    }

    /** Whether these {@link #bare} tasks may be told, too. */
    static boolean hasRoomFor(LaunchOrder order, List<TaskInfo> bare, AgentState state) {
        return state.describedBytes() + described(order, bare, state) <= MAX_BYTES + MAX_REFUSED_BYTES;
    }

    /** Most of the command is not told, and data is not. */
    private static long described(TaskInfo task) {
        return task.getSerializedSize()
                - task.getData().size()
                - task.getCommand().getSerializedSize()
                - task.getExecutor().getSerializedSize();
    }

    /** In this order. Masters need no more than the states; each update that waits is sent in full, too. */
    static List<Task> of(Collection<TaskEntry> entries) {
        var whole = entries.stream().map(TaskEntry::forRegistration).toList();
        if (fit(whole)) {
            return whole;
        }
        var waiting = entries.stream().map(TaskEntry::forLongRegistration).toList();
        return fit(waiting) ? waiting : waiting.stream().map(ToldTasks::brief).toList();
    }

    private static boolean fit(List<Task> tasks) {
        return tasks.stream().mapToLong(Task::getSerializedSize).sum() <= MAX_BYTES;
    }

    private static Task brief(Task task) {
        return task.toBuilder()
                .clearStatuses()
                .addAllStatuses(
                        task.getStatusesList().stream().map(ToldTasks::brief).toList())
                .build();
    }

    private static TaskStatus brief(TaskStatus status) {
        return status.toBuilder()
                .clearData()
                .clearMessage()
                .clearLabels()
                .clearContainerStatus()
                .build();
    }
}
