package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.v1.AgentInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.DurationInfo;
import io.baton.v1.KillPolicy;
import io.baton.v1.TaskGroupInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskStatus;
import io.baton.v1.executor.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes what a custom executor is told. */
final class ExecutorEvents {
    static final Event SHUTDOWN =
            Event.newBuilder().setType(Event.Type.SHUTDOWN).build();

    private ExecutorEvents() {}

    static Event subscribed(ExecutorEntry entry, AgentInfo agent) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setExecutorInfo(entry.info())
                        .setFrameworkInfo(entry.framework())
                        .setAgentInfo(agent)
                        .setContainerId(ContainerID.newBuilder().setValue(entry.container())))
                .build();
    }

    /** Tasks that came together: a group, or one alone. */
    static Event launch(List<TaskEntry> tasks) {
        if (tasks.get(0).group().isEmpty()) {
            return Event.newBuilder()
                    .setType(Event.Type.LAUNCH)
                    .setLaunch(Event.Launch.newBuilder().setTask(tasks.get(0).task()))
                    .build();
        }
        var group = TaskGroupInfo.newBuilder();
        tasks.forEach(task -> group.addTasks(task.task()));
        return Event.newBuilder()
                .setType(Event.Type.LAUNCH_GROUP)
                .setLaunchGroup(Event.LaunchGroup.newBuilder().setTaskGroup(group))
                .build();
    }

    static Event kill(TaskID task, Optional<Duration> grace) {
        var kill = Event.Kill.newBuilder().setTaskId(task);
        grace.ifPresent(g -> kill.setKillPolicy(
                KillPolicy.newBuilder().setGracePeriod(DurationInfo.newBuilder().setNanoseconds(g.toNanos()))));
        return Event.newBuilder().setType(Event.Type.KILL).setKill(kill).build();
    }

    static Event message(ByteString data) {
        return Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder().setData(data))
                .build();
    }

    static Event acknowledged(TaskStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.ACKNOWLEDGED)
                .setAcknowledged(Event.Acknowledged.newBuilder()
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid()))
                .build();
    }
}
