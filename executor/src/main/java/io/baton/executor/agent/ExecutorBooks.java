package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.HeldBytes;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.executor.record.Record;
import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskRun;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import io.baton.v1.executor.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The executors of this host. A default executor is what the agent itself does for the tasks on it, and lasts as long as
 * one of them; a custom one is a process that subscribes, is told what to do, and says what becomes of its tasks.
 *
 * <p>Pure. Mutable; the books own it.
 */
public final class ExecutorBooks {
    /** How long a custom executor may take from its start to its first subscription (Mesos). */
    static final Duration REGISTRATION = Duration.ofMinutes(1);

    /** How long it may take to subscribe with an agent that has been restarted (the most that Mesos allows). */
    static final Duration REREGISTRATION = Duration.ofSeconds(15);

    /** Ends of executors that are kept while no master listens; of more than these the frameworks do not hear. */
    static final int MAX_UNTOLD = 100;

    /** What executors do to their tasks, and to what they hold. */
    interface Tasks {
        /** The agent itself says how a task without a process has ended. */
        void end(TaskEntry entry, TaskRun.Effect.Update update, Instant now, List<Effect> effects);

        /** The executor says what has become of a task. */
        void updated(TaskEntry entry, TaskStatus status, Instant now, List<Effect> effects);

        /** An executor holds nothing any more. */
        void over(ExecutorEntry executor, Instant now, List<Effect> effects);
    }

    private final AgentState state;
    private final Deliveries deliveries;
    private final ContainerRuns runs;
    private final StatusWriter writer;
    private final Counters counters;
    private final Tasks tasks;
    private final Intake intake;
    private final Map<ExecutorKey, LiveExecutor> live = new LinkedHashMap<>();
    private final List<Effect> untold = new ArrayList<>();
    private boolean connected;

    ExecutorBooks(
            AgentFacts facts,
            AgentState state,
            Deliveries deliveries,
            ContainerRuns runs,
            StatusWriter writer,
            Counters counters,
            Tasks tasks) {
        this.state = state;
        this.deliveries = deliveries;
        this.runs = runs;
        this.writer = writer;
        this.counters = counters;
        this.tasks = tasks;
        this.intake = new Intake(facts, state);
        state.executors().all().forEach(entry -> live.put(entry.key(), LiveExecutor.recovered(entry)));
        state.tasks().stream().filter(entry -> !entry.isTerminal()).forEach(entry -> of(entry)
                .ifPresent(executor -> executor.tasks.add(entry.key())));
        live.values().forEach(executor -> {
            executor.hadDisk(leftBy(executor.entry));
            claimDisk(executor);
        });
    }

    /** All that tasks of this executor have had, as far as they are known, and it itself. */
    private long leftBy(ExecutorEntry executor) {
        var container = executor.container();
        return DiskClaim.bytes(executor.info().getResourcesList())
                + state.tasks().stream()
                        .filter(task -> task.container().equals(container))
                        .mapToLong(TaskEntry::diskBytes)
                        .sum()
                + state.completed().stream()
                        .filter(done -> done.container().equals(container))
                        .mapToLong(done -> DiskClaim.bytes(done.task().getResourcesList()))
                        .sum();
    }

    private void claimDisk(LiveExecutor executor) {
        if (!executor.isDefault()) {
            runs.claim(executor.entry.container(), executor.disk(state));
        }
    }

    private Optional<LiveExecutor> of(TaskEntry entry) {
        return entry.executor().map(live::get);
    }

    private Optional<LiveExecutor> find(ExecutorKey key) {
        return Optional.ofNullable(live.get(key));
    }

    // ---- launches

    /** Why these tasks are not run on their executor; empty if they may, or have none. */
    Optional<TaskRun.Effect.Update> refusal(LaunchOrder order) {
        if (order.executorKey().isEmpty()) {
            return Optional.empty();
        }
        var key = order.executorKey().get();
        var executor = live.get(key);
        boolean gone = executor == null && !order.launchExecutor();
        boolean ending = executor != null && executor.isEnding();
        var held = executor == null
                ? order.executor().map(ExecutorInfo::getResourcesList).orElse(List.of())
                : executor.resources(state);
        var misplaced = ExecutorVolumes.problem(order, held);
        if (misplaced.isPresent()) {
            return misplaced.map(Admission::failed);
        }
        return gone || ending
                ? Optional.of(Admission.dropped(
                        order.framework(),
                        Reason.REASON_EXECUTOR_TERMINATED,
                        "executor '" + key.executor() + "' has ended: launch the task anew"))
                : Optional.empty();
    }

    /** Whether the executor of these tasks is to be started for them. */
    boolean launches(LaunchOrder order) {
        return order.executorKey().filter(key -> !live.containsKey(key)).isPresent();
    }

    /** Starts the executor of these tasks; they are added after it. */
    ExecutorEntry create(LaunchOrder order, AgentFacts facts, String container, Instant now, List<Effect> effects) {
        var key = order.executorKey().orElseThrow();
        var agent = order.tasks().get(0).getAgentId();
        var sandbox = Sandboxes.locate(
                facts.workDir(), agent.getValue(), key.framework().value(), key.executor(), container);
        var accepted = ExecutorAccepted.newBuilder()
                .setFramework(order.framework())
                .setExecutor(order.executor().orElseThrow().toBuilder()
                        .setFrameworkId(key.framework().toProto()))
                .setContainerId(container)
                .setSandbox(sandbox.toString())
                .setBootId(facts.bootId())
                .setAcceptedAt(now.toEpochMilli())
                .setAgentId(agent);
        deliveries.write(Record.newBuilder().setExecutorAccepted(accepted).build(), effects);
        var entry = state.executors().find(key).orElseThrow();
        live.put(key, LiveExecutor.begun(entry));
        entry.process().ifPresent(process -> runs.start(process, now, effects));
        return entry;
    }

    /** Tasks launched together: a custom executor is told of them as soon as it is there. */
    void add(List<TaskEntry> entries, Instant now, List<Effect> effects) {
        of(entries.get(0)).ifPresent(executor -> {
            entries.forEach(entry -> executor.tasks.add(entry.key()));
            if (!executor.isDefault()) {
                effects.add(new Effect.Resize(executor.entry.container(), executor.resources(state)));
                claimDisk(executor);
                executor.queued.add(entries);
                executor.tellQueued(effects);
            }
        });
    }

    /**
     * The volumes of a launch are linked in the sandbox of its executor.
     *
     * @param container the executor's
     * @param failure why they are not
     */
    public void linked(String container, Optional<String> failure, Instant now, List<Effect> effects) {
        var executor = live.values().stream()
                .filter(its -> its.entry.container().equals(container))
                .findFirst();
        executor.ifPresent(its -> {
            var launch = its.linked();
            if (launch.isPresent() && failure.isPresent()) {
                its.queued.remove(launch.get());
                var end = Admission.failed(Reason.REASON_CONTAINER_UPDATE_FAILED, failure.get());
                launch.get().forEach(entry -> tasks.end(entry, end, now, effects));
            }
            its.tellQueued(effects);
        });
    }

    // ---- what custom executors say

    /** Whether the journal has room for more than how tasks end. */
    void room(boolean room) {
        intake.room(room);
    }

    /** The container of a custom executor; empty if it is not here. */
    public Optional<String> containerOf(ExecutorKey key) {
        return find(key).filter(executor -> !executor.isDefault()).map(executor -> executor.entry.container());
    }

    /** Whether anything of this framework is here. */
    public boolean hosts(FrameworkId framework) {
        return live.keySet().stream().anyMatch(key -> key.framework().equals(framework))
                || state.tasks().stream()
                        .anyMatch(task -> task.key().framework().equals(framework));
    }

    /** Whether a task waits for its executor to subscribe; for its process, if it has a command only. */
    boolean isQueued(TaskEntry entry) {
        return entry.state() == TaskState.TASK_STAGING
                && of(entry)
                        .map(executor -> executor.isQueued(entry.key()))
                        .orElse(entry.executor().isEmpty());
    }

    /** In which part of its life each is. */
    List<Counters.Phase> phases() {
        return live.values().stream().map(LiveExecutor::phase).toList();
    }

    /** Whether it has subscribed with this agent. What it says is taken from then on, even if its stream is broken. */
    public boolean hasSubscribed(ExecutorKey key) {
        return find(key).filter(LiveExecutor::hasSubscribed).isPresent();
    }

    /** Whether it listens. */
    public boolean isSubscribed(ExecutorKey key) {
        return find(key).filter(executor -> executor.stream.isPresent()).isPresent();
    }

    /**
     * An executor listens from now on, on this stream; an older one ends. One that an earlier agent started says what
     * that agent may not know.
     *
     * @param agent as the executor is to see it
     */
    public void subscribe(
            ExecutorKey key, String stream, Call.Subscribe said, AgentInfo agent, Instant now, List<Effect> effects) {
        var found = find(key);
        if (found.isEmpty() || found.get().isDefault()) {
            effects.add(new Effect.CloseStream(stream));
            return;
        }
        var executor = found.get();
        boolean first = executor.listen(stream, agent, effects);
        for (var update : said.getUnacknowledgedUpdatesList()) {
            if (isOutdated(key, update.getStatus())) {
                executor.acknowledge(update.getStatus(), effects);
            } else {
                updated(key, update.getStatus(), now, effects);
            }
        }
        boolean hadTask = !first || hasEverHadTask(executor, said);
        var why = first
                ? "the agent was restarted before the executor had the task"
                : "the executor's connection broke before it had the task";
        dropUnheard(executor, said, why, now, effects);
        if (!hadTask) {
            executor.neverTold();
        }
        executor.tellAgain(state, effects);
        executor.tellQueued(effects);
        endUseless(executor, now, effects);
    }

    /** Whether something later of the task was taken in when this was left out. The end of a task is always told. */
    private boolean isOutdated(ExecutorKey key, TaskStatus said) {
        return said.hasTimestamp()
                && !TaskStates.isTerminal(said.getState())
                && state.task(TaskKey.of(key.framework().toProto(), said.getTaskId()))
                        .flatMap(TaskEntry::latest)
                        .filter(latest -> latest.getTimestamp() > said.getTimestamp())
                        .isPresent();
    }

    /** As far as is known: one whose tasks are all forgotten is left alone. */
    private boolean hasEverHadTask(LiveExecutor executor, Call.Subscribe said) {
        var key = executor.entry.key();
        return executor.tasks.isEmpty()
                || said.getUnacknowledgedTasksCount() > 0
                || said.getUnacknowledgedUpdatesCount() > 0
                || state.tasks().stream()
                        .anyMatch(task -> task.executor().filter(key::equals).isPresent()
                                && task.latest().isPresent())
                || state.completed().stream().anyMatch(done -> ExecutorKey.of(
                                done.task().getFrameworkId(), done.task().getExecutorId())
                        .equals(key));
    }

    /**
     * What was told on a stream that broke, or written down by an earlier agent, and what the executor does not know, will
     * not be done.
     */
    private void dropUnheard(
            LiveExecutor executor, Call.Subscribe said, String why, Instant now, List<Effect> effects) {
        var heard = said.getUnacknowledgedTasksList().stream()
                .map(task -> TaskKey.of(executor.entry.framework().getId(), task.getTaskId()))
                .toList();
        for (var key : List.copyOf(executor.tasks)) {
            var entry = state.task(key);
            if (entry.isPresent()
                    && entry.get().state() == TaskState.TASK_STAGING
                    && !heard.contains(key)
                    && !executor.isQueued(key)) {
                tasks.end(
                        entry.get(),
                        Admission.dropped(executor.entry.framework(), Reason.REASON_AGENT_RESTARTED, why),
                        now,
                        effects);
            }
        }
    }

    /** The stream is over. The process may subscribe again. */
    public void disconnected(ExecutorKey key, String stream) {
        find(key).ifPresent(executor -> executor.stream = executor.stream.filter(s -> !s.equals(stream)));
    }

    /** Whether this is somebody else's task, of which nothing is taken from this executor. */
    boolean isForeign(ExecutorKey key, TaskID task) {
        return state.task(TaskKey.of(key.framework().toProto(), task))
                .filter(entry -> entry.executor().filter(key::equals).isEmpty())
                .isPresent();
    }

    /**
     * An executor says what has become of a task. It has the receipt once this is written down, or was before; none for
     * what cannot be kept.
     */
    public void updated(ExecutorKey key, TaskStatus said, Instant now, List<Effect> effects) {
        var task = state.task(TaskKey.of(key.framework().toProto(), said.getTaskId()))
                .filter(entry -> entry.executor().filter(key::equals).isPresent());
        if (task.isEmpty()) {
            counters.add(Counters.Fact.INVALID_STATUS_UPDATES);
        }
        boolean known = task.isEmpty()
                || task.get().knows(said.getUuid())
                || task.get().isTerminal()
                || isQueued(task.get()); // It speaks of one before by the same id: of this one it has not heard.
        if (!known) {
            var taken = intake.of(task.get(), said);
            if (taken.isPresent()) {
                tasks.updated(task.get(), writer.complete(task.get(), taken.get(), now), now, effects);
            } else {
                find(key).ifPresent(executor -> executor.leaveOut(HeldBytes.of(said)));
            }
        }
        boolean receipt =
                known || task.get().knows(said.getUuid()) || task.get().isAbandoned();
        if (receipt) {
            find(key).ifPresent(executor -> executor.acknowledge(said, effects));
        }
    }

    /** An executor has something for its framework. */
    public void saidToFramework(ExecutorKey key, ByteString data, List<Effect> effects) {
        effects.add(new Effect.ToMaster(ExecutorFrames.message(key, data)));
    }

    /** A framework has something for its executor. Lost if that does not listen. */
    public void saidToExecutor(ExecutorKey key, ByteString data, List<Effect> effects) {
        boolean heard = isSubscribed(key);
        counters.add(heard ? Counters.Fact.VALID_FRAMEWORK_MESSAGES : Counters.Fact.INVALID_FRAMEWORK_MESSAGES);
        find(key).ifPresent(executor -> executor.tell(ExecutorEvents.message(data), effects));
    }

    // ---- ends

    /** A task of a custom executor is to end. */
    void kill(TaskEntry entry, Optional<Duration> grace, Instant now, List<Effect> effects) {
        var executor = of(entry);
        if (entry.isTerminal() || executor.isEmpty()) {
            return;
        }
        var waiting = executor.get().unqueue(entry.key());
        for (var queued : waiting) {
            tasks.end(
                    queued,
                    new TaskRun.Effect.Update(
                            TaskState.TASK_KILLED,
                            Source.SOURCE_AGENT,
                            Optional.of(Reason.REASON_TASK_KILLED_DURING_LAUNCH),
                            "Killed before the executor was told of it"),
                    now,
                    effects);
        }
        if (waiting.isEmpty()) {
            boolean news = entry.forceKillAt().isEmpty() || grace.isPresent() && !grace.equals(entry.killGrace());
            if (news) {
                boolean first = entry.forceKillAt().isEmpty();
                deliveries.writeKill(Records.killAsked(entry, now, grace), first, effects);
            }
            executor.get().tell(ExecutorEvents.kill(entry.task().getTaskId(), grace), effects);
        }
    }

    /** A framework wants its executor to end, and all its tasks. Unknown ones are ignored. */
    public void shutdown(ExecutorKey key, Instant now, List<Effect> effects) {
        shutdown(key, Optional.empty(), now, effects);
    }

    /** @param most if it is to have no more time than this, even if it has been told to end */
    private void shutdown(ExecutorKey key, Optional<Duration> most, Instant now, List<Effect> effects) {
        var executor = live.get(key);
        if (executor == null) {
            return;
        }
        var own = executor.entry.grace();
        var grace = most.filter(m -> m.compareTo(own) < 0).orElse(own);
        boolean sooner = !executor.isEnding()
                || most.isPresent() && now.plus(grace).isBefore(executor.forceAt) && !executor.forced;
        if (executor.isDefault()) {
            List.copyOf(executor.tasks).forEach(task -> runs.kill(task, Optional.of(grace), now, effects));
        } else if (sooner) {
            executor.forceAt = now.plus(grace);
            executor.entry
                    .process()
                    .ifPresent(process -> deliveries.write(
                            Records.killAsked(process, executor.forceAt, Optional.of(grace)), effects));
            executor.tell(ExecutorEvents.SHUTDOWN, effects);
        }
    }

    void shutdownAll(Predicate<ExecutorKey> which, Optional<Duration> most, Instant now, List<Effect> effects) {
        List.copyOf(live.keySet()).stream().filter(which).forEach(key -> shutdown(key, most, now, effects));
    }

    /** Something has become of a custom executor's process. */
    void told(
            TaskEntry process,
            TaskRun.Effect.Update update,
            Optional<Verdict> verdict,
            Instant now,
            List<Effect> effects) {
        of(process).ifPresent(executor -> {
            if (update.state() == TaskState.TASK_RUNNING) {
                executor.subscribeBy = now.plus(REGISTRATION);
            } else if (TaskStates.isTerminal(update.state())) {
                executor.forced = true;
                executor.queued.clear();
                var last = executor.lastUpdate(update);
                for (var key : List.copyOf(executor.tasks)) {
                    state.task(key).ifPresent(entry -> tasks.end(entry, last, now, effects));
                }
                over(executor, verdict.flatMap(ExecutorFrames::status), now, effects);
            }
        });
    }

    /** A task has ended. */
    void taskOver(TaskEntry entry, Instant now, List<Effect> effects) {
        of(entry).ifPresent(executor -> {
            executor.tasks.remove(entry.key());
            if (executor.isDefault()) {
                overIfIdle(executor, now, effects);
            } else {
                claimDisk(executor);
                endUseless(executor, now, effects);
            }
        });
    }

    private void overIfIdle(LiveExecutor executor, Instant now, List<Effect> effects) {
        if (executor.tasks.isEmpty() && live.containsKey(executor.entry.key())) {
            over(executor, Optional.of(0), now, effects);
        }
    }

    /** An executor that never had a task and waits for none is not wanted. */
    private void endUseless(LiveExecutor executor, Instant now, List<Effect> effects) {
        if (executor.isUseless()) {
            shutdown(executor.entry.key(), now, effects);
        }
    }

    private void over(LiveExecutor executor, Optional<Integer> status, Instant now, List<Effect> effects) {
        var key = executor.entry.key();
        live.remove(key);
        executor.stream.ifPresent(stream -> effects.add(new Effect.CloseStream(stream)));
        deliveries.write(Records.executorOver(executor.entry), effects);
        tasks.over(executor.entry, now, effects);
        var ended = new Effect.ToMaster(ExecutorFrames.ended(key, status));
        if (connected) {
            effects.add(ended);
        } else if (untold.size() < MAX_UNTOLD) {
            untold.add(ended);
        }
    }

    /** A master listens: it hears which executors ended while none did. Their resources it knows to be free by then. */
    List<Effect> connected() {
        connected = true;
        var out = List.<Effect>copyOf(untold);
        untold.clear();
        return out;
    }

    void disconnected() {
        connected = false;
    }

    /** Time goes by. */
    void tick(Instant now, List<Effect> effects) {
        for (var executor : List.copyOf(live.values())) {
            if (executor.isDefault()) {
                overIfIdle(executor, now, effects);
            } else if (executor.entry.isAbandoned() && !executor.isEnding()) {
                shutdown(executor.entry.key(), now, effects);
            } else if (executor.isLate(now) || !now.isBefore(executor.forceAt)) {
                executor.forceAt = Instant.MAX;
                executor.subscribeBy = Instant.MAX;
                executor.forced = true;
                runs.kill(executor.entry.key().process(), Optional.of(Duration.ZERO), now, effects);
            } else if (executor.hasLeftOut() && intake.takes(executor.leftOut())) {
                executor.hearAgain(effects);
            }
        }
    }
}
