package io.baton.cli.command;

import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.AgentID;
import io.baton.v1.master.Call;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code baton reactivate}. */
@Command(name = "reactivate", description = "Let agents that are drained or deactivated have tasks again.")
final class ReactivateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Parameters(
            paramLabel = "AGENT",
            arity = "1..*",
            description = "Ids or unique prefixes, as 'baton agents' shows them.")
    private List<String> agents;

    ReactivateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var cluster = master.cluster();
        for (var agent : cluster.agentsNamed(agents)) {
            cluster.order(
                    "to reactivate agent '" + agent + "'",
                    Call.newBuilder()
                            .setType(Call.Type.REACTIVATE_AGENT)
                            .setReactivateAgent(Call.ReactivateAgent.newBuilder()
                                    .setAgentId(AgentID.newBuilder().setValue(agent))));
            terminal.out().println(Shown.text(agent));
        }
        return 0;
    }
}
