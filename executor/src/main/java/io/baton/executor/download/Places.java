package io.baton.executor.download;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Paths below a directory, reached through true directories only, never through a link. */
final class Places {
    private static final String PLAIN = "rw-r--r--";
    private static final String EXECUTABLE = "rwxr-xr-x";

    private Places() {}

    /** The directory there, made if missing. */
    static Path directory(Path root, List<String> parts) throws IOException {
        var at = root;
        for (var part : parts) {
            at = at.resolve(part);
            if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(
                        at, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(EXECUTABLE)));
            } else if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                throw new FetchFailedException("'" + String.join("/", parts) + "' cannot be made: '"
                        + root.relativize(at) + "' is there already, and no directory");
            }
        }
        return at;
    }

    /** A place with nothing in it: a file or link that was there is removed. */
    static Path vacant(Path root, List<String> parts) throws IOException {
        var place = directory(root, parts.subList(0, parts.size() - 1)).resolve(parts.get(parts.size() - 1));
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new FetchFailedException(
                    "'" + String.join("/", parts) + "' cannot be written: there is a directory of that name");
        }
        Files.deleteIfExists(place);
        return place;
    }

    /** A place that may or may not be taken. */
    static Path existing(Path root, List<String> parts) throws IOException {
        return directory(root, parts.subList(0, parts.size() - 1)).resolve(parts.get(parts.size() - 1));
    }

    /** A new file at a vacant place. */
    static OutputStream create(Path place, boolean executable) throws IOException {
        var mode = PosixFilePermissions.fromString(executable ? EXECUTABLE : PLAIN);
        return Channels.newOutputStream(Files.newByteChannel(
                place,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(mode)));
    }
}
