package io.baton.executor.fetch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an archive may hold. Nothing of it may lie or point outside the directory it is unpacked in, and it may not be
 * much larger than it looks.
 *
 * <p>Pure. Mutable: one for each archive, asked about each entry in turn.
 */
public final class ArchiveRules {
    /** Most entries of one archive. */
    public static final int MAX_ENTRIES = 100_000;

    /** How many times larger than the archive its content may be, beyond {@link #RATIO_FROM_BYTES}. */
    public static final int MAX_RATIO = 200;

    /** Small things may be as dense as they like. */
    public static final long RATIO_FROM_BYTES = 16L << 20;

    private static final int SET_ID_BITS = 06000;
    private static final Set<String> LOGS = Set.of("stdout", "stderr");

    /** What an entry is. */
    public enum Type {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        /** Another name of an earlier entry. */
        HARD_LINK,
        /** A device, a pipe, or something newer. */
        OTHER
    }

    /**
     * An entry as the archive describes it.
     *
     * @param target of a link; else empty
     */
    public record Entry(String name, Type type, String target, int mode) {}

    private final long archiveBytes;
    private final Set<List<String>> links = new HashSet<>();
    private int entries;
    private long unpacked;

    /** Rules for an archive of this size. */
    public ArchiveRules(long archiveBytes) {
        this.archiveBytes = archiveBytes;
    }

    /** The parts of a path, without those that say nothing. */
    public static List<String> components(String path) {
        var out = new ArrayList<String>();
        for (var part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                out.add(part);
            }
        }
        return out;
    }

    /** Which rule forbids the entry; empty if it may be unpacked. An entry of no name is the directory itself. */
    public Optional<String> admit(Entry entry) {
        if (++entries > MAX_ENTRIES) {
            return Optional.of("more than " + MAX_ENTRIES + " entries");
        }
        var problem = problemOfPath(entry.name());
        if (problem.isPresent()) {
            return named(entry, problem.get());
        }
        var path = components(entry.name());
        for (int length = 1; length < path.size(); length++) {
            if (links.contains(path.subList(0, length))) {
                return named(entry, "lies behind a link of the same archive");
            }
        }
        var wrong = wrongType(entry, path);
        if (wrong.isEmpty() && entry.type() == Type.SYMBOLIC_LINK) {
            links.add(path);
        } else if (wrong.isEmpty() && links.contains(path)) {
            return named(entry, "replaces a link of the same archive");
        }
        return wrong;
    }

    private static Optional<String> wrongType(Entry entry, List<String> path) {
        return switch (entry.type()) {
            case DIRECTORY -> Optional.empty();
            case FILE -> {
                if (path.isEmpty()) {
                    yield named(entry, "has no name");
                }
                yield (entry.mode() & SET_ID_BITS) == 0 ? Optional.empty() : named(entry, "has a setuid or setgid bit");
            }
            case SYMBOLIC_LINK -> {
                if (path.isEmpty()) {
                    yield named(entry, "has no name");
                }
                yield leadsOut(entry.target(), path.size() - 1)
                        ? named(entry, "is a link that leads out of the sandbox")
                        : Optional.empty();
            }
            case HARD_LINK -> {
                if (path.isEmpty() || components(entry.target()).isEmpty()) {
                    yield named(entry, "has no name");
                }
                yield problemOfPath(entry.target()).isPresent()
                        ? named(entry, "is a link that leads out of the sandbox")
                        : Optional.empty();
            }
            case OTHER -> named(entry, "is no file, directory or link");
        };
    }

    /**
     * A target may climb first and then descend, never the other way round: then no chain of links can lead out, for each
     * begins in a true directory.
     */
    private static boolean leadsOut(String target, int depth) {
        if (target.isEmpty() || target.startsWith("/") || target.indexOf('\0') >= 0) {
            return true;
        }
        int climbed = 0;
        boolean descending = false;
        for (var part : components(target)) {
            if (!part.equals("..")) {
                descending = true;
            } else if (descending || ++climbed > depth) {
                return true;
            }
        }
        return FetchPlan.bytes(target) > FetchPlan.MAX_PATH_BYTES;
    }

    /** So many more bytes came out of the archive; which rule forbids that. */
    public Optional<String> grow(long bytes) {
        unpacked += bytes;
        return unpacked > RATIO_FROM_BYTES && unpacked / MAX_RATIO > archiveBytes
                ? Optional.of("more than " + MAX_RATIO + " times larger than the archive when unpacked")
                : Optional.empty();
    }

    /** What forbids a path below the sandbox, as the end of a sentence. */
    static Optional<String> problemOfPath(String path) {
        if (path.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (path.indexOf('\0') >= 0) {
            return Optional.of("holds a NUL character");
        }
        if (FetchPlan.bytes(path) > FetchPlan.MAX_PATH_BYTES) {
            return Optional.of("is longer than " + FetchPlan.MAX_PATH_BYTES + " bytes");
        }
        var components = components(path);
        for (var part : components) {
            if (part.equals("..")) {
                return Optional.of("leads out of the sandbox");
            }
            if (FetchPlan.bytes(part) > FetchPlan.MAX_NAME_BYTES) {
                return Optional.of("has a name longer than " + FetchPlan.MAX_NAME_BYTES + " bytes");
            }
        }
        return !components.isEmpty() && LOGS.contains(components.get(0))
                ? Optional.of("would replace the task's " + components.get(0))
                : Optional.empty();
    }

    private static Optional<String> named(Entry entry, String what) {
        var name = entry.name().replaceAll("\\p{Cntrl}", "?");
        var shown = name.length() <= FetchPlan.MAX_NAME_BYTES ? name : name.substring(0, FetchPlan.MAX_NAME_BYTES);
        return Optional.of("entry '" + shown + "' " + what);
    }
}
