package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the sandboxes of tasks that ended long ago. */
public record SandboxCollector(Path workDir, SandboxLimits limits) {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxCollector.class);
    /** From the work directory: slaves, agent, frameworks, framework, executors, task, runs, container. */
    private static final int DEPTH = 8;

    private record Run(Path path, Instant changed) {}

    /** Which share of the work directory's disk is used, what is kept for root counted as used. */
    public double used() throws IOException {
        var disk = Files.getFileStore(workDir);
        long total = disk.getTotalSpace();
        return total == 0 ? 0 : 1 - (double) disk.getUsableSpace() / total;
    }

    /** Whether there is so little room that no sandbox of an ended task is kept. */
    public boolean isShort() throws IOException {
        return limits.isShort(used());
    }

    /**
     * Removes what is too old or too much.
     *
     * @param inUse containers whose sandboxes stay
     * @param used share of the disk that is used
     * @return how many were removed
     */
    public int collect(Set<String> inUse, Instant now, double used) throws IOException {
        var oldest = now.minus(limits.allowedAge(used));
        var runs = new ArrayList<Run>();
        for (var path : runDirectories()) {
            if (!inUse.contains(path.getFileName().toString())) {
                runs.add(new Run(
                        path,
                        Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                                .toInstant()));
            }
        }
        runs.sort(Comparator.comparing(Run::changed).reversed().thenComparing(Run::path));
        int removed = 0;
        for (int i = 0; i < runs.size(); i++) {
            var run = runs.get(i);
            if (i >= limits.maxCount() || run.changed().isBefore(oldest)) {
                remove(run.path());
                removed++;
            }
        }
        return removed;
    }

    private List<Path> runDirectories() throws IOException {
        var root = workDir.resolve("slaves");
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var paths = Files.find(
                root,
                DEPTH - 1,
                (path, attributes) -> attributes.isDirectory()
                        && path.getNameCount() == workDir.getNameCount() + DEPTH
                        && path.getParent().endsWith("runs"))) {
            return paths.toList();
        }
    }

    private void remove(Path run) {
        try {
            Trees.remove(run);
            removeEmpty(run.getParent());
        } catch (IOException stays) {
            LOG.warn("cannot remove the old sandbox {}: {}", run, stays.getMessage());
        }
    }

    /** {@code runs} without a run goes, with its link, and the task's directory above it. */
    private static void removeEmpty(Path runs) throws IOException {
        try (var rest = Files.list(runs)) {
            if (rest.anyMatch(p -> !Files.isSymbolicLink(p))) {
                return;
            }
        }
        Files.deleteIfExists(runs.resolve("latest"));
        Files.deleteIfExists(runs);
        Files.deleteIfExists(runs.getParent());
    }
}
