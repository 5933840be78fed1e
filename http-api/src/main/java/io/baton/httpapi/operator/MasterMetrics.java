package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.core.task.TaskStates;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The flat numbers of {@code /metrics/snapshot} and GET_METRICS, under Mesos's names. */
public final class MasterMetrics {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final Path LOADS = Path.of("/proc/loadavg");
    private static final List<String> UNSETTLED = List.of("pending", "recovering", "unreachable");
    private static final List<String> SETTLED = List.of("dropped", "error", "failed", "finished", "gone_by_operator");
    private static final Set<Offer.Operation.Type> NO_OPERATIONS =
            Set.of(Offer.Operation.Type.UNKNOWN, Offer.Operation.Type.LAUNCH, Offer.Operation.Type.LAUNCH_GROUP);

    /** What the names of operations' numbers begin with: all of them, then those of each type. */
    private static final List<String> KINDS = Stream.concat(
                    Stream.of("master/operations/"),
                    Stream.of(Offer.Operation.Type.values())
                            .filter(type -> !NO_OPERATIONS.contains(type))
                            .map(type -> "master/operations/" + type.name().toLowerCase(Locale.ROOT) + "/"))
            .toList();

    /** Queues of Mesos's one master actor, which tools watch: there is no such actor here, and nothing waits for it. */
    private static final List<String> NOTHING_WAITS = List.of(
            "allocator/event_queue_dispatches",
            "allocator/mesos/event_queue_dispatches",
            "master/event_queue_dispatches",
            "master/event_queue_http_requests",
            "master/event_queue_messages");

    private static final List<String> RESOURCES = List.of("cpus", "mem", "disk", "gpus");

    /** What is counted from when it has happened first: until then it is 0. */
    private static final List<String> COUNTED = List.of(
            "master/invalid_executor_to_framework_messages",
            "master/invalid_framework_to_executor_messages",
            "master/invalid_operation_status_update_acknowledgements",
            "master/invalid_operation_status_updates",
            "master/invalid_status_update_acknowledgements",
            "master/invalid_status_updates",
            "master/messages_decline_offers",
            "master/messages_executor_to_framework",
            "master/messages_exited_executor",
            "master/messages_framework_to_executor",
            "master/messages_kill_task",
            "master/messages_launch_tasks",
            "master/messages_operation_status_update",
            "master/messages_operation_status_update_acknowledgement",
            "master/messages_reconcile_operations",
            "master/messages_reconcile_tasks",
            "master/messages_register_framework",
            "master/messages_register_slave",
            "master/messages_reregister_framework",
            "master/messages_reregister_slave",
            "master/messages_resource_request",
            "master/messages_revive_offers",
            "master/messages_status_update",
            "master/messages_status_update_acknowledgement",
            "master/messages_suppress_offers",
            "master/messages_unregister_framework",
            "master/slave_registrations",
            "master/slave_removals",
            "master/slave_removals/reason_unhealthy",
            "master/slave_reregistrations",
            "master/slave_unreachable_canceled",
            "master/slave_unreachable_completed",
            "master/slave_unreachable_scheduled",
            "master/valid_executor_to_framework_messages",
            "master/valid_framework_to_executor_messages",
            "master/valid_operation_status_update_acknowledgements",
            "master/valid_operation_status_updates",
            "master/valid_status_update_acknowledgements",
            "master/valid_status_updates");

    /** What cannot happen here: messages of libmesos, and what a leader does to agents that are not back in time. */
    private static final List<String> NEVER = List.of(
            "master/messages_authenticate",
            "master/messages_deactivate_framework",
            "master/messages_unregister_slave",
            "master/messages_update_slave",
            "master/recovery_slave_removals",
            "master/slave_removals/reason_registered",
            "master/slave_removals/reason_unregistered",
            "master/slave_shutdowns_canceled",
            "master/slave_shutdowns_completed",
            "master/slave_shutdowns_scheduled");

    private MasterMetrics() {}

    /**
     * Everything the state, the masters and this process can say.
     *
     * @param numbers counted by all masters; those of frameworks are shown of the ones that are there
     */
    public static SortedMap<String, Double> of(StateView view, Numbers numbers, MasterFacts facts, Instant now) {
        var out = new TreeMap<String, Double>();
        COUNTED.forEach(name -> out.put(name, 0.0));
        NEVER.forEach(name -> out.put(name, 0.0));
        out.put("master/uptime_secs", Duration.between(facts.startTime(), now).toMillis() / MILLIS_PER_SECOND);
        out.put("master/elected", 1.0);
        out.put("master/outstanding_offers", (double) view.offers().size());
        agents(out, view.state().getGetAgents().getAgentsList(), view.connectedAgents());
        frameworks(out, view.state().getGetFrameworks().getFrameworksList());
        tasks(out, view.state().getGetTasks());
        allocator(out, view.state().getGetAgents().getAgentsList());
        operations(out, view);
        NOTHING_WAITS.forEach(name -> out.put(name, 0.0));
        host(out);
        out.putAll(facts.counters().get());
        numbers.byName().forEach((name, number) -> {
            if (!name.startsWith(Numbers.FRAMEWORK)) {
                out.put(name, number);
            }
        });
        totals(out);
        FrameworkMetrics.add(out, view.state(), numbers);
        return out;
    }

    private static void agents(SortedMap<String, Double> out, List<Response.GetAgents.Agent> agents, int connected) {
        double active =
                agents.stream().filter(Response.GetAgents.Agent::getActive).count();
        out.put("master/slaves_active", active);
        out.put("master/slaves_connected", (double) connected);
        out.put("master/slaves_inactive", agents.size() - active);
        out.put("master/slaves_disconnected", (double) agents.size() - connected);
        var total = new ArrayList<Resource>();
        var used = new ArrayList<Resource>();
        for (var agent : agents) {
            total.addAll(agent.getTotalResourcesList());
            used.addAll(agent.getAllocatedResourcesList());
        }
        usage(out, "master/", total, used);
        revocable(out, "master/", total, used);
    }

    /** How many operations are under way, or wait for an agent, by their type. Those that are over are counted. */
    private static void operations(SortedMap<String, Double> out, StateView view) {
        Stream.concat(UNSETTLED.stream(), SETTLED.stream())
                .forEach(state -> KINDS.forEach(kind -> out.put(kind + state, 0.0)));
        view.details().stream().flatMap(agent -> agent.operations().stream()).forEach(operation -> {
            var state = operation.getLatestStatus().getState().name().substring("OPERATION_".length());
            var name = state.toLowerCase(Locale.ROOT);
            var type = operation.getInfo().getType().name().toLowerCase(Locale.ROOT);
            out.computeIfPresent("master/operations/" + name, (key, count) -> count + 1);
            out.computeIfPresent("master/operations/" + type + "/" + name, (key, count) -> count + 1);
        });
    }

    private static void totals(SortedMap<String, Double> out) {
        for (var kind : KINDS) {
            double all = Stream.concat(UNSETTLED.stream(), SETTLED.stream())
                    .mapToDouble(state -> out.get(kind + state))
                    .sum();
            out.put(kind + "total", all);
        }
    }

    /** The same of what may be taken back at any time. */
    public static void revocable(
            SortedMap<String, Double> out, String prefix, List<Resource> total, List<Resource> used) {
        var numbers = new TreeMap<String, Double>();
        usage(
                numbers,
                "",
                total.stream().filter(Resource::hasRevocable).toList(),
                used.stream().filter(Resource::hasRevocable).toList());
        numbers.forEach((name, value) -> out.put(prefix + name.replace("_", "_revocable_"), value));
    }

    /** Totals, used amounts and their share of the totals, for the resources that Mesos counts. */
    public static void usage(SortedMap<String, Double> out, String prefix, List<Resource> total, List<Resource> used) {
        var totals = Quantities.scalars(total);
        var usages = Quantities.scalars(used);
        for (var name : RESOURCES) {
            double most = totals.getOrDefault(name, 0.0);
            double taken = usages.getOrDefault(name, 0.0);
            out.put(prefix + name + "_total", most);
            out.put(prefix + name + "_used", taken);
            out.put(prefix + name + "_percent", most == 0 ? 0.0 : taken / most);
        }
    }

    private static void allocator(SortedMap<String, Double> out, List<Response.GetAgents.Agent> agents) {
        var total = new ArrayList<Resource>();
        var held = new ArrayList<Resource>();
        for (var agent : agents) {
            total.addAll(agent.getTotalResourcesList());
            held.addAll(agent.getAllocatedResourcesList());
            held.addAll(agent.getOfferedResourcesList());
        }
        var totals = Quantities.scalars(total);
        var amounts = Quantities.scalars(held);
        totals.forEach((name, amount) -> {
            out.put("allocator/mesos/resources/" + name + "/total", amount);
            out.put("allocator/mesos/resources/" + name + "/offered_or_allocated", amounts.getOrDefault(name, 0.0));
        });
    }

    private static void frameworks(SortedMap<String, Double> out, List<Response.GetFrameworks.Framework> frameworks) {
        double active = frameworks.stream()
                .filter(Response.GetFrameworks.Framework::getActive)
                .count();
        double connected = frameworks.stream()
                .filter(Response.GetFrameworks.Framework::getConnected)
                .count();
        out.put("master/frameworks_active", active);
        out.put("master/frameworks_inactive", frameworks.size() - active);
        out.put("master/frameworks_connected", connected);
        out.put("master/frameworks_disconnected", frameworks.size() - connected);
    }

    private static void tasks(SortedMap<String, Double> out, Response.GetTasks tasks) {
        count(out, "master/tasks_", List.of(tasks.getTasksList(), tasks.getUnreachableTasksList()));
    }

    /** How many tasks are in each state of those that are not over; for the others somebody counts. */
    public static void count(SortedMap<String, Double> out, String prefix, List<List<Task>> lists) {
        for (var state : TaskState.values()) {
            out.put(prefix + name(state), 0.0);
        }
        lists.forEach(list -> list.stream()
                .filter(task -> !TaskStates.isTerminal(task.getState()))
                .forEach(task -> out.merge(prefix + name(task.getState()), 1.0, Double::sum)));
    }

    private static String name(TaskState state) {
        return state.name().substring("TASK_".length()).toLowerCase(Locale.ROOT);
    }

    /** Of 1, 5 and 15 minutes; where the system does not say, all as the first one. */
    private static List<Double> loads(double first) {
        try {
            var words = Files.readString(LOADS).split(" ");
            return List.of(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            var known = Math.max(0, first);
            return List.of(known, known, known);
        }
    }

    /** What the operating system says of the host. */
    public static void host(SortedMap<String, Double> out) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        out.put("system/cpus_total", (double) system.getAvailableProcessors());
        var loads = loads(system.getSystemLoadAverage());
        out.put("system/load_1min", loads.get(0));
        out.put("system/load_5min", loads.get(1));
        out.put("system/load_15min", loads.get(2));
        if (system instanceof com.sun.management.OperatingSystemMXBean host) {
            out.put("system/mem_total_bytes", (double) host.getTotalMemorySize());
            out.put("system/mem_free_bytes", (double) host.getFreeMemorySize());
        }
    }
}
