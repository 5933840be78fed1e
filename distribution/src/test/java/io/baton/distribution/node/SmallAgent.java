package io.baton.distribution.node;

import io.baton.distribution.config.Configuration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of an agent of tests, on this host only. */
final class SmallAgent {
    private SmallAgent() {}

    /**
     * An agent with next to nothing to offer.
     *
     * @param masters host and port of each
     * @param port 0 for any free one
     */
    static Configuration settings(List<String> masters, int port, Path workDir) {
        return Configuration.load(
                Optional.empty(),
                Map.of(
                        "baton.agent.masters",
                        masters,
                        "baton.agent.port",
                        port,
                        "baton.agent.ip",
                        "127.0.0.1",
                        "baton.http.host",
                        "127.0.0.1",
                        "baton.agent.resources",
                        "cpus:1;mem:64;disk:64",
                        "baton.agent.work-dir",
                        workDir.toString()));
    }
}
