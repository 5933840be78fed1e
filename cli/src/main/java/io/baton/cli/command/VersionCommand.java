package io.baton.cli.command;

import io.baton.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code baton version}. */
@Command(name = "version", description = "Show the version, and the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Terminal terminal;

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var version = VersionCommand.class.getPackage().getImplementationVersion();
        terminal.out()
                .println("baton " + (version == null ? "unpackaged" : version) + " (Java "
                        + System.getProperty("java.version") + ")");
        return 0;
    }
}
