package io.baton.httpapi.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one way from a path that a client sends to a file of a sandbox.
 *
 * <p>Tasks write to their sandboxes while we read, so no path is checked first and used afterwards: from the root down,
 * each name is opened inside the directory that is open already, and never through a symbolic link. The one link that is
 * followed is {@code runs/latest}, which the agent makes: it may only name a directory beside it. What is not a plain
 * file or directory is not there.
 *
 * <p>A task may swap a file for a pipe between our look at it and our opening it, which then waits for who writes into
 * it: so nobody waits for an opening itself, see {@link Openings}.
 */
public final class Sandboxes implements FileSource {
    private static final String LATEST = "latest";
    private static final String RUNS = "runs";
    private static final String AGENTS = "slaves";
    private static final String FRAMEWORKS = "frameworks";

    /** Names of {@code frameworks/F/executors/E}. */
    private static final int OF_EXECUTOR = 4;
    /** Names of {@code slaves/A/frameworks/F}. */
    private static final int OF_FRAMEWORK = 4;
    /** Names of {@code slaves/A/frameworks/F/executors/E}. */
    private static final int OF_SANDBOX = 6;

    private final Path root;
    private final Path given;
    private final Openings openings;
    private final Runnable looked;

    /** A name in an open directory. */
    private record Place(SecureDirectoryStream<Path> directory, Path name) {}

    /**
     * @param root must exist when a file is asked for, not before
     */
    public Sandboxes(Path root) {
        this(root, new Openings(), () -> {});
    }

    /**
     * For tests.
     *
     * @param looked run between a look at a file and its opening
     */
    Sandboxes(Path root, Openings openings, Runnable looked) {
        this.given = root.toAbsolutePath().normalize();
        this.root = root;
        this.openings = openings;
        this.looked = looked;
    }

    @Override
    public List<Entry> list(String path, int atMost) throws NoFileException, IOException {
        var names = names(path);
        try (var directory = directory(names, names.size())) {
            return entries(directory, atMost);
        } catch (NoFileException noDirectory) {
            open(path).close();
            return List.of();
        }
    }

    private static List<Entry> entries(SecureDirectoryStream<Path> directory, int atMost) throws IOException {
        var entries = new ArrayList<Entry>();
        for (var entry : directory) {
            if (entries.size() == atMost) {
                break;
            }
            var name = entry.getFileName();
            facts(new Place(directory, name)).ifPresent(facts -> entries.add(new Entry(name.toString(), facts)));
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public OpenFile open(String path) throws NoFileException, IOException {
        var names = names(path);
        if (names.isEmpty()) {
            throw NoFileException.badRequest("Cannot read a directory");
        }
        return openings.open(first(names, OF_FRAMEWORK), first(names, OF_SANDBOX), () -> open(names));
    }

    private static String first(List<String> names, int count) {
        return String.join("/", names.subList(0, Math.min(count, names.size())));
    }

    private OpenFile open(List<String> names) throws NoFileException, IOException {
        try (var directory = directory(names, names.size() - 1)) {
            var place = new Place(directory, Path.of(names.get(names.size() - 1)));
            var before = attributes(place);
            if (before.isDirectory()) {
                throw NoFileException.badRequest("Cannot read a directory");
            }
            if (!before.isRegularFile()) {
                throw NoFileException.notFound();
            }
            looked.run();
            var channel =
                    directory.newByteChannel(place.name(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            var after = attributes(place);
            if (!after.isRegularFile() || !Objects.equals(before.fileKey(), after.fileKey())) {
                channel.close();
                throw NoFileException.notFound();
            }
            return new OpenFile(place.name().toString(), channel, after.fileKey());
        } catch (FileSystemException e) {
            throw NoFileException.notFound();
        }
    }

    private List<String> names(String path) throws NoFileException, IOException {
        var problem = PathRules.problem(path);
        if (problem.isPresent()) {
            throw NoFileException.badRequest(problem.get());
        }
        if (!Files.isDirectory(root)) {
            throw NoFileException.notFound();
        }
        var names = PathRules.names(given, path);
        if (names.isEmpty()) {
            names = PathRules.names(root.toRealPath(), path);
        }
        return withAgent(names.orElseThrow(NoFileException::notFound));
    }

    /** Mesos also shows the sandboxes under their framework, without the agent whose they are. */
    private List<String> withAgent(List<String> names) throws IOException {
        if (names.size() < OF_EXECUTOR || !names.get(0).equals(FRAMEWORKS)) {
            return names;
        }
        var executor = String.join("/", names.subList(0, OF_EXECUTOR));
        try (var agents = Files.list(root.resolve(AGENTS))) {
            return agents.filter(agent -> Files.isDirectory(agent.resolve(executor), LinkOption.NOFOLLOW_LINKS))
                    .findFirst()
                    .map(agent -> Stream.concat(
                                    Stream.of(AGENTS, agent.getFileName().toString()), names.stream())
                            .toList())
                    .orElse(names);
        } catch (NoSuchFileException noAgents) {
            return names;
        }
    }

    /** Opens the directory that the first names lead to. */
    private SecureDirectoryStream<Path> directory(List<String> names, int count) throws NoFileException, IOException {
        var directory = secure(root.toRealPath());
        try {
            for (int i = 0; i < count; i++) {
                var name = names.get(i);
                if (i > 0 && name.equals(LATEST) && names.get(i - 1).equals(RUNS)) {
                    name = latest(names.subList(0, i));
                }
                var next = enter(new Place(directory, Path.of(name)));
                directory.close();
                directory = next;
            }
            return directory;
        } catch (FileSystemException e) {
            directory.close();
            throw NoFileException.notFound();
        } catch (IOException | NoFileException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * Opens a directory. To open a pipe would be to wait for who writes into it: so not the name itself is opened, which
     * may be one by now, but {@code .} in it, which only directories have. That would follow a link: so we look where we
     * are.
     */
    private static SecureDirectoryStream<Path> enter(Place place) throws NoFileException, IOException {
        var seen = attributes(place);
        if (!seen.isDirectory()) {
            throw NoFileException.notFound();
        }
        var entered = place.directory().newDirectoryStream(place.name().resolve("."));
        try {
            var view = entered.getFileAttributeView(PosixFileAttributeView.class);
            if (Objects.equals(seen.fileKey(), view.readAttributes().fileKey())) {
                return entered;
            }
        } catch (IOException | RuntimeException e) {
            entered.close();
            throw e;
        }
        entered.close();
        throw NoFileException.notFound();
    }

    /**
     * What the link says, of which only the last name counts: the caller opens it beside the link. Should a task have
     * swapped the path under us, it is still a name in a directory that is open.
     */
    private String latest(List<String> runs) throws NoFileException, IOException {
        var link = root.toRealPath().resolve(String.join("/", runs)).resolve(LATEST);
        if (!Files.isSymbolicLink(link)) {
            return LATEST;
        }
        var target = Files.readSymbolicLink(link).getFileName();
        if (target == null
                || target.toString().equals("..")
                || target.toString().equals(".")) {
            throw NoFileException.notFound();
        }
        return target.toString();
    }

    /** Empty if the entry has gone since it was listed. */
    private static Optional<PosixFileAttributes> facts(Place place) throws IOException {
        try {
            return Optional.of(attributes(place));
        } catch (NoFileException e) {
            return Optional.empty();
        }
    }

    private static PosixFileAttributes attributes(Place place) throws NoFileException, IOException {
        var view = place.directory()
                .getFileAttributeView(place.name(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            return view.readAttributes();
        } catch (FileSystemException e) {
            throw NoFileException.notFound();
        }
    }

    @SuppressWarnings("StreamResourceLeak") // closed by whoever walks on from it
    private static SecureDirectoryStream<Path> secure(Path root) throws IOException {
        var stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("this file system cannot open files relative to a directory: " + root);
    }
}
