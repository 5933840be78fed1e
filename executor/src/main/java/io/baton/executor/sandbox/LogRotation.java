package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Keeps what a task writes within bounds: what is in {@code stdout} moves to {@code stdout.1}, and on to {@code stdout.2}.
 *
 * <p>The task has its file open and goes on writing to it, so the content is copied and the file emptied. Meanwhile the
 * task stands still: nothing it writes in between can be lost.
 *
 * @param maxBytes of one file; 0 for no bounds
 * @param maxFiles that are kept besides the one that is written
 */
public record LogRotation(long maxBytes, int maxFiles) {
    /** So much is left to copy when the task is stopped, at the most; it stands still for a moment only. */
    private static final long LAST_BYTES = 1 << 20;

    private static final int ROUNDS = 5;

    /** Stops the processes of a task and lets them go on. */
    public interface Pause {
        /** @return whether they stand still */
        boolean begin() throws IOException;

        void end() throws IOException;
    }

    /** How large a file is; 0 for what is none, or a link. */
    public static long size(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (IOException none) {
            return 0;
        }
    }

    /** Whether a file of this size is to be rotated. */
    public boolean isDue(long size) {
        return maxBytes > 0 && size > maxBytes;
    }

    /** Rotates a file. What is older than all files together may be is dropped. Blocks as long as it takes to copy. */
    public void rotate(Path file, Workshop workshop, Pause pause) throws IOException {
        var name = file.getFileName();
        try (var sandbox = Workshop.open(file.getParent());
                var log = (FileChannel) sandbox.newByteChannel(
                        name, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            if (Workshop.attributes(sandbox, name)
                    .filter(BasicFileAttributes::isRegularFile)
                    .isEmpty()) {
                throw new IOException(file + " is no file any more");
            }
            var parts = new Parts(sandbox, name, workshop);
            try {
                for (int round = 0; round < ROUNDS && log.size() - parts.copied > LAST_BYTES; round++) {
                    parts.copy(log, log.size());
                }
                try {
                    pause.begin(); // If it cannot be told whether they stand still, they may.
                    parts.copy(log, log.size());
                    log.truncate(0);
                } finally {
                    pause.end();
                }
                parts.place();
            } finally {
                parts.close();
            }
        }
    }

    /** Copies of the content, oldest first, none longer than a file may be, out of the task's reach until all is done. */
    private final class Parts implements AutoCloseable {
        private final SecureDirectoryStream<Path> sandbox;
        private final Path name;
        private final Workshop workshop;
        private final List<Path> paths = new ArrayList<>();
        private FileChannel current;
        private long copied;
        private long inCurrent;

        Parts(SecureDirectoryStream<Path> sandbox, Path name, Workshop workshop) throws IOException {
            this.sandbox = sandbox;
            this.name = name;
            this.workshop = workshop;
            next();
        }

        private void next() throws IOException {
            if (current != null) {
                current.close();
            }
            var path = workshop.fresh();
            current = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            paths.add(path);
            inCurrent = 0;
            if (paths.size() > maxFiles + 1) {
                Files.delete(paths.remove(0));
            }
        }

        /** What is older than all files together may be is left out: the task may say that its file is of any length. */
        void copy(FileChannel log, long end) throws IOException {
            long oldest = end - maxBytes * maxFiles;
            if (oldest > copied) {
                copied = oldest;
                if (inCurrent > 0) {
                    next();
                }
            }
            var buffer = ByteBuffer.allocate(1 << 16);
            while (copied < end) {
                if (inCurrent >= maxBytes) {
                    next();
                }
                buffer.clear().limit((int) Math.min(Math.min(buffer.capacity(), end - copied), maxBytes - inCurrent));
                int count = log.read(buffer, copied);
                if (count <= 0) {
                    return; // The task has emptied it itself.
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    current.write(buffer);
                }
                copied += count;
                inCurrent += count;
            }
        }

        /** Former files make room, as far as there is any. */
        void place() throws IOException {
            int count = Math.min(paths.size(), maxFiles);
            for (int old = maxFiles; old >= 1; old--) {
                try {
                    if (old + count > maxFiles) {
                        sandbox.deleteFile(numbered(old));
                    } else {
                        sandbox.move(numbered(old), sandbox, numbered(old + count));
                    }
                } catch (NoSuchFileException none) {
                    // So many were not written yet, or the task has removed it.
                }
            }
            var owner =
                    sandbox.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
            for (int i = 0; i < count; i++) {
                var part = paths.get(paths.size() - 1 - i);
                var view = Files.getFileAttributeView(part, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                view.setOwner(owner.owner());
                view.setGroup(owner.group());
                workshop.move(part, sandbox, numbered(i + 1));
            }
        }

        private Path numbered(int number) {
            return Path.of(name + "." + number);
        }

        @Override
        public void close() throws IOException {
            current.close();
            for (var path : paths) {
                Files.deleteIfExists(path);
            }
        }
    }
}
