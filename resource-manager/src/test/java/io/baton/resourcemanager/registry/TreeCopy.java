package io.baton.resourcemanager.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The files of a directory as they were at one moment, as a power-off would leave them. */
record TreeCopy(Path root, Map<Path, byte[]> files) {
    static TreeCopy of(Path root) throws IOException {
        var files = new TreeMap<Path, byte[]>();
        try (var all = Files.walk(root)) {
            for (var file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                files.put(file, Files.readAllBytes(file));
            }
        }
        return new TreeCopy(root, files);
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
