package io.baton.systemtests.transcripts;

import io.baton.distribution.config.Configuration;
import io.baton.distribution.node.AgentNode;
import io.baton.distribution.node.LocalCluster;
import io.baton.distribution.node.Master;
import io.baton.distribution.node.Started;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A master and an agent with the resources that the recorded agent had. */
final class Site implements AutoCloseable {
    private final Path directory;
    private final Started<?> agentSystem;
    private final Optional<Integer> masterPort;
    private Started<?> masterSystem;
    private final URI master;
    private final URI agent;
    private final Supplier<String> agentId;

    private Site(Path directory, Started<LocalCluster> both) {
        this.directory = directory;
        this.agentSystem = both;
        this.masterSystem = both;
        this.masterPort = Optional.empty();
        this.master = URI.create(both.node().masterUrl());
        this.agent = URI.create(both.node().agentUrl());
        this.agentId = () -> both.node().agentInfo().getId().getValue();
    }

    private Site(Path directory, Started<Master> of, Started<AgentNode> its) {
        this.directory = directory;
        this.masterSystem = of;
        this.agentSystem = its;
        this.master = URI.create("http://" + of.node().address().http());
        this.masterPort = Optional.of(master.getPort());
        this.agent = URI.create("http://" + its.node().address());
        this.agentId = () -> its.node().info().getId().getValue();
    }

    /** Both in one, which take their tasks along when they end. */
    static Site together(Path directory) {
        return new Site(directory, LocalCluster.start(configuration(directory, Map.of()), () -> {}));
    }

    /** A master that may be restarted while its agent goes on. */
    static Site apart(Path directory) {
        var master = Master.start(configuration(directory, Map.of()));
        var masters = Map.<String, Object>of(
                "baton.agent.masters",
                java.util.List.of("http://" + master.node().address().http()));
        var agent = AgentNode.start(configuration(directory, masters), warning -> {});
        return new Site(directory, master, agent);
    }

    private static Configuration configuration(Path directory, Map<String, Object> more) {
        var settings = new TreeMap<String, Object>(more);
        settings.putIfAbsent("baton.http.port", 0);
        settings.putAll(Map.of(
                "baton.http.host",
                "127.0.0.1",
                "baton.node.link-port",
                0,
                "baton.node.cluster-port",
                0,
                "baton.agent.port",
                0,
                "baton.agent.ip",
                "127.0.0.1",
                "baton.agent.hostname",
                "127.0.0.1",
                "baton.agent.resources",
                "cpus:8;mem:16000;disk:20000;ports:[31000-32000]",
                "baton.node.work-dir",
                directory.toString(),
                "baton.agent.work-dir",
                directory.toString()));
        return Configuration.load(Optional.empty(), settings);
    }

    /** The master ends and begins again at its port. */
    void restartMaster() {
        masterSystem.close();
        masterSystem = Master.start(configuration(directory, Map.of("baton.http.port", masterPort.orElseThrow())));
    }

    URI master() {
        return master;
    }

    URI agent() {
        return agent;
    }

    /** Empty before a master has given it one. */
    String agentId() {
        return agentId.get();
    }

    @Override
    public void close() {
        agentSystem.close();
        masterSystem.close();
    }
}
