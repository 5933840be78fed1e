package io.baton.distribution.command;

import static io.baton.distribution.command.MasterCommand.put;

import ch.qos.logback.classic.Level;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.node.AgentNode;
import io.baton.executor.AgentConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton agent}. */
@Command(
        name = "agent",
        description =
                "Start an agent, which runs tasks on this host. When it is stopped its tasks go on; the next agent"
                        + " in the same work directory takes them over.")
public final class AgentCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private CommonOptions common;

    @Option(
            names = "--master",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "HTTP address of a master; several with commas. Default 127.0.0.1:5050.")
    private List<String> masters;

    @Option(names = "--port", paramLabel = "PORT", description = "For HTTP; 0 for any free one. Default 5051.")
    private Integer port;

    @Option(
            names = "--ip",
            paramLabel = "ADDRESS",
            description = "Where to listen, and under which address others reach it.")
    private String ip;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            description = "What lists call this host; its own name by default.")
    private String hostname;

    @Option(
            names = {"--work-dir", "--work_dir"},
            paramLabel = "DIR",
            description =
                    "Where sandboxes and the agent's memory are; one for each agent. Default /var/lib/baton/agent.")
    private Path workDir;

    @Option(
            names = "--resources",
            paramLabel = "TEXT",
            description = "What to offer: 'cpus:4;mem:2048;ports:[31000-32000]'. What is not named is detected.")
    private String resources;

    @Option(names = "--attributes", paramLabel = "TEXT", description = "What to say of this host: 'rack:r1;ssd:true'.")
    private String attributes;

    @Option(
            names = "--recover",
            paramLabel = "HOW",
            description = "strict (default), or cleanup: set a damaged journal aside and forget its tasks.")
    private String recover;

    @Option(
            names = "--accept-cluster",
            description = "Obey another cluster from now on: once, after the agent was moved or the masters lost all.")
    private boolean acceptCluster;

    /** A command that writes here. */
    public AgentCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Logs.to(Level.INFO, common.verbose());
        var configuration = common.configuration("agent.conf", settings());
        AgentNode.judge(configuration, terminal::say);
        WorkDir.usable(configuration.readGiven(AgentConfig::from).workDir());
        try (var agent = AgentNode.start(configuration, terminal::say)) {
            var reason = agent.node().broken();
            var registered = agent.node().registered(agent.system());
            registered.thenRun(() -> announce(agent.node()));
            CompletableFuture.anyOf(reason, agent.system().getWhenTerminated().toCompletableFuture())
                    .join();
            if (reason.isDone()) {
                throw CommandFailure.failed(reason.join());
            }
        }
        return 0;
    }

    private void announce(AgentNode agent) {
        terminal.out()
                .println("agent " + agent.info().getId().getValue() + " at http://" + agent.address() + " with "
                        + DevCommand.resources(agent.info().getResourcesList()));
        terminal.out().flush();
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<String, Object>();
        put(settings, "baton.agent.masters", masters);
        put(settings, "baton.agent.port", port);
        put(settings, "baton.agent.ip", ip);
        put(settings, "baton.http.host", ip);
        put(settings, "baton.agent.hostname", hostname);
        put(settings, "baton.agent.work-dir", workDir == null ? null : workDir.toString());
        put(settings, "baton.agent.resources", resources);
        put(settings, "baton.agent.attributes", attributes);
        put(settings, "baton.agent.recover", recover);
        put(settings, "baton.agent.accept-cluster", acceptCluster ? true : null);
        return settings;
    }
}
