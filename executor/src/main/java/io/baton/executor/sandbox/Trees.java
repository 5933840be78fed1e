package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/** Whole directories. */
public final class Trees {
    /** Directories in each other, of which each costs two descriptors while those in it are removed; deeper ones come up. */
    static final int MAX_DEPTH = 1_000;

    /** To ask for it costs a look into the host's list of users, which may be far away, for each task that ends. */
    private static final Optional<UserPrincipal> SELF = findSelf();

    private Trees() {}

    /**
     * Removes a directory and all that is in it; links are not followed. Nothing there is no fault.
     *
     * <p>Who else may write to a directory in it can go on doing so meanwhile: each is the agent's own before anything
     * in it is looked at, and is reached from the one above it, not by a path.
     */
    public static void remove(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var absolute = directory.toAbsolutePath();
        try (var above = Files.newDirectoryStream(absolute.getParent())) {
            if (above instanceof SecureDirectoryStream<Path> secure) {
                new Removal().remove(secure, absolute.getFileName(), 0);
            } else {
                removeByPath(directory);
            }
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
    }

    /** As whom this process runs, always; empty where there is no /proc. */
    public static Optional<UserPrincipal> self() {
        return SELF;
    }

    private static Optional<UserPrincipal> findSelf() {
        try {
            return Optional.of(Files.getOwner(Path.of("/proc/self")));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** Whether it belongs to this process's user, as far as that is known; a link is looked at itself. */
    static boolean isOwn(Path file) throws IOException {
        return SELF.equals(Optional.of(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS)));
    }

    private static final class Removal {
        private final Optional<UserPrincipal> self = self();
        /** What lay too deep, at the top now. */
        private final Deque<Path> deep = new ArrayDeque<>();

        private SecureDirectoryStream<Path> top;

        void remove(SecureDirectoryStream<Path> from, Path name, int depth) throws IOException {
            try {
                var found = from.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes();
                if (!found.isDirectory()) {
                    from.deleteFile(name);
                    return;
                }
                if (depth == MAX_DEPTH) {
                    var fresh = Path.of(UUID.randomUUID().toString());
                    from.move(name, top, fresh);
                    deep.add(fresh);
                    return;
                }
                try (var inner = from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    take(inner);
                    if (depth == 0) {
                        top = inner;
                    }
                    for (var entry : inner) {
                        remove(inner, entry.getFileName(), depth + 1);
                    }
                    while (depth == 0 && !deep.isEmpty()) {
                        remove(inner, deep.remove(), 1);
                    }
                }
                from.deleteDirectory(name);
            } catch (NoSuchFileException gone) {
                // Somebody else was faster.
            }
        }

        private void take(SecureDirectoryStream<Path> directory) throws IOException {
            var view = directory.getFileAttributeView(PosixFileAttributeView.class);
            if (self.isPresent() && !view.getOwner().equals(self.get())) {
                view.setOwner(self.get());
                view.setPermissions(PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    private static void removeByPath(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
