package io.baton.executor.sandbox;

import io.baton.core.id.IdRules;
import io.baton.executor.process.Account;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories in which tasks run: {@code slaves/<agent>/frameworks/<framework>/executors/<task>/runs/<container>}
 * with a link {@code latest} beside them.
 */
public final class Sandboxes {
    /** The name of a session's input. */
    public static final String INPUT = "stdin";

    private static final String RUNS = "runs";
    private static final String MEMBERS = "tasks";
    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

    private final Path workDir;

    /** Below this directory, which must be absolute. */
    public Sandboxes(Path workDir) {
        this.workDir = workDir;
    }

    /**
     * Where a task's sandbox is, whether it exists or not: below the work directory, whatever the ids are. What is no id
     * is refused before anything is made there.
     */
    public static Path locate(Path workDir, String agentId, String frameworkId, String taskId, String container) {
        return workDir.resolve("slaves")
                .resolve(name(agentId))
                .resolve("frameworks")
                .resolve(name(frameworkId))
                .resolve("executors")
                .resolve(name(taskId))
                .resolve("runs")
                .resolve(name(container));
    }

    /** Of one directory; {@code ..} or a slash would lead elsewhere. */
    private static String name(String id) {
        return problemOfName(id).isEmpty() ? id : "invalid-" + Integer.toHexString(id.hashCode());
    }

    /** Why no directory of this host can have this id for its name; empty if one can. */
    public static Optional<String> problemOfName(String id) {
        try {
            var unused = Path.of(id);
            return IdRules.problemOfId(id);
        } catch (InvalidPathException unnameable) {
            return IdRules.problemOfId(id)
                    .or(() -> Optional.of("'" + IdRules.printable(id)
                            + "' cannot be the name of a directory here: this agent's locale is not UTF-8 (LC_ALL)"));
        }
    }

    /** Where a task of a group has its sandbox: in its executor's. */
    public static Path ofGroupMember(Path executor, String taskId) {
        return executor.resolve(MEMBERS).resolve(name(taskId));
    }

    /** Where a nested container has its files: beside the runs of its executor, which no task can write to. */
    public static Path ofNested(Path parent, String container) {
        return runOf(parent).resolveSibling(container);
    }

    /** The run that a sandbox is, or is in. */
    public static Path runOf(Path sandbox) {
        var run = sandbox;
        while (!run.getParent().endsWith(RUNS)) {
            run = run.getParent();
        }
        return run;
    }

    /**
     * Takes a nested container's files from where they were.
     *
     * @return where they are, until they are removed or the next agent starts; empty if there are none
     */
    public Optional<Path> setAside(Path sandbox) throws IOException {
        return Files.isDirectory(sandbox, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(Trees.move(sandbox, Workshop.of(workDir).fresh()))
                : Optional.empty();
    }

    /**
     * What ran in it has ended: the age of the whole run counts from now on, whatever was written there last. The run
     * becomes the agent's, since its owner can give it any age; but not while only a part of it has ended.
     */
    public static void ended(Path sandbox, Instant now) {
        var run = runOf(sandbox);
        try {
            if (run.equals(sandbox)) {
                takeBack(run);
            }
            Files.setLastModifiedTime(run, FileTime.from(now));
        } catch (IOException none) {
            LOG.debug("the sandbox {} keeps its age: {}", sandbox, none.getMessage());
        }
    }

    private static void takeBack(Path run) throws IOException {
        var self = Trees.self();
        if (self.isPresent() && !Trees.isOwn(run)) {
            var view = Files.getFileAttributeView(run, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            view.setOwner(self.get());
            var permissions = EnumSet.noneOf(PosixFilePermission.class);
            permissions.addAll(view.readAttributes().permissions());
            // Who may write to it can make it as young as now.
            permissions.removeAll(Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
            view.setPermissions(permissions);
        }
    }

    /**
     * Makes a sandbox with empty {@code stdout} and {@code stderr} that belong to the task's user.
     *
     * @param account empty for the agent's own user
     * @throws IOException if there is no room, no right, or the sandbox exists already
     */
    public void create(Path sandbox, Optional<Account> account) throws IOException {
        createBeside(sandbox, account);
        var parent = sandbox.getParent();
        link(parent.endsWith(MEMBERS) ? parent.getParent() : sandbox);
    }

    /** The same for what is not its executor's latest run. */
    public void createBeside(Path sandbox, Optional<Account> account) throws IOException {
        try {
            makeBeside(sandbox, account);
        } catch (NoSuchFileException raced) { // An older run was collected just now, and with it what was empty above.
            makeBeside(sandbox, account);
        }
    }

    private void makeBeside(Path sandbox, Optional<Account> account) throws IOException {
        makeParents(sandbox.getParent());
        if (!sandbox.getParent().endsWith(MEMBERS)) {
            make(sandbox, account);
            return;
        }
        // What is above it is in the executor's sandbox, so its user's.
        try (var members = Workshop.open(sandbox.getParent())) {
            Workshop.of(workDir).put(members, sandbox.getFileName(), at -> make(at, account));
        }
    }

    private static void make(Path sandbox, Optional<Account> account) throws IOException {
        Files.createDirectory(
                sandbox, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Files.createFile(sandbox.resolve("stdout"));
        Files.createFile(sandbox.resolve("stderr"));
        if (account.isPresent()) {
            own(sandbox.resolve("stdout"), account.get());
            own(sandbox.resolve("stderr"), account.get());
            own(sandbox, account.get());
        }
    }

    /**
     * Nearly always two are missing, the task's own and {@code runs} in it: to make them unseen costs half of what
     * looking first does, for each task.
     */
    private static void makeParents(Path runs) throws IOException {
        try {
            Files.createDirectory(runs.getParent());
            Files.createDirectory(runs);
        } catch (FileAlreadyExistsException | NoSuchFileException other) {
            Files.createDirectories(runs);
        }
    }

    /** Makes the pipe through which a session hears, in a sandbox that is still the agent's own. */
    public void makeInput(Path sandbox) throws IOException {
        var pipe = sandbox.resolve(INPUT);
        var made = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString())
                .redirectErrorStream(true)
                .start();
        try (var words = made.getInputStream()) {
            var said = new String(words.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (made.waitFor() != 0) {
                throw new IOException("cannot make the pipe " + pipe + ": " + said.strip());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    /**
     * Gives a sandbox and all that is in it to a user. The sandbox itself comes last: until then nobody else can enter it,
     * so nobody can put a link where the next file is looked for.
     */
    public void handOver(Path sandbox, Account account) throws IOException {
        Files.walkFileTree(sandbox, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                own(file, account);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                own(dir, account);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static void own(Path file, Account account) throws IOException {
        Files.setAttribute(file, "unix:uid", (int) account.user(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", (int) account.group(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Members of a group share their executor's, and come at the same time. */
    private static synchronized void link(Path sandbox) throws IOException {
        var latest = sandbox.resolveSibling("latest");
        var name = sandbox.getFileName(); // Short enough to stand in the inode, and right wherever the directory moves.
        try {
            Files.createSymbolicLink(latest, name);
        } catch (FileAlreadyExistsException again) {
            if (Files.isSymbolicLink(latest) && Files.readSymbolicLink(latest).equals(name)) {
                return;
            }
            var next = sandbox.resolveSibling(".latest");
            Files.deleteIfExists(next);
            Files.createSymbolicLink(next, name);
            Files.move(next, latest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last line that a task wrote to {@code stderr}, at most so many bytes of it; empty if there is none. */
    public static String lastWords(Path sandbox, int maxBytes) {
        // The task may have put a pipe there: who opens one for reading alone waits until somebody writes into it.
        try (var file = Files.newByteChannel(
                sandbox.resolve("stderr"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            long size = file.size();
            file.position(Math.max(0, size - maxBytes));
            var buffer = java.nio.ByteBuffer.allocate((int) Math.min(size, maxBytes));
            while (buffer.hasRemaining() && file.read(buffer) >= 0) {
                // Until it is full or the file ends.
            }
            var lines = new String(buffer.array(), 0, buffer.position(), java.nio.charset.StandardCharsets.UTF_8)
                    .strip()
                    .split("\n");
            return lines[lines.length - 1].strip();
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException | UnsupportedOperationException unreadable) {
            return "";
        }
    }

    public Path workDir() {
        return workDir;
    }
}
