package io.baton.httpapi.agent;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.AgentPorts;
import io.baton.httpapi.FakeLog;
import io.baton.httpapi.States;
import io.baton.v1.AgentInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What the HTTP port of an agent that runs nothing works with. */
public final class IdleAgent {
    private IdleAgent() {}

    /** An agent whose actor is these two. */
    public static AgentPorts ports(
            Path root,
            Consumer<ExecutorProtocol> executors,
            Consumer<ContainerProtocol> containers,
            ExecutorTokens tokens) {
        var snapshot = new AgentSnapshot(
                AgentInfo.newBuilder().setHostname("h").build(),
                List.of(),
                Optional.of("m1"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                AgentSnapshot.Executors.NONE,
                Map.of(),
                Optional.empty(),
                List.of());
        return new AgentPorts(
                () -> snapshot,
                () -> CompletableFuture.completedFuture(snapshot),
                root,
                executors,
                containers,
                () -> CompletableFuture.completedFuture(Map.of()),
                new PrometheusRegistry(),
                States.VERSION,
                Instant.now(),
                new TreeMap<>(),
                new FakeLog(),
                tokens,
                new AgentHost("127.0.0.1", 1, 1 << 30, false));
    }
}
