package io.baton.httpapi.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which texts may name a file of a sandbox: relative ones, absolute ones below the root, and Mesos's virtual ones that
 * begin with {@code /frameworks/}.
 *
 * <p>Pure: nothing is looked up here. What the names lead to is for {@link Sandboxes} to see.
 */
final class PathRules {
    /** Longest path, in bytes. */
    static final int MAX_BYTES = 4096;

    /** Paths that are absolute, but not in the file system. */
    private static final List<String> VIRTUAL = List.of("/frameworks/", "/slaves/");

    private PathRules() {}

    /** Why a path cannot be one, if so: then it is the request that is wrong, whatever files there are. */
    static Optional<String> problem(String path) {
        if (path.isEmpty()) {
            return Optional.of("Expecting 'path=value' in query");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of("'path' is longer than " + MAX_BYTES + " bytes");
        }
        if (path.indexOf('\0') >= 0) {
            return Optional.of("'path' must not hold a NUL character");
        }
        for (var name : path.split("/", -1)) {
            if (name.equals("..")) {
                return Optional.of("'path' must not hold '..'");
            }
        }
        return Optional.empty();
    }

    /**
     * The names that lead from the root to the file; none for the root itself.
     *
     * @param path without a {@link #problem}
     * @return empty if the path is absolute and elsewhere
     */
    static Optional<List<String>> names(Path root, String path) {
        var below = path;
        if (path.startsWith("/")) {
            var top = root.toString();
            boolean virtual = VIRTUAL.stream().anyMatch(path::startsWith);
            if (path.equals(top) || path.startsWith(top + "/")) {
                below = path.substring(top.length());
            } else if (!virtual) {
                return Optional.empty();
            }
        }
        var names = new ArrayList<String>();
        for (var name : below.split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return Optional.of(names);
    }
}
