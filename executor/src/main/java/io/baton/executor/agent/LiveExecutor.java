package io.baton.executor.agent;

import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskRun;
import io.baton.v1.AgentInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import io.baton.v1.executor.Event;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One executor that is not over: what it has to do, and whether it listens. {@link ExecutorBooks} owns it. */
final class LiveExecutor {
    final ExecutorEntry entry;
    /** Tasks that have not ended. */
    final Set<TaskKey> tasks = new LinkedHashSet<>();
    /** Launches of which a custom executor has not been told; more than one task is a group, and so may be one. */
    final Deque<List<TaskEntry>> queued = new ArrayDeque<>();

    Optional<String> stream = Optional.empty();
    /** When it must listen. */
    Instant subscribeBy = Instant.MAX;
    /** When it is ended by force. */
    Instant forceAt = Instant.MAX;

    boolean forced;
    /** The launch whose volumes are being linked; it is still queued, unless it was killed. */
    private Optional<List<TaskEntry>> linking = Optional.empty();
    /** The launch whose volumes are there. */
    private Optional<List<TaskEntry>> linked = Optional.empty();
    /** The most disk that it and its tasks ever had together: what ended tasks have written stays. */
    private long diskBytes;

    /** Of the largest update that was left out since it subscribed. */
    private long leftOutBytes;

    private boolean awaitedAgain;
    private boolean late;
    private boolean told;
    private boolean heard;

    private LiveExecutor(ExecutorEntry entry) {
        this.entry = entry;
    }

    static LiveExecutor begun(ExecutorEntry entry) {
        return new LiveExecutor(entry);
    }

    /** Of an earlier agent, which may have told it anything. */
    static LiveExecutor recovered(ExecutorEntry entry) {
        var executor = new LiveExecutor(entry);
        executor.awaitedAgain = true;
        executor.told = true;
        executor.forceAt = entry.process().flatMap(TaskEntry::forceKillAt).orElse(Instant.MAX);
        return executor;
    }

    boolean isDefault() {
        return entry.process().isEmpty();
    }

    Counters.Phase phase() {
        if (isEnding()) {
            return Counters.Phase.TERMINATING;
        }
        return isDefault() || heard ? Counters.Phase.RUNNING : Counters.Phase.REGISTERING;
    }

    boolean hasSubscribed() {
        return heard;
    }

    boolean isEnding() {
        return forced || !forceAt.equals(Instant.MAX);
    }

    /** What an earlier agent may have told it, it did not. */
    void neverTold() {
        told = false;
    }

    /** Nothing was ever told to it, and nothing is to be. */
    boolean isUseless() {
        return !told && tasks.isEmpty() && queued.isEmpty() && !isEnding();
    }

    boolean isQueued(TaskKey key) {
        return queued.stream().anyMatch(launch -> isIn(launch, key));
    }

    private static boolean isIn(List<TaskEntry> launch, TaskKey key) {
        return launch.stream().anyMatch(entry -> entry.key().equals(key));
    }

    /** Takes the launch with this task out of the queue; empty if it was told already. */
    List<TaskEntry> unqueue(TaskKey key) {
        var found = queued.stream().filter(launch -> isIn(launch, key)).findFirst();
        found.ifPresent(queued::remove);
        return found.orElse(List.of());
    }

    /**
     * It listens on this stream.
     *
     * @return whether it is the first time since the agent was restarted
     */
    boolean listen(String on, AgentInfo agent, List<Effect> effects) {
        stream.ifPresent(old -> effects.add(new Effect.CloseStream(old)));
        stream = Optional.of(on);
        heard = true;
        subscribeBy = Instant.MAX;
        leftOutBytes = 0;
        tell(ExecutorEvents.subscribed(entry, agent), effects);
        boolean first = awaitedAgain;
        awaitedAgain = false;
        return first;
    }

    /** What it may use: for itself, and for its tasks. */
    List<Resource> resources(AgentState state) {
        var all = new ArrayList<>(entry.info().getResourcesList());
        tasks.forEach(
                key -> state.task(key).ifPresent(task -> all.addAll(task.task().getResourcesList())));
        return all;
    }

    /** What it may hold of the disk, for itself and for its tasks. */
    DiskClaim disk(AgentState state) {
        var all = resources(state);
        diskBytes = Math.max(diskBytes, DiskClaim.bytes(all));
        return new DiskClaim(diskBytes, List.of(), DiskClaim.of(all).volumes());
    }

    /** Tasks of an earlier agent had so much, and have left it. */
    void hadDisk(long bytes) {
        diskBytes = Math.max(diskBytes, bytes);
    }

    void tell(Event event, List<Effect> effects) {
        stream.ifPresent(s -> effects.add(new Effect.Tell(s, event)));
    }

    void tellQueued(List<Effect> effects) {
        while (stream.isPresent() && !isEnding() && !queued.isEmpty() && linking.isEmpty()) {
            var next = queued.element();
            var volumes = ExecutorVolumes.of(next);
            if (volumes.isEmpty() || linked.filter(launch -> launch == next).isPresent()) {
                told = true;
                tell(ExecutorEvents.launch(queued.remove()), effects);
            } else {
                linking = Optional.of(next);
                effects.add(new Effect.LinkVolumes(entry.process().orElseThrow(), volumes));
            }
        }
    }

    /**
     * The volumes of a launch are linked, or cannot be.
     *
     * @return the launch, if it still waits
     */
    Optional<List<TaskEntry>> linked() {
        linked = linking.filter(launch -> launch == queued.peek());
        linking = Optional.empty();
        return linked;
    }

    /** An update of so many bytes is not taken in, and it has no receipt for it. */
    void leaveOut(long bytes) {
        leftOutBytes = Math.max(leftOutBytes, bytes);
    }

    boolean hasLeftOut() {
        return leftOutBytes > 0;
    }

    long leftOut() {
        return leftOutBytes;
    }

    /**
     * Has it say again what was left out: with a new subscription, so its stream ends. One that is not to outlive the agent would
     * end with its stream, and goes on untold.
     */
    void hearAgain(List<Effect> effects) {
        leftOutBytes = 0;
        if (entry.framework().getCheckpoint()) {
            stream.ifPresent(old -> effects.add(new Effect.CloseStream(old)));
            stream = Optional.empty();
        }
    }

    /** What it may have missed while it did not listen. */
    void tellAgain(AgentState state, List<Effect> effects) {
        for (var key : tasks) {
            state.task(key)
                    .filter(task -> task.forceKillAt().isPresent())
                    .ifPresent(task -> tell(ExecutorEvents.kill(task.task().getTaskId(), task.killGrace()), effects));
        }
        if (isEnding()) {
            tell(ExecutorEvents.SHUTDOWN, effects);
        }
    }

    void acknowledge(TaskStatus status, List<Effect> effects) {
        tell(ExecutorEvents.acknowledged(status), effects);
    }

    /** Whether it should have subscribed by now. After a restart of the agent the time begins with the first question. */
    boolean isLate(Instant now) {
        if (awaitedAgain && subscribeBy.equals(Instant.MAX) && !isEnding()) {
            subscribeBy = now.plus(ExecutorBooks.REREGISTRATION);
        }
        late |= stream.isEmpty() && !now.isBefore(subscribeBy);
        return stream.isEmpty() && !now.isBefore(subscribeBy);
    }

    /** How its tasks end with it. */
    TaskRun.Effect.Update lastUpdate(TaskRun.Effect.Update process) {
        boolean neverThere = process.reason().equals(Optional.of(Reason.REASON_AGENT_RESTARTED));
        var reason = late
                ? awaitedAgain
                        ? Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT
                        : Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT
                : process.reason().orElse(Reason.REASON_EXECUTOR_TERMINATED);
        var message = late ? "Executor did not subscribe in time" : "Executor terminated: " + process.message();
        return new TaskRun.Effect.Update(
                neverThere ? process.state() : TaskState.TASK_FAILED,
                Source.SOURCE_AGENT,
                Optional.of(reason),
                message,
                late ? List.of() : process.limited());
    }
}
