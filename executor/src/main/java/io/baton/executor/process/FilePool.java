package io.baton.executor.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * Files that are used again under new names. Deleting one and making another for each task is what ext4 does worst: it
 * looks for an inode that was not deleted within the last seconds, past all those that were. With two such files a task
 * that search took half of the agent's processor time.
 */
final class FilePool {
    /** Most files that wait to be used again. */
    static final int MAX_FILES = 512;

    /** That nobody can enter a directory above is not enough: a container may have been given one below that. */
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path directory;
    private final Deque<Path> free = new ArrayDeque<>();
    private long names;

    /** Waiting files are in this directory, which is made if missing. */
    FilePool(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        try (var left = Files.list(directory)) {
            for (var file : left.toList()) {
                names = Math.max(names, Long.parseLong(file.getFileName().toString()) + 1);
                Files.setPosixFilePermissions(file, OWNER_ONLY);
                free.add(file);
            }
        }
    }

    /** Puts a file with this content at a place on the same file system. It appears there whole. */
    void place(byte[] content, Path at) throws IOException {
        var file = take();
        try (var channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.truncate(content.length);
        } catch (IOException full) {
            Files.deleteIfExists(file);
            throw full;
        }
        Files.move(file, at, StandardCopyOption.ATOMIC_MOVE);
    }

    private synchronized Path take() {
        return Optional.ofNullable(free.poll()).orElseGet(() -> directory.resolve(Long.toString(names++)));
    }

    /** Takes a file that nobody has open any more; one that is gone already is no loss. */
    void give(Path file) throws IOException {
        var name = reserve();
        if (name.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        try {
            Files.move(file, name.get(), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException taken) {
            return;
        }
        synchronized (this) {
            free.add(name.get());
        }
    }

    private synchronized Optional<Path> reserve() {
        return free.size() < MAX_FILES ? Optional.of(directory.resolve(Long.toString(names++))) : Optional.empty();
    }
}
