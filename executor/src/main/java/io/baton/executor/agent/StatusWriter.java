package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskRun;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerStatus;
import io.baton.v1.ExecutorID;
import io.baton.v1.NetworkInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Writes status updates in full. */
record StatusWriter(String ip, AgentState state, Supplier<UUID> uuids) {
    private static final double MILLIS_PER_SECOND = 1000.0;

    TaskStatus write(TaskEntry entry, TaskRun.Effect.Update update, TaskChecks checks, Instant now) {
        var status = TaskStatus.newBuilder()
                .setTaskId(entry.task().getTaskId())
                .setState(update.state())
                .setSource(update.source())
                .setAgentId(entry.task().getAgentId())
                .setExecutorId(executor(entry))
                .setTimestamp(now.toEpochMilli() / MILLIS_PER_SECOND)
                .setUuid(fresh())
                .setContainerStatus(container(entry));
        update.reason().ifPresent(status::setReason);
        if (!update.message().isEmpty()) {
            status.setMessage(update.message());
        }
        if (!update.limited().isEmpty()) {
            status.getLimitationBuilder().addAllResources(update.limited());
        }
        if (update.source() == TaskStatus.Source.SOURCE_EXECUTOR) {
            checks.describe(status);
        }
        return status.build();
    }

    /** What a custom executor says of its task, with all that only the agent knows. */
    TaskStatus complete(TaskEntry entry, TaskStatus said, Instant now) {
        var status = said.toBuilder().setAgentId(entry.task().getAgentId()).setExecutorId(executor(entry));
        if (!said.hasTimestamp()) {
            status.setTimestamp(now.toEpochMilli() / MILLIS_PER_SECOND);
        }
        return status.setContainerStatus(merged(said.getContainerStatus(), container(entry)))
                .build();
    }

    /** As in Mesos: what the agent knows of the container is put over it, and its own address where there is none. */
    private static ContainerStatus merged(ContainerStatus said, ContainerStatus known) {
        return said.getNetworkInfosCount() == 0
                ? said.toBuilder().mergeFrom(known).build()
                : said.toBuilder()
                        .mergeFrom(known.toBuilder().clearNetworkInfos().build())
                        .build();
    }

    private static ExecutorID executor(TaskEntry entry) {
        return entry.executor().map(ExecutorKey::id).orElseGet(() -> ExecutorID.newBuilder()
                .setValue(entry.task().getTaskId().getValue())
                .build());
    }

    /** The update that brings news of a task's checks. */
    static TaskRun.Effect.Update told(TaskChecks.Effect.Tell tell) {
        return new TaskRun.Effect.Update(
                TaskState.TASK_RUNNING, TaskStatus.Source.SOURCE_EXECUTOR, Optional.of(tell.reason()), tell.message());
    }

    /** The whole id of a task's container: that of a group's task is in its executor's. */
    static ContainerID idOf(TaskEntry entry, AgentState state) {
        var id = ContainerID.newBuilder().setValue(entry.container());
        entry.executor()
                .flatMap(key -> state.executors().find(key))
                .filter(its -> !its.container().equals(entry.container()))
                .ifPresent(its -> id.setParent(ContainerID.newBuilder().setValue(its.container())));
        return id.build();
    }

    private ContainerStatus container(TaskEntry entry) {
        var address = NetworkInfo.IPAddress.newBuilder()
                .setProtocol(ip.indexOf(':') >= 0 ? NetworkInfo.Protocol.IPv6 : NetworkInfo.Protocol.IPv4)
                .setIpAddress(ip);
        var executor = entry.executor().flatMap(key -> state.executors().find(key));
        var status = ContainerStatus.newBuilder()
                .setContainerId(idOf(entry, state))
                .addNetworkInfos(NetworkInfo.newBuilder().addIpAddresses(address));
        entry.process()
                .or(() -> executor.flatMap(ExecutorEntry::process).flatMap(TaskEntry::process))
                .ifPresent(process -> status.setExecutorPid((int) process.pid()));
        return status.build();
    }

    private ByteString fresh() {
        var uuid = uuids.get();
        var bytes = new byte[2 * Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            int shift = Byte.SIZE * (Long.BYTES - 1 - i);
            bytes[i] = (byte) (uuid.getMostSignificantBits() >> shift);
            bytes[Long.BYTES + i] = (byte) (uuid.getLeastSignificantBits() >> shift);
        }
        return ByteString.copyFrom(bytes);
    }
}
