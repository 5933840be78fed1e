package io.baton.executor.fetch;

import java.util.Locale;
import java.util.Optional;

/** Kinds of archive that are unpacked, known by the end of the file's name as in Mesos. */
public enum ArchiveKind {
    TAR(".tar"),
    TAR_GZIP(".tar.gz", ".tgz"),
    TAR_BZIP2(".tar.bz2", ".tbz2"),
    TAR_XZ(".tar.xz", ".txz"),
    ZIP(".zip"),
    /** One compressed file; its name loses the ending. */
    GZIP(".gz");

    private final String[] endings;

    ArchiveKind(String... endings) {
        this.endings = endings;
    }

    /** The kind of a file of this name; empty if it is no archive. */
    public static Optional<ArchiveKind> of(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (var kind : values()) {
            for (var ending : kind.endings) {
                if (lower.endsWith(ending)) {
                    return Optional.of(kind);
                }
            }
        }
        return Optional.empty();
    }
}
