package io.baton.httpapi;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.agent.AgentHost;
import io.baton.httpapi.agent.AgentSnapshot;
import io.baton.httpapi.status.LogLevel;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.VersionInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the HTTP edge of an agent needs of the rest of the process.
 *
 * @param snapshot what runs there, a tenth of a second old at most; called on any thread, must not block
 * @param picture what runs there now; completes on a thread that may do work
 * @param sandboxes the directory below which all sandboxes are: nothing outside it is ever shown. It need not exist yet.
 * @param executors takes what custom executors say; called on any thread, must not block
 * @param containers takes what is wanted of nested containers; called on any thread, must not block
 * @param usage what containers use, by their ids; those that are not measured are missing
 * @param version which build this is; its number of digits and dots only
 * @param log how much of it there is; called on any thread
 * @param flags settings by name, shown to whoever asks: no secrets
 * @param tokens by which executors show who they are
 * @param host it is on
 */
public record AgentPorts(
        Supplier<AgentSnapshot> snapshot,
        Supplier<CompletionStage<AgentSnapshot>> picture,
        Path sandboxes,
        Consumer<ExecutorProtocol> executors,
        Consumer<ContainerProtocol> containers,
        Supplier<CompletionStage<Map<String, ResourceStatistics>>> usage,
        PrometheusRegistry registry,
        VersionInfo version,
        Instant startTime,
        SortedMap<String, String> flags,
        LogLevel log,
        ExecutorTokens tokens,
        AgentHost host) {}
