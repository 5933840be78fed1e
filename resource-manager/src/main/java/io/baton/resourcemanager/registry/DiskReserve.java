package io.baton.resourcemanager.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Sees the disk of a replica fill up before it is full, and keeps a little room for the moment when it is: a vote that is
 * written to a full disk is an empty file afterwards, and the voter never starts again.
 */
final class DiskReserve {
    /** How much it keeps. */
    static final int BYTES = 512 * 1024;

    /** A running replica needs this part of what one that starts needs. */
    private static final int PART = 4;

    private final Path file;
    private final Path disk;
    private final long leastFree;

    private DiskReserve(Path file, Path disk, long leastFree) {
        this.file = file;
        this.disk = disk;
        this.leastFree = leastFree;
    }

    /** Makes it, if it is not there. */
    static DiskReserve of(VoterFiles files, RegistryConfig config) throws IOException {
        var reserve =
                new DiskReserve(files.directory().resolve("reserve"), files.directory(), config.minFreeBytes() / PART);
        if (!Files.exists(reserve.file)) {
            VoterFiles.write(reserve.file, List.of(new byte[BYTES]));
        }
        return reserve;
    }

    /** Why the replica should end while it can; empty if there is room. */
    Optional<String> problem() {
        long free = disk.toFile().getUsableSpace();
        return free >= leastFree
                ? Optional.empty()
                : Optional.of("the disk of '" + disk + "' is nearly full (" + free / 1024 + " KiB are free, "
                        + leastFree / 1024 + " are needed): free some space");
    }

    /** Gives the room back to whoever has to write something down now. */
    void spend() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException kept) {
            // Then there is no more room than there is.
        }
    }
}
