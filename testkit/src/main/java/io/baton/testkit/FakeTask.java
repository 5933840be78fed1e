package io.baton.testkit;

import com.google.protobuf.ByteString;
import io.baton.v1.AgentID;
import io.baton.v1.ExecutorID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.UUID;

/** One task: reports its states one by one, each again until it is acknowledged. */
final class FakeTask {
    private final TaskInfo info;
    private final String frameworkId;
    private final Outcome outcome;
    private final Deque<TaskState> coming;
    private TaskState state = TaskState.TASK_STAGING;
    private TaskStatus outstanding;
    private long sentNanos;
    private OptionalLong lastSince = OptionalLong.empty();
    private boolean killed;
    private boolean unreachable;

    FakeTask(TaskInfo info, String frameworkId, Outcome outcome) {
        this.info = info;
        this.frameworkId = frameworkId;
        this.outcome = outcome;
        coming = new ArrayDeque<>(outcome.states());
    }

    TaskInfo info() {
        return info;
    }

    String id() {
        return info.getTaskId().getValue();
    }

    AgentID agentId() {
        return info.getAgentId();
    }

    String frameworkId() {
        return frameworkId;
    }

    TaskState state() {
        return unreachable && !terminal(state) ? TaskState.TASK_UNREACHABLE : state;
    }

    /** Its agent is away: nothing is heard of it until that is back. */
    void unreachable(boolean away) {
        unreachable = away;
    }

    boolean isUnreachable() {
        return unreachable;
    }

    /** The update that is not yet acknowledged; null if there is none. */
    TaskStatus outstanding() {
        return outstanding;
    }

    long sentNanos() {
        return sentNanos;
    }

    void sent(long nowNanos) {
        sentNanos = nowNanos;
    }

    /** How long to wait before the next state. The time of the last one runs from the first question on. */
    Duration pause(long nowNanos) {
        if (coming.size() != 1 || killed || state == TaskState.TASK_STAGING) {
            return Duration.ZERO;
        }
        if (lastSince.isEmpty()) {
            lastSince = OptionalLong.of(nowNanos);
        }
        var left = outcome.lasting().minusNanos(nowNanos - lastSince.getAsLong());
        return left.isNegative() ? Duration.ZERO : left;
    }

    boolean hasNext() {
        return !unreachable && outstanding == null && !coming.isEmpty();
    }

    /** Enters the next state. */
    TaskStatus next(double timestamp) {
        state = coming.poll();
        var status = TaskStatus.newBuilder()
                .setTaskId(info.getTaskId())
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setAgentId(info.getAgentId())
                .setExecutorId(ExecutorID.newBuilder().setValue(id()))
                .setTimestamp(timestamp)
                .setUuid(uuid());
        if (coming.isEmpty() && !outcome.message().isEmpty() && !killed) {
            status.setMessage(outcome.message());
        }
        outstanding = status.build();
        return outstanding;
    }

    /** @return whether this was the update that waited for it */
    boolean acknowledge(ByteString uuid) {
        if (outstanding == null || !outstanding.getUuid().equals(uuid)) {
            return false;
        }
        outstanding = null;
        return true;
    }

    /** Whatever else was to come does not: it is killed. */
    void kill(boolean saysKilling) {
        if (killed || ended()) {
            return;
        }
        killed = true;
        coming.clear();
        if (saysKilling) {
            coming.add(TaskState.TASK_KILLING);
        }
        coming.add(TaskState.TASK_KILLED);
    }

    boolean ended() {
        return terminal(state);
    }

    static boolean terminal(TaskState state) {
        return switch (state) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE, TASK_UNKNOWN -> false;
            default -> true;
        };
    }

    static ByteString uuid() {
        var uuid = UUID.randomUUID();
        return ByteString.copyFrom(ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip());
    }
}
