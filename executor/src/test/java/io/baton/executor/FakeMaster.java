package io.baton.executor;

import com.google.protobuf.ByteString;
import io.baton.link.Acknowledge;
import io.baton.link.ExecutorEnded;
import io.baton.link.ExecutorMessage;
import io.baton.link.Heartbeat;
import io.baton.link.Kill;
import io.baton.link.Register;
import io.baton.link.Registered;
import io.baton.link.RemoveFramework;
import io.baton.link.Run;
import io.baton.link.RunGroup;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.link.Update;
import io.baton.v1.AgentID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A master as an agent sees it: one link at a time. Threads are daemons. */
public final class FakeMaster implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ServerSocket server;
    private final List<Register> registrations = new CopyOnWriteArrayList<>();
    private final List<Update> updates = new CopyOnWriteArrayList<>();
    private final List<ExecutorEnded> ended = new CopyOnWriteArrayList<>();
    private final List<ExecutorMessage> said = new CopyOnWriteArrayList<>();
    private final List<Long> stale = new CopyOnWriteArrayList<>();
    private volatile DataOutputStream out;
    private volatile Socket socket;
    private volatile boolean acknowledges = true;
    private volatile long epoch;
    private volatile String refusal = "";

    public FakeMaster(long epoch) throws IOException {
        this.epoch = epoch;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "fake-master");
        thread.setDaemon(true);
        thread.start();
    }

    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    public void acknowledges(boolean yes) {
        acknowledges = yes;
    }

    public void epoch(long next) {
        epoch = next;
    }

    public void refuses(String reason) {
        refusal = reason;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var next = server.accept();
                next.setTcpNoDelay(true);
                socket = next;
                out = new DataOutputStream(next.getOutputStream());
                daemon(() -> read(next));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void read(Socket from) {
        try (var in = new DataInputStream(new java.io.BufferedInputStream(from.getInputStream(), 65_536))) {
            while (true) {
                var frame = new byte[in.readInt()];
                in.readFully(frame);
                take(ToMaster.parseFrom(frame));
            }
        } catch (IOException closed) {
            // The agent, or the test, has ended the link.
        }
    }

    private void take(ToMaster frame) throws IOException {
        switch (frame.getMessageCase()) {
            case REGISTER -> {
                if (!refusal.isEmpty()) {
                    send(ToAgent.newBuilder()
                            .setRefused(io.baton.link.Refused.newBuilder()
                                    .setReason(refusal)
                                    .setPermanent(true)));
                    return;
                }
                send(ToAgent.newBuilder()
                        .setRegistered(Registered.newBuilder()
                                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                                .setEpoch(epoch)
                                .setMasterId("m1")
                                .setClusterId("c1")));
                registrations.add(frame.getRegister());
            }
            case UPDATE -> {
                updates.add(frame.getUpdate());
                if (acknowledges) {
                    acknowledge(frame.getUpdate());
                }
            }
            case STALE -> stale.add(frame.getStale().getEpoch());
            case EXECUTOR_ENDED -> ended.add(frame.getExecutorEnded());
            case EXECUTOR_MESSAGE -> said.add(frame.getExecutorMessage());
            case HEARTBEAT -> send(ToAgent.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
            case MESSAGE_NOT_SET -> throw new AssertionError("an empty frame");
        }
    }

    public synchronized void send(ToAgent.Builder message) throws IOException {
        if (out == null) {
            throw new IOException("no agent has come yet");
        }
        var bytes = message.build().toByteArray();
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    public void acknowledge(Update update) throws IOException {
        send(ToAgent.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder()
                        .setEpoch(epoch)
                        .setFrameworkId(update.getFrameworkId())
                        .setTaskId(update.getStatus().getTaskId())
                        .setUuid(update.getStatus().getUuid())));
    }

    public void run(FrameworkInfo framework, TaskInfo task) throws IOException {
        run(framework, task, epoch);
    }

    public void run(FrameworkInfo framework, TaskInfo task, long commandEpoch) throws IOException {
        send(ToAgent.newBuilder()
                .setRun(Run.newBuilder()
                        .setEpoch(commandEpoch)
                        .setFramework(framework)
                        .setTask(task)));
    }

    /** Tasks of one executor, as a group. */
    public void runGroup(List<TaskInfo> tasks, boolean launchExecutor) throws IOException {
        send(ToAgent.newBuilder()
                .setRunGroup(RunGroup.newBuilder()
                        .setEpoch(epoch)
                        .setFramework(Samples.FRAMEWORK)
                        .addAllTasks(tasks)
                        .setLaunchExecutor(launchExecutor)));
    }

    public List<ExecutorEnded> ended() {
        return ended;
    }

    public List<ExecutorMessage> said() {
        return said;
    }

    public void kill(String task, Duration grace) throws IOException {
        send(ToAgent.newBuilder()
                .setKill(Kill.newBuilder()
                        .setEpoch(epoch)
                        .setFrameworkId(Samples.FRAMEWORK.getId())
                        .setTaskId(Samples.taskId(task))
                        .setKillPolicy(Samples.grace(grace))));
    }

    public void kill(String task) throws IOException {
        send(ToAgent.newBuilder()
                .setKill(Kill.newBuilder()
                        .setEpoch(epoch)
                        .setFrameworkId(Samples.FRAMEWORK.getId())
                        .setTaskId(Samples.taskId(task))));
    }

    public void removeFramework() throws IOException {
        send(ToAgent.newBuilder()
                .setRemoveFramework(
                        RemoveFramework.newBuilder().setEpoch(epoch).setFrameworkId(Samples.FRAMEWORK.getId())));
    }

    /** Looks often: most tests wait several times. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    public Register awaitRegistration(int count) {
        await().until(() -> registrations.size() >= count);
        return registrations.get(count - 1);
    }

    public TaskStatus await(String task, TaskState state) {
        return await(task, s -> s.getState() == state);
    }

    public TaskStatus await(String task, Predicate<TaskStatus> test) {
        await().until(() -> statuses(task).stream().anyMatch(test));
        return statuses(task).stream().filter(test).findFirst().orElseThrow();
    }

    public List<TaskStatus> statuses(String task) {
        return updates.stream()
                .map(Update::getStatus)
                .filter(s -> s.getTaskId().getValue().equals(task))
                .toList();
    }

    /** Its states in order, repetitions left out. */
    public List<TaskState> states(String task) {
        var uuids = new java.util.HashSet<ByteString>();
        return statuses(task).stream()
                .filter(s -> uuids.add(s.getUuid()))
                .map(TaskStatus::getState)
                .toList();
    }

    public List<Register> registrations() {
        return registrations;
    }

    public List<Long> stale() {
        return stale;
    }

    public List<Update> updates() {
        return updates;
    }

    public void cut() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (socket != null) {
            socket.close();
        }
    }
}
