package io.baton.cli.cluster;

import io.baton.cli.terminal.CommandFailure;
import io.baton.v1.Task;
import java.util.List;
import java.util.stream.Collectors;

/** Which task a user means. */
public final class TaskChoice {
    private TaskChoice() {}

    /**
     * The task with this id or unique prefix; {@code FRAMEWORK/TASK} where several frameworks have one.
     *
     * @param tasks live ones before ended ones
     * @throws CommandFailure if there is none, or several
     */
    public static Task of(String given, List<Task> tasks) {
        var slash = given.indexOf('/');
        var candidates = tasks;
        var wanted = given;
        if (slash > 0) {
            var frameworks = new ShortIds(
                    tasks.stream().map(TaskChoice::framework).distinct().toList());
            var framework = frameworks.resolve(given.substring(0, slash), "framework");
            candidates =
                    tasks.stream().filter(t -> framework(t).equals(framework)).toList();
            wanted = given.substring(slash + 1);
        }
        var id = new ShortIds(candidates.stream().map(TaskChoice::id).toList()).resolve(wanted, "task");
        var meant = candidates.stream().filter(task -> id(task).equals(id)).toList();
        var frameworks = meant.stream().map(TaskChoice::framework).distinct().toList();
        if (frameworks.size() > 1) {
            throw CommandFailure.usage("'" + given + "' is a task of several frameworks: "
                    + frameworks.stream().map(f -> f + "/" + id).collect(Collectors.joining(", "))
                    + "; name one of these");
        }
        return meant.get(0);
    }

    private static String id(Task task) {
        return task.getTaskId().getValue();
    }

    private static String framework(Task task) {
        return task.getFrameworkId().getValue();
    }
}
