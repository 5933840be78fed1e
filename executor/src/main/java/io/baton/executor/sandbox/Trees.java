package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Whole directories. */
public final class Trees {
    /** Directories in each other, of which each costs two descriptors while those in it are removed; deeper ones come up. */
    static final int MAX_DEPTH = 1_000;

    /** To ask for it costs a look into the host's list of users, which may be far away, for each task that ends. */
    private static final Optional<UserPrincipal> SELF = findSelf();

    private static final String NUMBER = "unix:uid";
    private static final Optional<Object> SELF_NUMBER = findSelfsNumber();

    private static final Set<PosixFilePermission> ALL_OF_THE_OWNER = PosixFilePermissions.fromString("rwx------");

    private Trees() {}

    /**
     * Removes a directory and all that is in it; links are not followed. Nothing there is no fault.
     *
     * <p>Who else may write to a directory in it can go on doing so meanwhile: each is the agent's own before anything
     * in it is looked at, and is reached from the one above it, not by a path.
     *
     * @throws IOException if something stays; all else is gone then
     */
    public static void remove(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var absolute = directory.toAbsolutePath();
        try (var above = Files.newDirectoryStream(absolute.getParent())) {
            if (above instanceof SecureDirectoryStream<Path> secure) {
                new Removal().removeAll(secure, absolute);
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

    private static Optional<Object> findSelfsNumber() {
        try {
            return Optional.of(Files.getAttribute(Path.of("/proc/self"), NUMBER));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** Whether it belongs to this process's user, as far as that is known; a link is looked at itself. Asks nobody for a name. */
    static boolean isOwn(Path file) throws IOException {
        return SELF_NUMBER.equals(Optional.of(Files.getAttribute(file, NUMBER, LinkOption.NOFOLLOW_LINKS)));
    }

    private static final class Removal {
        private final Optional<UserPrincipal> self = self();
        /** What lay too deep, at the top now. */
        private final Deque<Path> deep = new ArrayDeque<>();
        /** The directories down to the one that is being removed, by their names; the first one's is a path. */
        private final Deque<Path> way = new ArrayDeque<>();

        private SecureDirectoryStream<Path> top;
        /** Why the first one stays of those that cannot be removed: all others go. */
        private Optional<IOException> failure = Optional.empty();

        void removeAll(SecureDirectoryStream<Path> from, Path directory) throws IOException {
            way.add(directory.getParent());
            remove(from, directory.getFileName(), 0);
            if (failure.isPresent()) {
                throw failure.get();
            }
        }

        private void remove(SecureDirectoryStream<Path> from, Path name, int depth) {
            try {
                tryToRemove(from, name, depth);
            } catch (NoSuchFileException gone) {
                // Somebody else was faster.
            } catch (DirectoryIteratorException unreadable) {
                failure = failure.or(() -> Optional.of(unreadable.getCause()));
            } catch (IOException stays) {
                failure = failure.or(() -> Optional.of(stays));
            }
        }

        private void tryToRemove(SecureDirectoryStream<Path> from, Path name, int depth) throws IOException {
            var found = from.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (!found.isDirectory()) {
                from.deleteFile(name);
                return;
            }
            way.addLast(name);
            try {
                if (depth == MAX_DEPTH) {
                    deep.add(moveUp(from, name));
                    return;
                }
                try (var inner = open(from, name)) {
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
            } finally {
                way.removeLast();
            }
        }

        private Path moveUp(SecureDirectoryStream<Path> from, Path name) throws IOException {
            var fresh = Path.of(UUID.randomUUID().toString());
            try {
                from.move(name, top, fresh);
            } catch (AccessDeniedException closed) {
                unlock(here(), closed);
                from.move(name, top, fresh);
            }
            return fresh;
        }

        private SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> from, Path name) throws IOException {
            try {
                return from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            } catch (AccessDeniedException closed) {
                unlock(here(), closed);
                return from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            }
        }

        private Path here() {
            return way.stream().reduce(Path::resolve).orElseThrow();
        }

        private void take(SecureDirectoryStream<Path> directory) throws IOException {
            if (self.isPresent()) {
                own(directory.getFileAttributeView(PosixFileAttributeView.class), self.get());
            }
        }
    }

    /** Makes a directory this process's own, so that nobody else comes to what is in it. */
    static void take(Path directory) throws IOException {
        var self = self();
        if (self.isPresent()) {
            own(Files.getFileAttributeView(directory, PosixFileAttributeView.class), self.get());
        }
    }

    private static void own(PosixFileAttributeView directory, UserPrincipal self) throws IOException {
        var found = directory.readAttributes();
        if (!found.owner().equals(self)) {
            directory.setOwner(self);
            directory.setPermissions(ALL_OF_THE_OWNER);
        } else if (!found.permissions().containsAll(ALL_OF_THE_OWNER)) {
            directory.setPermissions(ALL_OF_THE_OWNER);
        }
    }

    /** Gives something another place on the same disk, be it a directory to which its owner may not write. */
    static Path move(Path from, Path to) throws IOException {
        try {
            return Files.move(from, to);
        } catch (AccessDeniedException closed) {
            unlock(from, closed);
            return Files.move(from, to);
        }
    }

    /**
     * Opens a directory of this process's own user that is closed even to that one. By its path, which is all there is to get
     * at one that cannot be opened: so not as root, which is let in everywhere, and whom a link in its place could lead to
     * what is not the other user's.
     *
     * @param closed thrown if that is not why it could not be entered
     */
    private static void unlock(Path directory, AccessDeniedException closed) throws IOException {
        var uid = Files.getAttribute(directory, NUMBER, LinkOption.NOFOLLOW_LINKS);
        var owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
        boolean own = self().filter(owner::equals).isPresent() && !uid.equals(0);
        if (!own || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw closed;
        }
        Files.setPosixFilePermissions(directory, ALL_OF_THE_OWNER);
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
