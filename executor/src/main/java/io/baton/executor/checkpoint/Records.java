package io.baton.executor.checkpoint;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.record.Acknowledged;
import io.baton.executor.record.Drain;
import io.baton.executor.record.ExecutorOver;
import io.baton.executor.record.Forgotten;
import io.baton.executor.record.FrameworkRemoved;
import io.baton.executor.record.Identity;
import io.baton.executor.record.KillAsked;
import io.baton.executor.record.Record;
import io.baton.executor.record.Started;
import io.baton.executor.record.Updated;
import io.baton.executor.task.Limit;
import io.baton.executor.task.TaskKey;
import io.baton.v1.DrainConfig;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Writes the records about one task. */
public final class Records {
    private Records() {}

    /**
     * The task is to end, by force at this time.
     *
     * @param grace how long it is given; empty for what it was given before, if anything
     */
    public static Record killAsked(TaskEntry entry, Instant forceAt, Optional<Duration> grace) {
        return Record.newBuilder().setKillAsked(asked(entry, forceAt, grace)).build();
    }

    /** The same, because of what it has exceeded, if anything. */
    public static Record killAsked(
            TaskEntry entry, Instant forceAt, Optional<Duration> grace, Optional<Limit> exceeded) {
        var asked = asked(entry, forceAt, grace).clearExceeded().clearMessage().clearLimited();
        exceeded.ifPresent(limit -> exceeded(asked, limit));
        return Record.newBuilder().setKillAsked(asked).build();
    }

    /** The same, because a master takes back what the task holds. */
    public static Record preempted(TaskEntry entry, String why, Instant forceAt, Optional<Duration> grace) {
        return Record.newBuilder()
                .setKillAsked(asked(entry, forceAt, grace).setPreempted(why))
                .build();
    }

    private static KillAsked.Builder asked(TaskEntry entry, Instant forceAt, Optional<Duration> grace) {
        var asked = KillAsked.newBuilder()
                .setFrameworkId(entry.framework().getId())
                .setTaskId(entry.task().getTaskId())
                .setForceAt(forceAt.toEpochMilli());
        grace.or(entry::killGrace).map(Duration::toNanos).ifPresent(asked::setGrace);
        entry.preempted().ifPresent(asked::setPreempted);
        entry.exceeded().ifPresent(limit -> exceeded(asked, limit));
        return asked;
    }

    private static void exceeded(KillAsked.Builder asked, Limit limit) {
        asked.setExceeded(limit.reason())
                .setMessage(limit.message())
                .clearLimited()
                .addAllLimited(limit.limited());
    }

    /** The agent is to be empty, or not any more. */
    public static Record drain(Optional<DrainConfig> config, Instant since) {
        var drain = Drain.newBuilder().setSince(since.toEpochMilli());
        config.ifPresent(drain::setConfig);
        return Record.newBuilder().setDrain(drain).build();
    }

    /** The executor is no more. */
    public static Record executorOver(ExecutorEntry entry) {
        return Record.newBuilder()
                .setExecutorOver(ExecutorOver.newBuilder()
                        .setFrameworkId(entry.framework().getId())
                        .setExecutorId(entry.info().getExecutorId()))
                .build();
    }

    /** Who the agent is, whom it obeys, and how often it has started. */
    public static Record identity(AgentId agent, String clusterId, long epoch, long start) {
        var identity = Identity.newBuilder()
                .setAgentId(agent.toProto())
                .setEpoch(epoch)
                .setStarts(start)
                .setLayout(AgentState.LAYOUT);
        if (!clusterId.isEmpty()) {
            identity.setClusterId(clusterId);
        }
        return Record.newBuilder().setIdentity(identity).build();
    }

    /** The task's process began. */
    public static Record started(TaskEntry entry, ProcessIdentity process, Instant at) {
        return Record.newBuilder()
                .setStarted(Started.newBuilder()
                        .setFrameworkId(entry.framework().getId())
                        .setTaskId(entry.task().getTaskId())
                        .setPid(process.pid())
                        .setStartTime(process.startTime())
                        .setSupervisorPid(process.supervisorPid())
                        .setSupervisorStartTime(process.supervisorStartTime())
                        .setStartedAt(at.toEpochMilli()))
                .build();
    }

    /** An update is to be delivered. */
    public static Record updated(TaskEntry entry, TaskStatus status) {
        return Record.newBuilder()
                .setUpdated(Updated.newBuilder()
                        .setFrameworkId(entry.framework().getId())
                        .setStatus(status))
                .build();
    }

    /** An update has arrived. */
    public static Record acknowledged(TaskEntry entry, ByteString uuid, Instant at) {
        return Record.newBuilder()
                .setAcknowledged(Acknowledged.newBuilder()
                        .setFrameworkId(entry.framework().getId())
                        .setTaskId(entry.task().getTaskId())
                        .setUuid(uuid)
                        .setAcknowledgedAt(at.toEpochMilli()))
                .build();
    }

    /** The task is not known any more. */
    public static Record forgotten(TaskKey key) {
        return Record.newBuilder()
                .setForgotten(Forgotten.newBuilder()
                        .setFrameworkId(key.framework().toProto())
                        .setTaskId(key.task().toProto()))
                .build();
    }

    /** Nobody wants to hear of the framework's tasks any more. */
    public static Record frameworkRemoved(FrameworkId framework) {
        return Record.newBuilder()
                .setFrameworkRemoved(FrameworkRemoved.newBuilder().setFrameworkId(framework.toProto()))
                .build();
    }
}
