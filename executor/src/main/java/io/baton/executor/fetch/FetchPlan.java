package io.baton.executor.fetch;

import io.baton.v1.CommandInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a task wants in its sandbox before it starts, in this order. A later file of the same name replaces an earlier
 * one, as in Mesos.
 */
public record FetchPlan(List<Item> items) {
    /** Most URIs of one task. */
    public static final int MAX_URIS = 256;

    /** Longest URI, in characters. */
    public static final int MAX_URI_LENGTH = 8_192;

    /** Longest name of a file (NAME_MAX), and longest path below the sandbox, in bytes. */
    static final int MAX_NAME_BYTES = 255;

    static final int MAX_PATH_BYTES = 2_048;

    /** Nothing to fetch. */
    public static final FetchPlan NOTHING = new FetchPlan(List.of());

    /**
     * One file.
     *
     * @param location a URL, or the absolute path of a file of the host
     * @param path where it goes, below the sandbox; not empty
     * @param archive how it is unpacked, if it is
     * @param cache whether a copy is kept for others, and a kept one taken
     * @param checksum what its content must add up to, if that is said
     */
    public record Item(
            String location,
            boolean web,
            List<String> path,
            boolean executable,
            Optional<ArchiveKind> archive,
            boolean cache,
            Optional<Checksum> checksum) {
        /** The location without what may be secret in it: user, password, query. */
        public String shown() {
            return FetchPlan.shown(location);
        }

        public String name() {
            return path.get(path.size() - 1);
        }
    }

    /** Either a plan, or what is wrong with the URIs. */
    public record Result(FetchPlan plan, Optional<String> problem) {}

    public FetchPlan {
        items = List.copyOf(items);
    }

    /** The plan of a command. */
    public static Result of(CommandInfo command) {
        if (command.getUrisCount() > MAX_URIS) {
            return new Result(
                    NOTHING,
                    Optional.of("command.uris: " + command.getUrisCount() + " URIs, more than " + MAX_URIS
                            + ": put the files into an archive"));
        }
        var items = new ArrayList<Item>();
        for (var uri : command.getUrisList()) {
            var problem = problemOf(uri);
            if (problem.isPresent()) {
                return new Result(NOTHING, problem.map(p -> "URI '" + shown(uri.getValue()) + "': " + p));
            }
            items.add(item(uri));
        }
        return new Result(new FetchPlan(items), Optional.empty());
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    private static Item item(CommandInfo.URI uri) {
        var split = Checksum.split(uri.getValue());
        var value = split.uri();
        boolean web = isWeb(value);
        var location = value.startsWith("file://") ? localPath(value) : value;
        var path = ArchiveRules.components(uri.getOutputFile().isEmpty() ? baseName(value) : uri.getOutputFile());
        boolean executable = uri.getExecutable();
        Optional<ArchiveKind> archive =
                uri.getExtract() && !executable ? ArchiveKind.of(path.get(path.size() - 1)) : Optional.empty();
        return new Item(location, web, path, executable, archive, uri.getCache(), split.checksum());
    }

    private static Optional<String> problemOf(CommandInfo.URI uri) {
        if (uri.getValue().isEmpty() || uri.getValue().length() > MAX_URI_LENGTH) {
            return Optional.of("must have 1 to " + MAX_URI_LENGTH + " characters, has "
                    + uri.getValue().length());
        }
        var split = Checksum.split(uri.getValue());
        if (split.problem().isPresent()) {
            return split.problem();
        }
        var value = split.uri();
        if (value.chars().anyMatch(c -> c < ' ' || c == '\\' || c == '\'' || c == 0x7f)) {
            return Optional.of("contains a backslash, a quote or a control character");
        }
        if (!isWeb(value) && !value.startsWith("file://") && !value.startsWith("/")) {
            return Optional.of("cannot be fetched: only http, https and file URIs and absolute paths can");
        }
        if (value.startsWith("file://") && localPath(value).isEmpty()) {
            return Optional.of("names a file of another host; write file:///path");
        }
        if (uri.getOutputFile().isEmpty()) {
            return problemOfPath("its last part", baseName(value));
        }
        return problemOfPath("output_file", uri.getOutputFile());
    }

    private static Optional<String> problemOfPath(String what, String path) {
        return ArchiveRules.problemOfPath(path)
                .or(() -> ArchiveRules.components(path).isEmpty() ? Optional.of("is no name") : Optional.empty())
                .map(p -> what + " '" + path.replaceAll("\\p{Cntrl}", "?") + "' " + p);
    }

    private static boolean isWeb(String uri) {
        return uri.startsWith("http://") || uri.startsWith("https://");
    }

    /** Of {@code file:///path} and {@code file://localhost/path}; empty for any other host. */
    private static String localPath(String uri) {
        var rest = uri.substring("file://".length());
        var path = rest.startsWith("localhost/") ? rest.substring("localhost".length()) : rest;
        return path.startsWith("/") ? path : "";
    }

    /** As Mesos names a file: what stands behind the last slash, a query included. */
    private static String baseName(String uri) {
        int start = uri.indexOf("://");
        var rest = start < 0 ? uri : uri.substring(start + "://".length());
        int slash = rest.lastIndexOf('/');
        return slash < 0 ? "" : rest.substring(slash + 1);
    }

    /** A location without user, password and query. */
    public static String shown(String uri) {
        var shown =
                uri.replaceAll("[?#].*", "").replaceFirst("://[^/@]*@", "://").replaceAll("\\p{Cntrl}", "?");
        return shown.length() <= MAX_NAME_BYTES ? shown : shown.substring(0, MAX_NAME_BYTES) + "...";
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
