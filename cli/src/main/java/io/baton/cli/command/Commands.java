package io.baton.cli.command;

import io.baton.cli.terminal.Terminal;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** All commands, each made only when it is wanted: reading the annotations of all of them takes longer than most run. */
public final class Commands {
    private final Map<String, Supplier<Object>> client = new LinkedHashMap<>();
    private final Map<String, String> server = new LinkedHashMap<>();
    private final Terminal terminal;

    /** The commands of this process. */
    public Commands(Terminal terminal) {
        this.terminal = terminal;
        var clock = InstantSource.system();
        client.put("run", () -> new RunCommand(terminal));
        client.put("tasks", () -> new TasksCommand(terminal, clock));
        client.put("agents", () -> new AgentsCommand(terminal, clock));
        client.put("frameworks", () -> new FrameworksCommand(terminal, clock));
        client.put("offers", () -> new OffersCommand(terminal));
        client.put("explain", () -> new ExplainCommand(terminal));
        client.put("logs", () -> new LogsCommand(terminal));
        client.put("exec", () -> new ExecCommand(terminal, System.in));
        client.put("kill", () -> new KillCommand(terminal));
        client.put("drain", () -> new DrainCommand(terminal));
        client.put("deactivate", () -> new DeactivateCommand(terminal));
        client.put("reactivate", () -> new ReactivateCommand(terminal));
        client.put("operator", () -> new OperatorCommand(terminal));
        client.put("completion", () -> new CompletionCommand(terminal));
        client.put("version", () -> new VersionCommand(terminal));
        server.put("dev", "Start master and agent in one process, to try things out.");
        server.put("demo", "Run a word count of real processes on a cluster of its own.");
        server.put("master", "Start a master.");
        server.put("agent", "Start an agent, which runs tasks on this host.");
        server.put("bench", "Measure; in a clone only.");
        server.put("simulate", "Run the cores under a virtual clock, with faults; in a clone only.");
    }

    /** The command line for these arguments: with the one command they name, or with all. */
    public CommandLine lineFor(String... args) {
        var wanted = args.length > 0 ? client.get(args[0]) : null;
        return wanted == null ? withAll(root()) : lineWith(args[0], wanted.get());
    }

    /** The command line with one command, perhaps from elsewhere. */
    public CommandLine lineWith(String name, Object command) {
        var root = root();
        root.addSubcommand(name, helped(new CommandLine(command)));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        return root;
    }

    /** With all commands. */
    public CommandLine all() {
        return withAll(root());
    }

    private CommandLine withAll(CommandLine root) {
        root.addSubcommand("dev", launcherOnly("dev"));
        client.forEach((name, command) -> root.addSubcommand(name, helped(new CommandLine(command.get()))));
        server.keySet().stream()
                .filter(name -> !name.equals("dev"))
                .forEach(name -> root.addSubcommand(name, launcherOnly(name)));
        root.addSubcommand("help", new CommandLine.HelpCommand());
        return root;
    }

    private CommandLine root() {
        var root = new CommandLine(new RootCommand(terminal));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        return root;
    }

    /** What every command has, and those below it: {@code --help}. */
    private static CommandLine helped(CommandLine line) {
        line.getSubcommands().values().forEach(Commands::helped);
        line.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this.")
                        .build());
        line.getCommandSpec().usageMessage().sortOptions(false);
        return line;
    }

    /** A process of its own, which the launcher starts; here only so that help and suggestions know its name. */
    private CommandLine launcherOnly(String name) {
        var spec = CommandSpec.wrapWithoutInspection(
                (Runnable) () -> terminal.say("start '" + name + "' by the launcher, baton"));
        spec.name(name).usageMessage().description(server.get(name));
        return helped(new CommandLine(spec));
    }
}
