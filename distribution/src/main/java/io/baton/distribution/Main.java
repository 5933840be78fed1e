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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's process. The launcher starts it with one of its four commands. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Runs one command and ends with its status. */
    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler(Main::ended);
        var status = run(Terminal.system(), args);
        System.exit(status);
    }

    /** Such as a library's own thread, when what it works on fails. The log has it on one line, with -v all of it. */
    static void ended(Thread thread, Throwable failure) {
        LOG.warn("thread '{}' has ended: {}", thread.getName(), failure.toString());
        LOG.debug("thread '{}' has ended", thread.getName(), failure);
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
