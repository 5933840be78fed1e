package io.baton.distribution.command;

import io.baton.distribution.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every server command has. */
final class CommonOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings (HOCON). Default: conf/master.conf or conf/agent.conf of this installation.")
    private Path file;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more.")
    private boolean verbose;

    /**
     * The settings: command line over file over defaults.
     *
     * @param ownFile read if none is named and it exists; empty for none
     */
    Configuration configuration(String ownFile, Map<String, Object> commandLine) {
        return Configuration.load(Optional.ofNullable(file).or(() -> installed(ownFile)), commandLine);
    }

    /** The settings of a command that has no file of its own, but defaults. */
    Configuration configuration(Map<String, Object> commandLine, Map<String, Object> usual) {
        return Configuration.load(Optional.ofNullable(file), commandLine, usual);
    }

    private static Optional<Path> installed(String name) {
        var home = System.getProperty("baton.home", "");
        if (home.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Path.of(home, "conf", name)).filter(Files::isReadable);
    }

    boolean verbose() {
        return verbose;
    }
}
