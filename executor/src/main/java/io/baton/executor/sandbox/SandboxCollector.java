package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
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

    /** By which a time may be ahead: clocks are set, and tasks end while the agent looks. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    private record Run(Path path, Instant changed) {}

    /**
     * What came of a look.
     *
     * @param removed sandboxes
     * @param failed sandboxes that could not be removed
     * @param waiting sandboxes of ended tasks whose time has not come
     */
    public record Collected(int removed, int failed, int waiting) {}

    /** Which share of the work directory's disk is used, what is kept for root counted as used. */
    public double used() throws IOException {
        var disk = Files.getFileStore(workDir);
        long total = disk.getTotalSpace();
        return total == 0 ? 0 : 1 - (double) disk.getUsableSpace() / total;
    }

    /** How old a sandbox may be. */
    public Duration allowedAge(double used) {
        return limits.allowedAge(used);
    }

    /** Whether there is so little room that no sandbox of an ended task is kept. */
    public boolean isShort(double used) {
        return limits.isShort(used);
    }

    /**
     * Removes what is too old or too much.
     *
     * @param inUse containers whose sandboxes stay
     * @param used share of the disk that is used
     */
    public Collected collect(Set<String> inUse, Instant now, double used) throws IOException {
        var oldest = now.minus(limits.allowedAge(used));
        var runs = new ArrayList<Run>();
        for (var path : runDirectories()) {
            if (!inUse.contains(path.getFileName().toString())) {
                runs.add(new Run(path, changed(path, now)));
            }
        }
        runs.sort(Comparator.comparing(Run::changed).reversed().thenComparing(Run::path));
        int removed = 0;
        int failed = 0;
        for (int i = 0; i < runs.size(); i++) {
            var run = runs.get(i);
            if (i >= limits.maxCount() || !run.changed().isAfter(oldest)) {
                if (remove(run.path())) {
                    removed++;
                } else {
                    failed++;
                }
            }
        }
        return new Collected(removed, failed, runs.size() - removed - failed);
    }

    /**
     * Nothing was changed later than now. Who says so of a run that is still its user's has set the time, and is to gain
     * nothing by it. Those that have ended were dated by the agent: it is the host's clock that was set back since, and
     * their age counts anew from now on.
     */
    private static Instant changed(Path run, Instant now) throws IOException {
        var said = Files.getLastModifiedTime(run, LinkOption.NOFOLLOW_LINKS).toInstant();
        if (!said.isAfter(now.plus(CLOCKS_DIFFER))) {
            return said.isAfter(now) ? now : said;
        }
        if (!Trees.isOwn(run)) {
            return Instant.EPOCH;
        }
        Files.setLastModifiedTime(run, FileTime.from(now));
        return now;
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

    private static boolean remove(Path run) {
        try {
            Trees.remove(run);
            removeEmpty(run.getParent());
            return true;
        } catch (IOException stays) {
            LOG.warn("cannot remove the old sandbox {}: {}", run, stays.getMessage());
            return false;
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
