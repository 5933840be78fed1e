package io.baton.executor.launch;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.security.ExecutorTokens;
import io.baton.executor.check.Outcome;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.crash.CrashPoint;
import io.baton.executor.download.Fetcher;
import io.baton.executor.probing.CommandProbes;
import io.baton.executor.process.Account;
import io.baton.executor.process.Accounts;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.sandbox.DiskUse;
import io.baton.executor.sandbox.SandboxCollector;
import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.sandbox.Trees;
import io.baton.executor.sandbox.Volumes;
import io.baton.executor.task.NestedKey;
import io.baton.executor.task.TaskPlan;
import io.baton.v1.Resource;
import io.baton.v1.TTYInfo;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does for the agent all that touches the host, on threads that may block. */
public final class Launcher implements AutoCloseable {
    private static final CallAnswer BUSY = new CallAnswer(503, "the process has not read what came before");
    private static final int MAX_WORDS_BYTES = 2_048;
    /** Each so many checks the processes are looked at also if those who wait for them are there. */
    private static final int THOROUGH = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    /**
     * What the launcher goes by.
     *
     * @param agentEndpoint host and port of the agent's HTTP, for the tasks' environment
     * @param ownUser as whom the agent itself runs
     * @param tokens by which executors show who they are
     */
    public record Surroundings(String agentEndpoint, String ownUser, ExecutorTokens tokens) {}

    /** What the launcher works with, besides the supervision. */
    public record Tools(Accounts accounts, Fetcher fetcher, CommandProbes commands, Containment containment) {}

    /** Hears what came of an order, on any thread. */
    public interface Listener extends DiskWatch.Listener {
        /** The launch script lies ready. */
        void prepared(String container);

        /** It will not start, or is over. */
        void ended(String container, Verdict verdict);

        /** What a task wrote last to stderr. */
        void lastWords(String container, Verdict verdict, String words);

        /** Volumes of tasks are linked in the sandbox of their executor, or why they are not. */
        void volumesLinked(String container, Optional<String> failure);

        /** What came of a probe. */
        void probed(String container, TaskChecks.Effect.Probe probe, Outcome outcome);
    }

    private final Supervision supervision;
    private final Sandboxes sandboxes;
    private final Volumes volumes;
    private final SandboxKeeper keeper;
    private final DiskWatch disks;
    private final Tools tools;
    private final SessionInputs inputs = new SessionInputs();
    private final Terminals terminals;
    private final Launches launches;
    private final Probes probes;
    private final HostThreads threads;
    private final Executor executor;
    private final Rounds checking;
    private final Listener listener;
    private final HostNumbers numbers = new HostNumbers();
    private long checks;

    /** @param threads the size of {@code work} bounds how many launches are prepared at a time */
    public Launcher(
            Supervision supervision,
            SandboxCollector collector,
            Tools tools,
            Surroundings surroundings,
            HostThreads threads,
            Listener listener) {
        this.supervision = supervision;
        this.terminals = new Terminals(supervision.processes());
        this.sandboxes = new Sandboxes(collector.workDir());
        this.volumes = new Volumes(collector.workDir());
        this.tools = tools;
        this.threads = threads;
        this.executor = threads.work();
        this.launches = new Launches(tools.accounts(), tools.containment(), volumes, surroundings);
        this.probes = new Probes(launches, tools, executor);
        this.checking = new Rounds(executor);
        this.keeper = new SandboxKeeper(collector, numbers, threads.rounds());
        this.listener = listener;
        this.disks = new DiskWatch(
                volumes,
                tools.containment().containers()::written,
                DiskUse::megabytes,
                DiskUse::patiently,
                listener,
                threads.rounds());
    }

    /** Makes the sandbox, fetches what is to be in it, and writes down how to start. */
    public void prepare(TaskEntry entry, TaskPlan plan) {
        keeper.begins(entry);
        attempt(entry, () -> {
            boolean session = NestedKey.isSession(entry.key());
            var account = makeSandbox(entry, plan, session);
            if (session) {
                sandboxes.makeInput(entry.sandbox());
                inputs.open(entry.container(), entry.sandbox().resolve(Sandboxes.INPUT));
            }
            if (plan.fetch().isEmpty()) {
                if (session && account.isPresent()) {
                    sandboxes.handOver(entry.sandbox(), account.get());
                }
                makeReady(entry, plan, account);
            } else {
                var order = new Fetcher.Order(
                        entry.container(),
                        entry.sandbox(),
                        plan.fetch(),
                        account,
                        entry.diskBytes(),
                        entry.key().framework().value());
                tools.fetcher().fetch(order, failure -> fetched(entry, plan, account, failure));
            }
        });
    }

    /** @return whose it is in the end */
    private Optional<Account> makeSandbox(TaskEntry entry, TaskPlan plan, boolean session) throws NothingMade {
        try {
            var account = launches.account(plan.user());
            // The agent's own until all is there: no other task of the same user can meddle.
            var owner = plan.fetch().isEmpty() && !session ? account : Optional.<Account>empty();
            if (NestedKey.isNested(entry.key())) {
                sandboxes.createBeside(entry.sandbox(), owner);
            } else {
                sandboxes.create(entry.sandbox(), owner);
            }
            return account;
        } catch (IOException | RuntimeException impossible) {
            throw new NothingMade(impossible);
        }
    }

    private void fetched(TaskEntry entry, TaskPlan plan, Optional<Account> account, Optional<String> failure) {
        numbers.fetched(failure.isEmpty());
        attempt(entry, () -> {
            if (account.isPresent()) {
                sandboxes.handOver(entry.sandbox(), account.get());
            }
            if (failure.isPresent()) {
                throw new Launches.Refused(failure.get());
            }
            makeReady(entry, plan, account);
        });
    }

    /** Removes what is unpacked of images that nobody uses, but of those named. */
    public void pruneImages(List<String> excluded, Consumer<CallAnswer> answer) {
        threads.removals().execute(() -> {
            try {
                tools.containment().containers().pruneImages(excluded);
                answer.accept(CallAnswer.OK);
            } catch (IOException broken) {
                answer.accept(new CallAnswer(500, "Images cannot be removed: " + broken.getMessage()));
            }
        });
    }

    /** Stops a fetch that is under way; the launch fails soon. */
    public void cancelFetch(String container) {
        tools.fetcher().cancel(container);
    }

    private interface Step {
        void take() throws IOException;
    }

    private void attempt(TaskEntry entry, Step step) {
        executor.execute(() -> {
            try {
                step.take();
            } catch (IOException | RuntimeException impossible) {
                LOG.warn(
                        "task {} of framework {} cannot be started: {}",
                        entry.key().task(),
                        entry.key().framework(),
                        impossible.toString());
                boolean made = !(impossible instanceof NothingMade);
                var why = made ? impossible : (Exception) impossible.getCause();
                listener.ended(entry.container(), new Verdict.NeverRan(explained(entry.sandbox(), why), made));
            }
        });
    }

    /** What lies where the sandbox was to be, if anything, is another's. */
    private static final class NothingMade extends IOException {
        private static final long serialVersionUID = 1L;

        NothingMade(Exception why) {
            super(why.getMessage(), why);
        }
    }

    static String explained(Path sandbox, Exception impossible) {
        if (impossible instanceof Launches.Refused) {
            return impossible.getMessage();
        }
        var why = String.valueOf(impossible.getMessage());
        var advice = why.contains("No space left") ? ": make room on the disk of this agent's work directory" : "";
        return "cannot prepare the sandbox " + sandbox + ": " + why + advice;
    }

    /** With its image, which others than those who wait for it do not wait for. */
    private void makeReady(TaskEntry entry, TaskPlan plan, Optional<Account> account) throws IOException {
        CrashPoint.reached("sandbox made");
        var image = plan.container()
                .map(container -> tools.containment().containers().unpack(container.image()))
                .filter(unpacking -> !unpacking.isDone() || unpacking.isCompletedExceptionally());
        if (image.isEmpty()) {
            writeLaunch(entry, plan, account);
            return;
        }
        image.get()
                .whenComplete((done, failure) -> attempt(entry, () -> {
                    if (failure != null) {
                        throw Launches.Refused.because(failure);
                    }
                    writeLaunch(entry, plan, account);
                }));
    }

    private void writeLaunch(TaskEntry entry, TaskPlan plan, Optional<Account> account) throws IOException {
        if (plan.container().isEmpty()) {
            volumes.link(entry.sandbox(), entry.task().getResourcesList(), account);
        }
        var secrets = tools.containment()
                .containers()
                .secrets(entry.container(), plan.contents().secrets(), account);
        for (var secret : secrets.entrySet()) {
            volumes.link(entry.sandbox(), secret.getKey(), secret.getValue(), account);
        }
        supervision.prepare(launches.of(entry, plan, account));
        CrashPoint.reached("launch written down");
        listener.prepared(entry.container());
    }

    /** Links volumes of tasks in the sandbox of their executor, which runs. */
    public void linkVolumes(TaskEntry process, List<Resource> wanted) {
        executor.execute(() -> {
            Optional<String> failure = Optional.empty();
            try {
                var plan =
                        TaskPlan.of(process.framework(), process.task()).plan().orElseThrow();
                volumes.linkLater(process.sandbox(), wanted, launches.account(plan.user()));
            } catch (IOException | RuntimeException impossible) {
                LOG.warn("volumes cannot be linked in {}: {}", process.sandbox(), impossible.toString());
                failure = Optional.of(explained(process.sandbox(), impossible));
            }
            listener.volumesLinked(process.container(), failure);
        });
    }

    /**
     * Removes a persistent volume: its name is free at once, what cannot be deleted stays under another one.
     *
     * @param disk that it is on, if it is one of its own
     */
    public void removeVolume(String id, Optional<Resource.DiskInfo.Source> disk) {
        try {
            volumes.setAside(id, disk).ifPresent(aside -> delete(aside, "volume " + id, () -> {}));
        } catch (IOException | InvalidPathException stays) {
            LOG.warn("volume {} could not be removed: {}", id, stays.toString());
        }
    }

    /** Removes the files of a nested container: another may have its name at once. */
    public void removeFiles(Path sandbox) {
        try {
            sandboxes
                    .setAside(sandbox)
                    .ifPresent(aside -> delete(aside, "container " + sandbox.getFileName(), () -> {}));
        } catch (IOException stays) {
            LOG.warn("{} could not be removed: {}", sandbox, stays.toString());
        }
    }

    private void delete(Path aside, String what, Runnable stays) {
        threads.removals().execute(() -> {
            try {
                Trees.remove(aside);
            } catch (IOException left) {
                stays.run();
                LOG.warn("what was {} is left in {}: {}", what, aside, left.toString());
            }
        });
    }

    /** Starts what was prepared, in this order. Quick: a line into a pipe. */
    public void launch(List<String> containers) {
        try {
            supervision.launch(containers);
        } catch (IOException broken) {
            containers.forEach(container -> listener.ended(
                    container, new Verdict.NeverRan("the task spawner does not listen: " + broken.getMessage())));
        }
    }

    /** Probes a running task. */
    public void probe(TaskEntry entry, TaskChecks.Effect.Probe probe) {
        probes.probe(entry, probe.plan(), outcome -> listener.probed(entry.container(), probe, outcome));
    }

    /** Gives a session something to read; nothing is the end of it. */
    public void input(String container, byte[] data, Consumer<CallAnswer> done) {
        executor.execute(() -> {
            try {
                boolean taken = data.length == 0 ? inputs.end(container) : inputs.write(container, data);
                done.accept(taken ? CallAnswer.OK : BUSY);
            } catch (IOException over) {
                done.accept(CallAnswer.badRequest("Container " + container + " does not listen: " + over.getMessage()));
            }
        });
    }

    /** Gives the terminal of a session another size. */
    public void resize(ProcessIdentity process, TTYInfo.WindowSize size, Consumer<CallAnswer> done) {
        executor.execute(() -> {
            try {
                terminals.resize(process.pid(), size.getRows(), size.getColumns());
                done.accept(CallAnswer.OK);
            } catch (IOException none) {
                done.accept(CallAnswer.badRequest(none.getMessage()));
            }
        });
    }

    /** Signals a task's process group. */
    public void signal(Signal signal, ProcessIdentity process) {
        threads.signals().execute(() -> {
            try {
                supervision.signal(signal, process);
            } catch (IOException broken) {
                LOG.warn("cannot signal process {}: {}", process.pid(), broken.getMessage());
            }
        });
    }

    /** Reads what a task wrote last. */
    public void readLastWords(TaskEntry entry, Verdict verdict) {
        threads.ends()
                .execute(() -> listener.lastWords(
                        entry.container(), verdict, Sandboxes.lastWords(entry.sandbox(), MAX_WORDS_BYTES)));
    }

    /** Removes what a task that is over left in the agent's own files. */
    public void cleanUp(TaskEntry entry) {
        var container = entry.container();
        probes.cancel(container);
        tools.fetcher().forget(container);
        executor.execute(() -> {
            Sandboxes.ended(entry.sandbox(), Instant.now());
            try {
                inputs.close(container);
                supervision.forget(container);
            } catch (IOException stays) {
                numbers.containerStays();
                LOG.warn("cannot remove the files of {}: {}", container, stays.getMessage());
            }
            try {
                tools.containment()
                        .remove(container)
                        .ifPresent(aside -> delete(aside, "container " + container, numbers::imageStays));
            } catch (IOException stays) {
                numbers.imageStays();
                LOG.warn("cannot remove the place of {}: {}", container, stays.getMessage());
            }
            keeper.over(entry);
        });
    }

    /** Looks for starts and ends of which no news came. A launch that has not begun by then never will. */
    public void check(Map<String, Optional<ProcessIdentity>> suspects) {
        if (suspects.isEmpty()) {
            return;
        }
        var running = new LinkedHashMap<String, ProcessIdentity>();
        suspects.forEach((container, process) -> process.ifPresent(p -> running.put(container, p)));
        boolean thorough = checks++ % THOROUGH == 0;
        checking.begin(() -> {
            supervision.check(running, thorough, listener::ended);
            suspects.keySet().stream().filter(c -> !running.containsKey(c)).forEach(container -> {
                try {
                    supervision.giveUp(container, "it was not started in time");
                } catch (IOException unreadable) {
                    LOG.warn("cannot look after {}: {}", container, unreadable.getMessage());
                }
            });
        });
    }

    /** Measures what these hold, unless it still does. */
    public void measure(Map<TaskEntry, DiskClaim> entries) {
        disks.measure(entries);
    }

    /**
     * Ends the measuring of what takes long: a process that would outlive the agent. What else is under way goes on, and
     * has owners of its own who end it.
     */
    @Override
    public void close() {
        disks.close();
    }

    /**
     * Removes old sandboxes, but not these.
     *
     * @param always false to do so only if the disk is nearly full
     */
    public void collect(Set<String> inUse, boolean always, Instant now) {
        keeper.collect(inUse, always, now);
    }

    /** What has been done on the host, under Mesos's names. Callable on any thread. */
    public SortedMap<String, Double> numbers() {
        return numbers.now(tools.fetcher().cacheBytes(), tools.fetcher().cachedBytes());
    }

    public Path workDir() {
        return sandboxes.workDir();
    }
}
