package io.baton.executor.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How much directories hold, measured by du(1) as in Mesos: what their files take of the disk, not how long they are, however
 * many there are and however deep they lie.
 */
public final class DiskUse {
    /** Directories that one du looks at. */
    static final int MAX_AT_ONCE = 500;

    /** A du that takes longer is ended; what it has not come to is measured alone. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The same for one that is measured alone; meanwhile others are. */
    static final Duration LONG_PATIENCE = Duration.ofHours(1);

    private static final long KB_PER_MB = 1 << 10;

    private DiskUse() {}

    /**
     * Megabytes in each directory, rounded up; links are not followed. What is not there, or took too long, is missing.
     */
    public static Map<Path, Long> megabytes(Collection<Path> directories) throws IOException {
        return megabytes(directories, PATIENCE, new CompletableFuture<>());
    }

    /**
     * The same of what took too long.
     *
     * @param enough ends it at once
     */
    public static Map<Path, Long> patiently(Collection<Path> directories, CompletableFuture<?> enough)
            throws IOException {
        return megabytes(directories, LONG_PATIENCE, enough);
    }

    private static Map<Path, Long> megabytes(
            Collection<Path> directories, Duration patience, CompletableFuture<?> enough) throws IOException {
        var out = new HashMap<Path, Long>();
        for (var layer : layers(directories)) {
            // One that takes long must not hide the same others each time.
            Collections.shuffle(layer);
            for (int i = 0; i < layer.size(); i += MAX_AT_ONCE) {
                measure(layer.subList(i, Math.min(layer.size(), i + MAX_AT_ONCE)), patience, enough, out);
            }
        }
        return out;
    }

    /** None of a layer is in another of it: a du counts each file once, for the first that it is in. */
    private static List<List<Path>> layers(Collection<Path> directories) {
        var all = Set.copyOf(directories);
        var out = new ArrayList<List<Path>>();
        for (var directory : all) {
            int depth = 0;
            for (var above = directory.getParent(); above != null; above = above.getParent()) {
                depth += all.contains(above) ? 1 : 0;
            }
            while (out.size() <= depth) {
                out.add(new ArrayList<>());
            }
            out.get(depth).add(directory);
        }
        return out;
    }

    private static void measure(
            Collection<Path> directories, Duration patience, CompletableFuture<?> enough, Map<Path, Long> out)
            throws IOException {
        var command = new ArrayList<>(List.of("du", "-s", "-k", "--"));
        directories.forEach(directory -> command.add(directory.toString()));
        var du = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // By its handle: the process's own way closes what is read here, and what du has said would be lost.
        Runnable end = du.toHandle()::destroyForcibly;
        var tooLate = CompletableFuture.runAsync(
                end, CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
        enough.thenRun(end);
        try (var lines = new BufferedReader(new InputStreamReader(du.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                int cut = line.indexOf('\t');
                long kilobytes = Long.parseLong(line.substring(0, cut));
                out.put(Path.of(line.substring(cut + 1)), (kilobytes + KB_PER_MB - 1) / KB_PER_MB);
            }
        } finally {
            tooLate.cancel(false);
            du.destroyForcibly();
        }
    }
}
