package io.baton.cli.command;

import io.baton.cli.terminal.Terminal;
import io.baton.v1.master.Call;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code baton reactivate}. */
@Command(name = "reactivate", description = "Let agents that are drained or deactivated have tasks again.")
final class ReactivateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private AgentOrders agents;

    ReactivateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        agents.give(terminal, "reactivate", (call, agent) -> call.setType(Call.Type.REACTIVATE_AGENT)
                .setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(agent)));
        return 0;
    }
}
