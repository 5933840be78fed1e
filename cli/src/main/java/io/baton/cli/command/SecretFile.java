package io.baton.cli.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that nobody but its owner reads, and that is there as a whole or not at all. */
final class SecretFile {
    private SecretFile() {}

    /**
     * Writes it, in the place of any other. Where a link leads is what counts. What is no file, such as {@code /dev/stdout}
     * or a pipe, is written into and stays what it is.
     *
     * @throws IOException if it could not be written; nothing of it is left then
     */
    static void write(Path given, byte[] content) throws IOException {
        if (Files.exists(given) && !Files.isRegularFile(given)) {
            try (var out = Files.newByteChannel(given, StandardOpenOption.WRITE)) {
                write(out, content);
            }
            return;
        }
        replace(Files.isSymbolicLink(given) ? given.toRealPath() : given, content);
    }

    private static void write(WritableByteChannel out, byte[] content) throws IOException {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        var part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        try {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            try (var out =
                    Files.newByteChannel(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
                write(out, content);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
