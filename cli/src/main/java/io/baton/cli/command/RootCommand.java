package io.baton.cli.command;

import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code baton} alone. */
@Command(
        name = "baton",
        description = "Runs tasks on a cluster of hosts.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "To begin: baton dev in one terminal, then baton run -- echo hello in another."})
final class RootCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Option(names = "--version", description = "Show the version.")
    private boolean version;

    RootCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (version) {
            return new VersionCommand(terminal).call();
        }
        spec.commandLine().usage(terminal.err());
        return CommandFailure.USAGE;
    }
}
