package io.baton.core.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that hold secrets: credentials and private keys. Whoever can read one can do what its owner may, and on an agent's
 * host that is every task.
 */
public final class SecretFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);
    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private SecretFiles() {}

    /**
     * Who may read or write a file that should not, and what to do; empty if it is as it should be, or the file system
     * knows no such thing. A group may: processes share files so.
     */
    public static Optional<String> problemOf(Path file) {
        Set<PosixFilePermission> mode;
        try {
            mode = Files.getPosixFilePermissions(file);
        } catch (IOException | UnsupportedOperationException unknown) {
            return Optional.empty(); // Whoever reads it will say so.
        }
        boolean open = OF_OTHERS.stream().anyMatch(mode::contains);
        return open
                ? Optional.of("every user of this host has access to '" + file + "', which holds a secret: it is "
                        + PosixFilePermissions.toString(mode) + "; chmod o= it")
                : Optional.empty();
    }

    /** Logs what is wrong with a file that is used all the same. */
    public static void warn(Path file) {
        problemOf(file).ifPresent(why -> LOG.warn("{}", why));
    }
}
