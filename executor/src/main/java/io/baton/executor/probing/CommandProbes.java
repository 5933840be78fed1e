package io.baton.executor.probing;

import io.baton.executor.check.Outcome;
import io.baton.executor.process.Launch;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.protocol.signal.SignalNames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands of checks under supervisors, as tasks are run: in a process group of their own, which is ended with
 * the command or when its time is over.
 */
public final class CommandProbes {
    /** A command that has not ended so long after SIGKILL is not waited for. */
    static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    /** Ids of containers that somebody starts by call have no dot. */
    private static final String PREFIX = "check.";

    private static final Logger LOG = LoggerFactory.getLogger(CommandProbes.class);

    private final Supervision supervision;
    private final Executor executor;
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    private static final class Running {
        private final String container;
        private final Consumer<Outcome> done;
        private Optional<ProcessIdentity> process = Optional.empty();
        private Optional<String> killed = Optional.empty();
        /** What is to happen when its time is over; to be called off when it ends before. */
        private final Deque<CompletableFuture<Boolean>> limits = new ArrayDeque<>();

        private boolean over;

        private Running(String container, Consumer<Outcome> done) {
            this.container = container;
            this.done = done;
        }
    }

    /**
     * Probes by this supervision, whose news are to be told to {@link #started} and {@link #ended}.
     *
     * @param executor may block
     */
    public CommandProbes(Supervision supervision, Executor executor) {
        this.supervision = supervision;
        this.executor = executor;
    }

    /** A name for the next launch, as no task has one. */
    public static String freshName() {
        return PREFIX + UUID.randomUUID();
    }

    /**
     * A command is about to run: from here on {@link #cancel} ends it, whatever has been done for it by then.
     *
     * @param id a {@link #freshName}
     * @param container of the task that is checked
     * @param done told once
     */
    public void announce(String id, String container, Consumer<Outcome> done) {
        running.put(id, new Running(container, done));
    }

    /**
     * Runs a command. Blocks for a moment, on the disk. One that was cancelled is not run.
     *
     * @param launch under the name that was announced
     */
    public void run(Launch launch, Duration timeout) throws IOException {
        var id = launch.container();
        var probe = running.get(id);
        if (probe == null) {
            return;
        }
        try {
            supervision.prepare(launch);
            supervision.launch(List.of(id));
        } catch (IOException impossible) {
            forget(id);
            throw impossible;
        }
        if (!running.containsKey(id)) { // What cancelled it may have looked for it before it was there.
            callOff(id);
            return;
        }
        var why = "it did not end within " + timeout.toMillis() / 1000.0 + " s";
        later(probe, timeout, () -> kill(id, why));
    }

    /** A command that was announced will not run. */
    public void cannotRun(String id, Outcome outcome) {
        finish(id, outcome);
    }

    /** Nothing stays of it when the probe ends before: there may be hundreds a second, each with minutes of time. */
    private void later(Running probe, Duration delay, Runnable action) {
        var limit = new CompletableFuture<Boolean>();
        synchronized (probe) {
            if (probe.over) {
                return;
            }
            probe.limits.add(limit);
        }
        limit.thenAccept(reached -> {
            if (reached) {
                executor.execute(action);
            }
        });
        limit.completeOnTimeout(true, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** News of a process; false if it is none of ours. */
    public boolean started(String id, Optional<ProcessIdentity> process) {
        if (!id.startsWith(PREFIX)) {
            return false;
        }
        var probe = running.get(id);
        if (process.isPresent()) {
            boolean late = probe == null; // It was given up before it began.
            if (probe != null) {
                synchronized (probe) {
                    probe.process = process;
                    late = probe.killed.isPresent();
                }
            }
            if (late) {
                executor.execute(() -> signal(process.get()));
            }
        }
        return true;
    }

    /** News of an end; false if it is none of ours. */
    public boolean ended(String id, Verdict verdict) {
        if (!id.startsWith(PREFIX)) {
            return false;
        }
        finish(id, outcome(verdict));
        executor.execute(() -> forget(id));
        return true;
    }

    private void forget(String id) {
        try {
            supervision.forget(id);
        } catch (IOException stays) {
            LOG.warn("cannot remove the files of {}: {}", id, stays.getMessage());
        }
    }

    private static Outcome outcome(Verdict verdict) {
        if (verdict instanceof Verdict.Exited exited) {
            return new Outcome.Exited(exited.status());
        }
        if (verdict instanceof Verdict.Signaled signaled) {
            return new Outcome.Failed("the command was ended by signal " + SignalNames.of(signaled.number()));
        }
        return new Outcome.Failed("the command could not be run");
    }

    private void finish(String id, Outcome outcome) {
        var probe = running.remove(id);
        if (probe != null) {
            Optional<String> killed;
            List<CompletableFuture<Boolean>> limits;
            synchronized (probe) {
                killed = probe.killed;
                probe.over = true;
                limits = List.copyOf(probe.limits);
            }
            limits.forEach(limit -> limit.complete(false));
            probe.done.accept(killed.<Outcome>map(Outcome.Failed::new).orElse(outcome));
        }
    }

    private void kill(String id, String why) {
        var probe = running.get(id);
        if (probe == null) {
            return;
        }
        if (supervision.withdraw(id)) { // Nothing is known of the task: a host without spawner must not cost its life.
            finish(id, new Outcome.NotProbed("no task spawner was there in time"));
            forget(id);
            return;
        }
        Optional<ProcessIdentity> process;
        synchronized (probe) {
            probe.killed = probe.killed.or(() -> Optional.of(why));
            process = probe.process;
        }
        process.ifPresentOrElse(this::signal, () -> callOff(id));
        later(probe, KILL_PATIENCE, () -> finish(id, new Outcome.Failed(why)));
    }

    private void signal(ProcessIdentity process) {
        try {
            supervision.signal(Signal.KILL, process);
        } catch (IOException broken) {
            LOG.warn("cannot end the check's process {}: {}", process.pid(), broken.getMessage());
        }
    }

    /** No process is known of; if one has begun, news of it comes and ends it. */
    private void callOff(String id) {
        try {
            var found = supervision.callOff(id);
            if (found instanceof Supervision.Found.Running live) {
                signal(live.identity());
            } else if (found instanceof Supervision.Found.NeverStarted) {
                finish(id, new Outcome.Failed("the command was not started in time"));
                forget(id);
            }
        } catch (IOException unreadable) {
            LOG.warn("cannot look after {}: {}", id, unreadable.getMessage());
        }
    }

    /** The task is over: what still probes it ends too. */
    public void cancel(String container) {
        running.forEach((id, probe) -> {
            if (probe.container.equals(container)) {
                executor.execute(() -> kill(id, "the task is over"));
            }
        });
    }
}
