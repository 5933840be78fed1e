package io.baton.systemtests.failover;

import com.google.protobuf.ByteString;
import io.baton.core.resource.Resources;
import io.baton.executor.link.MasterLink;
import io.baton.link.Heartbeat;
import io.baton.link.Register;
import io.baton.link.Run;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.link.Update;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;

/** An agent on a real link, whose tasks are names: it sends their updates, one at a time for each, until acknowledged. */
final class LinkedAgent implements MasterLink.Listener {
    private final Map<String, Deque<Update>> unacknowledged = new LinkedHashMap<>();
    private final Map<String, Run> running = new LinkedHashMap<>();
    private final CompletableFuture<MasterLink> link = new CompletableFuture<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private final AgentInfo info;

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
        agent.link.complete(MasterLink.open(system, master, Optional.empty(), agent));
        return agent;
    }

    private void send(ToMaster.Builder frame) {
        link.thenAccept(open -> open.send(frame.build()));
    }

    @Override
    public void up() {
        send(ToMaster.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info)
                        .setEpoch(0)
                        .setVersion("1")
                        .setNumber(1)));
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
            var run = frame.getRun();
            if (running.putIfAbsent(run.getTask().getTaskId().getValue(), run) == null) {
                tell(run, TaskState.TASK_RUNNING);
            }
        } else if (frame.hasAcknowledge()) {
            var task = frame.getAcknowledge().getTaskId().getValue();
            var updates = unacknowledged.getOrDefault(task, new ArrayDeque<>());
            var first = updates.peekFirst();
            if (first != null
                    && first.getStatus().getUuid().equals(frame.getAcknowledge().getUuid())) {
                updates.removeFirst();
                if (updates.isEmpty()) {
                    unacknowledged.remove(task);
                } else {
                    send(ToMaster.newBuilder().setUpdate(updates.peekFirst()));
                }
            }
        }
    }

    private void tell(Run run, TaskState state) {
        var task = run.getTask().getTaskId();
        var update = Update.newBuilder()
                .setFrameworkId(run.getFramework().getId())
                .setLatestState(state)
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(task)
                        .setAgentId(info.getId())
                        .setState(state)
                        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                        .setUuid(uuid()))
                .build();
        var updates = unacknowledged.computeIfAbsent(task.getValue(), t -> new ArrayDeque<>());
        updates.addLast(update);
        if (updates.size() == 1) {
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
        running.values().forEach(run -> tell(run, TaskState.TASK_FINISHED));
        running.clear();
    }

    /** As an agent does after a while, again and again. */
    synchronized void sendAgain() {
        unacknowledged.values().forEach(updates -> send(ToMaster.newBuilder().setUpdate(updates.peekFirst())));
    }

    void beat() {
        send(ToMaster.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
    }

    /** Tasks of which an update is not acknowledged. */
    synchronized int unacknowledged() {
        return unacknowledged.size();
    }
}
