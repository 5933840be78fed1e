package io.baton.distribution.node;

import io.baton.cli.terminal.CommandFailure;
import io.baton.core.config.HostPort;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.executor.AgentConfig;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.AgentInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
     * Settings of a cluster that only this host can reach, unless it listens elsewhere. Further ones may be put to them.
     *
     * @param directory where both keep their files
     * @param host where both listen; an agent that listens everywhere finds out for itself what it is called
     * @param port the master's; 0 for any free one
     * @param agentPort the agent's; 0 for any free one
     */
    public static Map<String, Object> settings(Path directory, String host, int port, int agentPort) {
        var settings = new HashMap<String, Object>();
        settings.put("baton.http.host", host);
        settings.put("baton.http.port", port);
        settings.put("baton.node.link-port", 0);
        settings.put("baton.node.cluster-port", 0);
        settings.put("baton.agent.port", agentPort);
        settings.put("baton.node.work-dir", directory.toString());
        settings.put("baton.agent.work-dir", directory.toString());
        if (!HostPort.isEverywhere(host)) {
            settings.put("baton.agent.ip", host);
            settings.put("baton.agent.hostname", "127.0.0.1".equals(host) ? "localhost" : host);
        }
        return settings;
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
                            () -> configuration.shown(AgentNode.SETTINGS),
                            () -> CompletableFuture.completedFuture(links),
                            AgentNode.identity(configuration)));
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
