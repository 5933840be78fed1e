package io.baton.benchmarks.failover;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** One of Baton's servers in a JVM of its own, which can be killed and started again. */
final class ServerProcess implements AutoCloseable {
    private static final long END_SECONDS = 30;

    private final String name;
    private final List<String> command;
    private final File log;
    private Process process;
    private boolean wanted;

    private ServerProcess(String name, List<String> command, File log) {
        this.name = name;
        this.command = command;
        this.log = log;
    }

    /**
     * Starts one; the class path of this JVM must have the distribution.
     *
     * @param place puts the command where it is to run
     */
    static ServerProcess start(
            String name, Path logs, String heap, List<String> arguments, UnaryOperator<List<String>> place)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-Xss512k",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
                "-Djdk.lang.Process.launchMechanism=VFORK",
                "-cp",
                System.getProperty("java.class.path"),
                "io.baton.distribution.Main"));
        command.addAll(arguments);
        var server = new ServerProcess(
                name, place.apply(command), logs.resolve(name + ".log").toFile());
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.process.destroyForcibly()));
        return server;
    }

    long pid() {
        return process.pid();
    }

    /** Starts it again, as it was. */
    void start() throws IOException {
        wanted = true;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
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
