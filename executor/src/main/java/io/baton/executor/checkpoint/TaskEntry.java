package io.baton.executor.checkpoint;

import com.google.protobuf.ByteString;
import io.baton.core.task.Secrets;
import io.baton.core.task.TaskStates;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.KillAsked;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.Limit;
import io.baton.executor.task.TaskKey;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One task for which the agent answers, as far as it is written down. Changed by {@link AgentState} only. */
public final class TaskEntry {
    /** Most acknowledged updates kept for the task's history; the oldest go first. */
    static final int MAX_HISTORY = 16;

    /** Most acknowledged updates of a custom executor's task that are known again when they are repeated. */
    static final int MAX_UUIDS = 256;

    private final Accepted accepted;
    private final TaskKey key;
    private final Path sandbox;
    private final List<TaskStatus> delivered = new ArrayList<>();
    private final List<TaskStatus> pending = new ArrayList<>();
    private final Set<ByteString> uuids = new LinkedHashSet<>();
    private Optional<ProcessIdentity> process = Optional.empty();
    private Optional<Instant> startedAt = Optional.empty();
    private Optional<Instant> forceKillAt = Optional.empty();
    private Optional<Duration> killGrace = Optional.empty();
    private Optional<String> preempted = Optional.empty();
    private Optional<Limit> exceeded = Optional.empty();
    private boolean abandoned;
    private Optional<Task> shown = Optional.empty();
    private int describedBytes;
    private long acceptedBytes;
    private long statusBytes;

    /** What somebody wants run, and nothing has become of yet. */
    public TaskEntry(Accepted accepted) {
        this.accepted = accepted;
        this.key =
                TaskKey.of(accepted.getFramework().getId(), accepted.getTask().getTaskId());
        this.sandbox = Path.of(accepted.getSandbox());
        uuids.addAll(accepted.getDeliveredUuidsList());
    }

    void started(ProcessIdentity identity, Instant at) {
        process = Optional.of(identity);
        startedAt = Optional.of(at);
    }

    void killAsked(KillAsked asked) {
        forceKillAt = Optional.of(Instant.ofEpochMilli(asked.getForceAt()));
        if (asked.hasGrace()) {
            killGrace = Optional.of(Duration.ofNanos(asked.getGrace()));
        }
        if (asked.hasPreempted()) {
            preempted = Optional.of(asked.getPreempted());
        }
        if (asked.hasExceeded()) {
            exceeded = Optional.of(new Limit(asked.getExceeded(), asked.getMessage(), asked.getLimitedList()));
        }
    }

    void updated(TaskStatus status) {
        pending.add(status);
        statusBytes += HeldBytes.of(status);
        shown = Optional.empty();
    }

    /** @return whether this was the last update of all */
    boolean acknowledged(ByteString uuid) {
        if (pending.isEmpty() || !pending.get(0).getUuid().equals(uuid)) {
            return false;
        }
        remember(uuid);
        var head = pending.remove(0);
        var kept = Brief.of(head); // Its data, up to a megabyte, was for the scheduler alone: as in Mesos.
        if (kept != head) {
            shown = Optional.empty();
        }
        delivered.add(kept);
        statusBytes += HeldBytes.of(kept) - HeldBytes.of(head);
        if (delivered.size() > MAX_HISTORY) {
            statusBytes -= HeldBytes.of(delivered.remove(0));
        }
        return TaskStates.isTerminal(head.getState());
    }

    /** An executor repeats what it has no receipt for, however much came after it. */
    private void remember(ByteString uuid) {
        if (!hasProcess() && uuids.add(uuid) && uuids.size() > MAX_UUIDS) {
            uuids.remove(uuids.iterator().next());
        }
    }

    /** Whether this update of a custom executor's task came before. */
    public boolean knows(ByteString uuid) {
        return uuids.contains(uuid)
                || pending.stream().anyMatch(status -> status.getUuid().equals(uuid));
    }

    void abandon() {
        abandoned = true;
        pending.forEach(status -> statusBytes -= HeldBytes.of(status));
        pending.clear();
        shown = Optional.empty();
    }

    public TaskKey key() {
        return key;
    }

    public FrameworkInfo framework() {
        return accepted.getFramework();
    }

    public TaskInfo task() {
        return accepted.getTask();
    }

    /** The executor that the task runs on, or whose process this is; none for a task with a command only. */
    public Optional<ExecutorKey> executor() {
        return accepted.getTask().hasExecutor()
                ? Optional.of(new ExecutorKey(
                        key.framework(),
                        accepted.getTask().getExecutor().getExecutorId().getValue()))
                : Optional.empty();
    }

    /** Whether a process of its own belongs to it; a task of a custom executor is only news from there. */
    public boolean hasProcess() {
        return isExecutor()
                || !accepted.getTask().hasExecutor()
                || ExecutorEntry.isDefault(accepted.getTask().getExecutor());
    }

    /** Whether this is an executor's process and not a task. */
    public boolean isExecutor() {
        return ExecutorKey.isProcess(key);
    }

    /** Names the group that the task was launched in. */
    public Optional<String> group() {
        return accepted.hasGroup() ? Optional.of(accepted.getGroup()) : Optional.empty();
    }

    /** Names the launch; none from masters that do not say. */
    public Optional<String> launch() {
        return accepted.hasLaunch() ? Optional.of(accepted.getLaunch()) : Optional.empty();
    }

    /** The container that this one is in, not counting those in between; none for all that are not nested. */
    public Optional<String> outermost() {
        return accepted.hasOutermost() ? Optional.of(accepted.getOutermost()) : Optional.empty();
    }

    public String container() {
        return accepted.getContainerId();
    }

    public Path sandbox() {
        return sandbox;
    }

    public Accepted accepted() {
        return accepted;
    }

    /** The same, with what cannot be told from the updates that are kept. */
    Accepted forJournal() {
        return uuids.isEmpty()
                ? accepted
                : accepted.toBuilder()
                        .clearDeliveredUuids()
                        .addAllDeliveredUuids(uuids)
                        .build();
    }

    public Instant acceptedAt() {
        return Instant.ofEpochMilli(accepted.getAcceptedAt());
    }

    /** How much disk the task asked for, its volumes apart; 0 if it did not. */
    public long diskBytes() {
        return DiskClaim.bytes(accepted.getTask().getResourcesList());
    }

    /** What its own process may hold of the disk. */
    public DiskClaim disk() {
        return DiskClaim.of(accepted.getTask().getResourcesList());
    }

    /** The run of the kernel in which the task was accepted. */
    public String bootId() {
        return accepted.getBootId();
    }

    public Optional<ProcessIdentity> process() {
        return process;
    }

    public Optional<Instant> startedAt() {
        return startedAt;
    }

    /** When SIGKILL is due, if the task is to end. */
    public Optional<Instant> forceKillAt() {
        return forceKillAt;
    }

    /** How long it was given when it was to end, if that was said; by schedulers only, for a custom executor's task. */
    public Optional<Duration> killGrace() {
        return killGrace;
    }

    /** Why a master has taken back what the task held, if that is how it ends. */
    public Optional<String> preempted() {
        return preempted;
    }

    /** What the task has exceeded, if that is why it is to end. */
    public Optional<Limit> exceeded() {
        return exceeded;
    }

    /** Whether an update awaits an acknowledgement. */
    public boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Updates that await an acknowledgement, oldest first. */
    public List<TaskStatus> pending() {
        return Collections.unmodifiableList(pending);
    }

    /** Acknowledged updates, oldest first; at most {@link #MAX_HISTORY}. */
    public List<TaskStatus> delivered() {
        return Collections.unmodifiableList(delivered);
    }

    /** Whether the framework is gone, so that nobody wants to hear of the task any more. */
    public boolean isAbandoned() {
        return abandoned;
    }

    /** The newest update, delivered or not. */
    public Optional<TaskStatus> latest() {
        if (!pending.isEmpty()) {
            return Optional.of(pending.get(pending.size() - 1));
        }
        return delivered.isEmpty() ? Optional.empty() : Optional.of(delivered.get(delivered.size() - 1));
    }

    /** The newest state; TASK_STAGING before the first update. */
    public TaskState state() {
        return latest().map(TaskStatus::getState).orElse(TaskState.TASK_STAGING);
    }

    public boolean isTerminal() {
        return TaskStates.isTerminal(state());
    }

    /**
     * The task for registration: with the updates that await an acknowledgement, which are sent besides; else with the last
     * one, of which a master that was not there then would know the state only.
     */
    public Task forRegistration() {
        return describe(pending.isEmpty() ? latest().stream().toList() : pending);
    }

    /** The same with less to tell: without an update that was acknowledged. */
    public Task forLongRegistration() {
        return describe(pending);
    }

    /** The task for operators: with its whole history. */
    public Task forDisplay() {
        if (shown.isEmpty()) {
            var all = new ArrayList<TaskStatus>(delivered);
            all.addAll(pending);
            shown = Optional.of(describe(all));
        }
        return shown.get();
    }

    /** What it takes to tell of the task, without its updates; at first sight of it. */
    int describedBytes() {
        if (describedBytes == 0) {
            describedBytes = describe(List.of()).getSerializedSize();
        }
        return describedBytes;
    }

    /** About what it takes of the heap, with all of its updates that are kept. */
    long heldBytes() {
        if (acceptedBytes == 0) {
            acceptedBytes = HeldBytes.of(accepted);
        }
        return acceptedBytes + statusBytes;
    }

    private Task describe(List<TaskStatus> statuses) {
        var task = accepted.getTask();
        var out = Task.newBuilder()
                .setName(task.getName())
                .setTaskId(task.getTaskId())
                .setFrameworkId(accepted.getFramework().getId())
                .setAgentId(task.getAgentId())
                .setState(state())
                .addAllResources(task.getResourcesList())
                .addAllStatuses(statuses)
                .putAllLimits(task.getLimitsMap());
        if (task.hasExecutor()) {
            out.setExecutorId(task.getExecutor().getExecutorId());
        } else {
            out.setExecutorId(ExecutorID.newBuilder().setValue(task.getTaskId().getValue()));
        }
        var head = pending.isEmpty() ? latest() : Optional.of(pending.get(0));
        head.ifPresent(s -> out.setStatusUpdateState(s.getState()).setStatusUpdateUuid(s.getUuid()));
        if (task.hasLabels()) {
            out.setLabels(task.getLabels());
        }
        if (task.hasDiscovery()) {
            out.setDiscovery(task.getDiscovery());
        }
        if (task.hasContainer()) {
            out.setContainer(Secrets.hidden(task.getContainer()));
        }
        if (task.hasHealthCheck()) {
            out.setHealthCheck(task.getHealthCheck());
        }
        if (task.hasKillPolicy()) {
            out.setKillPolicy(task.getKillPolicy());
        }
        var own = task.getCommand().getUser();
        out.setUser(own.isEmpty() ? accepted.getFramework().getUser() : own);
        return out.build();
    }
}
