package io.baton.cli.command;

import io.baton.cli.cluster.AgentFiles;
import io.baton.cli.cluster.AgentTasks;
import io.baton.cli.cluster.TaskChoice;
import io.baton.cli.run.LogPrinter;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.Task;
import io.baton.v1.master.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton logs}. */
@Command(name = "logs", description = "Show what a task wrote, also after it has ended.")
final class LogsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Parameters(paramLabel = "TASK", description = "Id or unique prefix; FRAMEWORK/TASK to be exact.")
    private String given;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the task has ended.")
    private boolean follow;

    @Option(names = "--stderr", description = "Its stderr instead of its stdout.")
    private boolean stderr;

    @Option(names = "--tail", paramLabel = "N", description = "The last N lines only.")
    private Integer tail;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (tail != null && tail < 0) {
            throw CommandFailure.usage("--tail is " + tail + ": use a number of lines, at least 0");
        }
        var cluster = master.cluster();
        var state = cluster.state();
        var task = TaskChoice.of(given, all(state.getGetTasks()));
        var agent = TaskAgents.url(state, task);
        var files = new AgentFiles(agent, cluster.login());
        try {
            var path = files.sandbox(task) + (stderr ? "/stderr" : "/stdout");
            var printer = new LogPrinter(files, path, terminal.out());
            printer.show(tail == null ? -1 : tail);
            if (follow) {
                var tasks = new AgentTasks(agent, cluster.login());
                printer.follow(
                        () -> !tasks.runs(task),
                        failure -> terminal.say(
                                "the task's agent does not answer (" + AgentFiles.reason(failure) + "); still trying"));
            }
        } catch (FileNotFoundException gone) {
            throw CommandFailure.failed("task '" + task.getTaskId().getValue() + "' has no output on its agent " + agent
                    + ": it never started, or its sandbox was removed. What became of it: baton tasks --all -o wide");
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot read from the task's agent at " + agent + ": " + AgentFiles.reason(e)
                            + ". Is it up? See: baton agents",
                    e);
        }
        return 0;
    }

    private static List<Task> all(Response.GetTasks tasks) {
        var all = new ArrayList<>(TasksCommand.live(tasks));
        all.addAll(tasks.getCompletedTasksList());
        return all;
    }
}
