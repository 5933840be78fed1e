package io.baton.cli.command;

import static io.baton.cli.command.ListOptions.Column.of;
import static io.baton.cli.command.ListOptions.Column.wide;

import io.baton.cli.cluster.ShortIds;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.Attribute;
import io.baton.v1.master.Response.GetAgents.Agent;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code baton agents}. */
@Command(name = "agents", description = "List agents: what they have, and what of it is used.")
final class AgentsCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final InstantSource clock;

    @Mixin
    private MasterOption master;

    @Mixin
    private ListOptions options;

    AgentsCommand(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var state = master.cluster().state();
        var agents = state.getGetAgents().getAgentsList();
        if (agents.isEmpty() && options.table()) {
            terminal.say("no agent is registered. Start one with: baton agent --master HOST:PORT");
        }
        Map<String, Long> tasks = new HashMap<>();
        state.getGetTasks()
                .getTasksList()
                .forEach(task -> tasks.merge(task.getAgentId().getValue(), 1L, Long::sum));
        options.print(terminal, "agents", agents, AgentsCommand::id, columns(agents, tasks));
        return 0;
    }

    private static String id(Agent agent) {
        return agent.getAgentInfo().getId().getValue();
    }

    private List<ListOptions.Column<Agent>> columns(List<Agent> agents, Map<String, Long> tasks) {
        var now = clock.instant().getEpochSecond();
        var ids = new ShortIds(agents.stream().map(AgentsCommand::id).toList());
        return List.of(
                of("ID", agent -> options.id(id(agent), ids::of)),
                of("HOST", agent -> agent.getAgentInfo().getHostname()),
                of("STATE", AgentsCommand::state),
                of("CPUS", agent -> share("cpus", agent)),
                of("MEM", agent -> share("mem", agent)),
                of("DISK", agent -> share("disk", agent)),
                of("TASKS", agent -> Long.toString(tasks.getOrDefault(id(agent), 0L))),
                of(
                        "AGE",
                        agent -> agent.hasRegisteredTime()
                                ? Shown.age(now
                                        - TimeUnit.NANOSECONDS.toSeconds(
                                                agent.getRegisteredTime().getNanoseconds()))
                                : ""),
                wide("VERSION", Agent::getVersion),
                wide("PORTS", agent -> Amounts.ports(agent.getTotalResourcesList())),
                wide("ATTRIBUTES", AgentsCommand::attributes));
    }

    private static String state(Agent agent) {
        if (agent.hasDrainInfo()) {
            return agent.getDrainInfo().getState().name();
        }
        if (agent.getDeactivated()) {
            return "DEACTIVATED";
        }
        return agent.getActive() ? "ACTIVE" : "INACTIVE";
    }

    private static String share(String name, Agent agent) {
        return Amounts.share(
                name,
                agent.getAllocatedResourcesList(),
                agent.getTotalResourcesList(),
                name.equals("cpus") ? Shown::amount : Shown::megabytes);
    }

    private static String attributes(Agent agent) {
        return agent.getAgentInfo().getAttributesList().stream()
                .map(attribute -> attribute.getName() + ":" + value(attribute))
                .collect(Collectors.joining(";"));
    }

    private static String value(Attribute attribute) {
        return switch (attribute.getType()) {
            case SCALAR -> Shown.amount(attribute.getScalar().getValue());
            case TEXT -> attribute.getText().getValue();
            case SET -> "{" + String.join(",", attribute.getSet().getItemList()) + "}";
            case RANGES ->
                attribute.getRanges().getRangeList().stream()
                        .map(range -> range.getBegin() + "-" + range.getEnd())
                        .collect(Collectors.joining(",", "[", "]"));
        };
    }
}
