package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the sandboxes of tasks that ended long ago.
 *
 * @param maxAge since a sandbox's directory was last changed
 * @param maxCount most sandboxes of ended tasks that are kept
 */
public record SandboxCollector(Path workDir, Duration maxAge, int maxCount) {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxCollector.class);
    /** From the work directory: slaves, agent, frameworks, framework, executors, task, runs, container. */
    private static final int DEPTH = 8;

    private record Run(Path path, Instant changed) {}

    /**
     * Removes what is too old or too much.
     *
     * @param inUse containers whose sandboxes stay
     * @return how many were removed
     */
    public int collect(Set<String> inUse, Instant now) throws IOException {
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
            if (i >= maxCount || run.changed().isBefore(now.minus(maxAge))) {
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
