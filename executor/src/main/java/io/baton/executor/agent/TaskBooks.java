package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.task.TaskStates;
import io.baton.executor.check.Outcome;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.Limit;
import io.baton.executor.task.NestedKey;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskRun;
import io.baton.link.TasksTold;
import io.baton.link.ToMaster;
import io.baton.v1.DrainConfig;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * All that the agent knows of its tasks, and what it does about them: their processes in {@link ContainerRuns}, their
 * executors in {@link ExecutorBooks}, and the updates that {@link Deliveries} brings to a master.
 *
 * <p>Pure. Mutable, because a host has thousands of tasks; one owner.
 */
public final class TaskBooks {
    private final AgentFacts facts;
    private final AgentState state;
    private final StatusWriter writer;
    private final Supplier<UUID> uuids;
    private final Deliveries deliveries;
    private final ContainerRuns runs;
    private final ExecutorBooks executors;
    private final NestedBooks nested;
    private final Occupancy occupancy = new Occupancy();
    private final TaskGroups groups = new TaskGroups();
    private final Counters counters = new Counters();

    /**
     * Books over what was written down. Processes that were under way are silent until {@link #recovered} tells of each.
     *
     * @param uuids fresh ones, for updates and containers
     */
    public TaskBooks(AgentFacts facts, AgentState state, Supplier<UUID> uuids) {
        this.facts = facts;
        this.state = state;
        this.uuids = uuids;
        this.writer = new StatusWriter(facts.ip(), state, uuids);
        this.deliveries = new Deliveries(state, groups::remove);
        this.runs = new ContainerRuns(facts, deliveries, new News());
        this.executors = new ExecutorBooks(facts, state, deliveries, runs, writer, counters, new Tasks());
        this.nested = new NestedBooks(facts, state, runs, uuids);
        state.executors()
                .all()
                .forEach(e -> occupancy.hold(e.key().process(), e.info().getResourcesList()));
        for (var entry : state.tasks()) {
            deliveries.resume(entry);
            groups.add(entry);
            if (!entry.isTerminal()) {
                occupancy.hold(entry.key(), entry.task().getResourcesList());
            }
        }
    }

    /** What becomes of processes. */
    private final class News implements ContainerRuns.Books {
        @Override
        public void told(
                TaskEntry entry, TaskRun.Effect.Update update, Optional<Verdict> verdict, ContainerRuns.News news) {
            if (update.reason().equals(Optional.of(Reason.REASON_CONTAINER_LAUNCH_FAILED))) {
                counters.add(Counters.Fact.CONTAINER_LAUNCH_ERRORS);
            }
            if (NestedKey.isNested(entry.key())) {
                nested.told(entry, update, verdict, news.effects());
            } else if (entry.isExecutor()) {
                executors.told(entry, update, verdict, news.now(), news.effects());
            } else {
                tell(entry, update, news.checks(), news.now(), news.effects());
            }
        }

        @Override
        public void cleaned(TaskEntry entry, ContainerRuns.News news) {
            if (!NestedKey.isNested(entry.key())) {
                if (isOwnExecutor(entry)) {
                    counters.add(Counters.Fact.EXECUTORS_TERMINATED);
                }
                release(entry, news.now(), news.effects());
            }
            nested.parentOver(entry.container(), news.now(), news.effects());
        }
    }

    /** What executors do to their tasks. */
    private final class Tasks implements ExecutorBooks.Tasks {
        @Override
        public void end(TaskEntry entry, TaskRun.Effect.Update update, Instant now, List<Effect> effects) {
            tell(entry, update, TaskChecks.of(entry.task()), now, effects);
            release(entry, now, effects);
        }

        @Override
        public void updated(TaskEntry entry, TaskStatus status, Instant now, List<Effect> effects) {
            deliver(entry, status, now, effects);
            if (TaskStates.isTerminal(status.getState())) {
                release(entry, now, effects);
            }
        }

        @Override
        public void over(ExecutorEntry executor, Instant now, List<Effect> effects) {
            counters.add(Counters.Fact.EXECUTORS_TERMINATED);
            occupancy.release(executor.key().process());
            nested.parentOver(executor.container(), now, effects);
        }
    }

    /** What has become of a process of an earlier agent. Told once for each, the ended ones last, before anything else. */
    public List<Effect> recovered(TaskEntry entry, Supervision.Found found, Instant now) {
        var effects = new ArrayList<Effect>();
        if (!entry.isTerminal()) {
            runs.recovered(entry, found, now, effects);
        }
        return effects;
    }

    /** A master has this id and epoch for us. */
    public List<Effect> identified(Identity identity) {
        var effects = new ArrayList<Effect>();
        deliveries.write(Record.newBuilder().setIdentity(identity).build(), effects);
        return effects;
    }

    /** A master wants a task run that has no executor of the framework's own. */
    public List<Effect> run(FrameworkInfo framework, TaskInfo task, boolean hasRoom, Instant now) {
        return run(new LaunchOrder(framework, List.of(task), false, true, Optional.empty()), hasRoom, now);
    }

    /**
     * A master wants tasks run, all or none. A known one is answered with its newest update instead.
     *
     * @param hasRoom whether the journal has room for another task
     */
    public List<Effect> run(LaunchOrder order, boolean hasRoom, Instant now) {
        var effects = new ArrayList<Effect>();
        var known = order.keys().stream()
                .filter(key -> isKnown(key, order.launch()))
                .toList();
        if (!known.isEmpty()) {
            known.forEach(key -> {
                counters.add(Counters.Fact.TASKS_DUPLICATE);
                deliveries.repeat(key, effects);
            });
            return effects;
        }
        var refusal = Admission.problemOfIds(order)
                .or(() -> state.drain().map(config -> Draining.refusal(order.framework())))
                .or(() -> executors.refusal(order))
                .or(() -> Admission.refusal(facts, order, executors.launches(order), occupancy, hasRoom))
                .or(() -> ToldTasks.refusal(facts, order, executors.launches(order), state));
        if (refusal.isPresent()) {
            refuse(order, refusal.get(), hasRoom, now, effects);
        } else {
            accept(order, now, effects);
        }
        return effects;
    }

    /**
     * An id is free again when the end of its task is acknowledged: what another launch wants by it is another task. A
     * master that does not name launches may mean either; a copy must not run twice.
     */
    private boolean isKnown(TaskKey key, Optional<String> launch) {
        return state.task(key).isPresent()
                || state.completed(key)
                        .filter(done -> launch.isEmpty() || launch.equals(done.launch()))
                        .isPresent();
    }

    private void refuse(
            LaunchOrder order, TaskRun.Effect.Update refusal, boolean hasRoom, Instant now, List<Effect> effects) {
        boolean fits = ToldTasks.refusal(facts, order, executors.launches(order), state)
                .isEmpty();
        var tasks = fits ? order.tasks() : ToldTasks.bare(order.tasks());
        boolean writable =
                Admission.problemOfIds(order).isEmpty() && (fits || ToldTasks.hasRoomFor(order, tasks, state));
        for (var task : tasks) {
            counters.add(Counters.Fact.TASKS_REFUSED);
            var key = TaskKey.of(order.framework().getId(), task.getTaskId());
            var container = uuids.get().toString();
            var place = new Place(container, locate(order, task, container), "");
            if (writable && (hasRoom || deliveries.mayHoldUnwritten(key))) {
                var entry = write(order, task, place, now, effects);
                tell(entry, refusal, TaskChecks.of(task), now, effects);
                release(entry, now, effects);
            } else {
                counters.add(Counters.Fact.VALID_STATUS_UPDATES);
                counters.ended(refusal.state());
                var entry = new TaskEntry(accepted(order, task, place, now));
                effects.add(Deliveries.once(key, writer.write(entry, refusal, TaskChecks.of(task), now)));
            }
        }
    }

    private void accept(LaunchOrder order, Instant now, List<Effect> effects) {
        if (executors.launches(order)) {
            var info = order.executor().orElseThrow();
            var container = uuids.get().toString();
            var executor = executors.create(order, facts, container, now, effects);
            occupancy.hold(executor.key().process(), info.getResourcesList());
        }
        var group = order.group() ? uuids.get().toString() : "";
        var accepted = new ArrayList<TaskEntry>();
        for (var task : order.tasks()) {
            counters.add(Counters.Fact.TASKS_LAUNCHED);
            var entry = write(order, task, place(order, task, group), now, effects);
            occupancy.hold(entry.key(), task.getResourcesList());
            groups.add(entry);
            accepted.add(entry);
        }
        executors.add(accepted, now, effects);
        accepted.stream().filter(TaskEntry::hasProcess).forEach(entry -> runs.start(entry, now, effects));
    }

    private record Place(String container, String sandbox, String group) {}

    private Place place(LaunchOrder order, TaskInfo task, String group) {
        var executor = order.executorKey().flatMap(key -> state.executors().find(key));
        if (executor.isEmpty()) {
            var container = uuids.get().toString();
            return new Place(container, locate(order, task, container), group);
        }
        var its = executor.get();
        return its.process().isPresent()
                ? new Place(its.container(), its.sandbox().toString(), group)
                : new Place(
                        uuids.get().toString(),
                        Sandboxes.ofGroupMember(its.sandbox(), task.getTaskId().getValue())
                                .toString(),
                        group);
    }

    private String locate(LaunchOrder order, TaskInfo task, String container) {
        return Sandboxes.locate(
                        facts.workDir(),
                        task.getAgentId().getValue(),
                        order.framework().getId().getValue(),
                        order.executorKey()
                                .map(ExecutorKey::executor)
                                .orElse(task.getTaskId().getValue()),
                        container)
                .toString();
    }

    private Accepted accepted(LaunchOrder order, TaskInfo task, Place place, Instant now) {
        var accepted = Accepted.newBuilder()
                .setFramework(order.framework())
                .setTask(task)
                .setContainerId(place.container())
                .setSandbox(place.sandbox())
                .setBootId(facts.bootId())
                .setAcceptedAt(now.toEpochMilli());
        if (!place.group().isEmpty()) {
            accepted.setGroup(place.group());
        }
        order.launch().ifPresent(accepted::setLaunch);
        return accepted.build();
    }

    private TaskEntry write(LaunchOrder order, TaskInfo task, Place place, Instant now, List<Effect> effects) {
        var accepted = accepted(order, task, place, now);
        var key = TaskKey.of(order.framework().getId(), task.getTaskId());
        deliveries.write(key, Record.newBuilder().setAccepted(accepted).build(), effects);
        deliveries.begin(key);
        return state.task(key).orElseThrow();
    }

    /** A sandbox is made. */
    public List<Effect> prepared(String container, Instant now) {
        return effects(effects -> runs.prepared(container, now, effects));
    }

    /** A process runs. */
    public List<Effect> started(String container, Optional<ProcessIdentity> identity, Instant now) {
        return effects(effects -> runs.started(container, identity, now, effects));
    }

    /** A process is over, or never was. */
    public List<Effect> ended(String container, Verdict verdict, Instant now) {
        return effects(effects -> runs.ended(container, verdict, now, effects));
    }

    /** What a task wrote last, which may tell that its program could not be executed. */
    public List<Effect> lastWords(String container, Verdict verdict, String words, Instant now) {
        return effects(effects -> runs.lastWords(container, verdict, words, now, effects));
    }

    /** A sandbox holds this much. */
    public List<Effect> diskUsed(String container, long megabytes, Instant now) {
        return effects(effects -> runs.diskUsed(container, megabytes, now, effects));
    }

    /** The kernel has killed a part of a container for want of memory. */
    public List<Effect> memoryExceeded(String container, Verdict.OutOfMemory verdict, Instant now) {
        return effects(effects -> runs.exceeded(container, Limit.of(verdict), now, effects));
    }

    /** A volume of a container holds so much, which is more than its size. */
    public List<Effect> volumeExceeded(String container, long megabytes, Resource volume, Instant now) {
        return effects(effects -> runs.exceeded(container, Limit.ofVolume(megabytes, volume), now, effects));
    }

    /** What came of a probe. Of a task that is to end nothing more is told. */
    public List<Effect> probed(String container, TaskChecks.Kind kind, int number, Outcome outcome, Instant now) {
        return effects(effects -> runs.probed(container, kind, number, outcome, now, effects));
    }

    private interface Change {
        void apply(List<Effect> effects);
    }

    private static List<Effect> effects(Change change) {
        var effects = new ArrayList<Effect>();
        change.apply(effects);
        return effects;
    }

    /**
     * A master, or the operator, wants a task to end, and with it its group. Unknown and ended ones are ignored.
     *
     * @param grace from the kill itself, if it has a policy
     */
    public List<Effect> kill(TaskKey key, Optional<Duration> grace, Instant now) {
        return effects(effects -> state.task(key).ifPresent(entry -> {
            boolean alive = runs.has(key);
            kill(entry, grace, now, effects);
            if (alive) {
                endMates(entry, now, effects);
            }
        }));
    }

    /** The same, because a master takes back what the task holds: its scheduler hears why. */
    public List<Effect> preempt(TaskKey key, Optional<Duration> grace, String why, Instant now) {
        var effects = new ArrayList<Effect>();
        var forceAt = now.plus(grace.orElse(TaskRun.DEFAULT_GRACE));
        state.task(key).filter(Preempted::isNews).ifPresent(entry -> {
            deliveries.write(Records.preempted(entry, why, forceAt, grace), effects);
            if (isOwnExecutor(entry)) {
                counters.add(Counters.Fact.EXECUTORS_PREEMPTED);
            }
        });
        effects.addAll(kill(key, grace, now));
        return effects;
    }

    private void kill(TaskEntry entry, Optional<Duration> grace, Instant now, List<Effect> effects) {
        if (entry.hasProcess()) {
            runs.kill(entry.key(), grace, now, effects);
        } else {
            executors.kill(entry, grace, now, effects);
        }
    }

    private void endMates(TaskEntry entry, Instant now, List<Effect> effects) {
        for (var mate : groups.matesOf(entry)) {
            if (runs.has(mate)) {
                runs.kill(mate, Optional.empty(), now, effects);
            }
        }
    }

    /** An executor is to end, and its tasks. That of a task which has only a command is the task itself. */
    public List<Effect> shutdown(ExecutorKey key, Instant now) {
        return effects(effects -> {
            var alone = new TaskKey(key.framework(), new TaskId(key.executor()));
            if (state.executors().find(key).isPresent()) {
                executors.shutdown(key, now, effects);
            } else {
                runs.kill(alone, Optional.empty(), now, effects);
            }
        });
    }

    /**
     * A master has the agent empty, or not any more.
     *
     * @param again also if this is known: tasks may have been left out when an earlier agent ended
     */
    public List<Effect> drain(Optional<DrainConfig> config, boolean again, Instant now) {
        return effects(effects -> {
            boolean news = !config.equals(state.drain());
            if (news) {
                deliveries.write(Records.drain(config, now), effects);
            }
            if (config.isPresent() && (news || again)) {
                for (var entry : List.copyOf(state.tasks())) {
                    if (!entry.isTerminal()) {
                        kill(entry, Draining.grace(config.get(), entry), now, effects);
                    }
                }
            }
        });
    }

    /** Ends everything. */
    public List<Effect> killAll(Optional<Duration> grace, Instant now) {
        return effects(effects -> {
            for (var entry : List.copyOf(state.tasks())) {
                if (entry.hasProcess()) {
                    kill(entry, grace, now, effects);
                }
            }
            executors.shutdownAll(executor -> true, grace, now, effects);
            nested.killAll(now, effects);
        });
    }

    /** A scheduler has an update. */
    public List<Effect> acknowledge(TaskKey key, ByteString uuid, Instant now) {
        return deliveries.acknowledge(key, uuid, now);
    }

    /** The master asks which tasks of a framework have not ended. Of the others their updates tell, and soon. */
    public List<Effect> tellTasks(FrameworkId framework) {
        deliveries.hurryEnds(framework);
        var told = TasksTold.newBuilder().setFrameworkId(framework.toProto());
        var open = state.tasks().stream()
                .filter(entry ->
                        entry.key().framework().equals(framework) && !entry.isAbandoned() && !entry.isTerminal())
                .toList();
        open.forEach(entry -> told.setFramework(entry.framework()));
        told.addAllTasks(ToldTasks.of(open));
        return List.of(
                new Effect.ToMaster(ToMaster.newBuilder().setTasksTold(told).build()));
    }

    /** A framework is gone: its tasks end, and nobody is told. */
    public List<Effect> removeFramework(FrameworkId framework, Instant now) {
        var effects = new ArrayList<Effect>();
        var theirs = state.tasks().stream()
                .filter(e -> e.key().framework().equals(framework))
                .toList();
        boolean has = state.host().awaits(framework)
                || state.executors().all().stream()
                        .anyMatch(e -> e.key().framework().equals(framework));
        if (has || !theirs.isEmpty()) {
            deliveries.write(Records.frameworkRemoved(framework), effects);
        }
        for (var entry : theirs) {
            if (!occupancy.holds(entry.key())) {
                deliveries.forget(entry, effects);
            } else if (entry.hasProcess()) {
                runs.kill(entry.key(), Optional.empty(), now, effects);
            }
        }
        executors.shutdownAll(executor -> executor.framework().equals(framework), Optional.empty(), now, effects);
        return effects;
    }

    /** A master listens: it hears all that waits. */
    public List<Effect> connected(Instant now) {
        var effects = new ArrayList<>(deliveries.connected(now));
        effects.addAll(executors.connected());
        return effects;
    }

    /** No master listens. */
    public void disconnected() {
        deliveries.disconnected();
        executors.disconnected();
    }

    /** Time goes by. */
    public List<Effect> tick(Instant now) {
        var effects = deliveries.tick(now);
        runs.tick(now, effects);
        executors.tick(now, effects);
        deliveries.forgetOld(facts.remembered(), facts.rememberedFor(), now, effects);
        return effects;
    }

    /** An update that the agent makes itself. */
    private void tell(
            TaskEntry entry, TaskRun.Effect.Update update, TaskChecks checks, Instant now, List<Effect> effects) {
        deliver(entry, writer.write(entry, update, checks, now), now, effects);
    }

    private void deliver(TaskEntry entry, TaskStatus said, Instant now, List<Effect> effects) {
        var told = Preempted.explained(entry, said);
        var status = state.drain()
                .map(config -> Draining.explained(config, entry.framework(), told))
                .orElse(told);
        boolean terminal = TaskStates.isTerminal(status.getState());
        counters.add(Counters.Fact.VALID_STATUS_UPDATES);
        if (terminal) {
            counters.ended(status.getState());
        }
        deliveries.add(entry, status, now, effects);
        if (terminal && entry.hasProcess() && status.getState() != TaskState.TASK_FINISHED) {
            endMates(entry, now, effects);
        }
    }

    /** Whether a task's process stands for an executor. */
    private static boolean isOwnExecutor(TaskEntry entry) {
        return !entry.isExecutor() && entry.executor().isEmpty();
    }

    private void release(TaskEntry entry, Instant now, List<Effect> effects) {
        occupancy.release(entry.key());
        if (!entry.isExecutor()) {
            if (entry.isAbandoned()) {
                deliveries.forget(entry, effects);
            }
            executors.taskOver(entry, now, effects);
        }
    }

    /** Processes whose news may have been lost: what they are to be checked for. */
    public Map<String, Optional<ProcessIdentity>> toCheck(Instant now) {
        return runs.toCheck(now);
    }

    /**
     * Running containers whose output is kept within bounds by rotation. Not sessions: who is attached to one reads all of
     * its output from one file.
     */
    public List<TaskEntry> rotated() {
        return runs.running().stream()
                .filter(entry -> !NestedKey.isSession(entry.key()))
                .toList();
    }

    /** Containers of running tasks that asked for disk, or have volumes, with the places of those that are in them. */
    public Map<TaskEntry, DiskClaim> withDiskLimit() {
        return runs.withDiskLimit(nested.places());
    }

    /** Whether the journal has room for more than how tasks end. */
    public void room(boolean room) {
        deliveries.room(room);
        runs.room(room);
        executors.room(room);
    }

    /** Whether any process may still run. */
    public boolean isIdle() {
        return occupancy.count() == 0 && runs.isEmpty();
    }

    /** What the framework's own executors are told and tell. */
    public ExecutorBooks executors() {
        return executors;
    }

    /** Containers in others. */
    public NestedBooks nested() {
        return nested;
    }

    /** The shortest records of all that is to be on the disk. */
    List<Record> records() {
        return deliveries.records();
    }

    public AgentState state() {
        return state;
    }

    /** What has happened since the agent started, and what there is now, under Mesos's names. */
    public SortedMap<String, Double> numbers() {
        return counters.with(state.tasks(), executors.phases());
    }
}
