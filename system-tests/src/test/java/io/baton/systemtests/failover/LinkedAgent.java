package io.baton.systemtests.failover;

import com.google.protobuf.ByteString;
import io.baton.core.resource.Resources;
import io.baton.executor.link.LinkIdentity;
import io.baton.executor.link.MasterLink;
import io.baton.link.Heartbeat;
import io.baton.link.Register;
import io.baton.link.Run;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.link.Update;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * An agent on a real link, whose tasks are names: it sends their updates, one at a time for each, until acknowledged, and
 * registers again with all it has when asked to.
 */
final class LinkedAgent implements MasterLink.Listener {
    private final Map<String, Named> tasks = new LinkedHashMap<>();
    private final CompletableFuture<MasterLink> link = new CompletableFuture<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private final AgentInfo info;
    private long epoch;
    private long number;

    /** A task until its end is acknowledged, with the updates that are not, oldest first. */
    private static final class Named {
        private final Run run;
        private final Deque<Update> unacknowledged = new ArrayDeque<>();
        private TaskState state = TaskState.TASK_STAGING;

        Named(Run run) {
            this.run = run;
        }

        TaskID id() {
            return run.getTask().getTaskId();
        }

        Task told() {
            return Task.newBuilder()
                    .setName(run.getTask().getName())
                    .setTaskId(id())
                    .setFrameworkId(run.getFramework().getId())
                    .setExecutorId(ExecutorID.newBuilder().setValue(id().getValue()))
                    .setAgentId(run.getTask().getAgentId())
                    .setState(state)
                    .addAllResources(run.getTask().getResourcesList())
                    .addAllStatuses(
                            unacknowledged.stream().map(Update::getStatus).toList())
                    .build();
        }
    }

    private LinkedAgent(String hostname, double cpus, double mem) {
        this.info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(UUID.randomUUID() + "-S0"))
                .setHostname(hostname)
                .setPort(5051)
                .addAllResources(
                        Resources.scalars(Map.of("cpus", cpus, "mem", mem)).toProto(""))
                .build();
    }

    /** Starts one. @param master where it takes agent links */
    static LinkedAgent start(ActorSystem<?> system, String master, String hostname, double cpus, double mem) {
        var agent = new LinkedAgent(hostname, cpus, mem);
        agent.link.complete(MasterLink.open(system, master, LinkIdentity.NONE, agent));
        return agent;
    }

    private void send(ToMaster.Builder frame) {
        link.thenAccept(open -> open.send(frame.build()));
    }

    @Override
    public synchronized void up() {
        var frameworks = new LinkedHashMap<String, FrameworkInfo>();
        tasks.values()
                .forEach(task -> frameworks.put(task.run.getFramework().getId().getValue(), task.run.getFramework()));
        send(ToMaster.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info)
                        .setEpoch(epoch)
                        .setVersion("1")
                        .addAllTasks(tasks.values().stream().map(Named::told).toList())
                        .addAllFrameworks(frameworks.values())
                        .setNumber(++number)));
    }

    @Override
    public void lost(String why) {
        lost.complete(why);
    }

    /** Completes with the reason if the link is lost; it is not opened again. */
    CompletableFuture<String> lost() {
        return lost;
    }

    @Override
    public CompletionStage<Done> frames(List<ToAgent> frames) {
        frames.forEach(this::frame);
        return CompletableFuture.completedFuture(Done.done());
    }

    private synchronized void frame(ToAgent frame) {
        if (frame.hasRun()) {
            var task = new Named(frame.getRun());
            if (tasks.putIfAbsent(task.id().getValue(), task) == null) {
                tell(task, TaskState.TASK_RUNNING);
            }
        } else if (frame.hasAcknowledge()) {
            var acknowledged = frame.getAcknowledge();
            var task = tasks.get(acknowledged.getTaskId().getValue());
            if (task != null) {
                acknowledged(task, acknowledged.getUuid());
            }
        } else if (frame.hasRegistered()) {
            epoch = Math.max(epoch, frame.getRegistered().getEpoch());
        } else if (frame.hasRegisterAgain()) {
            up();
        }
    }

    private void acknowledged(Named task, ByteString uuid) {
        var first = task.unacknowledged.peekFirst();
        if (first == null || !first.getStatus().getUuid().equals(uuid)) {
            return;
        }
        task.unacknowledged.removeFirst();
        if (!task.unacknowledged.isEmpty()) {
            send(ToMaster.newBuilder().setUpdate(task.unacknowledged.peekFirst()));
        } else if (first.getStatus().getState() == TaskState.TASK_FINISHED) {
            tasks.remove(task.id().getValue());
        }
    }

    private void tell(Named task, TaskState state) {
        task.state = state;
        var update = Update.newBuilder()
                .setFrameworkId(task.run.getFramework().getId())
                .setLatestState(state)
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(task.id())
                        .setAgentId(info.getId())
                        .setState(state)
                        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                        .setUuid(uuid()))
                .build();
        task.unacknowledged.addLast(update);
        if (task.unacknowledged.size() == 1) {
            send(ToMaster.newBuilder().setUpdate(update));
        }
    }

    private static ByteString uuid() {
        var random = UUID.randomUUID();
        var bytes = ByteBuffer.allocate(16).putLong(random.getMostSignificantBits());
        return ByteString.copyFrom(
                bytes.putLong(random.getLeastSignificantBits()).flip());
    }

    /** All its tasks have ended well. */
    synchronized void finishAll() {
        tasks.values().stream()
                .filter(task -> task.state == TaskState.TASK_RUNNING)
                .forEach(task -> tell(task, TaskState.TASK_FINISHED));
    }

    /** As an agent does after a while, again and again. */
    synchronized void sendAgain() {
        tasks.values().stream()
                .filter(task -> !task.unacknowledged.isEmpty())
                .forEach(task -> send(ToMaster.newBuilder().setUpdate(task.unacknowledged.peekFirst())));
    }

    void beat() {
        send(ToMaster.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
    }

    /** Tasks of which an update is not acknowledged. */
    synchronized int unacknowledged() {
        return (int) tasks.values().stream()
                .filter(task -> !task.unacknowledged.isEmpty())
                .count();
    }
}
