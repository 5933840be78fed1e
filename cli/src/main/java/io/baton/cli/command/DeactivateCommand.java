package io.baton.cli.command;

import io.baton.cli.terminal.Terminal;
import io.baton.v1.master.Call;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code baton deactivate}. */
@Command(name = "deactivate", description = "Give agents no new tasks; those they have go on.")
final class DeactivateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private AgentOrders agents;

    DeactivateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        agents.give(terminal, "deactivate", (call, agent) -> call.setType(Call.Type.DEACTIVATE_AGENT)
                .setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(agent)));
        return 0;
    }
}
