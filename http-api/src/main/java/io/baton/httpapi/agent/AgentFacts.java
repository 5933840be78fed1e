package io.baton.httpapi.agent;

import io.baton.httpapi.status.LogLevel;
import io.baton.v1.ResourceStatistics;
import io.baton.v1.VersionInfo;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the agent can say of itself.
 *
 * @param snapshot a tenth of a second old at most; called on any thread, must not block
 * @param picture of now; completes where work may be done
 * @param usage what containers use, by their ids; those that are not measured are missing
 * @param version which build this is; its number of digits and dots only
 * @param flags its settings by name, for whoever asks: no secrets
 * @param log how much of it there is
 * @param host it is on
 */
public record AgentFacts(
        Supplier<AgentSnapshot> snapshot,
        Supplier<CompletionStage<AgentSnapshot>> picture,
        Supplier<CompletionStage<Map<String, ResourceStatistics>>> usage,
        VersionInfo version,
        Instant startTime,
        SortedMap<String, String> flags,
        LogLevel log,
        AgentHost host) {}
