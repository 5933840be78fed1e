package io.baton.httpapi.executor;

import io.baton.httpapi.operator.OperatorCall;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.executor.Call;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The form of an executor's call: what can be said without knowing the executor. The texts are those of Mesos. Pure. */
public final class ExecutorCallRules {
    /** Largest status that an agent takes: it keeps it until a scheduler has it, with others of the task. */
    static final int MAX_STATUS_BYTES = 1 << 20;

    private static final int UUID_BYTES = 16;

    private ExecutorCallRules() {}

    /** What is wrong with the form of a call, if anything. */
    public static Optional<String> problem(Call call) {
        return OperatorCall.problem(call, Set.of()).or(() -> statusesOf(call)
                .flatMap(status -> problemOf(call, status).stream())
                .findFirst());
    }

    /** What has become of tasks: said for the first time, or once more with a subscription. */
    private static Stream<TaskStatus> statusesOf(Call call) {
        return switch (call.getType()) {
            case UPDATE -> Stream.of(call.getUpdate().getStatus());
            case SUBSCRIBE ->
                call.getSubscribe().getUnacknowledgedUpdatesList().stream().map(Call.Update::getStatus);
            default -> Stream.empty();
        };
    }

    private static Optional<String> problemOf(Call call, TaskStatus status) {
        var who = "executor " + call.getExecutorId().getValue() + " of framework "
                + call.getFrameworkId().getValue();
        if (!status.hasUuid()) {
            return Optional.of("Expecting 'uuid' to be present");
        }
        if (status.getUuid().size() != UUID_BYTES) {
            return Optional.of("Not a valid UUID: it has " + status.getUuid().size() + " bytes, not " + UUID_BYTES);
        }
        if (status.hasExecutorId() && !status.getExecutorId().equals(call.getExecutorId())) {
            return Optional.of("ExecutorID in Call: " + call.getExecutorId().getValue()
                    + " does not match ExecutorID in TaskStatus: "
                    + status.getExecutorId().getValue());
        }
        if (status.getSource() != TaskStatus.Source.SOURCE_EXECUTOR || !status.hasSource()) {
            return Optional.of("Received Call from " + who + " with invalid source, expecting 'SOURCE_EXECUTOR'");
        }
        if (status.getSerializedSize() > MAX_STATUS_BYTES) {
            return Optional.of("Received a status of " + status.getSerializedSize() + " bytes from " + who
                    + "; it may have at most " + MAX_STATUS_BYTES + ", its data included");
        }
        return status.getState() == TaskState.TASK_STAGING
                ? Optional.of("Received TASK_STAGING from " + who + " which is not allowed")
                : Optional.empty();
    }
}
