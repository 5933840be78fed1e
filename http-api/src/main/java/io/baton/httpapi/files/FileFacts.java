package io.baton.httpapi.files;

import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.files.FileSource.Entry;
import io.baton.v1.FileInfo;
import io.baton.v1.TimeInfo;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * What listings say of a file. The number of links is not known where files are opened safely: 1, and 2 for a
 * directory.
 */
public final class FileFacts {
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final double MILLIS_PER_SECOND = 1000;

    private FileFacts() {}

    static String path(String directory, Entry entry) {
        return directory.endsWith("/") ? directory + entry.name() : directory + "/" + entry.name();
    }

    static void write(JsonText json, String directory, Entry entry) {
        var facts = entry.attributes();
        char kind = facts.isDirectory() ? 'd' : facts.isSymbolicLink() ? 'l' : facts.isRegularFile() ? '-' : '?';
        json.object(() -> json.field("gid", facts.group().getName())
                .field("mode", kind + PosixFilePermissions.toString(facts.permissions()))
                .field("mtime", Math.floor(facts.lastModifiedTime().toMillis() / MILLIS_PER_SECOND))
                .field("nlink", facts.isDirectory() ? 2L : 1L)
                .field("path", path(directory, entry))
                .field("size", facts.size())
                .field("uid", facts.owner().getName()));
    }

    public static FileInfo toProto(String directory, Entry entry) {
        var facts = entry.attributes();
        return FileInfo.newBuilder()
                .setPath(path(directory, entry))
                .setNlink(facts.isDirectory() ? 2 : 1)
                .setSize(facts.size())
                .setMtime(TimeInfo.newBuilder()
                        .setNanoseconds(facts.lastModifiedTime().to(TimeUnit.NANOSECONDS)))
                .setMode(mode(facts))
                .setUid(facts.owner().getName())
                .setGid(facts.group().getName())
                .build();
    }

    /** As {@code stat} gives it. */
    static int mode(PosixFileAttributes facts) {
        int mode =
                facts.isDirectory() ? DIRECTORY : facts.isSymbolicLink() ? LINK : facts.isRegularFile() ? REGULAR : 0;
        var all = PosixFilePermission.values(); // from the owner's read to the others' execute
        for (int i = 0; i < all.length; i++) {
            if (facts.permissions().contains(all[i])) {
                mode |= 1 << (all.length - 1 - i);
            }
        }
        return mode;
    }
}
