package io.baton.executor.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
    /** Bytes reserved for a verdict; the supervisor writes over them in place. */
    static final int RESERVED_BYTES = 1_024;

    /** Spawners that may die in a row, each within {@link #QUICK_DEATH_MILLIS}, before launches are refused. */
    static final int MAX_QUICK_DEATHS = 5;

    static final long QUICK_DEATH_MILLIS = 5_000;

    private static final int EVENT_BUFFER_BYTES = 65_536;
    private static final int SHELLS_WORDS = 3;
    private static final int ALL_WORDS = 6;
    private static final Verdict SUPERVISOR_KILLED = new Verdict.Unknown("exit status unknown (supervisor killed)");
    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

    /** Hears the news, on a thread of the supervision: must not block. The same news may come twice. */
    public interface Listener {
        /** A task runs. The identity is missing if it was over before anybody could look. */
        void started(String container, Optional<ProcessIdentity> identity);

        /** A task is over. */
        void ended(String container, Verdict verdict);

        /** Launches on their way to the spawner may be lost: ask {@link #callOff} about each. */
        void spawnerLost();
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
    private final byte[] filling = new byte[RESERVED_BYTES];
    private final ExitFiles exits;
    private final FilePool pool;
    private final RandomAccessFile events;
    private final Thread reader;
    private Spawner spawner;
    private long spawnerSince;
    private int quickDeaths;
    private volatile boolean closed;

    private Supervision(Path directory, ProcessTable processes, List<Interpreter> candidates, Listener listener)
            throws IOException {
        this.directory = directory;
        this.processes = processes;
        this.listener = listener;
        this.setpriv = Spawner.required("setpriv").toString();
        Arrays.fill(filling, (byte) ' ');
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(directory, ownerOnly);
        Files.createDirectories(directory.resolve("launch"), ownerOnly);
        exits = new ExitFiles(Files.createDirectories(directory.resolve("exits"), ownerOnly), processes);
        pool = new FilePool(Files.createDirectories(directory.resolve("pool"), ownerOnly));
        interpreter = startFirst(candidates);
        events = new RandomAccessFile(directory.resolve("events").toFile(), "rw");
        reader = new Thread(this::readEvents, "baton-task-events");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a spawner for this directory; tasks and supervisors of an earlier one live on.
     *
     * @param directory not in anybody's sandbox; made if missing
     * @param interpreter a perl or a shell to supervise with; empty for perl where there is one, else bash, else sh
     */
    public static Supervision open(
            Path directory, ProcessTable processes, Optional<Path> interpreter, Listener listener) throws IOException {
        return new Supervision(directory.toAbsolutePath(), processes, Interpreter.candidates(interpreter), listener);
    }

    private Interpreter startFirst(List<Interpreter> candidates) throws IOException {
        int last = candidates.size() - 1;
        for (var candidate : candidates.subList(0, last)) {
            try {
                startSpawner(candidate);
                return candidate;
            } catch (IOException lame) {
                LOG.warn("{} cannot supervise tasks here: {}", candidate.program(), lame.getMessage());
            }
        }
        startSpawner(candidates.get(last));
        return candidates.get(last);
    }

    /** The host's processes. */
    public ProcessTable processes() {
        return processes;
    }

    /** Writes down how to start a task, and reserves the room for its verdict. */
    public void prepare(Launch launch) throws IOException {
        var script = interpreter.text(launch, setpriv);
        pool.place(filling, exits.path(launch.container()));
        pool.place(script, script(launch.container()));
    }

    private Path script(String container) {
        return directory.resolve("launch").resolve(container);
    }

    /** Starts what was prepared. News of each will come. */
    public synchronized void launch(List<String> containers) throws IOException {
        spawner.run(containers);
    }

    /** Signals the task's process group, unless the process is gone: whoever has its number now is left alone. */
    public synchronized void signal(Signal signal, ProcessIdentity identity) throws IOException {
        if (processes.isAlive(identity.pid(), identity.startTime())) {
            spawner.signal(signal, identity.pid(), identity.startTime());
        }
    }

    /** Removes what is left of a task that is over. */
    public void forget(String container) throws IOException {
        // A supervisor writes no more after its verdict; without one the files may still be open.
        if (exits.read(container).verdict().isPresent()) {
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
        Files.deleteIfExists(script(container));
        return find(container, Optional.empty());
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
        var file = exits.read(container);
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

    private void startSpawner(Interpreter with) throws IOException {
        var started = Spawner.start(directory, processes, with);
        spawner = started;
        spawnerSince = System.nanoTime();
        started.ended().thenRun(() -> replace(started));
    }

    private synchronized void replace(Spawner dead) {
        if (closed || spawner != dead) {
            return;
        }
        long lived = (System.nanoTime() - spawnerSince) / 1_000_000;
        quickDeaths = lived < QUICK_DEATH_MILLIS ? quickDeaths + 1 : 0;
        LOG.warn("task spawner {} ended after {} ms, or one of its two processes; starting another", dead.pid(), lived);
        try {
            dead.abandon();
            if (quickDeaths > MAX_QUICK_DEATHS) {
                throw new IOException(quickDeaths + " spawners ended within " + QUICK_DEATH_MILLIS + " ms each");
            }
            startSpawner(interpreter);
            listener.spawnerLost();
        } catch (IOException broken) {
            LOG.error("no more tasks can be started until the agent is started again: {}", broken.getMessage());
            listener.spawnerLost();
        }
    }

    /** One reader; a batch of lines at a time. A line is never longer than a pipe takes at once, so none is mixed up. */
    private void readEvents() {
        var buffer = new byte[EVENT_BUFFER_BYTES];
        var rest = "";
        while (!closed) {
            try {
                int count = events.read(buffer);
                var text = rest + new String(buffer, 0, Math.max(count, 0), StandardCharsets.US_ASCII);
                int end = text.lastIndexOf('\n') + 1;
                rest = text.substring(end);
                tell(text.substring(0, end));
            } catch (IOException broken) {
                if (!closed) {
                    LOG.error("cannot read {}: {}", directory.resolve("events"), broken.getMessage());
                }
                return;
            }
        }
    }

    private void tell(String lines) {
        var started = new LinkedHashMap<String, String[]>();
        var ended = new LinkedHashMap<String, Integer>();
        for (var line : lines.split("\n")) {
            var words = line.split(" ");
            if (words[0].equals("S") && (words.length == SHELLS_WORDS || words.length == ALL_WORDS)) {
                started.put(words[1], words);
            } else if (words[0].equals("E") && words.length == SHELLS_WORDS) {
                ended.put(words[1], Integer.parseInt(words[2]));
            } else if (words[0].equals("L") && words.length == 2) {
                halved(Long.parseLong(words[1]));
            }
        }
        // Looking up a process that is known to be over would be wasted.
        started.forEach((container, words) -> listener.started(
                container, ended.containsKey(container) ? Optional.empty() : identify(container, words)));
        ended.forEach((container, status) -> listener.ended(container, verdict(container, status)));
    }

    /** A spawner of two has become one: it does for its tasks, but the next ones are to have two again. */
    private void halved(long pid) {
        CompletableFuture.runAsync(() -> {
            synchronized (this) {
                if (spawner.pid() == pid) {
                    replace(spawner);
                }
            }
        });
    }

    /** From news of a start: S, the container, its process, and from perl all that is to be known. */
    private Optional<ProcessIdentity> identify(String container, String[] words) {
        var numbers = Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray();
        return words.length == ALL_WORDS
                ? Optional.of(new ProcessIdentity(numbers[0], numbers[1], numbers[2], numbers[3]))
                : exits.identify(container, numbers[0]);
    }

    /** Zero is always a clean end; of anything else the file tells more than the number. */
    private Verdict verdict(String container, int status) {
        if (status == 0) {
            return new Verdict.Exited(0);
        }
        try {
            return exits.read(container).verdict().orElse(new Verdict.Exited(status));
        } catch (IOException unreadable) {
            LOG.warn("cannot read the verdict of {}: {}", container, unreadable.getMessage());
            return new Verdict.Exited(status);
        }
    }

    /** Stops watching. Tasks and supervisors go on; the spawner ends. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        spawner.close();
        events.write('\n');
        try {
            reader.join(QUICK_DEATH_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }
}
