package io.baton.executor.oci;

import io.baton.executor.process.Account;
import io.baton.executor.sandbox.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets of tasks as files in memory: never on a disk, and gone with the task. */
public final class SecretFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);

    private static final Set<PosixFilePermission> PASSAGE = PosixFilePermissions.fromString("rwx--x--x");

    private final Optional<Path> home;

    private SecretFiles(Optional<Path> home) {
        this.home = home;
    }

    /**
     * Below the first of these directories that is in memory, or nowhere.
     *
     * @param agent names the directory of this agent
     */
    public static SecretFiles open(List<Path> candidates, String agent) {
        for (var candidate : candidates) {
            try {
                if (Files.getFileStore(candidate).type().equals("tmpfs") && Files.isWritable(candidate)) {
                    return new SecretFiles(Optional.of(candidate.resolve("baton-" + agent)));
                }
            } catch (IOException unknown) {
                LOG.debug("{} cannot hold secrets: {}", candidate, unknown.getMessage());
            }
        }
        return new SecretFiles(Optional.empty());
    }

    /** Writes one, for the task's user alone. */
    Path write(String container, int number, byte[] content, Optional<Account> account) throws IOException {
        var directory = home.orElseThrow(
                        () -> new IOException(
                                "container.volumes: secrets are kept in memory only, and neither /run nor /dev/shm is a tmpfs here"))
                .resolve(container);
        // The task's user may pass through, and reads only what is its own.
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory.getParent(), PASSAGE);
        Files.setPosixFilePermissions(directory, PASSAGE);
        var file = directory.resolve(Integer.toString(number));
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
        if (account.isPresent()) {
            Files.setAttribute(file, "unix:uid", (int) account.get().user());
            Files.setAttribute(file, "unix:gid", (int) account.get().group());
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        return file;
    }

    void remove(String container) throws IOException {
        if (home.isPresent()) {
            Trees.remove(home.get().resolve(container));
        }
    }

    void removeOthers(Set<String> known) {
        if (home.isEmpty() || !Files.isDirectory(home.get())) {
            return;
        }
        try (var found = Files.newDirectoryStream(
                home.get(), d -> !known.contains(d.getFileName().toString()))) {
            for (var directory : found) {
                Trees.remove(directory);
            }
        } catch (IOException stays) {
            LOG.warn("cannot remove old secrets in {}: {}", home.get(), stays.getMessage());
        }
    }
}
