package io.baton.benchmarks.failover;

import java.nio.file.Files;
import java.nio.file.Path;

/** The {@code baton} script by which servers are started, as an operator does. */
final class Launcher {
    private Launcher() {}

    /**
     * The one of this build: the script that started this JVM, else the one above the working directory.
     *
     * @throws IllegalStateException if there is none
     */
    static Path here() {
        var told = System.getProperty("baton.launcher");
        if (told != null) {
            return Path.of(told);
        }
        for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            var script = at.resolve("baton");
            if (Files.isExecutable(script) && Files.isRegularFile(script)) {
                return script;
            }
        }
        throw new IllegalStateException(
                "there is no baton script in or above " + Path.of("").toAbsolutePath());
    }
}
