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
     * Runs a command. Blocks for a moment, on the disk.
     *
     * @param container of the task that is checked
     * @param launch under a {@link #freshName}
     * @param done told once
     */
    public void run(String container, Launch launch, Duration timeout, Consumer<Outcome> done) throws IOException {
        var id = launch.container();
        running.put(id, new Running(container, done));
        try {
            supervision.prepare(launch);
            supervision.launch(List.of(id));
        } catch (IOException impossible) {
            running.remove(id);
            forget(id);
            throw impossible;
        }
        var why = "it did not end within " + timeout.toMillis() / 1000.0 + " s";
        later(timeout, () -> kill(id, why));
    }

    private void later(Duration delay, Runnable action) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(action);
    }

    /** News of a process; false if it is none of ours. */
    public boolean started(String id, Optional<ProcessIdentity> process) {
        if (!id.startsWith(PREFIX)) {
            return false;
        }
        var probe = running.get(id);
        if (probe != null && process.isPresent()) {
            boolean late;
            synchronized (probe) {
                probe.process = process;
                late = probe.killed.isPresent();
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
            synchronized (probe) {
                killed = probe.killed;
            }
            probe.done.accept(killed.<Outcome>map(Outcome.Failed::new).orElse(outcome));
        }
    }

    private void kill(String id, String why) {
        var probe = running.get(id);
        if (probe == null) {
            return;
        }
        Optional<ProcessIdentity> process;
        synchronized (probe) {
            probe.killed = probe.killed.or(() -> Optional.of(why));
            process = probe.process;
        }
        process.ifPresentOrElse(this::signal, () -> callOff(id));
        later(KILL_PATIENCE, () -> finish(id, new Outcome.Failed(why)));
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
