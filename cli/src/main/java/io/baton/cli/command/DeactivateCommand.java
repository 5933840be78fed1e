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

/** {@code baton deactivate}. */
@Command(name = "deactivate", description = "Give agents no new tasks; those they have go on.")
final class DeactivateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Parameters(
            paramLabel = "AGENT",
            arity = "1..*",
            description = "Ids or unique prefixes, as 'baton agents' shows them.")
    private List<String> agents;

    DeactivateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var cluster = master.cluster();
        for (var agent : cluster.agentsNamed(agents)) {
            cluster.order(
                    "to deactivate agent '" + agent + "'",
                    Call.newBuilder()
                            .setType(Call.Type.DEACTIVATE_AGENT)
                            .setDeactivateAgent(Call.DeactivateAgent.newBuilder()
                                    .setAgentId(AgentID.newBuilder().setValue(agent))));
            terminal.out().println(Shown.text(agent));
        }
        return 0;
    }
}
