package io.baton.cli.command;

import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.AgentID;
import io.baton.v1.master.Call;
import java.util.List;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Agents, and how each of them is given the same order. */
public final class AgentOrders {
    @Mixin
    private MasterOption master;

    @Parameters(
            paramLabel = "AGENT",
            arity = "1..*",
            description = "Ids or unique prefixes, as 'baton agents' shows them.")
    private List<String> agents;

    /**
     * Gives the order to one after the other, and prints the id of each that has it.
     *
     * @param verb for the message if it fails: {@code drain}
     * @param order puts the order to this agent into the call
     */
    void give(Terminal terminal, String verb, BiConsumer<Call.Builder, AgentID> order) {
        var cluster = master.cluster();
        for (var agent : cluster.agentsNamed(agents)) {
            var call = Call.newBuilder();
            order.accept(call, AgentID.newBuilder().setValue(agent).build());
            cluster.order("to " + verb + " agent '" + agent + "'", call);
            terminal.out().println(Shown.text(agent));
        }
    }
}
