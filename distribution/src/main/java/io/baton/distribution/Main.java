package io.baton.distribution;

import io.baton.cli.command.CommandRunner;
import io.baton.cli.command.Commands;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.command.AgentCommand;
import io.baton.distribution.command.DemoCommand;
import io.baton.distribution.command.DevCommand;
import io.baton.distribution.command.MasterCommand;
import java.util.Map;
import java.util.function.Supplier;

/** The server's process. The launcher starts it with one of its four commands. */
public final class Main {
    private Main() {}

    /** Runs one command and ends with its status. */
    public static void main(String[] args) {
        var status = run(Terminal.system(), args);
        System.exit(status);
    }

    static int run(Terminal terminal, String... args) {
        Map<String, Supplier<Object>> own = Map.of(
                "dev", () -> new DevCommand(terminal),
                "master", () -> new MasterCommand(terminal),
                "agent", () -> new AgentCommand(terminal),
                "demo", () -> new DemoCommand(terminal));
        var command = args.length == 0 ? null : own.get(args[0]);
        var commands = new Commands(terminal);
        var line = command == null ? commands.lineFor(args) : commands.lineWith(args[0], command.get());
        return CommandRunner.run(line, terminal, args);
    }
}
