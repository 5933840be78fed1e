package io.baton.executor.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One container's group in each hierarchy, through the kernel's files (cgroups(7)).
 *
 * @param separate its groups of version 1
 * @param unified its group of version 2
 * @param enabled what version 2 controls there
 * @param others where a container runtime may have made groups besides
 */
record GroupFiles(Map<Controller, Path> separate, Optional<Path> unified, Set<Controller> enabled, List<Path> others) {
    private static final String UNLIMITED = "max";
    /** Version 1 says that there is no limit by a number of pages that is as large as it gets. */
    private static final long UNLIMITED_BYTES = Long.MAX_VALUE / 2;

    private static final double MICROS = 1e6;
    private static final double NANOS = 1e9;
    /** In which version 1 counts cpu time (USER_HZ), on all of Linux's architectures. */
    private static final double TICKS = 100;

    static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Its directories, each once. */
    Set<Path> places() {
        var out = new LinkedHashSet<>(separate.values());
        unified.ifPresent(out::add);
        return out;
    }

    boolean exists() {
        return places().stream().anyMatch(Files::isDirectory);
    }

    void make() throws IOException {
        for (var place : places()) {
            try {
                Files.createDirectory(place);
            } catch (FileAlreadyExistsException kept) {
                // It is ours: nobody else has the container's name.
            }
        }
    }

    /** The file of one name in version 1, of another in version 2; empty if this is not controlled here. */
    private Optional<Path> file(Controller controller, String first, String second) {
        var place = separate.get(controller);
        if (place != null) {
            return Optional.of(place.resolve(first));
        }
        return enabled.contains(controller) ? unified.map(p -> p.resolve(second)) : Optional.empty();
    }

    private boolean isFirst(Controller controller) {
        return separate.containsKey(controller);
    }

    /**
     * Holds the group, which has processes, to this from now on. Its memory does not shrink: what it holds of it may only not
     * be freed yet, and the kernel would kill it for that (Mesos).
     */
    void change(Limits limits) throws IOException {
        var file = file(Controller.MEMORY, "memory.limit_in_bytes", "memory.max");
        long now = file.isPresent() ? number(file.get()) : UNLIMITED_BYTES;
        boolean shrinks = now < UNLIMITED_BYTES && limits.memoryBytes().orElse(UNLIMITED_BYTES) < now;
        limit(shrinks ? limits.withMemory(now) : limits);
    }

    /** Holds the group, in which nothing runs yet, to this. */
    void limit(Limits limits) throws IOException {
        var shares = file(Controller.CPU, "cpu.shares", "cpu.weight");
        if (shares.isPresent()) {
            write(shares.get(), Long.toString(isFirst(Controller.CPU) ? limits.cpuShares() : limits.cpuWeight()));
        }
        limitCpu(limits.cpuQuotaMicros());
        limitMemory(limits.memoryBytes());
        var processes = file(Controller.PIDS, "pids.max", "pids.max");
        if (processes.isPresent()) {
            write(processes.get(), text(limits.processes()));
        }
    }

    private static String text(OptionalLong limit) {
        return limit.isPresent() ? Long.toString(limit.getAsLong()) : UNLIMITED;
    }

    private void limitCpu(OptionalLong quota) throws IOException {
        var file = file(Controller.CPU, "cpu.cfs_quota_us", "cpu.max");
        if (file.isEmpty()) {
            return;
        }
        if (!isFirst(Controller.CPU)) {
            write(file.get(), text(quota) + " " + Limits.PERIOD_MICROS);
        } else if (Files.exists(file.get())) {
            write(file.get().resolveSibling("cpu.cfs_period_us"), Long.toString(Limits.PERIOD_MICROS));
            write(file.get(), Long.toString(quota.orElse(-1)));
        } else if (quota.isPresent()) {
            throw new IOException("this kernel cannot limit cpu time (CONFIG_CFS_BANDWIDTH)");
        }
    }

    /** Swap is not a way round the limit. */
    private void limitMemory(OptionalLong bytes) throws IOException {
        var file = file(Controller.MEMORY, "memory.limit_in_bytes", "memory.max");
        if (file.isEmpty()) {
            return;
        }
        if (!isFirst(Controller.MEMORY)) {
            write(file.get(), text(bytes));
            writeIfThere(file.get().resolveSibling("memory.swap.max"), bytes.isPresent() ? "0" : UNLIMITED);
            writeIfThere(file.get().resolveSibling("memory.oom.group"), "1");
            return;
        }
        var both = file.get().resolveSibling("memory.memsw.limit_in_bytes");
        var limit = Long.toString(bytes.orElse(-1));
        // Neither may pass the other: which one goes first depends on the direction.
        boolean grows = bytes.isEmpty() || number(file.get()) < bytes.getAsLong();
        if (grows) {
            writeIfThere(both, limit);
            write(file.get(), limit);
        } else {
            write(file.get(), limit);
            writeIfThere(both, limit);
        }
    }

    private static void writeIfThere(Path file, String text) throws IOException {
        if (Files.exists(file)) {
            write(file, text);
        }
    }

    /** Numbers beyond 63 bits, and "max", are as large as it gets. */
    private static long number(Path file) throws IOException {
        var text = Files.readString(file).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException beyond) {
            return Long.MAX_VALUE;
        }
    }

    /** The value behind a word at the beginning of a line; 0 if there is none. */
    static long value(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException older) {
            return "";
        }
    }

    /**
     * How many of its processes the kernel has killed for want of memory. Version 1 counts each in the group that it was in
     * and in none above, and some runtimes make groups of their own in the container's.
     */
    long outOfMemoryKills() throws IOException {
        var file = file(Controller.MEMORY, "memory.oom_control", "memory.events");
        if (file.isEmpty()) {
            return 0;
        }
        long kills = value(text(file.get()), "oom_kill");
        if (isFirst(Controller.MEMORY)) {
            for (var group : below(file.get().getParent())) {
                boolean own = group.equals(file.get().getParent());
                kills += own ? 0 : value(text(group.resolve("memory.oom_control")), "oom_kill");
            }
        }
        return kills;
    }

    /** The most memory that it has used, and may use. */
    record Peak(long used, long limit) {}

    Peak peak() throws IOException {
        var used = file(Controller.MEMORY, "memory.max_usage_in_bytes", "memory.peak");
        var limit = file(Controller.MEMORY, "memory.limit_in_bytes", "memory.max");
        if (used.isEmpty() || limit.isEmpty()) {
            return new Peak(0, 0);
        }
        var current = used.get().resolveSibling("memory.current");
        return new Peak(number(Files.exists(used.get()) ? used.get() : current), number(limit.get()));
    }

    Usage usage() throws IOException {
        var cpu = cpu();
        return new Usage(cpu[0], cpu[1], throttling(), memory(), processes());
    }

    /** Seconds of the user and of the kernel for him. */
    private double[] cpu() throws IOException {
        if (unified.isPresent()) {
            var stat = text(unified.get().resolve("cpu.stat"));
            return new double[] {value(stat, "user_usec") / MICROS, value(stat, "system_usec") / MICROS};
        }
        var accounting = separate.get(Controller.CPUACCT);
        if (accounting == null) {
            return new double[2];
        }
        var stat = text(accounting.resolve("cpuacct.stat"));
        return new double[] {value(stat, "user") / TICKS, value(stat, "system") / TICKS};
    }

    private Usage.Throttling throttling() throws IOException {
        var file = file(Controller.CPU, "cpu.stat", "cpu.stat");
        if (file.isEmpty()) {
            return Usage.Throttling.NONE;
        }
        var stat = text(file.get());
        double seconds = isFirst(Controller.CPU)
                ? value(stat, "throttled_time") / NANOS
                : value(stat, "throttled_usec") / MICROS;
        return new Usage.Throttling(value(stat, "nr_periods"), value(stat, "nr_throttled"), seconds);
    }

    private Usage.Memory memory() throws IOException {
        var total = file(Controller.MEMORY, "memory.usage_in_bytes", "memory.current");
        if (total.isEmpty()) {
            return Usage.Memory.NONE;
        }
        var stat = text(total.get().resolveSibling("memory.stat"));
        boolean first = isFirst(Controller.MEMORY);
        return new Usage.Memory(
                number(total.get()),
                value(stat, first ? "rss" : "anon"),
                value(stat, first ? "cache" : "file"),
                value(stat, first ? "mapped_file" : "file_mapped"));
    }

    private long processes() throws IOException {
        var counted = file(Controller.PIDS, "pids.current", "pids.current");
        return counted.isPresent() ? number(counted.get()) : processIds().size();
    }

    /** Those of all its groups, and of groups that its processes have made. */
    Set<Long> processIds() throws IOException {
        var out = new LinkedHashSet<Long>();
        for (var place : places()) {
            for (var group : below(place)) {
                text(group.resolve("cgroup.procs")).lines().forEach(line -> out.add(Long.parseLong(line.strip())));
            }
        }
        return out;
    }

    /** Groups in a group and the group itself, innermost first. */
    private static List<Path> below(Path group) throws IOException {
        var out = new ArrayList<Path>();
        if (Files.isDirectory(group)) {
            try (var children = Files.newDirectoryStream(group, Files::isDirectory)) {
                for (var child : children) {
                    out.addAll(below(child));
                }
            }
            out.add(group);
        }
        return out;
    }

    /** Stops all that is in it, soon, or lets it go on. @return whether this host can do that */
    boolean freeze(boolean yes) throws IOException {
        var file = unified.map(place -> place.resolve("cgroup.freeze")).filter(Files::exists);
        if (file.isPresent()) {
            write(file.get(), yes ? "1" : "0");
        }
        return file.isPresent();
    }

    boolean isFrozen() throws IOException {
        return unified.isPresent() && value(text(unified.get().resolve("cgroup.events")), "frozen") == 1;
    }

    /** Kills all that is in it; the dead may take a moment to be gone. */
    void kill() throws IOException {
        var atOnce = unified.map(place -> place.resolve("cgroup.kill")).filter(Files::exists);
        if (atOnce.isPresent()) {
            write(atOnce.get(), "1");
        }
        // A process may have left one hierarchy, but hardly all.
        var pids = separate.get(Controller.PIDS);
        if (atOnce.isEmpty() && pids != null) {
            writeIfThere(pids.resolve("pids.max"), "0");
        }
        for (long pid : processIds()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Removes it. Fails while anything in it lives. */
    void remove() throws IOException {
        var all = new ArrayList<>(places());
        all.addAll(others);
        for (var place : all) {
            if (!isRemoved(place)) {
                for (var group : below(place)) {
                    Files.deleteIfExists(group);
                }
            }
        }
    }

    /** Mostly there is no group in it: to look for some first, among dozens of files, takes longer than all else. */
    private static boolean isRemoved(Path place) {
        try {
            Files.deleteIfExists(place);
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
