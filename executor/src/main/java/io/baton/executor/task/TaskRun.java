package io.baton.executor.task;

import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Verdict;
import io.baton.protocol.signal.SignalNames;
import io.baton.v1.Resource;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The life of one task's process, from the decision to run it to its end. A kill wins over a start that is under way.
 *
 * <p>Pure. Mutable, because a host has thousands; one owner.
 */
public final class TaskRun {
    /** Time from SIGTERM to SIGKILL unless a kill policy says otherwise (Mesos). */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(3);

    /** SIGKILL is repeated this often until the end is seen: the first may have met a fork under way. */
    public static final Duration FORCE_AGAIN = Duration.ofSeconds(5);

    /** What the shell does after an input, in this order. */
    public sealed interface Effect {
        /** Make the sandbox, fetch files and write down how to start; answered by prepared or by {@code ended(NeverRan)}. */
        record Prepare() implements Effect {}

        /** Stop fetching files, soon; what Prepare was to be answered by still comes. */
        record CancelFetch() implements Effect {}

        /** Start it; answered by started and ended. */
        record Launch() implements Effect {}

        /** Signal its process group. */
        record Send(Signal signal, ProcessIdentity process) implements Effect {}

        /** Write down that it is to end, when by force, and what it has exceeded if nobody asked for it. */
        record CheckpointKill(Instant forceAt, Optional<Limit> limit) implements Effect {}

        /** Write down its process. */
        record CheckpointStarted(ProcessIdentity process) implements Effect {}

        /**
         * Tell the framework.
         *
         * @param limited what it shows of a limit that was exceeded
         */
        record Update(TaskState state, Source source, Optional<Reason> reason, String message, List<Resource> limited)
                implements Effect {
            /** Without a limit that was exceeded. */
            public Update(TaskState state, Source source, Optional<Reason> reason, String message) {
                this(state, source, reason, message, List.of());
            }
        }

        /** Remove what the process left in the agent's own files; nothing follows. */
        record CleanUp() implements Effect {}
    }

    /** How far it is. */
    public enum Phase {
        PREPARING,
        /** Ready, and waiting for its turn. */
        READY,
        LAUNCHING,
        RUNNING,
        ENDED
    }

    /** @param limit which one was exceeded; none if it was killed */
    private record Ending(Instant forceAt, boolean forced, Optional<Limit> limit) {}

    private final TaskOptions options;
    private Phase phase;
    private Optional<ProcessIdentity> process = Optional.empty();
    private Optional<Ending> ending = Optional.empty();
    private Instant completeBy = Instant.MAX;

    private TaskRun(TaskOptions options, Phase phase) {
        this.options = options;
        this.phase = phase;
    }

    /** A task that was just accepted; {@link #start} comes next. */
    public static TaskRun accepted(TaskOptions options) {
        return new TaskRun(options, Phase.PREPARING);
    }

    /**
     * A task of an earlier agent that is still on its way or running.
     *
     * @param running whether it has begun, as far as is written down
     * @param process missing if it was over before anybody could look, or has not begun
     * @param startedAt when it began
     * @param forceAt when SIGKILL is due, if the task was being ended
     * @param limit what it had exceeded, if that was why
     */
    public static TaskRun readopted(
            TaskOptions options,
            boolean running,
            Optional<ProcessIdentity> process,
            Optional<Instant> startedAt,
            Optional<Instant> forceAt,
            Optional<Limit> limit) {
        var run = new TaskRun(options, running ? Phase.RUNNING : Phase.LAUNCHING);
        run.process = process;
        run.ending = forceAt.map(at -> new Ending(at, false, limit));
        startedAt.ifPresent(run::limitFrom);
        return run;
    }

    /** Goes on with an end that an earlier agent wrote down: whether it still sent the signal nobody knows. */
    public List<Effect> endAgain() {
        return ending.isPresent() ? terminate() : List.of();
    }

    private List<Effect> terminate() {
        return process.map(p -> List.<Effect>of(new Effect.Send(Signal.TERM, p)))
                .orElse(List.of());
    }

    private void limitFrom(Instant start) {
        options.maxCompletionTime().ifPresent(limit -> completeBy = start.plus(limit));
    }

    public List<Effect> start() {
        return List.of(new Effect.Prepare());
    }

    /** The sandbox is there. */
    public List<Effect> prepared() {
        if (phase != Phase.PREPARING) {
            return List.of();
        }
        if (ending.isPresent()) {
            return killedDuringLaunch();
        }
        phase = Phase.READY;
        return List.of();
    }

    /** Its turn has come. */
    public List<Effect> launch() {
        if (phase != Phase.READY) {
            return List.of();
        }
        phase = Phase.LAUNCHING;
        var launch = new Effect.Launch();
        return options.announcesStarting() ? List.of(launch, update(TaskState.TASK_STARTING, "")) : List.of(launch);
    }

    private List<Effect> killedDuringLaunch() {
        phase = Phase.ENDED;
        return List.of(neverStarted(), new Effect.CleanUp());
    }

    /** Of one that was to end: fetched files may have filled the disk that it asked for. */
    private Effect neverStarted() {
        return ending.flatMap(Ending::limit)
                .map(TaskRun::exceeded)
                .orElseGet(() -> new Effect.Update(
                        TaskState.TASK_KILLED,
                        Source.SOURCE_AGENT,
                        Optional.of(Reason.REASON_TASK_KILLED_DURING_LAUNCH),
                        "Killed before it was started"));
    }

    /** The process runs, or is over already if nobody can tell who it was. */
    public List<Effect> started(Optional<ProcessIdentity> identity, Instant now) {
        if (phase == Phase.RUNNING && process.isEmpty() && identity.isPresent()) {
            process = identity;
            var late = new ArrayList<Effect>(List.of(new Effect.CheckpointStarted(identity.get())));
            late.addAll(endAgain());
            return late;
        }
        if (phase != Phase.LAUNCHING) {
            return List.of();
        }
        phase = Phase.RUNNING;
        process = identity;
        limitFrom(now);
        var effects = new ArrayList<Effect>();
        identity.ifPresent(i -> effects.add(new Effect.CheckpointStarted(i)));
        effects.addAll(endAgain());
        effects.add(update(TaskState.TASK_RUNNING, ""));
        return effects;
    }

    /**
     * Somebody wants it to end. A later kill can only shorten the grace.
     *
     * @param grace from SIGTERM to SIGKILL; empty for the task's own, or else {@link #DEFAULT_GRACE}
     */
    public List<Effect> kill(Optional<Duration> grace, Instant now) {
        var forceAt = now.plus(grace.or(options::grace).orElse(DEFAULT_GRACE));
        return end(forceAt, Optional.empty());
    }

    /**
     * It has used more of something than it asked for. A longer grace of its own counts for its time alone: meanwhile it
     * would go on using more. So a kill that leaves it longer is cut short.
     */
    public List<Effect> exceeded(Limit limit, Instant now) {
        var grace = options.grace()
                .filter(own ->
                        limit.reason() == Reason.REASON_MAX_COMPLETION_TIME_REACHED || own.compareTo(DEFAULT_GRACE) < 0)
                .orElse(DEFAULT_GRACE);
        return end(now.plus(grace), Optional.of(limit));
    }

    private List<Effect> end(Instant forceAt, Optional<Limit> limit) {
        if (phase == Phase.ENDED) {
            return List.of();
        }
        if (ending.isPresent()) {
            var current = ending.get();
            if (current.forced() || !forceAt.isBefore(current.forceAt())) {
                return List.of();
            }
            var why = current.limit().or(() -> limit);
            ending = Optional.of(new Ending(forceAt, false, why));
            return List.of(new Effect.CheckpointKill(forceAt, why));
        }
        ending = Optional.of(new Ending(forceAt, false, limit));
        if (phase == Phase.READY) {
            return killedDuringLaunch();
        }
        var effects = new ArrayList<Effect>();
        effects.add(new Effect.CheckpointKill(forceAt, limit));
        if (phase == Phase.PREPARING && options.fetches()) {
            effects.add(new Effect.CancelFetch());
        }
        effects.addAll(terminate());
        if (limit.isEmpty() && phase == Phase.RUNNING && options.announcesKilling()) {
            effects.add(update(TaskState.TASK_KILLING, ""));
        }
        return effects;
    }

    /** Whether {@link #tick} may ever say anything, as things are. */
    public boolean isTimed() {
        return ending.isPresent() || !completeBy.equals(Instant.MAX);
    }

    /** Time goes by. */
    public List<Effect> tick(Instant now) {
        if (phase != Phase.RUNNING) {
            return List.of();
        }
        if (ending.isEmpty() && !now.isBefore(completeBy)) {
            var message = "It ran longer than its max_completion_time of "
                    + options.maxCompletionTime().map(Duration::toSeconds).orElse(0L) + " s";
            return exceeded(new Limit(Reason.REASON_MAX_COMPLETION_TIME_REACHED, message, List.of()), now);
        }
        if (ending.isEmpty() || process.isEmpty() || now.isBefore(ending.get().forceAt())) {
            return List.of();
        }
        var current = ending.get();
        ending = Optional.of(new Ending(now.plus(FORCE_AGAIN), true, current.limit()));
        return List.of(new Effect.Send(Signal.KILL, process.get()));
    }

    /** It is over. */
    public List<Effect> ended(Verdict verdict, Instant now) {
        if (phase == Phase.ENDED) {
            return List.of();
        }
        var effects = new ArrayList<Effect>();
        boolean ran = !(verdict instanceof Verdict.NeverRan);
        if (phase == Phase.LAUNCHING && ran) {
            effects.addAll(started(Optional.empty(), now));
        }
        phase = Phase.ENDED;
        effects.add(last(verdict));
        effects.add(new Effect.CleanUp());
        return effects;
    }

    private Effect last(Verdict verdict) {
        if (ending.isPresent() && !(verdict instanceof Verdict.NeverRan)) {
            return ending.get()
                    .limit()
                    .map(TaskRun::exceeded)
                    .orElseGet(() -> update(TaskState.TASK_KILLED, told(verdict)));
        }
        if (verdict instanceof Verdict.NeverRan never) {
            return ending.isPresent()
                    ? neverStarted()
                    : failed(Source.SOURCE_AGENT, Reason.REASON_CONTAINER_LAUNCH_FAILED, never.why());
        }
        if (verdict instanceof Verdict.OutOfMemory memory) {
            return exceeded(Limit.of(memory));
        }
        if (verdict instanceof Verdict.Unknown unknown) {
            return failed(Source.SOURCE_AGENT, Reason.REASON_EXECUTOR_TERMINATED, unknown.why());
        }
        boolean clean = verdict instanceof Verdict.Exited exited && exited.status() == 0;
        return update(clean ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED, told(verdict));
    }

    private static Effect exceeded(Limit limit) {
        return new Effect.Update(
                TaskState.TASK_FAILED, limit.source(), Optional.of(limit.reason()), limit.message(), limit.limited());
    }

    /** In Mesos's words, which clients look for. */
    private static String told(Verdict verdict) {
        if (verdict instanceof Verdict.Exited exited) {
            return "Command exited with status " + exited.status();
        }
        if (verdict instanceof Verdict.Signaled signaled) {
            return "Command terminated with signal " + SignalNames.of(signaled.number());
        }
        if (verdict instanceof Verdict.Unknown unknown) {
            return unknown.why();
        }
        if (verdict instanceof Verdict.OutOfMemory memory) {
            return memory.message();
        }
        throw new AssertionError("no words for " + verdict);
    }

    private static Effect update(TaskState state, String message) {
        return new Effect.Update(state, Source.SOURCE_EXECUTOR, Optional.empty(), message);
    }

    private static Effect failed(Source source, Reason reason, String message) {
        return new Effect.Update(TaskState.TASK_FAILED, source, Optional.of(reason), message);
    }

    /** Whether it runs and nobody has asked for its end. */
    public boolean isRunningFreely() {
        return phase == Phase.RUNNING && ending.isEmpty();
    }

    public Phase phase() {
        return phase;
    }

    public Optional<ProcessIdentity> process() {
        return process;
    }
}
