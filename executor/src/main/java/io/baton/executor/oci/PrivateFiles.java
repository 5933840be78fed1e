package io.baton.executor.oci;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * What the agent alone may read. That nobody else can enter a directory above is not enough: what a container is given
 * may lie below that.
 */
final class PrivateFiles {
    private PrivateFiles() {}

    /** A directory for the agent alone, also if it is there and was not. */
    static Path directory(Path place) throws IOException {
        Files.createDirectories(place);
        return Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
    }

    /** A file with this content, in the place of one that may be there. */
    static Path write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        try (var channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
        return file;
    }
}
