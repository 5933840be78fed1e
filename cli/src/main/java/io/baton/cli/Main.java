package io.baton.cli;

import io.baton.cli.command.CommandRunner;
import io.baton.cli.command.Commands;
import io.baton.cli.terminal.Terminal;

/** The client's process. */
public final class Main {
    private Main() {}

    /** Runs one command and ends with its status. */
    public static void main(String[] args) {
        System.exit(run(Terminal.system(), args));
    }

    /** Runs one command. */
    static int run(Terminal terminal, String... args) {
        return CommandRunner.run(new Commands(terminal).lineFor(args), terminal, args);
    }
}
