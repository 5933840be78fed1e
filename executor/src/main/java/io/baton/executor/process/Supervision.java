package io.baton.executor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, watches and signals the processes of all tasks, in one directory that outlives the agent.
 *
 * <p>Two sources of news: a pipe, which is fast and may lose what was written while no agent ran, and the supervisors'
 * files, which are the truth. {@link #find} and {@link #check} read the files.
 */
public final class Supervision implements AutoCloseable {
    /** Spawners that may die in a row, each within {@link #QUICK_DEATH_MILLIS}, before the next one is waited with. */
    static final int MAX_QUICK_DEATHS = 5;

    static final long QUICK_DEATH_MILLIS = 5_000;

    /** How long after a spawner could not be started the next attempt comes: after a second, then twice as long each. */
    static final long MOST_WAIT_MILLIS = 30_000;

    private static final long FIRST_WAIT_MILLIS = 1_000;

    /** Most ends that are kept in mind. */
    private static final int MAX_OVER = 10_000;

    private static final String SPAWNER_ENDED = "the task spawner ended before it came to the task";
    private static final Verdict SUPERVISOR_KILLED = new Verdict.Unknown("exit status unknown (supervisor killed)");
    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

    /** Hears the news, on a thread of the supervision: must not block. The same news may come twice. */
    public interface Listener {
        /** A task runs. The identity is missing if it was over before anybody could look. */
        void started(String container, Optional<ProcessIdentity> identity);

        /** A task is over. */
        void ended(String container, Verdict verdict);
    }

    /** What is left of a launch of an earlier agent. */
    public sealed interface Found {
        /** It was never started, and now never will be. */
        record NeverStarted() implements Found {}

        /** On its way: news of it will come. */
        record Starting() implements Found {}

        /** It runs. */
        record Running(ProcessIdentity identity) implements Found {}

        /** It is over. */
        record Ended(Verdict verdict) implements Found {}
    }

    private final Path directory;
    private final ProcessTable processes;
    private final Interpreter interpreter;
    private final String setpriv;
    private final Listener listener;
    private final ExitFiles exits;
    private final FilePool pool;
    private final Underway underway = new Underway();
    /** Containers of which the supervisor has told the end, until they are forgotten. The files tell of others. */
    private final Set<String> over = ConcurrentHashMap.newKeySet();

    private final TaskEvents events;
    /** The first one, until it is in use. */
    private Optional<SpawnerStart> begun;
    /** None before the first. */
    private Spawner spawner;

    private long spawnerSince;
    private int quickDeaths;
    /** Whether the spawner is gone, or is to take no more, and there is no other yet. */
    private boolean replacing;
    /** Launches that wait for one. */
    private final Set<String> held = new LinkedHashSet<>();
    /** Held while one is started: when this is closed, none is on its way any more. */
    private final Object starting = new Object();
    /** Of one thread, there from the beginning: when a spawner is to be replaced the host may have none to give. */
    private final ScheduledThreadPoolExecutor starter;

    private volatile boolean closed;

    private Supervision(SpawnerStart begun, Listener listener) throws IOException {
        this.directory = begun.directory();
        this.processes = begun.processes();
        this.listener = listener;
        this.setpriv = HostPrograms.required("setpriv").toString();
        exits = new ExitFiles(directory.resolve("exits"), processes);
        pool = new FilePool(directory.resolve("pool"));
        this.begun = Optional.of(begun);
        starter = starter();
        try {
            var known = begun.known();
            if (known.isPresent()) {
                interpreter = known.get();
                replacing = true;
            } else {
                var first = begun.await();
                interpreter = first.interpreter();
                use(first.spawner());
            }
            events = new TaskEvents(directory.resolve("events"), exits, new News());
            if (replacing) {
                begun.ready().whenCompleteAsync(this::arrived, starter);
            }
        } catch (IOException | RuntimeException | Error impossible) {
            starter.shutdownNow();
            throw impossible;
        }
    }

    private static ScheduledThreadPoolExecutor starter() {
        var out = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    var thread = new Thread(task, "baton-spawner-start");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy()); // Once this is closed.
        out.prestartCoreThread();
        return out;
    }

    /**
     * Starts a spawner for this directory; tasks and supervisors of an earlier one live on.
     *
     * @param directory not in anybody's sandbox; made if missing
     * @param interpreter a perl or a shell to supervise with; empty for perl where there is one, else bash, else sh
     */
    public static Supervision open(
            Path directory, ProcessTable processes, Optional<Path> interpreter, Listener listener) throws IOException {
        return open(SpawnerStart.begin(directory, processes, interpreter), listener);
    }

    /**
     * The same with a spawner that was begun to be started. It is waited for, unless one like it worked for the last agent
     * on this directory: then launches wait for it, and nothing else does.
     */
    public static Supervision open(SpawnerStart begun, Listener listener) throws IOException {
        var out = new Supervision(begun, listener);
        begun.usedBy(out);
        return out;
    }

    /** The host's processes. */
    public ProcessTable processes() {
        return processes;
    }

    /** Writes down how to start a task, and reserves the room for its verdict. */
    public void prepare(Launch launch) throws IOException {
        var script = interpreter.text(launch, setpriv);
        pool.place(ExitFiles.filling(launch.container()), exits.path(launch.container()));
        pool.place(script, script(launch.container()));
    }

    private Path script(String container) {
        return directory.resolve("launch").resolve(container);
    }

    /** Starts what was prepared, as soon as there is a spawner. News of each will come. */
    public synchronized void launch(List<String> containers) throws IOException {
        if (replacing) {
            held.addAll(containers);
            return;
        }
        underway.ordered(containers);
        try {
            spawner.run(containers);
        } catch (IOException broken) {
            containers.forEach(underway::heard);
            throw broken;
        }
    }

    /** Signals the task's process group, unless the process is gone: whoever has its number now is left alone. */
    public void signal(Signal signal, ProcessIdentity identity) throws IOException {
        if (!processes.isAlive(identity.pid(), identity.startTime())) {
            return;
        }
        Spawner former;
        synchronized (this) {
            if (!replacing) {
                spawner.signal(signal, identity.pid(), identity.startTime());
                return;
            }
            former = spawner;
        }
        try {
            var kill = "kill -s " + signal + " -- ";
            new ProcessBuilder("/bin/sh", "-c", kill + "-" + identity.pid() + " || " + kill + identity.pid())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noProcess) { // One of the former's two may live, and hear this.
            if (former == null) {
                throw noProcess;
            }
            former.signal(signal, identity.pid(), identity.startTime());
        }
    }

    /** Takes back a launch that no spawner has been told of yet. @return whether there was one */
    public synchronized boolean withdraw(String container) {
        return held.remove(container);
    }

    /** Whether there is a spawner; else another is being started. */
    synchronized boolean hasSpawner() {
        return !replacing;
    }

    private void forgetLaunch(String container) {
        underway.heard(container);
        synchronized (this) {
            held.remove(container);
        }
    }

    /** Removes what is left of a task that is over. */
    public void forget(String container) throws IOException {
        forgetLaunch(container);
        // A supervisor writes no more after its verdict; without one the files may still be open.
        if (over.remove(container) || exits.read(container).verdict().isPresent()) {
            pool.give(script(container));
            pool.give(exits.path(container));
        } else {
            Files.deleteIfExists(script(container));
            Files.deleteIfExists(exits.path(container));
        }
    }

    /** Ends a launch that nobody answers for any more: a check of an earlier agent, say. */
    public void endLeftover(String container) throws IOException {
        if (callOff(container) instanceof Found.Running running) {
            signal(Signal.KILL, running.identity());
        }
        forget(container);
    }

    /** All launches of which there is still a file. */
    public List<String> remains() throws IOException {
        return exits.all();
    }

    /**
     * Stops a launch that may or may not have reached its supervisor. Without its script it cannot begin any more; if it
     * has begun by then, it has said so.
     */
    public Found callOff(String container) throws IOException {
        forgetLaunch(container);
        Files.deleteIfExists(script(container));
        return find(container, Optional.empty());
    }

    /** The same about a launch that this agent has waited for long enough; what became of it is told as any news. */
    public void giveUp(String container, String why) throws IOException {
        tellFate(container, callOff(container), why);
    }

    /**
     * Looks for a task of an earlier agent.
     *
     * @param identity as it was written down, if the earlier agent came that far
     */
    public Found find(String container, Optional<ProcessIdentity> identity) throws IOException {
        var file = exits.read(container);
        if (file.verdict().isPresent()) {
            return new Found.Ended(file.verdict().get());
        }
        var seen = identity.or(() -> exits.identify(container, file));
        if (seen.isPresent() && (isAlive(seen.get()) || exits.isSupervised(container, file))) {
            return new Found.Running(seen.get());
        }
        if (identity.isEmpty() && exits.isSupervised(container, file)) {
            return new Found.Starting();
        }
        // Whatever was alive a moment ago may have written its last word since.
        var last = exits.read(container);
        if (last.verdict().isPresent()) {
            return new Found.Ended(last.verdict().get());
        }
        return last.begun() ? new Found.Ended(SUPERVISOR_KILLED) : new Found.NeverStarted();
    }

    /**
     * Looks for a task that an earlier run of the kernel may have started. Nothing of that runs any more, so its process
     * is not looked for: whoever has its number now is somebody else.
     */
    public Found findAfterReboot(String container) throws IOException {
        Files.deleteIfExists(directory.resolve("launch").resolve(container));
        var file = exits.readAfterReboot(container);
        return new Found.Ended(
                file.verdict().orElseGet(() -> new Verdict.Unknown("exit status unknown (the host was restarted)")));
    }

    /**
     * Finds out what the pipe may have lost: an end, or the death of a supervisor.
     *
     * @return the verdict, if the task is over
     */
    public Optional<Verdict> check(String container, Optional<ProcessIdentity> identity) throws IOException {
        if (identity.isPresent()
                && processes.isAlive(identity.get().pid(), identity.get().startTime())) {
            return Optional.empty();
        }
        var file = exits.read(container);
        if (file.verdict().isPresent()) {
            return file.verdict();
        }
        boolean supervised = identity.filter(this::isAlive).isPresent() || exits.isSupervised(container, file);
        return supervised
                ? Optional.empty()
                : Optional.of(exits.read(container).verdict().orElse(SUPERVISOR_KILLED));
    }

    /**
     * The same for many running tasks.
     *
     * @param thorough false to leave out those whose supervisor lives, of which news can be expected
     * @param over told of those that are over
     */
    public void check(Map<String, ProcessIdentity> running, boolean thorough, BiConsumer<String, Verdict> over) {
        var supervisors = new HashMap<Map.Entry<Long, Long>, Boolean>();
        running.forEach((container, identity) -> {
            boolean expected = !thorough
                    && supervisors.computeIfAbsent(
                            Map.entry(identity.supervisorPid(), identity.supervisorStartTime()),
                            who -> processes.isAlive(who.getKey(), who.getValue()));
            try {
                if (!expected) {
                    check(container, Optional.of(identity)).ifPresent(verdict -> over.accept(container, verdict));
                }
            } catch (IOException unreadable) {
                LOG.warn("cannot look after {}: {}", container, unreadable.getMessage());
            }
        });
    }

    private boolean isAlive(ProcessIdentity identity) {
        return processes.isAlive(identity.pid(), identity.startTime())
                || processes.isAlive(identity.supervisorPid(), identity.supervisorStartTime());
    }

    /** The first one is there, later than this. */
    private void arrived(SpawnerStart.Ready first, Throwable impossible) {
        synchronized (starting) {
            if (closed) {
                return;
            }
            if (first == null) {
                var why = impossible instanceof CompletionException wrapped ? wrapped.getCause() : impossible;
                LOG.error(
                        "no tasks can be started, the next attempt comes in {} ms: {}",
                        FIRST_WAIT_MILLIS,
                        why.toString());
                distrust();
                startAnother(Optional.empty(), FIRST_WAIT_MILLIS);
                return;
            }
            synchronized (this) {
                replacing = false;
                use(first.spawner());
                launchHeld();
            }
        }
    }

    private synchronized Optional<SpawnerStart> unused() {
        return begun;
    }

    private synchronized void distrust() {
        try {
            begun.orElseThrow().distrust();
        } catch (IOException stays) {
            LOG.warn("the note of the last task spawner stays: {}", stays.toString());
        }
        begun = Optional.empty();
    }

    private synchronized void use(Spawner started) {
        begun = Optional.empty();
        spawner = started;
        spawnerSince = System.nanoTime();
        started.ended().thenRun(() -> replace(started));
    }

    private synchronized void replace(Spawner dead) {
        if (closed || replacing || spawner != dead) {
            return;
        }
        long lived = (System.nanoTime() - spawnerSince) / 1_000_000;
        quickDeaths = lived < QUICK_DEATH_MILLIS ? quickDeaths + 1 : 0;
        LOG.warn("task spawner {} ended after {} ms, or one of its two processes; starting another", dead.pid(), lived);
        replacing = true;
        startAnother(Optional.of(dead), quickDeaths > MAX_QUICK_DEATHS ? MOST_WAIT_MILLIS : 0);
    }

    /** On a thread of its own: it may take half a minute, in which signals are to be sent. */
    private void startAnother(Optional<Spawner> dead, long afterMillis) {
        starter.schedule(
                () -> {
                    try {
                        tryAnother(dead, afterMillis);
                    } catch (RuntimeException | Error unheard) {
                        LOG.error("not all is told of the tasks that a spawner left", unheard);
                    }
                },
                afterMillis,
                TimeUnit.MILLISECONDS);
    }

    private void tryAnother(Optional<Spawner> dead, long waited) {
        synchronized (starting) {
            if (closed) {
                return;
            }
            Spawner next;
            try {
                next = Spawner.start(directory, processes, interpreter);
            } catch (IOException | RuntimeException | Error broken) { // Want of threads is an Error.
                long wait = Math.min(MOST_WAIT_MILLIS, Math.max(FIRST_WAIT_MILLIS, 2 * waited));
                LOG.error("no tasks can be started, the next attempt comes in {} ms: {}", wait, broken.toString());
                startAnother(dead, wait);
                return;
            }
            synchronized (this) {
                replacing = false;
                use(next);
                dead.ifPresent(Supervision::abandon);
                try {
                    dead.ifPresent(this::lookAfterLaunches);
                } finally {
                    launchHeld();
                }
            }
        }
    }

    private static void abandon(Spawner dead) {
        try {
            dead.abandon();
        } catch (IOException gone) {
            LOG.debug("the pipe of task spawner {} was broken: {}", dead.pid(), gone.getMessage());
        }
    }

    private void launchHeld() {
        var containers = List.copyOf(held);
        held.clear();
        try {
            if (!containers.isEmpty()) {
                launch(containers);
            }
        } catch (IOException broken) {
            containers.forEach(container -> tellFate(container, new Found.NeverStarted(), SPAWNER_ENDED));
        }
    }

    /** Of what was written for a spawner that is gone, or has become one from two. */
    private void lookAfterLaunches(Spawner former) {
        boolean reads = former.reads(processes);
        var again = new ArrayList<String>();
        for (var container : underway.all()) {
            try {
                // A shell may have died amid many, and its forks go on with them: these are called off.
                if (!interpreter.isShared()) {
                    giveUp(container, SPAWNER_ENDED);
                } else if (!exits.read(container).begun()) {
                    again.add(container);
                } else if (!reads && !former.lives()) {
                    tellFate(container, find(container, Optional.empty()), SPAWNER_ENDED);
                }
            } catch (IOException unreadable) {
                LOG.warn("cannot look after {}: {}", container, unreadable.getMessage());
            }
        }
        try {
            if (!reads && !again.isEmpty()) {
                spawner.run(again);
            }
        } catch (IOException broken) {
            again.forEach(container -> tellFate(container, new Found.NeverStarted(), SPAWNER_ENDED));
        }
    }

    /** @param why it never started, if it did not */
    private void tellFate(String container, Found found, String why) {
        if (found instanceof Found.NeverStarted) {
            listener.ended(container, new Verdict.NeverRan(why));
        } else if (found instanceof Found.Running running) {
            listener.started(container, Optional.of(running.identity()));
        } else if (found instanceof Found.Ended ended) {
            listener.ended(container, ended.verdict());
        }
    }

    /** What comes through the pipe. */
    private final class News implements TaskEvents.Listener {
        @Override
        public void started(String container, Optional<ProcessIdentity> identity) {
            underway.heard(container);
            listener.started(container, identity);
        }

        @Override
        public void ended(String container, Verdict verdict) {
            underway.heard(container);
            if (over.size() >= MAX_OVER) {
                over.clear();
            }
            over.add(container);
            listener.ended(container, verdict);
        }

        @Override
        public void halved(long pid) {
            starter.execute(() -> {
                synchronized (Supervision.this) {
                    if (spawner != null && spawner.pid() == pid) { // Else it is a former agent's.
                        replace(spawner);
                    }
                }
            });
        }
    }

    /** Stops watching. Tasks and supervisors go on; the spawner ends. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        synchronized (starting) {
            closed = true;
        }
        starter.shutdownNow();
        unused().ifPresent(SpawnerStart::abandon);
        synchronized (this) {
            try {
                if (spawner != null) {
                    spawner.close();
                }
            } catch (IOException gone) {
                if (!replacing) {
                    throw gone;
                }
            } finally {
                events.close();
            }
        }
    }
}
