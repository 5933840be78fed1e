package io.baton.resourcemanager.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a directory as they were at one moment, as a power-off would leave them. */
record TreeCopy(Path root, Map<Path, byte[]> files) {
    private static final int MOST_LOOKS = 100;

    /** Two looks that see the same have seen one moment: between two files a replica may remove one and write another. */
    static TreeCopy of(Path root) throws IOException {
        var before = look(root);
        for (int i = 0; i < MOST_LOOKS; i++) {
            var now = look(root);
            if (now.isPresent() && before.isPresent() && same(before.get(), now.get())) {
                return new TreeCopy(root, now.get());
            }
            before = now;
        }
        throw new IOException(root + " never stands still");
    }

    /** Empty if a file went while it was looked at. */
    private static Optional<Map<Path, byte[]>> look(Path root) throws IOException {
        var files = new TreeMap<Path, byte[]>();
        try (var all = Files.walk(root)) {
            for (var file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                files.put(file, Files.readAllBytes(file));
            }
            return Optional.of(files);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (UncheckedIOException walking) {
            if (walking.getCause() instanceof NoSuchFileException) {
                return Optional.empty();
            }
            throw walking.getCause();
        }
    }

    private static boolean same(Map<Path, byte[]> one, Map<Path, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), other.get(e.getKey())));
    }

    void restore() throws IOException {
        try (var all = Files.walk(root)) {
            for (var file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                Files.delete(file);
            }
        }
        for (var file : files.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }
}
