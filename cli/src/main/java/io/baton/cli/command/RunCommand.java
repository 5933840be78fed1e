package io.baton.cli.command;

import io.baton.cli.run.JobRunner;
import io.baton.cli.run.JobSpec;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.sdk.offer.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton run}. */
@Command(
        name = "run",
        description = "Run a command on the cluster, show its output, and end with its exit status.",
        footer = {
            "",
            "Several words are a program and its arguments; a single one is a line of sh:",
            "  baton run -- ls -l /etc",
            "  baton run --instances 3 -- 'echo I am $BATON_INSTANCE | tr a-z A-Z'",
            "Ctrl-C ends the tasks."
        })
final class RunCommand implements Callable<Integer> {
    private static final int MAX_INSTANCES = 10_000;
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Option(names = "--cpus", paramLabel = "N", description = "CPUs of each task; default ${DEFAULT-VALUE}.")
    private double cpus = 0.5;

    @Option(names = "--mem", paramLabel = "MB", description = "Memory of each task; default ${DEFAULT-VALUE} MB.")
    private double mem = 64;

    @Option(names = "--disk", paramLabel = "MB", description = "Disk of each task; default none.")
    private double disk;

    @Option(names = "--instances", paramLabel = "N", description = "How many tasks; default 1.")
    private int instances = 1;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Environment variable; a name alone passes on the one here.",
            mapFallbackValue = Option.NULL_VALUE)
    private Map<String, String> environment = new TreeMap<>();

    @Option(names = "--name", paramLabel = "NAME", description = "What lists show; default the command's own name.")
    private String name;

    @Option(names = "--user", paramLabel = "USER", description = "Who runs the command on the agent; default you.")
    private String user = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "Whose offers to use; default *.")
    private String role = "*";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "End the tasks and fail after so long, such as 90s or 5m; default never.")
    private String timeout;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "After --: what to run.")
    private List<String> command;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (instances < 1 || instances > MAX_INSTANCES) {
            throw CommandFailure.usage("--instances is " + instances + ": use 1 to " + MAX_INSTANCES);
        }
        var limit = timeout == null ? null : duration("--timeout", timeout);
        var spec = new JobSpec(
                name == null ? nameOf(command.get(0)) : name, command, shape(), instances, variables(), user);
        return new JobRunner(terminal, master.cluster(), master.url(), role).run(spec, limit);
    }

    private Shape shape() {
        positive("--cpus", cpus);
        positive("--mem", mem);
        if (disk < 0 || !Double.isFinite(disk)) {
            throw CommandFailure.usage("--disk is " + disk + ": use a number of MB");
        }
        var shape = Shape.cpus(cpus).mem(mem);
        return disk > 0 ? shape.disk(disk) : shape;
    }

    private static void positive(String option, double value) {
        if (!(value >= 0.001) || !Double.isFinite(value)) {
            throw CommandFailure.usage(option + " is " + value + ": use a number of at least 0.001");
        }
    }

    private TreeMap<String, String> variables() {
        var variables = new TreeMap<String, String>();
        environment.forEach((key, value) -> {
            if (!VARIABLE.matcher(key).matches()) {
                throw CommandFailure.usage("--env " + key + ": a variable's name has letters, digits and _ only");
            }
            var known = value == null ? System.getenv(key) : value;
            if (known == null) {
                throw CommandFailure.usage("--env " + key + ": it is not set here; write --env " + key + "=VALUE");
            }
            variables.put(key, known);
        });
        return variables;
    }

    /** The program's file name, as far as it may be part of a task's id. */
    static String nameOf(String command) {
        var program = command.strip().split("\\s", 2)[0];
        var file = program.substring(program.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9_.-]", "");
        var start = file.replaceAll("^[.-]+", "");
        return start.isEmpty() ? "task" : start.substring(0, Math.min(start.length(), 32));
    }

    static Duration duration(String option, String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw CommandFailure.usage(option + " '" + text + "' is no time: write 500ms, 90s, 5m or 1h");
        }
        var amount = Long.parseLong(matcher.group(1));
        var unit = matcher.group(2) == null ? "s" : matcher.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
