package io.baton.httpapi.operator;

import io.baton.core.config.HostPort;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.v1.MachineID;
import io.baton.v1.allocator.InverseOfferStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What frameworks have answered to inverse offers, by the machine. A schedule may name very many machines, and a cluster has
 * very many agents: so all agents are looked at once, and each machine's are found by what it is called.
 *
 * <p>Pure.
 */
final class AgentsOfMachines {
    /** An agent's host may be written in other letters than its machine. */
    private final Map<String, Map<String, List<InverseOfferStatus>>> byNameAndIp =
            new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final Map<String, List<InverseOfferStatus>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, List<InverseOfferStatus>> byIp = new HashMap<>();
    private final List<InverseOfferStatus> all = new ArrayList<>();

    AgentsOfMachines(StateView view) {
        var responses = new HashMap<String, List<InverseOfferStatus>>();
        for (AgentDetails details : view.details()) {
            if (!details.responses().isEmpty()) {
                responses
                        .computeIfAbsent(details.agent().value(), id -> new ArrayList<>())
                        .addAll(details.responses());
            }
        }
        for (var agent : view.state().getGetAgents().getAgentsList()) {
            var given = responses.get(agent.getAgentInfo().getId().getValue());
            if (given != null) {
                var pid = agent.getPid();
                add(agent.getAgentInfo().getHostname(), HostPort.host(pid.substring(pid.indexOf('@') + 1)), given);
            }
        }
    }

    private void add(String name, String ip, List<InverseOfferStatus> responses) {
        all.addAll(responses);
        byName.computeIfAbsent(name, n -> new ArrayList<>()).addAll(responses);
        byIp.computeIfAbsent(ip, i -> new ArrayList<>()).addAll(responses);
        byNameAndIp
                .computeIfAbsent(name, n -> new HashMap<>())
                .computeIfAbsent(ip, i -> new ArrayList<>())
                .addAll(responses);
    }

    /** What was answered about the agents of a machine, in the order of the agents. What it does not say fits any. */
    List<InverseOfferStatus> responses(MachineID machine) {
        var name = machine.getHostname();
        var ip = machine.getIp();
        if (name.isEmpty()) {
            return ip.isEmpty() ? all : byIp.getOrDefault(ip, List.of());
        }
        return ip.isEmpty()
                ? byName.getOrDefault(name, List.of())
                : byNameAndIp.getOrDefault(name, Map.of()).getOrDefault(ip, List.of());
    }
}
