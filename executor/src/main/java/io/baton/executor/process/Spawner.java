package io.baton.executor.process;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One running {@code spawner.pl} or {@code spawner.sh}, and the pipe into which its commands go. A shell hears them on its
 * standard input, which ends with this process; perl by a name, since it may outlive its agent.
 */
final class Spawner implements AutoCloseable {
    /** A shell that is not ready by then never will be, however busy the host. */
    static final long READY_SECONDS = 30;

    /** Command lines are kept below what a pipe takes at once (PIPE_BUF), so none is ever torn. */
    static final int MAX_LINE_BYTES = 4_000;

    /** Pid, start and boot. */
    private static final int NOTE_WORDS = 3;

    /** A fourth word, about one that is not to be ended: it waits for tasks. */
    private static final String STAYS = " stays";

    /** With what perl says that it is ready: the word, and its worker by number and start. A shell says the word alone. */
    private static final int READY_WORDS = 3;

    private final Process process;
    private final Optional<ExitRecord.Who> worker;
    private final OutputStream commands;

    private Spawner(Process process, Optional<ExitRecord.Who> worker, OutputStream commands) {
        this.process = process;
        this.worker = worker;
        this.commands = commands;
    }

    /**
     * Starts a spawner for this directory. One left over from an earlier agent is ended first, unless it waits for tasks:
     * that one sees the new one's pipe and takes no more commands.
     *
     * @throws IOException in the spawner's own words if it cannot work here
     */
    static Spawner start(Path directory, ProcessTable processes, Interpreter interpreter) throws IOException {
        endFormer(directory, processes);
        var script = directory.resolve(interpreter.script());
        if (!OwnFiles.put(interpreter.script(), script)) {
            throw new IOException(interpreter.script() + " is missing from the agent's own jar: install it again");
        }
        if (!interpreter.isShared()) {
            // A perl of an earlier agent takes no more once it sees its pipe gone. The shell itself does not remove
            // it: one that comes late, for an agent that is gone by then, would take away the next one's.
            Files.deleteIfExists(directory.resolve("commands"));
        }
        var command = new ArrayList<>(List.of(
                HostPrograms.required("setsid").toString(),
                interpreter.program().toString(),
                script.toString(),
                directory.toString(),
                processes.root().toString()));
        if (interpreter.isShared()) {
            command.addAll(self());
            OwnFiles.starter(directory).map(Path::toString).ifPresent(command::add);
        } else {
            command.add(interpreter.program().toString());
        }
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", HostPrograms.SEARCH_PATH);
        var log = directory.resolve("spawner.log");
        builder.redirectError(log.toFile());
        var process = builder.start();
        try {
            if (interpreter.isShared()) {
                process.getOutputStream().close();
            }
            var worker = awaitReady(process, log);
            remember(directory, processes, process.pid(), interpreter);
            return new Spawner(
                    process,
                    worker,
                    interpreter.isShared() ? named(directory.resolve("commands")) : process.getOutputStream());
        } catch (IOException | RuntimeException | Error impossible) {
            process.destroyForcibly();
            throw impossible;
        }
    }

    /** This process by number and start: it may be gone before what it starts can look. */
    private static List<String> self() throws IOException {
        long pid = ProcessHandle.current().pid();
        var entry = new ProcessTable(Path.of("/proc"))
                .find(pid)
                .orElseThrow(() -> new IOException("/proc/" + pid + "/stat cannot be read"));
        return List.of(Long.toString(pid), Long.toString(entry.startTime()));
    }

    /** Opened for both directions, or it would be waited for a reader. */
    private static OutputStream named(Path pipe) throws IOException {
        return new FileOutputStream(new RandomAccessFile(pipe.toFile(), "rw").getFD());
    }

    private static Optional<ExitRecord.Who> awaitReady(Process process, Path log) throws IOException {
        var answer = CompletableFuture.supplyAsync(() -> {
            try {
                return process.inputReader(StandardCharsets.US_ASCII).readLine();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
        try {
            var words =
                    String.valueOf(answer.get(READY_SECONDS, TimeUnit.SECONDS)).split(" ");
            if (words[0].equals("ready")) {
                return words.length < READY_WORDS
                        ? Optional.empty()
                        : Optional.of(new ExitRecord.Who(
                                Long.parseLong(words[1]), OptionalLong.of(Long.parseLong(words[2]))));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException silent) {
            answer.cancel(true);
        }
        throw new IOException(
                "the task spawner did not start: " + Files.readString(log).strip() + " (its words are in " + log + ")");
    }

    private static Path note(Path directory) {
        return directory.resolve("spawner.pid");
    }

    /** Whether the last spawner of this directory was one for all tasks, and its pipe for news is there. */
    static boolean sharedOneWorked(Path directory) throws IOException {
        var note = note(directory);
        return Files.exists(note)
                && Files.readString(note).strip().endsWith(STAYS)
                && Files.exists(directory.resolve("events"));
    }

    /** Nothing is known of the last spawner any more; it was one that is never ended for the next. */
    static void forget(Path directory) throws IOException {
        Files.deleteIfExists(note(directory));
    }

    /** Two spawners on one pipe would each get half of the commands. */
    private static void endFormer(Path directory, ProcessTable processes) throws IOException {
        var note = note(directory);
        if (!Files.exists(note)) {
            return;
        }
        var words = Files.readString(note).strip().split(" ");
        if (words.length != NOTE_WORDS || !words[0].matches("[0-9]{1,18}") || !words[1].matches("[0-9]{1,18}")) {
            return;
        }
        if (!words[2].equals(processes.bootId())) {
            return; // It ended with its kernel; the number may be anybody's now.
        }
        long pid = Long.parseLong(words[0]);
        long startTime = Long.parseLong(words[1]);
        if (!processes.isAlive(pid, startTime)) {
            return;
        }
        var former = ProcessHandle.of(pid);
        former.ifPresent(ProcessHandle::destroyForcibly);
        former.ifPresent(f ->
                f.onExit().completeOnTimeout(f, READY_SECONDS, TimeUnit.SECONDS).join());
        if (processes.isAlive(pid, startTime)) {
            throw new IOException("an earlier task spawner (pid " + pid + ") does not end: end it and start again");
        }
    }

    private static void remember(Path directory, ProcessTable processes, long pid, Interpreter interpreter)
            throws IOException {
        var entry = processes.find(pid);
        if (entry.isPresent()) {
            var note = pid + " " + entry.get().startTime() + " " + processes.bootId()
                    + (interpreter.isShared() ? STAYS : "") + "\n";
            var bytes = note.getBytes(StandardCharsets.US_ASCII);
            try (var file = FileChannel.open(note(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(bytes), 0);
                file.truncate(bytes.length);
            }
        }
    }

    /** Starts tasks, in this order. */
    void run(List<String> containers) throws IOException {
        var line = new StringBuilder("R");
        for (var container : containers) {
            if (line.length() + container.length() + 2 > MAX_LINE_BYTES) {
                write(line.append('\n'));
                line = new StringBuilder("R");
            }
            line.append(' ').append(container);
        }
        write(line.append('\n'));
    }

    void signal(Signal signal, long pid, long startTime) throws IOException {
        write(new StringBuilder("K ")
                .append(signal)
                .append(' ')
                .append(pid)
                .append(' ')
                .append(startTime)
                .append('\n'));
    }

    private synchronized void write(StringBuilder line) throws IOException {
        commands.write(line.toString().getBytes(StandardCharsets.US_ASCII));
        commands.flush();
    }

    /** The process that was started; the one that works may be below it. */
    long pid() {
        return process.pid();
    }

    /**
     * The process that reads the commands, if that is known and it lives: what was written for it will be done, though it
     * may have lost its keeper.
     */
    boolean reads(ProcessTable processes) {
        return worker.filter(w -> processes.isAlive(w.pid(), w.startTime().orElse(0)))
                .isPresent();
    }

    /** Whether the process that was started is still there. */
    boolean lives() {
        return process.isAlive();
    }

    /** Completes when the spawner is gone, for whatever reason. */
    CompletableFuture<Process> ended() {
        return process.onExit();
    }

    /** Tells it to end; tasks go on. */
    @Override
    public void close() throws IOException {
        write(new StringBuilder("Q\n"));
        commands.close();
    }

    /** For a spawner that is gone, or is to take no more: lets go of its pipe. */
    void abandon() throws IOException {
        commands.close();
    }
}
