package io.baton.distribution.node;

import io.baton.cli.terminal.CommandFailure;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.executor.AgentConfig;
import io.baton.executor.AgentCredentialConfig;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.AgentInfo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;

/** A master and an agent in one process, which take their tasks along when they end. */
public final class LocalCluster {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Master master;
    private final AgentNode agent;

    private LocalCluster(Master master, AgentNode agent) {
        this.master = master;
        this.agent = agent;
    }

    /**
     * Starts both and waits until the master has the agent.
     *
     * @param afterwards done when all has ended, also when the process is told to end
     */
    public static Started<LocalCluster> start(Configuration configuration, Runnable afterwards) {
        var http = configuration.read(HttpConfig::from);
        var node = configuration.read(NodeConfig::from);
        var agentConfig = configuration.readGiven(AgentConfig::from);
        var system = Nodes.clustered(configuration, node, http.host(), node.reachableAt(http.host()));
        // Phases run their steps at the same time: this one comes after the agent's own last step.
        Nodes.atStop(system, CoordinatedShutdown.PhaseActorSystemTerminate(), "afterwards", () -> {
            afterwards.run();
            return CompletableFuture.completedFuture(Done.done());
        });
        try {
            var master = Master.start(system, configuration, http, node);
            var links = List.of(master.address().link());
            var agent = AgentNode.start(
                    system,
                    agentConfig,
                    http,
                    node,
                    new AgentNode.Surroundings(
                            configuration.shown(AgentNode.SETTINGS),
                            () -> CompletableFuture.completedFuture(links),
                            configuration.readGiven(AgentCredentialConfig::from)));
            agent.takeTasksAlong(system, GRACE);
            Nodes.await(
                    agent.registered(system),
                    () -> CommandFailure.failed("the agent did not register with its master: see the log with -v"));
            return new Started<>(system, new LocalCluster(master, agent));
        } catch (RuntimeException e) {
            new Started<>(system, null).close();
            throw e;
        }
    }

    /** Where the master is. */
    public String masterUrl() {
        return "http://" + master.address().http();
    }

    /** Where the agent is. */
    public String agentUrl() {
        return "http://" + agent.address();
    }

    /** What the agent is and has. */
    public AgentInfo agentInfo() {
        return agent.info();
    }

    /** Completes with the reason if the agent cannot go on. */
    public CompletableFuture<String> broken() {
        return agent.broken();
    }
}
