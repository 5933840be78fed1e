package io.baton.distribution.command;

import io.baton.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Directories that commands work in. */
final class WorkDir {
    private WorkDir() {}

    /**
     * Makes sure that there is one in which files can be made.
     *
     * @throws CommandFailure naming it, and saying what to do
     */
    static Path usable(Path given) {
        var directory = given.toAbsolutePath().normalize();
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw CommandFailure.failed("the work directory '" + directory + "' is a file: choose another --work-dir");
        }
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, ".writable", ""));
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot write in the work directory '" + directory + "': "
                            + (e instanceof AccessDeniedException ? "give this user the right to" : reason(e))
                            + ", or choose another --work-dir",
                    e);
        }
        return directory;
    }

    /** As the system says it: "No space left on device", "Read-only file system". */
    private static String reason(IOException failure) {
        if (failure instanceof FileSystemException of && of.getReason() != null) {
            return of.getReason();
        }
        return failure instanceof FileAlreadyExistsException file
                ? "'" + file.getFile() + "' is a file"
                : failure.toString();
    }

    /** A new one that will be removed. */
    static Path temporary() {
        try {
            return Files.createTempDirectory("baton-");
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot make a temporary directory in " + System.getProperty("java.io.tmpdir") + ": " + reason(e)
                            + ". For another place: BATON_JAVA_OPTS=-Djava.io.tmpdir=DIR",
                    e);
        }
    }

    /** Removes it with all that is in it; what does not go stays. */
    static void remove(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, IOException gone) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException left) {
            org.slf4j.LoggerFactory.getLogger(WorkDir.class)
                    .warn("'{}' could not be removed: {}", directory, left.toString());
        }
    }
}
