package io.baton.benchmarks.failover;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A disk of its own for one server's files, in memory, which can be filled up. Needs root. */
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTE = 1024 * 1024;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Puts one at this directory, which is made. */
    static SmallDisk at(Path directory, int megabytes) throws IOException {
        Files.createDirectories(directory);
        Network.run(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "baton", directory.toString()));
        return new SmallDisk(directory);
    }

    private Path filling() {
        return directory.resolve("filling");
    }

    /** Leaves no byte free. */
    void fill() throws IOException {
        try (var out = FileChannel.open(filling(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int size = MEGABYTE; size > 0; ) {
                try {
                    out.write(ByteBuffer.allocate(size));
                } catch (IOException full) {
                    size /= 2;
                }
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filling());
    }

    @Override
    public void close() {
        try {
            Network.run(List.of("umount", "-l", directory.toString()));
        } catch (IOException left) {
            System.err.println(left.getMessage());
        }
    }
}
