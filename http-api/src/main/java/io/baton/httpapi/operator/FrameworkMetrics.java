package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The numbers of each framework under Mesos's names, {@code master/frameworks/NAME/ID/…}, and of each principal's,
 * {@code frameworks/PRINCIPAL/…}. Ended frameworks have none.
 */
final class FrameworkMetrics {
    /** What is counted of each framework; 0 until it has happened. */
    private static final List<String> NAMES = Stream.of(
                    Stream.of("calls", "events", "operations"),
                    lower("calls/", Call.Type.values()),
                    lower("events/", Event.Type.values()),
                    lower("operations/", Offer.Operation.Type.values()),
                    Stream.of("offers/accepted", "offers/declined", "offers/rescinded", "offers/sent"),
                    Stream.of(TaskState.values()).map(FrameworkMetrics::name))
            .flatMap(names -> names)
            .filter(name -> !name.endsWith("/unknown"))
            .toList();

    private FrameworkMetrics() {}

    private static Stream<String> lower(String prefix, Enum<?>[] types) {
        return Stream.of(types).map(type -> prefix + type.name().toLowerCase(Locale.ROOT));
    }

    static void add(SortedMap<String, Double> out, Response.GetState state, Numbers numbers) {
        var prefixes = new HashMap<String, String>();
        for (var framework : state.getGetFrameworks().getFrameworksList()) {
            var info = framework.getFrameworkInfo();
            var id = info.getId().getValue();
            var prefix = "master/frameworks/" + encoded(info.getName()) + "/" + id + "/";
            prefixes.put(id, prefix);
            out.put(prefix + "subscribed", framework.getConnected() ? 1.0 : 0.0);
            NAMES.forEach(name -> out.put(prefix + name, numbers.of(Numbers.ofFramework(id) + name)));
            roles(info)
                    .map(role -> "roles/" + role + "/suppressed")
                    .forEach(name -> out.put(prefix + name, numbers.of(Numbers.ofFramework(id) + name)));
            if (info.hasPrincipal()) {
                double calls = numbers.of(Numbers.ofFramework(id) + "calls");
                var principal = "frameworks/" + encoded(info.getPrincipal());
                out.merge(principal + "/messages_received", calls, Double::sum);
                out.merge(principal + "/messages_processed", calls, Double::sum);
            }
        }
        var tasks = state.getGetTasks();
        count(out, prefixes, tasks.getTasksList());
        count(out, prefixes, tasks.getUnreachableTasksList());
    }

    private static Stream<String> roles(FrameworkInfo info) {
        return TaskStates.has(info, FrameworkInfo.Capability.Type.MULTI_ROLE)
                ? info.getRolesList().stream()
                : Stream.of(info.getRole());
    }

    private static void count(SortedMap<String, Double> out, Map<String, String> prefixes, List<Task> tasks) {
        for (var task : tasks) {
            var prefix = prefixes.get(task.getFrameworkId().getValue());
            if (prefix != null && !TaskStates.isTerminal(task.getState())) {
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
