package io.baton.executor.oci;

import io.baton.executor.process.Account;
import io.baton.executor.sandbox.Trees;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets of tasks as files in memory: never on a disk, and gone with the task. */
public final class SecretFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecretFiles.class);

    private static final Set<PosixFilePermission> PASSAGE = PosixFilePermissions.fromString("rwx--x--x");

    private static final String NO_MEMORY =
            "secrets are kept in memory only, and neither /run nor /dev/shm is a tmpfs here";

    private final Optional<Path> home;
    private final String problem;

    private SecretFiles(Optional<Path> home, String problem) {
        this.home = home;
        this.problem = problem;
    }

    /**
     * Below the first of these directories that is in memory, or nowhere. All may write to some of them, so ours is made at
     * once: whoever owns it can put a link wherever root writes.
     *
     * @param agent names the directory of this agent
     */
    public static SecretFiles open(List<Path> candidates, String agent) {
        var problem = NO_MEMORY;
        for (var candidate : candidates) {
            if (isInMemory(candidate)) {
                try {
                    return new SecretFiles(Optional.of(claimed(candidate.resolve("baton-" + agent))), "");
                } catch (IOException unfit) {
                    LOG.warn("{} cannot hold secrets: {}", candidate, unfit.getMessage());
                    problem = unfit.getMessage();
                }
            }
        }
        return new SecretFiles(Optional.empty(), problem);
    }

    private static boolean isInMemory(Path candidate) {
        try {
            return Files.getFileStore(candidate).type().equals("tmpfs") && Files.isWritable(candidate);
        } catch (IOException unknown) {
            LOG.debug("{} cannot hold secrets: {}", candidate, unknown.getMessage());
            return false;
        }
    }

    /** The task's user may pass through, and reads only what is its own. */
    private static Path claimed(Path home) throws IOException {
        try {
            Files.createDirectory(home, PosixFilePermissions.asFileAttribute(PASSAGE));
        } catch (FileAlreadyExistsException earlier) {
            var found = Files.readAttributes(home, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory() || !Trees.self().equals(Optional.of(found.owner()))) {
                throw new IOException(home + " is not the agent's own directory: remove it", earlier);
            }
        }
        Files.setPosixFilePermissions(home, PASSAGE);
        return home;
    }

    /** Where they are; nobody else than the agent is to find that by a path. */
    Optional<Path> home() {
        return home;
    }

    /** Writes one, for the task's user alone. */
    Path write(String container, int number, byte[] content, Optional<Account> account) throws IOException {
        // Again: somebody may clear the memory's file systems while the agent runs.
        var directory = claimed(home.orElseThrow(() -> new IOException("container.volumes: " + problem)))
                .resolve(container);
        Files.createDirectories(directory);
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

    /** Leaves those of containers that live on; without any, no trace is left. */
    @Override
    public void close() {
        if (home.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(home.get());
        } catch (DirectoryNotEmptyException used) {
            LOG.debug("{} stays: containers have secrets in it", home.get());
        } catch (IOException stays) {
            LOG.warn("cannot remove {}: {}", home.get(), stays.getMessage());
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
