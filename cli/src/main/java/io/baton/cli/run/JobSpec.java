package io.baton.cli.run;

import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import java.util.List;
import java.util.SortedMap;

/**
 * One command to run, and how often.
 *
 * @param name of the tasks, and the beginning of their ids
 * @param command program and arguments; a single one is a line of sh
 * @param environment set for each task
 * @param user empty for the framework's own
 */
public record JobSpec(
        String name,
        List<String> command,
        Shape shape,
        int instances,
        SortedMap<String, String> environment,
        String user) {

    TaskBuilder task(String id, int instance) {
        var task = TaskBuilder.task(id).name(instances == 1 ? name : name + "-" + instance);
        if (command.size() == 1) {
            task.shell(command.get(0));
        } else {
            task.argv(command);
        }
        if (!user.isEmpty()) {
            task.user(user);
        }
        return task.env("BATON_INSTANCE", Integer.toString(instance)).env(environment);
    }
}
