package io.baton.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real workloads, if they are on this machine: {@code BATON_TRACES}, else {@code ../shared/traces}. */
final class Traces {
    private static final long MAP_BYTES = 128L << 20;
    private static final int MOST_TASKS = 2000;

    /**
     * @param second after the start of the trace
     * @param tasks derived from the bytes read: the trace does not have it
     */
    record Job(double second, int tasks) {}

    private Traces() {}

    static Path home() {
        return Path.of(System.getenv().getOrDefault("BATON_TRACES", "../shared/traces"))
                .toAbsolutePath()
                .normalize();
    }

    static boolean present() {
        return Files.isRegularFile(facebook()) && Files.isRegularFile(alibaba());
    }

    private static Path facebook() {
        return home().resolve("swim-facebook/FB-2010_samples_24_times_1hr_0.tsv.gz");
    }

    private static Path alibaba() {
        return home().resolve("alibaba-2018-batch-sample/jobs.csv.gz");
    }

    /** Facebook, 2010: when jobs came; a map task for each 128 MiB, at most 2000. */
    static List<Job> arrivals() throws IOException {
        var out = new ArrayList<Job>();
        for (var line : lines(facebook())) {
            var cells = line.split("\t");
            long tasks = (long) (Double.parseDouble(cells[3]) / MAP_BYTES) + 1;
            out.add(new Job(Double.parseDouble(cells[1]), (int) Math.min(MOST_TASKS, tasks)));
        }
        return out;
    }

    /** Alibaba, 2018: how long tasks ran, in seconds, in the order of the trace. */
    static double[] durations() throws IOException {
        var rows = lines(alibaba());
        return rows.subList(1, rows.size()).stream()
                .mapToDouble(row -> Double.parseDouble(row.split(",")[2]))
                .filter(seconds -> seconds > 0)
                .toArray();
    }

    private static List<String> lines(Path file) throws IOException {
        try (var reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
