package io.baton.benchmarks.failover;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** One of Baton's servers in a JVM of its own, which can be killed and started again. */
final class ServerProcess implements AutoCloseable {
    private static final long END_SECONDS = 30;
    private static final int LAST_LINES = 12;

    /**
     * In a session of its own, as services are: the kernel shares the cores out among sessions, not threads. And before
     * tasks, as far as root may say so, which on a site do not have the masters' cores and not all of an agent's.
     */
    private static final String PREFERRED = "echo -10 > /proc/self/autogroup 2> /dev/null; exec \"$@\"";

    private final String name;
    private final String options;
    private final List<String> arguments;
    private final UnaryOperator<List<String>> place;
    private final File log;
    private Path launcher;
    private Process process;
    private boolean wanted;

    private ServerProcess(
            String name, String options, List<String> arguments, UnaryOperator<List<String>> place, File log) {
        this.name = name;
        this.options = options;
        this.arguments = arguments;
        this.place = place;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @param launcher the script that does it
     * @param options of its JVM, beside those of the script
     * @param arguments the script's
     * @param place puts the command where it is to run
     */
    static ServerProcess start(
            Path launcher, Path log, String options, List<String> arguments, UnaryOperator<List<String>> place)
            throws IOException {
        var name = log.getFileName().toString().replace(".log", "");
        var server = new ServerProcess(name, options, arguments, place, log.toFile());
        server.start(launcher);
        return server;
    }

    long pid() {
        return process.pid();
    }

    /** Starts it again, as it was. */
    void start() throws IOException {
        start(launcher);
    }

    /** Starts it again, by this script: that of another version, perhaps. */
    void start(Path launcher) throws IOException {
        this.launcher = launcher;
        wanted = true;
        var command = new ArrayList<>(List.of("setsid", "sh", "-c", PREFERRED, "sh", launcher.toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(place.apply(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().put("BATON_BUILD", "never");
        builder.environment().put("BATON_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("BATON_JAVA_OPTS", options);
        process = builder.start();
    }

    /** As by {@code kill -9}. */
    void kill() throws InterruptedException {
        wanted = false;
        process.destroyForcibly();
        process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    }

    /** As by {@code kill}; waits for the end. */
    void stop() throws InterruptedException {
        wanted = false;
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(name + " did not end within " + END_SECONDS + " s of SIGTERM");
        }
    }

    /** Stops it in its tracks, or lets it go on, as by {@code kill -STOP} and {@code kill -CONT}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor(END_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether it runs, and the last of what it has said, on lines of their own. */
    String described() {
        var how = process.isAlive() ? "runs as " + process.pid() : "has ended with status " + process.exitValue();
        return System.lineSeparator() + "  " + name + " " + how + ", and said last:" + lastLines();
    }

    private String lastLines() {
        try (var lines = Files.lines(log.toPath())) {
            var all = lines.toList();
            var indent = System.lineSeparator() + "    ";
            return indent + String.join(indent, all.subList(Math.max(0, all.size() - LAST_LINES), all.size()));
        } catch (IOException | UncheckedIOException none) {
            return " (no log: " + none.getMessage() + ")";
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As a supervisor would: starts it again if it has ended by itself. @return whether it had */
    boolean supervise() throws IOException {
        if (!wanted || process.isAlive()) {
            return false;
        }
        start();
        return true;
    }

    /** With all processes that it has started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            kill();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
