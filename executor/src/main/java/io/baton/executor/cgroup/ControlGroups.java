package io.baton.executor.cgroup;

import io.baton.executor.process.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of this agent's containers, which outlive the agent: one for each container, named after it. All
 * calls may block for a moment, {@link #end} for seconds.
 */
public final class ControlGroups implements AutoCloseable {
    /** Processes that SIGKILL has not ended by then hang in the kernel: their group stays behind. */
    static final long END_PATIENCE_MILLIS = 10_000;

    /** Processes that do not stop by then are not waited for. */
    static final long FREEZE_PATIENCE_MILLIS = 200;

    private static final int LOCKS = 64;
    private static final long FIRST_PAUSE_NANOS = 200_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;
    private static final long BYTES_PER_MB = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);

    private enum Stage {
        ALIVE,
        ENDING
    }

    private final GroupTrees trees;
    private final String agent;
    private final IsolationSettings settings;
    private final Map<String, Stage> stages = new ConcurrentHashMap<>();
    private final Map<String, Limits> changed = new ConcurrentHashMap<>();
    /** What is written for one container waits for what is written for it, and seldom for another. */
    private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

    private ControlGroups(GroupTrees trees, String agent, IsolationSettings settings) {
        this.trees = trees;
        this.agent = agent;
        this.settings = settings;
    }

    /**
     * Makes this agent's branches, and finds the groups of its earlier containers. Says in the log what the host allows.
     *
     * @param proc {@code /proc}
     * @param workDir names the branches: each agent on it has the same, and none on another
     * @throws IOException naming what the settings demand and the host does not have
     */
    public static ControlGroups open(IsolationSettings settings, Path proc, Path workDir) throws IOException {
        var mounts = CgroupMounts.parse(Files.readString(proc.resolve("self/mountinfo")));
        var trees = settings.controllers().isEmpty()
                ? new GroupTrees(Map.of(), Optional.empty(), Set.of(), Set.of(), new TreeMap<>())
                : GroupTrees.make(mounts, settings.controllers(), settings.root(), nameFor(workDir));
        var obstacles = trees.obstacles().entrySet().stream()
                .map(e -> e.getKey().word() + " (" + e.getValue() + ")")
                .collect(Collectors.joining(", "));
        if (settings.demanded() && !obstacles.isEmpty()) {
            throw new IOException("baton.agent.isolation wants control groups that cannot be had here: " + obstacles
                    + ". Run the agent as root with a writable /sys/fs/cgroup, or set isolation = auto");
        }
        if (!obstacles.isEmpty()) {
            LOG.warn("tasks are not held to all that they ask for, no control groups of: {}", obstacles);
        }
        var held = new TreeSet<>(settings.controllers());
        held.removeIf(controller -> !trees.controls(controller));
        LOG.info("control groups: {} in {}", held.isEmpty() ? "none" : held, trees.branches());
        var groups = new ControlGroups(trees, nameFor(workDir), settings);
        for (var name : groups.names()) {
            groups.stages.put(name, Stage.ALIVE);
            // An earlier agent may have been killed before it could.
            groups.thaw(name);
        }
        return groups;
    }

    private static String nameFor(Path workDir) {
        return "agent-" + UUID.nameUUIDFromBytes(workDir.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** All containers that have a group. */
    public Set<String> names() throws IOException {
        var out = new TreeSet<String>();
        for (var branch : trees.branches()) {
            try (var children = Files.newDirectoryStream(branch, Files::isDirectory)) {
                children.forEach(child -> out.add(child.getFileName().toString()));
            }
        }
        return out;
    }

    /** Containers that have a group and are not ending. */
    public List<String> alive() {
        return stages.entrySet().stream()
                .filter(e -> e.getValue() == Stage.ALIVE)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Names this agent's branches. */
    public String agent() {
        return agent;
    }

    /** The group of a container as a path within every hierarchy, whether it exists or not. */
    public String path(String container) {
        return "/" + settings.root() + "/" + agent + "/" + container;
    }

    /** Whether this host lets containers have groups. */
    public boolean isAny() {
        return trees.any();
    }

    public IsolationSettings settings() {
        return settings;
    }

    /** Whether a container has a group. */
    public boolean has(String container) {
        return stages.containsKey(container);
    }

    /** Gives a container a group. What {@link #allow} said of it before counts more than these limits. */
    public void make(String container, Limits limits) throws IOException {
        if (!trees.any()) {
            return;
        }
        var group = trees.of(container);
        try {
            group.make();
            synchronized (lockOf(container)) {
                group.limit(changed.getOrDefault(container, limits));
            }
        } catch (IOException refused) {
            remove(container, group);
            changed.remove(container);
            throw new IOException("cannot make the control group of the container: " + refused.getMessage(), refused);
        }
        stages.put(container, Stage.ALIVE);
    }

    /** Where a process is to put itself to be in a container's group; empty if it has none. */
    public List<Path> places(String container) {
        return has(container) ? List.copyOf(trees.of(container).places()) : List.of();
    }

    /**
     * Notes what a container may use from now on, also one that has no group yet: {@link #limit} holds it to that, until
     * {@link #disallow}. Touches no file, so that who calls can keep to an order.
     */
    public void allow(String container, Limits limits) {
        if (trees.any()) {
            changed.put(container, limits);
        }
    }

    /** Forgets what {@link #allow} noted. */
    public void disallow(String container) {
        changed.remove(container);
    }

    /** Holds a container to what was noted last: in whatever order this is called, the newest is what stays written. */
    public void limit(String container) throws IOException {
        synchronized (lockOf(container)) {
            var limits = changed.get(container);
            var group = trees.of(container);
            if (limits != null && group.exists()) {
                group.change(limits);
            }
        }
    }

    private Object lockOf(String container) {
        return locks[Math.floorMod(container.hashCode(), locks.length)];
    }

    /** Kills all processes of a container, wherever they have hidden. */
    public void kill(String container) throws IOException {
        if (has(container)) {
            trees.of(container).kill();
        }
    }

    /**
     * Stops all processes of a container.
     *
     * @return whether they stand still; not where the host cannot do it, or not within {@link #FREEZE_PATIENCE_MILLIS}
     */
    public boolean freeze(String container) throws IOException {
        if (!has(container) || !trees.of(container).freeze(true)) {
            return false;
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FREEZE_PATIENCE_MILLIS);
        while (!trees.of(container).isFrozen()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(FIRST_PAUSE_NANOS);
        }
        return true;
    }

    /** Lets them go on. */
    public void thaw(String container) throws IOException {
        if (has(container)) {
            trees.of(container).freeze(false);
        }
    }

    /** Whether this is the first time that anybody wants this container's group ended, and there is one. */
    public boolean beginEnd(String container) {
        return stages.replace(container, Stage.ALIVE, Stage.ENDING);
    }

    /**
     * Ends what is left of a container whose own process is over: all its processes, and its group.
     *
     * @return the verdict, or what the kernel did to the container for want of memory
     */
    public Verdict end(String container, Verdict verdict) {
        var group = trees.of(container);
        Verdict out = verdict;
        try {
            boolean clean = verdict instanceof Verdict.Exited exited && exited.status() == 0;
            if (!clean && group.exists() && group.outOfMemoryKills() > 0) {
                out = exceeded(group.peak());
            }
            if (!endAll(group)) {
                LOG.warn("processes of container {} do not end: {}", container, group.processIds());
            }
        } catch (IOException unreadable) {
            LOG.warn("cannot end the control group of container {}: {}", container, unreadable.toString());
        }
        return out;
    }

    /** To be called after {@link #end}, when its verdict is told. */
    public void forget(String container) {
        stages.remove(container);
        changed.remove(container);
    }

    /** Ends the groups of all containers but these. */
    public void endOthers(Set<String> known) {
        for (var container : List.copyOf(stages.keySet())) {
            if (!known.contains(container)) {
                end(container, new Verdict.Exited(0));
                forget(container);
            }
        }
    }

    /** Mostly nothing is left in it, and to remove it is to find that out: the kernel refuses if there is. */
    private static boolean endAll(GroupFiles group) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_PATIENCE_MILLIS);
        long pause = FIRST_PAUSE_NANOS;
        while (group.exists()) {
            try {
                group.remove();
            } catch (IOException busy) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                group.kill();
                LockSupport.parkNanos(pause);
                pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
            }
        }
        return true;
    }

    private static void remove(String container, GroupFiles group) {
        try {
            group.remove();
        } catch (IOException stays) {
            LOG.warn("cannot remove the control group of container {}: {}", container, stays.getMessage());
        }
    }

    private static Verdict.OutOfMemory exceeded(GroupFiles.Peak peak) {
        var message = "Memory limit exceeded: Requested: " + peak.limit() / BYTES_PER_MB + "MB Maximum Used: "
                + peak.used() / BYTES_PER_MB + "MB";
        return new Verdict.OutOfMemory(message, peak.used());
    }

    /** Why a container that still runs is to end: the kernel has killed some of its processes for want of memory. */
    public Optional<Verdict.OutOfMemory> exceeded(String container) throws IOException {
        if (stages.get(container) != Stage.ALIVE || !trees.controls(Controller.MEMORY)) {
            return Optional.empty();
        }
        var group = trees.of(container);
        return group.exists() && group.outOfMemoryKills() > 0 ? Optional.of(exceeded(group.peak())) : Optional.empty();
    }

    /** Leaves the containers alone; without any, no trace is left. */
    @Override
    public void close() {
        var all = new ArrayList<>(trees.branches());
        all.addAll(trees.others());
        for (var branch : all) {
            try {
                Files.deleteIfExists(branch);
            } catch (IOException used) {
                LOG.debug("{} stays: {}", branch, used.getMessage());
            }
        }
    }

    /** What a container uses; empty if it has no group. */
    public Optional<Usage> usage(String container) {
        if (!has(container)) {
            return Optional.empty();
        }
        try {
            return Optional.of(trees.of(container).usage());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
