package io.baton.executor.launch;

import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.cgroup.Limits;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.oci.OciLauncher;
import io.baton.executor.process.Verdict;
import io.baton.executor.sandbox.LogRotation;
import io.baton.v1.Resource;
import io.baton.v1.ResourceStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds containers to their limits, and sees to it that nothing of one outlives it. On threads that may block. */
public final class Containment implements AutoCloseable {
    /** What is younger is not measured again. */
    static final long USAGE_MILLIS = 1_000;

    private static final long BYTES_PER_MB = 1 << 20;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Containment.class);

    private final ControlGroups groups;
    private final OciLauncher containers;
    private final HostThreads threads;
    private final Executor executor;
    private final Rounds watching;
    private final Map<String, Long> diskMb = new ConcurrentHashMap<>();
    private CompletableFuture<Map<String, ResourceStatistics>> usage = CompletableFuture.completedFuture(Map.of());
    private long measuredAt;

    /** By these groups and containers. */
    public Containment(ControlGroups groups, OciLauncher containers, HostThreads threads) {
        this.groups = groups;
        this.containers = containers;
        this.threads = threads;
        this.executor = threads.work();
        this.watching = new Rounds(executor);
    }

    /** In whose group a container runs: a nested one in that of the container it is in, if that has one. */
    private String owner(TaskEntry entry) {
        return entry.outermost().filter(groups::has).orElse(entry.container());
    }

    /**
     * Gives a container what it is to run in. Blocks for a moment.
     *
     * @param inImage whether it is run in an image
     * @return the control groups that its process is to join
     */
    List<Path> make(TaskEntry entry, boolean inImage) throws IOException {
        var owner = owner(entry);
        boolean wanted = inImage || groups.settings().everyTask();
        if (wanted && owner.equals(entry.container())) {
            groups.make(owner, Limits.of(entry.task(), groups.settings()));
        }
        return groups.places(owner);
    }

    /** The control groups of what runs beside the container's own process. */
    List<Path> beside(TaskEntry entry) {
        return groups.places(owner(entry));
    }

    /** Stops a container's processes for a moment, where the host can do that. */
    public LogRotation.Pause pauseOf(TaskEntry entry) {
        var owner = owner(entry);
        return new LogRotation.Pause() {
            @Override
            public boolean begin() throws IOException {
                return groups.freeze(owner);
            }

            @Override
            public void end() throws IOException {
                groups.thaw(owner);
            }
        };
    }

    /** What a container may use from now on, all in all. */
    public void resize(String container, List<Resource> resources) {
        groups.allow(container, Limits.of(resources, groups.settings()));
        executor.execute(() -> {
            try {
                groups.limit(container);
            } catch (IOException refused) {
                LOG.warn("cannot change the limits of container {}: {}", container, refused.getMessage());
            }
        });
    }

    /** Kills all processes of a container, not only those of its process group. */
    public void kill(String container) {
        if (groups.has(container)) {
            threads.signals().execute(() -> {
                try {
                    groups.kill(container);
                } catch (IOException broken) {
                    LOG.warn("cannot kill the processes of container {}: {}", container, broken.getMessage());
                }
            });
        }
    }

    /**
     * A container's own process is over: whatever else is in it ends too, before anybody is told.
     *
     * @param tell with the verdict on the container
     */
    public void ended(String container, Verdict verdict, BiConsumer<String, Verdict> tell) {
        boolean grouped = groups.has(container);
        if (!grouped && !containers.holds(container)) {
            tell.accept(container, verdict);
        } else if (!grouped) {
            threads.ends().execute(() -> tell.accept(container, containers.judge(container, verdict)));
        } else if (groups.beginEnd(container)) {
            threads.ends().execute(() -> {
                tell.accept(container, groups.end(container, containers.judge(container, verdict)));
                groups.forget(container);
                diskMb.remove(container);
            });
        }
        // Else its end is under way, and will be told.
    }

    /** The same for a container of an earlier agent. Blocks. */
    public Verdict ended(String container, Verdict verdict) {
        var judged = containers.judge(container, verdict);
        if (!groups.beginEnd(container)) {
            return judged;
        }
        var out = groups.end(container, judged);
        groups.forget(container);
        return out;
    }

    /** Ends all containers but these, and has removed what is left of all that are not known. Blocks. */
    public void endOthers(Set<String> alive, Set<String> known) {
        groups.endOthers(alive);
        containers.removeOthers(known, threads.removals());
    }

    /**
     * Takes away what a container that is over left behind. Blocks.
     *
     * @return what is to be removed of it when there is time
     */
    Optional<Path> remove(String container) throws IOException {
        groups.disallow(container);
        if (groups.beginEnd(container)) { // Else its end has been told: this one never began.
            groups.end(container, new Verdict.NeverRan(""));
            groups.forget(container);
            diskMb.remove(container);
        }
        return containers.setAside(container);
    }

    /** What ran beside the container's own process is over. */
    void forget(String name) {
        executor.execute(() -> {
            try {
                containers.forget(name);
            } catch (IOException stays) {
                LOG.warn("cannot remove the files of {}: {}", name, stays.getMessage());
            }
        });
    }

    OciLauncher containers() {
        return containers;
    }

    /** A sandbox holds so much. */
    public void diskUsed(String container, long megabytes) {
        if (groups.has(container)) {
            diskMb.put(container, megabytes);
        }
    }

    /** What containers use, by their ids; those without a group are missing. Callable on any thread. */
    public synchronized CompletionStage<Map<String, ResourceStatistics>> usage() {
        long now = System.currentTimeMillis();
        if (usage.isDone() && Math.abs(now - measuredAt) >= USAGE_MILLIS) {
            measuredAt = now;
            usage = CompletableFuture.supplyAsync(this::measure, executor);
        }
        return usage.copy();
    }

    private Map<String, ResourceStatistics> measure() {
        var out = new TreeMap<String, ResourceStatistics>();
        for (var container : groups.alive()) {
            groups.usage(container).ifPresent(used -> {
                var statistics =
                        ResourceStatistics.newBuilder().setTimestamp(System.currentTimeMillis() / MILLIS_PER_SECOND);
                used.describe(statistics);
                Optional.ofNullable(diskMb.get(container))
                        .ifPresent(megabytes -> statistics.setDiskUsedBytes(megabytes * BYTES_PER_MB));
                out.put(container, statistics.build());
            });
        }
        return out;
    }

    @Override
    public void close() {
        groups.close();
        containers.close();
    }

    /**
     * Looks for containers of which the kernel has killed a part for want of memory, while the rest goes on.
     *
     * @param exceeded told the container and what happened
     */
    public void watchMemory(BiConsumer<String, Verdict.OutOfMemory> exceeded) {
        watching.begin(() -> {
            for (var container : groups.alive()) {
                try {
                    groups.exceeded(container).ifPresent(verdict -> exceeded.accept(container, verdict));
                } catch (IOException gone) {
                    LOG.debug("cannot look after the memory of container {}: {}", container, gone.getMessage());
                }
            }
        });
    }
}
