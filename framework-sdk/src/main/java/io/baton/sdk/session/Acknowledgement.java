package io.baton.sdk.session;

import io.baton.v1.OperationStatus;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;

/** The calls that acknowledge. */
final class Acknowledgement {
    private Acknowledgement() {}

    /** Updates a master made up itself have no uuid and need none. */
    static boolean needed(TaskStatus status) {
        return !status.getUuid().isEmpty() && status.hasAgentId();
    }

    static boolean needed(OperationStatus status) {
        return status.hasUuid() && status.hasOperationId();
    }

    static Call.Builder of(TaskStatus status) {
        return Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid()));
    }

    static Call.Builder of(OperationStatus status) {
        var acknowledge = Call.AcknowledgeOperationStatus.newBuilder()
                .setUuid(status.getUuid().getValue())
                .setOperationId(status.getOperationId());
        if (status.hasAgentId()) {
            acknowledge.setAgentId(status.getAgentId());
        }
        if (status.hasResourceProviderId()) {
            acknowledge.setResourceProviderId(status.getResourceProviderId());
        }
        return Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                .setAcknowledgeOperationStatus(acknowledge);
    }
}
