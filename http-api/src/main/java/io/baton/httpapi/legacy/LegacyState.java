package io.baton.httpapi.legacy;

import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.MasterFacts;
import io.baton.httpapi.status.StatusApi;
import io.baton.v1.AgentInfo;
import io.baton.v1.Offer;
import io.baton.v1.Task;
import io.baton.v1.TimeInfo;
import io.baton.v1.master.Response.GetAgents.Agent;
import io.baton.v1.master.Response.GetExecutors.Executor;
import io.baton.v1.master.Response.GetFrameworks.Framework;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One picture of the cluster in the old vocabulary, sorted out once for all that is written of it. */
final class LegacyState {
    private static final double NANOS_PER_SECOND = 1e9;

    private final StateView view;
    private final LegacyPieces pieces;
    private final Map<String, List<Task>> tasks;
    private final Map<String, List<Task>> unreachable;
    private final Map<String, List<Task>> completed;
    private final Map<String, List<Offer>> offers;
    private final Map<String, List<Executor>> executors;

    LegacyState(StateView view, LegacyPieces pieces) {
        this.view = view;
        this.pieces = pieces;
        var all = view.state().getGetTasks();
        this.tasks = byFramework(all.getTasksList());
        this.unreachable = byFramework(all.getUnreachableTasksList());
        this.completed = byFramework(all.getCompletedTasksList());
        this.executors = view.state().getGetExecutors().getExecutorsList().stream()
                .collect(Collectors.groupingBy(
                        executor -> executor.getExecutorInfo().getFrameworkId().getValue(),
                        TreeMap::new,
                        Collectors.toList()));
        this.offers = view.offers().stream()
                .collect(Collectors.groupingBy(
                        offer -> offer.getFrameworkId().getValue(), TreeMap::new, Collectors.toList()));
    }

    /** Tasks of one framework follow each other in a picture, so that few look-ups are needed. */
    private static Map<String, List<Task>> byFramework(List<Task> tasks) {
        var out = new TreeMap<String, List<Task>>();
        var id = "";
        List<Task> theirs = List.of();
        for (var task : tasks) {
            if (theirs.isEmpty() || !id.equals(task.getFrameworkId().getValue())) {
                id = task.getFrameworkId().getValue();
                theirs = out.computeIfAbsent(id, key -> new ArrayList<>());
            }
            theirs.add(task);
        }
        return out;
    }

    private List<Framework> frameworks() {
        return view.state().getGetFrameworks().getFrameworksList();
    }

    private List<Agent> agents() {
        return view.state().getGetAgents().getAgentsList();
    }

    private Stream<Task> allTasks() {
        return Stream.of(tasks, unreachable, completed)
                .flatMap(map -> map.values().stream())
                .flatMap(List::stream);
    }

    void state(JsonText json, MasterFacts facts) {
        var master = facts.master().get();
        json.object(() -> {
            StatusApi.write(json, facts.version());
            json.field("start_time", facts.startSeconds())
                    .field("elected_time", facts.startSeconds())
                    .field("id", master.getId())
                    .field("pid", master.getPid())
                    .field("hostname", master.getHostname());
            json.array(
                    "capabilities",
                    master.getCapabilitiesList(),
                    c -> json.text(c.getType().name()));
            double active = agents().stream().filter(Agent::getActive).count();
            json.field("activated_slaves", active)
                    .field("deactivated_slaves", agents().size() - active)
                    .field("unreachable_slaves", facts.counters().get().getOrDefault("master/slaves_unreachable", 0.0))
                    .field("leader", master.getPid());
            json.object("leader_info", () -> json.field("id", master.getId())
                    .field("pid", master.getPid())
                    .field("port", (long) master.getPort())
                    .field("hostname", master.getHostname()));
            facts.log()
                    .file()
                    .ifPresent(file -> json.field(
                            "log_dir", file.toAbsolutePath().getParent().toString()));
            json.object("flags", () -> facts.flags().forEach(json::field));
            json.array("slaves", agents(), pieces.agents());
            recovered(json, "");
            frameworkLists(json, "");
            json.array("orphan_tasks", List.<Task>of(), task -> {});
            json.array("unregistered_frameworks", List.<String>of(), json::text);
        });
        pieces.forgetUnused();
    }

    /**
     * @param id of the one framework to show; empty for all
     */
    void frameworkLists(JsonText json, String id) {
        json.array("frameworks", chosen(frameworks(), id), framework -> framework(json, framework));
        json.array(
                "completed_frameworks",
                chosen(view.state().getGetFrameworks().getCompletedFrameworksList(), id),
                framework -> framework(json, framework));
    }

    private static List<Framework> chosen(List<Framework> frameworks, String id) {
        return id.isEmpty()
                ? frameworks
                : frameworks.stream()
                        .filter(f -> f.getFrameworkInfo().getId().getValue().equals(id))
                        .toList();
    }

    /**
     * @param id of the one agent to show; empty for all
     */
    void slaves(JsonText json, String id) {
        var shown = id.isEmpty()
                ? agents()
                : agents().stream()
                        .filter(a -> a.getAgentInfo().getId().getValue().equals(id))
                        .toList();
        json.object(() -> {
            json.array(
                    "slaves",
                    shown,
                    agent -> json.object(() -> {
                        agent(json, agent);
                        full(json, agent);
                    }));
            recovered(json, id);
        });
    }

    private void recovered(JsonText json, String id) {
        var shown = view.state().getGetAgents().getRecoveredAgentsList().stream()
                .filter(info -> id.isEmpty() || info.getId().getValue().equals(id))
                .toList();
        json.array("recovered_slaves", shown, info -> json.object(() -> who(json, info)));
    }

    private static void who(JsonText json, AgentInfo info) {
        json.field("id", info.getId().getValue())
                .field("hostname", info.getHostname())
                .field("port", (long) info.getPort());
        LegacyResources.attributes(json, info.getAttributesList());
    }

    static void agent(JsonText json, Agent agent) {
        who(json, agent.getAgentInfo());
        json.field("pid", agent.getPid()).field("registered_time", seconds(agent.getRegisteredTime()));
        if (agent.hasReregisteredTime()) {
            json.field("reregistered_time", seconds(agent.getReregisteredTime()));
        }
        var total = agent.getTotalResourcesList();
        LegacyResources.write(json, "resources", total);
        LegacyResources.write(json, "used_resources", agent.getAllocatedResourcesList());
        LegacyResources.write(json, "offered_resources", agent.getOfferedResourcesList());
        LegacyResources.reservations(json, "", total);
        json.field("active", agent.getActive())
                .field("deactivated", agent.getDeactivated())
                .field("version", agent.getVersion());
        LegacyResources.capabilities(json, agent.getCapabilitiesList());
        if (agent.hasDrainInfo()) {
            json.field("drain_info", agent.getDrainInfo());
        }
        if (agent.hasEstimatedDrainStartTime()) {
            json.field(
                    "estimated_drain_start_time_seconds",
                    TimeUnit.NANOSECONDS.toSeconds(
                            agent.getEstimatedDrainStartTime().getNanoseconds()));
        }
    }

    private static void full(JsonText json, Agent agent) {
        LegacyResources.reservationsFull(json, agent.getTotalResourcesList());
        json.array("used_resources_full", agent.getAllocatedResourcesList(), json::message);
        json.array("offered_resources_full", agent.getOfferedResourcesList(), json::message);
    }

    private static double seconds(TimeInfo time) {
        return time.getNanoseconds() / NANOS_PER_SECOND;
    }

    private void head(JsonText json, Framework framework) {
        var info = framework.getFrameworkInfo();
        json.field("id", info.getId().getValue()).field("name", info.getName());
        LegacyResources.write(json, "used_resources", framework.getAllocatedResourcesList());
        LegacyResources.write(json, "offered_resources", framework.getOfferedResourcesList());
        json.array(
                "capabilities",
                info.getCapabilitiesList(),
                c -> json.text(c.getType().name()));
        json.field("hostname", info.getHostname())
                .field("webui_url", info.getWebuiUrl())
                .field("active", framework.getActive())
                .field("connected", framework.getConnected())
                .field("recovered", framework.getRecovered());
    }

    private void framework(JsonText json, Framework framework) {
        var info = framework.getFrameworkInfo();
        var id = info.getId().getValue();
        json.object(() -> {
            head(json, framework);
            json.field("user", info.getUser())
                    .field("failover_timeout", info.getFailoverTimeout())
                    .field("checkpoint", info.getCheckpoint())
                    .field("registered_time", seconds(framework.getRegisteredTime()))
                    .field("unregistered_time", seconds(framework.getUnregisteredTime()))
                    .field("offer_constraints", framework.getOfferConstraints());
            if (framework.hasReregisteredTime()
                    && !framework.getReregisteredTime().equals(framework.getRegisteredTime())) {
                json.field("reregistered_time", seconds(framework.getReregisteredTime()));
            }
            if (info.hasPrincipal()) {
                json.field("principal", info.getPrincipal());
            }
            var held = new ArrayList<>(framework.getAllocatedResourcesList());
            held.addAll(framework.getOfferedResourcesList());
            LegacyResources.write(json, "resources", held);
            LegacyRoles.ofFramework(json, info);
            json.array("tasks", tasks.getOrDefault(id, List.of()), pieces.tasks());
            json.array("unreachable_tasks", unreachable.getOrDefault(id, List.of()), pieces.tasks());
            json.array("completed_tasks", completed.getOrDefault(id, List.of()), pieces.tasks());
            json.array("offers", offers.getOrDefault(id, List.of()), offer -> offer(json, offer));
            json.array("executors", executors.getOrDefault(id, List.of()), executor -> executor(json, executor));
            LegacyTask.labels(json, info.hasLabels(), info.getLabels());
        });
    }

    private static void executor(JsonText json, Executor executor) {
        var info = executor.getExecutorInfo();
        json.object(() -> {
            json.field("executor_id", info.getExecutorId().getValue())
                    .field("name", info.getName())
                    .field("framework_id", info.getFrameworkId().getValue());
            json.field("command", info.getCommand());
            LegacyResources.write(json, "resources", info.getResourcesList());
            LegacyResources.role(json, info.getResourcesList());
            if (info.hasSource()) {
                json.field("source", info.getSource());
            }
            LegacyTask.labels(json, info.hasLabels(), info.getLabels());
            if (info.hasType()) {
                json.field("type", info.getType().name());
            }
            json.field("slave_id", executor.getAgentId().getValue());
        });
    }

    private static void offer(JsonText json, Offer offer) {
        json.object(() -> {
            json.field("id", offer.getId().getValue())
                    .field("framework_id", offer.getFrameworkId().getValue());
            if (offer.hasAllocationInfo()) {
                json.field("allocation_info", offer.getAllocationInfo());
            }
            json.field("slave_id", offer.getAgentId().getValue());
            LegacyResources.write(json, "resources", offer.getResourcesList());
        });
    }

    void summary(JsonText json, MasterFacts facts) {
        var byAgent = allTasks()
                .collect(
                        Collectors.groupingBy(task -> task.getAgentId().getValue(), TreeMap::new, Collectors.toList()));
        json.object(() -> {
            json.field("hostname", facts.master().get().getHostname());
            json.array(
                    "slaves",
                    agents(),
                    agent -> json.object(() -> {
                        agent(json, agent);
                        var mine = byAgent.getOrDefault(
                                agent.getAgentInfo().getId().getValue(), List.of());
                        LegacyTask.counts(json, LegacyTask.count(mine));
                        json.array("framework_ids", ids(mine, true), json::text);
                    }));
            json.array(
                    "frameworks",
                    frameworks(),
                    framework -> json.object(() -> {
                        head(json, framework);
                        var id = framework.getFrameworkInfo().getId().getValue();
                        var mine = Stream.of(tasks, unreachable, completed)
                                .flatMap(map -> map.getOrDefault(id, List.of()).stream())
                                .toList();
                        LegacyTask.counts(json, LegacyTask.count(mine));
                        json.array("slave_ids", ids(mine, false), json::text);
                    }));
        });
    }

    private static Set<String> ids(List<Task> tasks, boolean ofFrameworks) {
        return tasks.stream()
                .map(t -> ofFrameworks
                        ? t.getFrameworkId().getValue()
                        : t.getAgentId().getValue())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * @param frameworkId empty for all
     * @param taskId empty for all
     */
    void tasks(JsonText json, String frameworkId, String taskId, TaskPage page) {
        var shown = allTasks()
                .filter(t ->
                        frameworkId.isEmpty() || t.getFrameworkId().getValue().equals(frameworkId))
                .filter(t -> taskId.isEmpty() || t.getTaskId().getValue().equals(taskId))
                .sorted(page.order())
                .skip(page.offset())
                .limit(page.limit())
                .toList();
        json.object(() -> json.array("tasks", shown, task -> LegacyTask.write(json, task)));
    }
}
