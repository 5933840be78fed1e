package io.baton.cli.command;

import static io.baton.cli.command.ListOptions.Column.of;
import static io.baton.cli.command.ListOptions.Column.wide;

import io.baton.cli.cluster.ShortIds;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.Task;
import io.baton.v1.master.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton tasks}. */
@Command(name = "tasks", description = "List tasks: those that live, with --all also those that have ended.")
final class TasksCommand implements Callable<Integer> {
    private static final String PREFIX = "TASK_";

    private final Terminal terminal;
    private final InstantSource clock;

    @Mixin
    private MasterOption master;

    @Mixin
    private ListOptions options;

    @Option(
            names = {"-a", "--all"},
            description = "Also tasks that have ended.")
    private boolean all;

    TasksCommand(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var state = master.cluster().state();
        var tasks = new ArrayList<>(live(state.getGetTasks()));
        if (all) {
            tasks.addAll(state.getGetTasks().getCompletedTasksList());
        } else if (tasks.isEmpty() && options.table() && state.getGetTasks().getCompletedTasksCount() > 0) {
            terminal.say("no live tasks; " + state.getGetTasks().getCompletedTasksCount()
                    + " have ended. See them with: baton tasks --all");
        }
        options.print(terminal, "tasks", tasks, task -> task.getTaskId().getValue(), columns(state, tasks));
        return 0;
    }

    static List<Task> live(Response.GetTasks tasks) {
        var live = new ArrayList<>(tasks.getTasksList());
        live.addAll(tasks.getUnreachableTasksList());
        return live;
    }

    private List<ListOptions.Column<Task>> columns(Response.GetState state, List<Task> tasks) {
        var now = clock.instant().getEpochSecond();
        var ids = new ShortIds(
                tasks.stream().map(task -> task.getTaskId().getValue()).toList());
        var frameworks = new ShortIds(List.of());
        var hosts = new HashMap<String, String>();
        state.getGetAgents()
                .getAgentsList()
                .forEach(a -> hosts.put(
                        a.getAgentInfo().getId().getValue(), a.getAgentInfo().getHostname()));
        return List.of(
                of("ID", task -> options.id(task.getTaskId().getValue(), ids::of)),
                of("NAME", Task::getName),
                of("STATE", task -> state(task)),
                of(
                        "AGENT",
                        task -> hosts.getOrDefault(
                                task.getAgentId().getValue(), task.getAgentId().getValue())),
                of("CPUS", task -> Amounts.cpus(task.getResourcesList())),
                of("MEM", task -> Amounts.megabytes("mem", task.getResourcesList())),
                of("AGE", task -> age(task, now)),
                wide("FRAMEWORK", task -> options.id(task.getFrameworkId().getValue(), frameworks::of)),
                wide("USER", Task::getUser),
                wide("MESSAGE", TasksCommand::message));
    }

    static boolean ended(Task task) {
        return switch (task.getState()) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE, TASK_UNKNOWN -> false;
            default -> true;
        };
    }

    static String state(Task task) {
        var name = task.getState().name();
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    private static String age(Task task, long now) {
        return task.getStatusesCount() == 0
                ? ""
                : Shown.age(now - (long) task.getStatuses(0).getTimestamp());
    }

    private static String message(Task task) {
        return task.getStatusesCount() == 0
                ? ""
                : task.getStatuses(task.getStatusesCount() - 1).getMessage();
    }
}
