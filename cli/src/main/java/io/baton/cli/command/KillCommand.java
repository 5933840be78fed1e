package io.baton.cli.command;

import io.baton.cli.cluster.TaskChoice;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code baton kill}. */
@Command(
        name = "kill",
        description =
                "Kill tasks: SIGTERM, and SIGKILL after their grace period. Prints the ids of those it told to end.")
final class KillCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Parameters(
            paramLabel = "TASK",
            arity = "1..*",
            description = "Ids or unique prefixes; FRAMEWORK/TASK to be exact.")
    private List<String> tasks;

    KillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var cluster = master.cluster();
        var live = TasksCommand.live(cluster.state().getGetTasks());
        var meant = tasks.stream().map(given -> TaskChoice.of(given, live)).toList();
        for (var task : meant) {
            cluster.kill(task.getFrameworkId().getValue(), task.getTaskId().getValue());
            terminal.out().println(Shown.text(task.getTaskId().getValue()));
        }
        return 0;
    }
}
