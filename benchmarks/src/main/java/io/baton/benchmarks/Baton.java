package io.baton.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@code baton} command in a process of its own, ended with this object. */
final class Baton implements AutoCloseable {
    private static final long END_SECONDS = 20;

    private final Process process;
    private final BufferedReader output;

    private Baton(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The launcher of this build. */
    static Path launcher() {
        var home = System.getProperty("baton.launcher", System.getenv().getOrDefault("BATON_LAUNCHER", "./baton"));
        return Path.of(home).toAbsolutePath();
    }

    static Baton start(String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(launcher().toString());
        command.addAll(List.of(arguments));
        return new Baton(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Runs a command to its end and answers how many seconds it took. */
    static double seconds(String... arguments) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (var baton = start(arguments)) {
            var said = baton.rest();
            int code = baton.process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(
                        "baton " + String.join(" ", arguments) + " exited " + code + ": " + said);
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    /** Reads output until a line is as wanted. */
    String awaitLine(Predicate<String> wanted) throws IOException {
        var said = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (wanted.test(line)) {
                return line;
            }
        }
        throw new IllegalStateException("ended too early, saying: " + said);
    }

    private String rest() throws IOException {
        var said = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
        }
        return said.toString();
    }

    /** Resident memory of the process now; the launcher has become the JVM. */
    double rssMb() throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(l -> l.startsWith("VmRSS:"))
                            .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024.0;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
