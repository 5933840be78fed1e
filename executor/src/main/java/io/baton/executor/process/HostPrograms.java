package io.baton.executor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of the host: they are looked for where the system keeps its own, whatever the agent was started with. */
public final class HostPrograms {
    /** What a {@code PATH} of the system's own is. */
    public static final String SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private HostPrograms() {}

    /** The program of this name. */
    public static Optional<Path> located(String name) {
        return Arrays.stream(SEARCH_PATH.split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The program of this name, which every Linux host has. */
    static Path required(String name) throws IOException {
        return located(name)
                .orElseThrow(() -> new IOException("this host has no '" + name + "' (package util-linux): install it"));
    }
}
