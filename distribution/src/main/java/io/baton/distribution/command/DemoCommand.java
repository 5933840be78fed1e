package io.baton.distribution.command;

import ch.qos.logback.classic.Level;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.demo.Demo;
import io.baton.distribution.node.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton demo}. */
@Command(
        name = "demo",
        description =
                "Run a word count of real processes on a cluster of its own, and check the result. Ends with 0 only"
                        + " if every task finished and every count is right; leaves nothing behind.")
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_TASKS = 5_000;
    private static final String RESOURCES = "cpus:4;mem:4096;disk:4096;ports:[31000-31999]";

    private final Terminal terminal;

    @Mixin
    private CommonOptions common;

    @Option(names = "--tasks", paramLabel = "N", description = "How many processes. Default 64.")
    private int tasks = 64;

    @Option(names = "--keep", description = "Leave texts, counts and sandboxes where they are, and say where.")
    private boolean keep;

    /** A command that writes here. */
    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (tasks < Demo.LEAST_TASKS || tasks > MOST_TASKS) {
            throw CommandFailure.usage("--tasks is " + tasks + ": use " + Demo.LEAST_TASKS + " to " + MOST_TASKS);
        }
        Logs.to(Level.WARN, common.verbose());
        var directory = WorkDir.temporary();
        Runnable afterwards = keep ? () -> {} : () -> WorkDir.remove(directory);
        boolean right;
        try {
            right = played(directory, afterwards);
        } finally {
            afterwards.run();
        }
        if (keep) {
            terminal.say("kept in " + directory);
        } else if (Files.exists(directory)) {
            terminal.say("could not remove " + directory);
            return CommandFailure.FAILED;
        }
        return right ? 0 : CommandFailure.FAILED;
    }

    private boolean played(Path directory, Runnable afterwards) throws IOException, InterruptedException {
        var settings = LocalCluster.settings(directory.resolve("agent"), "127.0.0.1", 0, 0);
        settings.put("baton.agent.resources", RESOURCES);
        try (var cluster = LocalCluster.start(common.configuration("", settings), afterwards)) {
            terminal.say("a master and an agent run at " + cluster.node().masterUrl());
            var home = Path.of(System.getProperty("baton.home", "."));
            var shared = Files.createDirectories(directory.resolve("shared"));
            return new Demo(terminal, cluster.node().masterUrl(), shared, home).run(tasks);
        }
    }
}
