package io.baton.executor.agent;

import io.baton.core.task.TaskStates;
import io.baton.executor.check.Outcome;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.ExecWords;
import io.baton.executor.task.Limit;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskOptions;
import io.baton.executor.task.TaskPlan;
import io.baton.executor.task.TaskRun;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of this host's containers, be they tasks or executors: one {@link TaskRun} each, begun as many at a time
 * as the host can start. What becomes of one is told to the books at once.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class ContainerRuns {
    /** News of a launch that has not come by then will not come: who was to start it died. A busy host takes its time. */
    static final Duration LAUNCH_PATIENCE = Duration.ofSeconds(60);

    /** While so many updates of a task wait, or the disk is full, news of its checks are left out: only the newest matter. */
    static final int MAX_WAITING_FOR_CHECKS = 32;

    /** Hears of the processes. */
    interface Books {
        /**
         * Something has become of a process.
         *
         * @param verdict how it ended, if that is the news
         */
        void told(TaskEntry entry, TaskRun.Effect.Update update, Optional<Verdict> verdict, News news);

        /** A process is over and leaves nothing behind. */
        void cleaned(TaskEntry entry, News news);
    }

    /** With what the books may answer: the checks of the process, the time, and where effects go. */
    record News(TaskChecks checks, Instant now, List<Effect> effects) {}

    private static final class Live {
        private final TaskEntry entry;
        private final TaskRun run;
        private final TaskChecks checks;
        private Optional<Verdict> verdict = Optional.empty();
        private Instant since;

        private Live(TaskEntry entry, TaskRun run, Instant since) {
            this.entry = entry;
            this.checks = TaskChecks.of(entry.task());
            this.run = run;
            this.since = since;
        }
    }

    private final AgentFacts facts;
    private final Deliveries deliveries;
    private final Books books;
    private final LaunchQueue queue;
    private final Map<TaskKey, Live> running = new LinkedHashMap<>();
    private final Map<String, Live> containers = new HashMap<>();
    /** Of containers that hold more of the disk than their own processes asked for. */
    private final Map<String, DiskClaim> claims = new HashMap<>();

    private boolean hasRoom = true;

    ContainerRuns(AgentFacts facts, Deliveries deliveries, Books books) {
        this.facts = facts;
        this.deliveries = deliveries;
        this.books = books;
        this.queue = new LaunchQueue(facts.concurrentLaunches());
    }

    private Live add(TaskEntry entry, TaskRun run, Instant now) {
        var live = new Live(entry, run, now);
        running.put(entry.key(), live);
        containers.put(entry.container(), live);
        return live;
    }

    private void remove(TaskEntry entry) {
        running.remove(entry.key());
        containers.remove(entry.container());
        claims.remove(entry.container());
    }

    /** What a container holds of the disk from now on, as long as it lasts. */
    void claim(String container, DiskClaim claim) {
        claims.put(container, claim);
    }

    private DiskClaim claimOf(TaskEntry entry) {
        var own = claims.get(entry.container());
        return own == null ? entry.disk() : own;
    }

    /** Whether the journal has room for what matters less than how processes end. */
    void room(boolean room) {
        hasRoom = room;
    }

    /** What has become of a process of an earlier agent. */
    void recovered(TaskEntry entry, Supervision.Found found, Instant now, List<Effect> effects) {
        var options = TaskOptions.of(entry.framework(), entry.task(), facts.announcesStarting());
        Optional<ProcessIdentity> process =
                found instanceof Supervision.Found.Running r ? Optional.of(r.identity()) : Optional.empty();
        boolean begun = process.isPresent()
                || entry.process().isPresent()
                || entry.state() == TaskState.TASK_RUNNING
                || entry.state() == TaskState.TASK_KILLING;
        var start = earlier(entry.startedAt().orElse(now), now);
        var run = TaskRun.readopted(
                options, begun, process, process.map(p -> start), forceAt(entry, now), entry.exceeded());
        var live = add(entry, run, now);
        if (found instanceof Supervision.Found.Ended ended) {
            ended(entry.container(), ended.verdict(), now, effects);
        } else if (found instanceof Supervision.Found.NeverStarted) {
            neverStarted(live, now, effects);
        } else if (found instanceof Supervision.Found.Starting) {
            queue.resume(entry.container());
        }
        process.ifPresent(p -> {
            live.checks.resume(start, entry.latest(), now);
            if (entry.process().isEmpty()) {
                perform(live, new TaskRun.Effect.CheckpointStarted(p), now, effects);
                perform(live, plain(TaskState.TASK_RUNNING), now, effects);
            }
            if (!entry.isExecutor()) { // These are asked, and end by force only.
                perform(live, live.run.endAgain(), now, effects);
            }
        });
    }

    /** Where the host's clock was set back meanwhile, no time is left that was not given. */
    private static Optional<Instant> forceAt(TaskEntry entry, Instant now) {
        var latest = entry.killGrace().map(now::plus).orElse(Instant.MAX);
        return entry.forceKillAt().map(at -> earlier(at, latest));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private void neverStarted(Live live, Instant now, List<Effect> effects) {
        live.run.ended(new Verdict.NeverRan(""), now);
        var dropped = TaskStates.asKnownTo(live.entry.framework(), TaskState.TASK_DROPPED);
        perform(
                live,
                new TaskRun.Effect.Update(
                        dropped,
                        Source.SOURCE_AGENT,
                        Optional.of(Reason.REASON_AGENT_RESTARTED),
                        "the agent was restarted before the task was started"),
                now,
                effects);
        perform(live, new TaskRun.Effect.CleanUp(), now, effects);
    }

    private static TaskRun.Effect.Update plain(TaskState state) {
        return new TaskRun.Effect.Update(state, Source.SOURCE_EXECUTOR, Optional.empty(), "");
    }

    /** Begins with what was written down. */
    void start(TaskEntry entry, Instant now, List<Effect> effects) {
        var run = TaskRun.accepted(TaskOptions.of(entry.framework(), entry.task(), facts.announcesStarting()));
        perform(add(entry, run, now), run.start(), now, effects);
    }

    /** A sandbox is made. */
    void prepared(String container, Instant now, List<Effect> effects) {
        with(container, live -> {
            perform(live, live.run.prepared(), now, effects);
            if (live.run.phase() == TaskRun.Phase.READY) {
                queue.add(container);
            }
            launchReady(now, effects);
        });
    }

    private void launchReady(Instant now, List<Effect> effects) {
        for (var next = queue.next(); next.isPresent(); next = queue.next()) {
            var live = containers.get(next.get());
            if (live == null || live.run.phase() != TaskRun.Phase.READY) {
                queue.settled(next.get());
            } else {
                live.since = now;
                perform(live, live.run.launch(), now, effects);
            }
        }
    }

    /** A process runs. */
    void started(String container, Optional<ProcessIdentity> identity, Instant now, List<Effect> effects) {
        with(container, live -> {
            queue.settled(container);
            live.since = now;
            perform(live, live.run.started(identity, now), now, effects);
            launchReady(now, effects);
        });
    }

    /** A process is over, or never was. */
    void ended(String container, Verdict verdict, Instant now, List<Effect> effects) {
        with(container, live -> {
            if (ExecWords.areWanted(verdict)) {
                effects.add(new Effect.ReadLastWords(live.entry, verdict));
            } else {
                conclude(live, verdict, now, effects);
            }
        });
    }

    /** What a process wrote last, which may tell that its program could not be executed. */
    void lastWords(String container, Verdict verdict, String words, Instant now, List<Effect> effects) {
        with(container, live -> {
            var command = live.entry.task().getCommand();
            conclude(live, ExecWords.judge(verdict, command.getShell(), command.getValue(), words), now, effects);
        });
    }

    private void conclude(Live live, Verdict verdict, Instant now, List<Effect> effects) {
        queue.settled(live.entry.container());
        live.verdict = Optional.of(verdict);
        perform(live, live.run.ended(verdict, now), now, effects);
        launchReady(now, effects);
    }

    /** A sandbox holds this much. */
    void diskUsed(String container, long megabytes, Instant now, List<Effect> effects) {
        with(container, live -> {
            long limit = claimOf(live.entry).megabytes();
            if (limit > 0 && megabytes > limit) {
                perform(live, live.run.exceeded(Limit.ofDisk(megabytes, limit), now), now, effects);
            }
        });
    }

    /** A container has used more of something than it asked for. */
    void exceeded(String container, Limit limit, Instant now, List<Effect> effects) {
        with(container, live -> perform(live, live.run.exceeded(limit, now), now, effects));
    }

    /** A process is to end. One that is over already stays so. */
    void kill(TaskKey key, Optional<Duration> grace, Instant now, List<Effect> effects) {
        var live = running.get(key);
        if (live != null) {
            perform(live, live.run.kill(grace, now), now, effects);
        }
    }

    /** Time goes by. */
    void tick(Instant now, List<Effect> effects) {
        for (var live : timed()) {
            perform(live, live.run.tick(now), now, effects);
            check(live, live.checks.tick(now), now, effects);
        }
    }

    /** Those that time means something to: of most of a thousand it does not, ten times a second. */
    private List<Live> timed() {
        var out = new ArrayList<Live>();
        for (var live : running.values()) {
            if (live.run.isTimed() || live.checks.areAny()) {
                out.add(live);
            }
        }
        return out;
    }

    /** What came of a probe. Of a task that is to end nothing more is told. */
    void probed(String container, TaskChecks.Kind kind, int number, Outcome outcome, Instant now, List<Effect> out) {
        with(container, live -> {
            if (live.run.isRunningFreely()) {
                check(live, live.checks.answered(kind, number, outcome, now), now, out);
            }
        });
    }

    private void check(Live live, List<TaskChecks.Effect> steps, Instant now, List<Effect> effects) {
        for (var step : steps) {
            if (!live.run.isRunningFreely()) {
                live.checks.end();
            } else if (step instanceof TaskChecks.Effect.Probe probe) {
                effects.add(new Effect.Probe(live.entry, probe));
            } else if (step instanceof TaskChecks.Effect.Kill) {
                perform(live, live.run.kill(Optional.empty(), now), now, effects);
            } else if (step instanceof TaskChecks.Effect.Tell tell) {
                if (hasRoom && live.entry.pending().size() < MAX_WAITING_FOR_CHECKS) {
                    tell(live, StatusWriter.told(tell), now, effects);
                } else {
                    live.checks.untold(tell.kind());
                }
            } else {
                throw new AssertionError("no one performs " + step);
            }
        }
    }

    private interface Change {
        void apply(Live live);
    }

    private void with(String container, Change change) {
        var live = containers.get(container);
        if (live != null) {
            change.apply(live);
        }
    }

    private void perform(Live live, List<TaskRun.Effect> steps, Instant now, List<Effect> effects) {
        steps.forEach(step -> perform(live, step, now, effects));
    }

    private void perform(Live live, TaskRun.Effect step, Instant now, List<Effect> effects) {
        var entry = live.entry;
        if (step instanceof TaskRun.Effect.Prepare) {
            var plan = TaskPlan.of(entry.framework(), entry.task()).plan().orElseThrow();
            effects.add(new Effect.Prepare(entry, plan));
        } else if (step instanceof TaskRun.Effect.CancelFetch) {
            effects.add(new Effect.CancelFetch(entry.container()));
        } else if (step instanceof TaskRun.Effect.Launch) {
            effects.add(new Effect.Launch(entry.container()));
        } else if (step instanceof TaskRun.Effect.Send send) {
            effects.add(new Effect.Kill(send.signal(), send.process()));
            if (send.signal() == Signal.KILL) {
                effects.add(new Effect.KillGroup(entry.container()));
            }
        } else if (step instanceof TaskRun.Effect.CheckpointKill kill) {
            var grace = Optional.of(Duration.between(now, kill.forceAt()));
            boolean first = entry.forceKillAt().isEmpty()
                    || entry.exceeded().isEmpty() && kill.limit().isPresent();
            var asked = Records.killAsked(entry, kill.forceAt(), grace, kill.limit());
            deliveries.writeKill(asked, first, effects);
        } else if (step instanceof TaskRun.Effect.CheckpointStarted started) {
            deliveries.write(Records.started(entry, started.process(), now), effects);
        } else if (step instanceof TaskRun.Effect.Update update) {
            tell(live, update, now, effects);
        } else if (step instanceof TaskRun.Effect.CleanUp) {
            remove(entry);
            effects.add(new Effect.CleanUp(entry));
            books.cleaned(entry, new News(live.checks, now, effects));
        } else {
            throw new AssertionError("no one performs " + step);
        }
    }

    private void tell(Live live, TaskRun.Effect.Update update, Instant now, List<Effect> effects) {
        if (update.state() == TaskState.TASK_RUNNING) {
            live.checks.begin(now);
        }
        books.told(live.entry, update, live.verdict, new News(live.checks, now, effects));
    }

    /** Processes whose news may have been lost: what they are to be checked for. */
    Map<String, Optional<ProcessIdentity>> toCheck(Instant now) {
        var out = new LinkedHashMap<String, Optional<ProcessIdentity>>();
        for (var live : running.values()) {
            var phase = live.run.phase();
            boolean silent = now.isAfter(live.since.plus(LAUNCH_PATIENCE));
            if (phase == TaskRun.Phase.RUNNING && (live.run.process().isPresent() || silent)
                    || phase == TaskRun.Phase.LAUNCHING && silent) {
                out.put(live.entry.container(), live.run.process());
            }
        }
        return out;
    }

    /** Those that write to their sandboxes. */
    List<TaskEntry> running() {
        return running.values().stream()
                .filter(live -> live.run.phase() == TaskRun.Phase.RUNNING)
                .map(live -> live.entry)
                .toList();
    }

    /**
     * Those that asked for disk, or have volumes.
     *
     * @param besides directories that count for them, by their containers
     */
    Map<TaskEntry, DiskClaim> withDiskLimit(Map<String, List<Path>> besides) {
        var out = new LinkedHashMap<TaskEntry, DiskClaim>();
        for (var live : running.values()) {
            var claim = claimOf(live.entry);
            if (claim.isAny()) {
                out.put(live.entry, claim.with(besides.getOrDefault(live.entry.container(), List.of())));
            }
        }
        return out;
    }

    /** The process of this container, while it lasts. */
    Optional<ProcessIdentity> process(String container) {
        return Optional.ofNullable(containers.get(container)).flatMap(live -> live.run.process());
    }

    /** Whether this container is still being made: nothing can run in it. */
    boolean isOnItsWay(String container) {
        return Optional.ofNullable(containers.get(container))
                .filter(live -> live.run.phase().compareTo(TaskRun.Phase.RUNNING) < 0)
                .isPresent();
    }

    /** What runs, or is about to, under this id. */
    Optional<TaskEntry> entry(String container) {
        return Optional.ofNullable(containers.get(container)).map(live -> live.entry);
    }

    /** Whether there is no process, and none is about to begin. */
    boolean isEmpty() {
        return running.isEmpty();
    }

    boolean has(TaskKey key) {
        return running.containsKey(key);
    }
}
