package io.baton.executor.sandbox;

import io.baton.executor.process.Account;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the agent makes what goes into a sandbox. A task's user may at any moment put a link in the place of whatever
 * is in its sandbox: so nothing gets its owner there, and nothing there is reached by a path that follows links.
 *
 * @param place for the agent alone, on the file system of the sandboxes
 */
public record Workshop(Path place) {
    private static final String RUNS = "runs";
    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);

    /** Makes something at a place, for whom it is to be. */
    interface Making {
        void make(Path at) throws IOException;
    }

    /** That of a work directory. */
    public static Workshop of(Path workDir) {
        return new Workshop(workDir.resolve("meta").resolve("making"));
    }

    /** The same without what an agent that was killed has left there, as far as that can be removed. */
    public Workshop cleared() {
        try {
            Trees.remove(place);
        } catch (IOException left) {
            LOG.warn("what an earlier agent has left in {} stays: {}", place, left.toString());
        }
        return this;
    }

    /** A name in it that nothing has. */
    Path fresh() throws IOException {
        Files.createDirectories(
                place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return place.resolve(UUID.randomUUID().toString());
    }

    /** Moves what was made, in the place of a file or link that may be there. */
    void move(Path made, SecureDirectoryStream<Path> into, Path name) throws IOException {
        try (var from = secure(Files.newDirectoryStream(place))) {
            from.move(made.getFileName(), into, name);
        }
    }

    /** Makes something and moves it. */
    void put(SecureDirectoryStream<Path> into, Path name, Making making) throws IOException {
        var made = fresh();
        try {
            making.make(made);
            move(made, into, name);
        } finally {
            Trees.remove(made);
        }
    }

    /**
     * Makes what is missing of a path in a sandbox.
     *
     * @return the directory there, or the file that was there before
     * @throws IOException if a link is on the way
     */
    public Path directories(Path sandbox, String path, Optional<Account> account) throws IOException {
        var names = Path.of(path);
        int last = names.getNameCount() - 1;
        try (var above = reach(sandbox, names, last, account)) {
            directory(above, names, last, account);
        }
        return sandbox.resolve(path);
    }

    /**
     * Makes a link in a sandbox, and what is missing of the path to it.
     *
     * @throws IOException if another link is on the way, or its place is taken
     */
    void link(Path sandbox, Path path, Path target, Optional<Account> account) throws IOException {
        link(sandbox, path, target, account, false);
    }

    /** The same in the place of another link that may be there. */
    void relink(Path sandbox, Path path, Path target, Optional<Account> account) throws IOException {
        link(sandbox, path, target, account, true);
    }

    private void link(Path sandbox, Path path, Path target, Optional<Account> account, boolean again)
            throws IOException {
        int last = path.getNameCount() - 1;
        try (var above = reach(sandbox, path, last, account)) {
            var name = path.getName(last);
            var taken = attributes(above, name).filter(there -> !again || !there.isSymbolicLink());
            if (taken.isPresent()) {
                throw new FileAlreadyExistsException(sandbox.resolve(path).toString());
            }
            put(above, name, at -> Files.createSymbolicLink(at, target));
        }
    }

    /** Opens the directory that the first so many names of a path lead to, and makes what is missing. */
    private SecureDirectoryStream<Path> reach(Path sandbox, Path path, int count, Optional<Account> account)
            throws IOException {
        var here = open(sandbox);
        try {
            for (int i = 0; i < count; i++) {
                directory(here, path, i, account);
                here = enter(here, path.getName(i));
            }
            return here;
        } catch (IOException | RuntimeException impossible) {
            here.close();
            throw impossible;
        }
    }

    private void directory(SecureDirectoryStream<Path> here, Path path, int which, Optional<Account> account)
            throws IOException {
        var name = path.getName(which);
        var found = attributes(here, name);
        if (found.filter(BasicFileAttributes::isSymbolicLink).isPresent()) {
            throw new IOException("'" + path + "' leads over a link in the sandbox");
        }
        if (found.isEmpty()) {
            put(here, name, at -> {
                Files.createDirectory(at);
                if (account.isPresent()) {
                    Sandboxes.own(at, account.get());
                }
            });
        }
    }

    /** Opens a directory in a sandbox, or the sandbox. What is above the run is the agent's, and may be links. */
    static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        var run = directory;
        while (run != null && !run.getParent().endsWith(RUNS)) {
            run = run.getParent().getParent() == null ? null : run.getParent();
        }
        var base = run == null ? directory.getParent() : run.getParent();
        var here = secure(Files.newDirectoryStream(base));
        for (var name : base.relativize(directory)) {
            here = enter(here, name);
        }
        return here;
    }

    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> from, Path name) throws IOException {
        try (from) {
            // A pipe in its place would keep who opens it waiting.
            if (attributes(from, name).filter(BasicFileAttributes::isDirectory).isEmpty()) {
                throw new NotDirectoryException(name.toString());
            }
            return from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** What is there, itself; empty if nothing is. */
    static Optional<BasicFileAttributes> attributes(SecureDirectoryStream<Path> directory, Path name)
            throws IOException {
        try {
            return Optional.of(directory
                    .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> opened) throws IOException {
        if (opened instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        opened.close();
        throw new IOException("this platform cannot open a directory without following links");
    }
}
