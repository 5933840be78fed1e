package io.baton.httpapi.operator;

import io.baton.core.task.TaskStates;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** The numbers of each framework under Mesos's names, {@code master/frameworks/NAME/ID/…}. Ended ones have none. */
final class FrameworkMetrics {
    private FrameworkMetrics() {}

    static void add(SortedMap<String, Double> out, Response.GetState state) {
        var prefixes = new HashMap<String, String>();
        for (var framework : state.getGetFrameworks().getFrameworksList()) {
            var info = framework.getFrameworkInfo();
            var id = info.getId().getValue();
            var prefix = "master/frameworks/" + encoded(info.getName()) + "/" + id + "/";
            prefixes.put(id, prefix);
            out.put(prefix + "subscribed", framework.getConnected() ? 1.0 : 0.0);
            for (var task : TaskState.values()) {
                out.put(prefix + name(task), 0.0);
            }
        }
        var tasks = state.getGetTasks();
        count(out, prefixes, tasks.getTasksList());
        count(out, prefixes, tasks.getUnreachableTasksList());
        count(out, prefixes, tasks.getCompletedTasksList());
    }

    private static void count(SortedMap<String, Double> out, Map<String, String> prefixes, List<Task> tasks) {
        for (var task : tasks) {
            var prefix = prefixes.get(task.getFrameworkId().getValue());
            if (prefix != null) {
                out.merge(prefix + name(task.getState()), 1.0, Double::sum);
            }
        }
    }

    private static String name(TaskState state) {
        return "tasks/" + (TaskStates.isTerminal(state) ? "terminal/" : "active/")
                + state.name().toLowerCase(Locale.ROOT);
    }

    /** A slash in a name would look like one more part. */
    private static String encoded(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }
}
