package io.baton.httpapi.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The log of this process under the name that Mesos gives it, and the files of another source. */
public final class WithLog implements FileSource {
    private final String name;
    private final Supplier<Optional<Path>> log;
    private final FileSource others;

    /**
     * @param name such as {@code /master/log}
     * @param log empty as long as the process writes none to a file
     */
    public WithLog(String name, Supplier<Optional<Path>> log, FileSource others) {
        this.name = name;
        this.log = log;
        this.others = others;
    }

    @Override
    public List<Entry> list(String path, int atMost) throws NoFileException, IOException {
        return file(path).isPresent() ? List.of() : others.list(path, atMost);
    }

    @Override
    public OpenFile open(String path) throws NoFileException, IOException {
        var file = file(path);
        if (file.isEmpty()) {
            return others.open(path);
        }
        try {
            var key =
                    Files.readAttributes(file.get(), BasicFileAttributes.class).fileKey();
            var channel = Files.newByteChannel(file.get(), StandardOpenOption.READ);
            return new OpenFile(String.valueOf(file.get().getFileName()), channel, Objects.requireNonNull(key));
        } catch (NoSuchFileException e) {
            throw NoFileException.notFound();
        }
    }

    private Optional<Path> file(String path) {
        return path.equals(name) ? log.get() : Optional.empty();
    }

    /** Where the log is, by its name; nothing if it is in no file. */
    public Map<String, String> attached() {
        return log.get().map(file -> Map.of(name, file.toString())).orElse(Map.of());
    }
}
