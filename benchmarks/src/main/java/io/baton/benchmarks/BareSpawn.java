package io.baton.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tiny program in C takes to start processes: the ceiling of every launcher, and what a task costs by itself.
 *
 * @param perSecond processes started and ended a second
 * @param cpuMillis processor time of each, its start included
 */
record BareSpawn(double perSecond, double cpuMillis) {
    private static final String SOURCE = "spawn.c";
    private static final double MICROS_PER_MILLI = 1_000;

    /**
     * Compiles that program and runs it; empty where there is no C compiler.
     *
     * @param parallel as many run at a time
     * @param command the program's path first
     */
    static Optional<BareSpawn> measure(int count, int parallel, List<String> command)
            throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("baton-spawn-");
        try {
            var program = directory.resolve("spawn");
            var source = directory.resolve(SOURCE);
            try (var text = BareSpawn.class.getResourceAsStream(SOURCE)) {
                Files.copy(text, source);
            }
            if (!Files.isExecutable(Path.of("/usr/bin/cc"))) {
                return Optional.empty();
            }
            said(List.of("/usr/bin/cc", "-O2", "-o", program.toString(), source.toString()));
            var words =
                    new ArrayList<>(List.of(program.toString(), Integer.toString(count), Integer.toString(parallel)));
            words.addAll(command);
            var figures = said(words).split(" ");
            return Optional.of(
                    new BareSpawn(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]) / MICROS_PER_MILLI));
        } finally {
            for (var file : List.of(directory.resolve("spawn"), directory.resolve(SOURCE), directory)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String said(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' failed: " + words);
        }
        return words;
    }
}
