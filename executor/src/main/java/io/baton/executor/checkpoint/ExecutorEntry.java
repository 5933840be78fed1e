package io.baton.executor.checkpoint;

import io.baton.executor.record.Accepted;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.ExecutorPlan;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One executor for which the agent answers, as far as it is written down. Changed by {@link AgentState} only. */
public final class ExecutorEntry {
    private final ExecutorAccepted accepted;
    private final ExecutorKey key;
    private final Optional<TaskEntry> process;
    private final long heldBytes;
    private boolean abandoned;

    ExecutorEntry(ExecutorAccepted accepted) {
        this.accepted = accepted;
        this.heldBytes = HeldBytes.of(accepted);
        this.key = ExecutorKey.of(
                accepted.getFramework().getId(), accepted.getExecutor().getExecutorId());
        this.process = isDefault(accepted.getExecutor())
                ? Optional.empty()
                : Optional.of(new TaskEntry(Accepted.newBuilder()
                        .setFramework(accepted.getFramework())
                        .setTask(task())
                        .setContainerId(accepted.getContainerId())
                        .setSandbox(accepted.getSandbox())
                        .setBootId(accepted.getBootId())
                        .setAcceptedAt(accepted.getAcceptedAt())
                        .build()));
    }

    private TaskInfo task() {
        return ExecutorPlan.process(accepted.getFramework(), accepted.getExecutor(), accepted.getAgentId());
    }

    /** Whether the agent itself does what this executor is to do. */
    public static boolean isDefault(ExecutorInfo info) {
        return info.getType() == ExecutorInfo.Type.DEFAULT;
    }

    /** What is kept of it when it is over. */
    ExecutorEntry brief() {
        return new ExecutorEntry(accepted.toBuilder()
                .setFramework(Brief.of(accepted.getFramework()))
                .setExecutor(Brief.of(accepted.getExecutor()))
                .build());
    }

    /** What its description takes of the heap, as far as it has no bounds of its own. */
    long heldBytes() {
        return heldBytes;
    }

    /** What it takes to write it down. */
    int bytes() {
        return accepted.getSerializedSize();
    }

    void abandon() {
        abandoned = true;
    }

    /** Whether the framework is gone. */
    public boolean isAbandoned() {
        return abandoned;
    }

    public ExecutorKey key() {
        return key;
    }

    public ExecutorAccepted accepted() {
        return accepted;
    }

    public FrameworkInfo framework() {
        return accepted.getFramework();
    }

    public ExecutorInfo info() {
        return accepted.getExecutor();
    }

    public String container() {
        return accepted.getContainerId();
    }

    public Path sandbox() {
        return Path.of(accepted.getSandbox());
    }

    /** Its process, booked like a task's; none for a default executor. */
    public Optional<TaskEntry> process() {
        return process;
    }

    /** From SHUTDOWN to SIGKILL. */
    public Duration grace() {
        return ExecutorPlan.grace(accepted.getExecutor());
    }
}
