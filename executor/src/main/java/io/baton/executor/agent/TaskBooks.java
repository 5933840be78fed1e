package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.executor.check.Outcome;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.ExecWords;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskOptions;
import io.baton.executor.task.TaskPlan;
import io.baton.executor.task.TaskRun;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * All that the agent knows of its tasks, and what it does about them: one {@link TaskRun} each, what is written down of
 * it, and the updates that {@link Deliveries} brings to a master.
 *
 * <p>Pure. Mutable, because a host has thousands of tasks; one owner.
 */
public final class TaskBooks {
    /** News of a launch that has not come by then will not come: its supervisor died. */
    static final Duration LAUNCH_PATIENCE = Duration.ofSeconds(10);

    /** While so many updates of a task wait, news of its checks are left out: only the newest matter. */
    static final int MAX_WAITING_FOR_CHECKS = 32;

    private final AgentFacts facts;
    private final AgentState state;
    private final StatusWriter writer;
    private final Supplier<UUID> uuids;
    private final Map<TaskKey, Live> live = new LinkedHashMap<>();
    private final Map<TaskKey, TaskEntry> running = new LinkedHashMap<>();
    private final Map<String, TaskKey> containers = new HashMap<>();
    private final LaunchQueue queue;
    private final Deliveries deliveries;
    private Resources used = Resources.EMPTY;
    private Counters counters = Counters.NONE;

    /** A task that is not forgotten; its run is over while its last updates wait. */
    private static final class Live {
        private final TaskRun run;
        private final TaskChecks checks;
        private Instant since;

        private Live(TaskEntry entry, TaskRun run, Instant since) {
            this.checks = TaskChecks.of(entry.task());
            this.run = run;
            this.since = since;
        }
    }

    /**
     * Books over what was written down. Tasks that were under way are silent until {@link #recovered} tells of each.
     *
     * @param uuids fresh ones, for updates and containers
     */
    public TaskBooks(AgentFacts facts, AgentState state, Supplier<UUID> uuids) {
        this.facts = facts;
        this.state = state;
        this.uuids = uuids;
        this.writer = new StatusWriter(facts.ip(), uuids);
        this.queue = new LaunchQueue(facts.concurrentLaunches());
        this.deliveries = new Deliveries(state, this::over);
        for (var entry : state.tasks()) {
            containers.put(entry.container(), entry.key());
        }
    }

    private void over(TaskEntry entry) {
        live.remove(entry.key());
        containers.remove(entry.container());
    }

    /** What has become of a task of an earlier agent. Told once for each, before anything else. */
    public List<Effect> recovered(TaskEntry entry, Supervision.Found found, Instant now) {
        var options = TaskOptions.of(entry.framework(), entry.task(), facts.announcesStarting());
        Optional<ProcessIdentity> process =
                found instanceof Supervision.Found.Running running ? Optional.of(running.identity()) : Optional.empty();
        boolean begun = process.isPresent()
                || entry.process().isPresent()
                || entry.state() == TaskState.TASK_RUNNING
                || entry.state() == TaskState.TASK_KILLING;
        var run = TaskRun.readopted(
                options, begun, process, process.map(p -> entry.startedAt().orElse(now)), entry.forceKillAt());
        var task = new Live(entry, run, now);
        live.put(entry.key(), task);
        deliveries.resume(entry);
        if (entry.isTerminal()) {
            run.ended(new Verdict.NeverRan(""), now);
            return List.of();
        }
        hold(entry);
        var effects = new ArrayList<Effect>();
        if (found instanceof Supervision.Found.Ended ended) {
            return ended(entry.container(), ended.verdict(), now);
        }
        if (found instanceof Supervision.Found.NeverStarted) {
            return neverStarted(entry, run, now);
        }
        process.ifPresent(p -> task.checks.resume(entry.startedAt().orElse(now), entry.latest(), now));
        if (found instanceof Supervision.Found.Starting) {
            queue.resume(entry.container());
        }
        process.filter(p -> entry.process().isEmpty()).ifPresent(p -> {
            perform(entry, new TaskRun.Effect.CheckpointStarted(p), now, effects);
            perform(entry, plain(TaskState.TASK_RUNNING), now, effects);
        });
        return effects;
    }

    private List<Effect> neverStarted(TaskEntry entry, TaskRun run, Instant now) {
        run.ended(new Verdict.NeverRan(""), now);
        var effects = new ArrayList<Effect>();
        var dropped = TaskStates.asKnownTo(entry.framework(), TaskState.TASK_DROPPED);
        perform(
                entry,
                new TaskRun.Effect.Update(
                        dropped,
                        Source.SOURCE_AGENT,
                        Optional.of(Reason.REASON_AGENT_RESTARTED),
                        "the agent was restarted before the task was started"),
                now,
                effects);
        perform(entry, new TaskRun.Effect.CleanUp(), now, effects);
        return effects;
    }

    private static TaskRun.Effect.Update plain(TaskState state) {
        return new TaskRun.Effect.Update(state, Source.SOURCE_EXECUTOR, Optional.empty(), "");
    }

    /** A master has this id and epoch for us. */
    public List<Effect> identified(Identity identity) {
        var effects = new ArrayList<Effect>();
        write(Record.newBuilder().setIdentity(identity).build(), effects);
        return effects;
    }

    /**
     * A master wants a task run. A known one is answered with its newest update instead.
     *
     * @param hasRoom whether the journal has room for another task
     */
    public List<Effect> run(FrameworkInfo framework, TaskInfo task, boolean hasRoom, Instant now) {
        var key = TaskKey.of(framework.getId(), task.getTaskId());
        var effects = new ArrayList<Effect>();
        if (state.task(key).isPresent() || state.completed(key).isPresent()) {
            counters = counters.withDuplicate();
            deliveries.repeat(key, effects);
            return effects;
        }
        var container = uuids.get().toString();
        var sandbox = Sandboxes.locate(
                facts.workDir(),
                task.getAgentId().getValue(),
                key.framework().value(),
                key.task().value(),
                container);
        var accepted = Accepted.newBuilder()
                .setFramework(framework)
                .setTask(task)
                .setContainerId(container)
                .setSandbox(sandbox.toString())
                .setBootId(facts.bootId())
                .setAcceptedAt(now.toEpochMilli());
        write(Record.newBuilder().setAccepted(accepted).build(), effects);
        var entry = state.task(key).orElseThrow();
        var run = TaskRun.accepted(TaskOptions.of(framework, task, facts.announcesStarting()));
        live.put(key, new Live(entry, run, now));
        deliveries.begin(key);
        containers.put(container, key);
        var refusal = Admission.refusal(facts, framework, task, running.size(), used, hasRoom);
        if (refusal.isPresent()) {
            counters = counters.withRefused();
            run.ended(new Verdict.NeverRan(""), now);
            perform(entry, refusal.get(), now, effects);
        } else {
            counters = counters.withLaunched();
            hold(entry);
            perform(entry, run.start(), now, effects);
        }
        return effects;
    }

    private void hold(TaskEntry entry) {
        running.put(entry.key(), entry);
        used = used.plus(Admission.flat(entry.task().getResourcesList()));
    }

    private void release(TaskEntry entry) {
        if (running.remove(entry.key()) != null) {
            used = used.minus(Admission.flat(entry.task().getResourcesList()));
        }
    }

    /** A sandbox is made. */
    public List<Effect> prepared(String container, Instant now) {
        return with(container, (entry, task, effects) -> {
            perform(entry, task.run.prepared(), now, effects);
            if (task.run.phase() == TaskRun.Phase.READY) {
                queue.add(entry.container());
            }
            launchReady(now, effects);
        });
    }

    /** Lets tasks begin, in the order they came, as many at a time as the host can start. */
    private void launchReady(Instant now, List<Effect> effects) {
        for (var next = queue.next(); next.isPresent(); next = queue.next()) {
            var key = containers.get(next.get());
            var task = key == null ? null : live.get(key);
            if (task == null || task.run.phase() != TaskRun.Phase.READY) {
                queue.settled(next.get());
            } else {
                task.since = now;
                perform(state.task(key).orElseThrow(), task.run.launch(), now, effects);
            }
        }
    }

    /** A process runs. */
    public List<Effect> started(String container, Optional<ProcessIdentity> identity, Instant now) {
        return with(container, (entry, task, effects) -> {
            queue.settled(entry.container());
            task.since = now;
            perform(entry, task.run.started(identity, now), now, effects);
            launchReady(now, effects);
        });
    }

    /** A process is over, or never was. */
    public List<Effect> ended(String container, Verdict verdict, Instant now) {
        return with(container, (entry, task, effects) -> {
            if (ExecWords.areWanted(verdict)) {
                effects.add(new Effect.ReadLastWords(entry, verdict));
            } else {
                conclude(entry, task, verdict, now, effects);
            }
        });
    }

    /** What a task wrote last, which may tell that its program could not be executed. */
    public List<Effect> lastWords(String container, Verdict verdict, String words, Instant now) {
        return with(container, (entry, task, effects) -> {
            var command = entry.task().getCommand();
            var judged = ExecWords.judge(verdict, command.getShell(), command.getValue(), words);
            conclude(entry, task, judged, now, effects);
        });
    }

    private void conclude(TaskEntry entry, Live task, Verdict verdict, Instant now, List<Effect> effects) {
        queue.settled(entry.container());
        perform(entry, task.run.ended(verdict, now), now, effects);
        launchReady(now, effects);
    }

    /** A sandbox holds this much. */
    public List<Effect> diskUsed(String container, long megabytes, Instant now) {
        return with(container, (entry, task, effects) -> {
            long limit = entry.diskMb();
            if (limit > 0 && megabytes > limit) {
                var message = "Disk usage (" + megabytes + "MB) exceeds quota (" + limit + "MB)";
                perform(entry, task.run.diskExceeded(message, now), now, effects);
            }
        });
    }

    /**
     * A master, or the operator, wants a task to end. Unknown and ended ones are ignored.
     *
     * @param grace from the kill itself, if it has a policy
     */
    public List<Effect> kill(TaskKey key, Optional<Duration> grace, Instant now) {
        var effects = new ArrayList<Effect>();
        var entry = state.task(key);
        var task = live.get(key);
        if (entry.isPresent() && task != null) {
            perform(entry.get(), task.run.kill(grace, now), now, effects);
        }
        return effects;
    }

    /** Ends everything. */
    public List<Effect> killAll(Optional<Duration> grace, Instant now) {
        var effects = new ArrayList<Effect>();
        List.copyOf(running.values()).forEach(entry -> effects.addAll(kill(entry.key(), grace, now)));
        return effects;
    }

    /** A scheduler has an update. */
    public List<Effect> acknowledge(TaskKey key, ByteString uuid, Instant now) {
        return deliveries.acknowledge(key, uuid, now);
    }

    /** A framework is gone: its tasks end, and nobody is told. */
    public List<Effect> removeFramework(FrameworkId framework, Instant now) {
        var effects = new ArrayList<Effect>();
        var theirs = state.tasks().stream()
                .filter(e -> e.key().framework().equals(framework))
                .toList();
        if (theirs.isEmpty()) {
            return effects;
        }
        write(Records.frameworkRemoved(framework), effects);
        for (var entry : theirs) {
            if (!running.containsKey(entry.key())) {
                deliveries.forget(entry, effects);
            } else {
                effects.addAll(kill(entry.key(), Optional.empty(), now));
            }
        }
        return effects;
    }

    /** A master listens: it hears all that waits. */
    public List<Effect> connected(Instant now) {
        return deliveries.connected(now);
    }

    /** No master listens. */
    public void disconnected() {
        deliveries.disconnected();
    }

    /** Time goes by. */
    public List<Effect> tick(Instant now) {
        var effects = deliveries.tick(now);
        for (var entry : List.copyOf(running.values())) {
            var task = live.get(entry.key());
            if (task != null) {
                perform(entry, task.run.tick(now), now, effects);
                check(entry, task, task.checks.tick(now), now, effects);
            }
        }
        deliveries.forgetOld(facts.remembered(), facts.rememberedFor(), now, effects);
        return effects;
    }

    /** What came of a probe. Of a task that is to end nothing more is told. */
    public List<Effect> probed(String container, TaskChecks.Kind kind, int number, Outcome outcome, Instant now) {
        return with(container, (entry, task, effects) -> {
            if (task.run.isRunningFreely()) {
                check(entry, task, task.checks.answered(kind, number, outcome, now), now, effects);
            }
        });
    }

    private void check(TaskEntry entry, Live task, List<TaskChecks.Effect> steps, Instant now, List<Effect> effects) {
        for (var step : steps) {
            if (!task.run.isRunningFreely()) {
                task.checks.end();
            } else if (step instanceof TaskChecks.Effect.Probe probe) {
                effects.add(new Effect.Probe(entry, probe));
            } else if (step instanceof TaskChecks.Effect.Kill) {
                perform(entry, task.run.kill(Optional.empty(), now), now, effects);
            } else if (step instanceof TaskChecks.Effect.Tell tell) {
                if (entry.pending().size() < MAX_WAITING_FOR_CHECKS) {
                    tell(entry, StatusWriter.told(tell), now, effects);
                } else {
                    task.checks.untold(tell.kind());
                }
            } else {
                throw new AssertionError("no one performs " + step);
            }
        }
    }

    /** Tasks whose news may have been lost: what they are to be checked for. */
    public Map<String, Optional<ProcessIdentity>> toCheck(Instant now) {
        var out = new LinkedHashMap<String, Optional<ProcessIdentity>>();
        for (var entry : running.values()) {
            var task = live.get(entry.key());
            if (task == null) {
                continue;
            }
            var phase = task.run.phase();
            boolean silent = now.isAfter(task.since.plus(LAUNCH_PATIENCE));
            if (phase == TaskRun.Phase.RUNNING && (task.run.process().isPresent() || silent)
                    || phase == TaskRun.Phase.LAUNCHING && silent) {
                out.put(entry.container(), task.run.process());
            }
        }
        return out;
    }

    /** Containers whose launch was ordered and not heard of. */
    public List<String> launching() {
        return queue.launching();
    }

    /** Containers of running tasks that asked for disk. */
    public List<TaskEntry> withDiskLimit() {
        return running.values().stream().filter(entry -> entry.diskMb() > 0).toList();
    }

    private interface Change {
        void apply(TaskEntry entry, Live task, List<Effect> effects);
    }

    private List<Effect> with(String container, Change change) {
        var effects = new ArrayList<Effect>();
        var key = containers.get(container);
        var entry = key == null ? Optional.<TaskEntry>empty() : state.task(key);
        var task = key == null ? null : live.get(key);
        if (entry.isPresent() && task != null && entry.get().container().equals(container)) {
            change.apply(entry.get(), task, effects);
        }
        return effects;
    }

    private void perform(TaskEntry entry, List<TaskRun.Effect> steps, Instant now, List<Effect> effects) {
        steps.forEach(step -> perform(entry, step, now, effects));
    }

    private void perform(TaskEntry entry, TaskRun.Effect step, Instant now, List<Effect> effects) {
        if (step instanceof TaskRun.Effect.Prepare) {
            var plan = TaskPlan.of(entry.framework(), entry.task()).plan().orElseThrow();
            effects.add(new Effect.Prepare(entry, plan));
        } else if (step instanceof TaskRun.Effect.CancelFetch) {
            effects.add(new Effect.CancelFetch(entry.container()));
        } else if (step instanceof TaskRun.Effect.Launch) {
            effects.add(new Effect.Launch(entry.container()));
        } else if (step instanceof TaskRun.Effect.Send send) {
            effects.add(new Effect.Kill(send.signal(), send.process()));
        } else if (step instanceof TaskRun.Effect.CheckpointKill kill) {
            write(Records.killAsked(entry, kill.forceAt()), effects);
        } else if (step instanceof TaskRun.Effect.CheckpointStarted started) {
            write(Records.started(entry, started.process(), now), effects);
        } else if (step instanceof TaskRun.Effect.Update update) {
            tell(entry, update, now, effects);
        } else if (step instanceof TaskRun.Effect.CleanUp) {
            release(entry);
            effects.add(new Effect.CleanUp(entry.container()));
            if (entry.isAbandoned()) {
                deliveries.forget(entry, effects);
            }
        } else {
            throw new AssertionError("no one performs " + step);
        }
    }

    private void tell(TaskEntry entry, TaskRun.Effect.Update update, Instant now, List<Effect> effects) {
        if (TaskStates.isTerminal(update.state())) {
            counters = counters.withEnded(update.state());
        }
        var task = live.get(entry.key());
        if (update.state() == TaskState.TASK_RUNNING) {
            task.checks.begin(now);
        }
        if (!entry.isAbandoned()) {
            deliveries.add(entry, writer.write(entry, update, task.checks, now), now, effects);
        }
    }

    private void write(Record record, List<Effect> effects) {
        deliveries.write(record, effects);
    }

    /** Whether any process may still run. */
    public boolean isIdle() {
        return running.isEmpty();
    }

    public AgentState state() {
        return state;
    }

    public Counters counters() {
        return counters;
    }
}
