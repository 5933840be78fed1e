package io.baton.cli.command;

import com.google.protobuf.Duration;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.master.Call;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton drain}. */
@Command(
        name = "drain",
        description =
                "Empty agents: their tasks are killed, and they get no new ones until 'baton reactivate'. Prints the"
                        + " ids of those that drain; 'baton agents' shows when they are DRAINED.")
final class DrainCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private AgentOrders agents;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description = "Kill tasks by force after this time, also those whose own grace is longer: 500ms, 90s, 5m.")
    private String grace;

    @Option(names = "--gone", description = "The agents will not come back: their ids are refused once they are empty.")
    private boolean gone;

    DrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var drain = Call.DrainAgent.newBuilder().setMarkGone(gone);
        if (grace != null) {
            var time = RunCommand.duration("--grace", grace);
            drain.setMaxGracePeriod(
                    Duration.newBuilder().setSeconds(time.getSeconds()).setNanos(time.getNano()));
        }
        agents.give(terminal, "drain", (call, agent) -> call.setType(Call.Type.DRAIN_AGENT)
                .setDrainAgent(drain.setAgentId(agent)));
        return 0;
    }
}
