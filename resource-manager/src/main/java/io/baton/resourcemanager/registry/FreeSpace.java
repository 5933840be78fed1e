package io.baton.resourcemanager.registry;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Sees the disk of a replica fill up before it is full. A vote that is written to a full disk is an empty file afterwards,
 * and the voter never starts again.
 *
 * @param directory whose disk it is
 * @param least in bytes; what a running replica needs
 */
record FreeSpace(Path directory, long least) {
    /** A running replica needs this part of what one that starts needs. */
    private static final int PART = 4;

    static FreeSpace of(VoterFiles files, RegistryConfig config) {
        return new FreeSpace(files.directory(), config.minFreeBytes() / PART);
    }

    /** Why the replica should end while it can; empty if there is room. */
    Optional<String> problem() {
        long free = directory.toFile().getUsableSpace();
        return free >= least
                ? Optional.empty()
                : Optional.of("the disk of '" + directory + "' is nearly full (" + free / 1024 + " KiB are free, "
                        + least / 1024 + " are needed): free some space");
    }
}
