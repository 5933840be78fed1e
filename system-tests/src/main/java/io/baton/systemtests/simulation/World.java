package io.baton.systemtests.simulation;

import io.baton.core.id.AgentId;
import io.baton.core.resource.Resources;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything of one run. */
final class World {
    static final String CLUSTER = "c1";

    private static final Resources HOST = Resources.scalars(Map.of("cpus", 4.0, "mem", 4_096.0));

    private final Agenda agenda = new Agenda();
    private final SharedRegistry registry = new SharedRegistry(agenda);
    private final Set<Rule> left;
    private final Chance chance;
    private final History history;
    private final Network network;
    private final Judge judge = new Judge(this);
    private final Nemesis nemesis = new Nemesis(this);
    private final Placement placement = new Placement(this);
    private final Scenario scenario;
    private final List<Master> masters = new ArrayList<>();
    private final List<AgentProcess> agents = new ArrayList<>();
    private final List<Framework> frameworks = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private int agentIds;

    /** @param leftOut rules that are not kept */
    World(long seed, Set<Rule> leftOut, int historyLines) {
        left = leftOut.isEmpty() ? EnumSet.noneOf(Rule.class) : EnumSet.copyOf(leftOut);
        chance = new Chance(seed);
        history = new History(agenda, historyLines);
        network = new Network(agenda, chance);
        scenario = Scenario.of(chance);
        history.note(() -> "seed " + seed + ", " + scenario);
        for (int i = 1; i <= scenario.masters(); i++) {
            masters.add(new Master("m" + i, this));
        }
        for (int i = 1; i <= scenario.agents(); i++) {
            agents.add(new AgentProcess(new Host("h" + i, this, HOST), this));
        }
        for (int i = 1; i <= scenario.frameworks(); i++) {
            frameworks.add(new Framework("f" + i, this));
        }
        nodes.addAll(masters);
        nodes.addAll(agents);
        frameworks.forEach(f -> nodes.addAll(f.processes()));
    }

    void start() {
        masters.forEach(Node::start);
        agents.forEach(Node::start);
        frameworks.forEach(Framework::start);
        placement.start();
        nemesis.start();
    }

    boolean keeps(Rule rule) {
        return !left.contains(rule);
    }

    Agenda agenda() {
        return agenda;
    }

    Chance chance() {
        return chance;
    }

    History history() {
        return history;
    }

    Network network() {
        return network;
    }

    Judge judge() {
        return judge;
    }

    Nemesis nemesis() {
        return nemesis;
    }

    Placement placement() {
        return placement;
    }

    Scenario scenario() {
        return scenario;
    }

    List<Master> masters() {
        return masters;
    }

    List<AgentProcess> agents() {
        return agents;
    }

    List<Framework> frameworks() {
        return frameworks;
    }

    List<Node> nodes() {
        return nodes;
    }

    Master master(String name) {
        return masters.get(Integer.parseInt(name.substring(1)) - 1);
    }

    SharedRegistry registry() {
        return registry;
    }

    AgentId newAgentId() {
        agentIds++;
        return new AgentId("S" + agentIds);
    }
}
