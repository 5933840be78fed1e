package io.baton.httpapi.agent;

import java.time.Instant;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What the agent can say of itself.
 *
 * @param snapshot called on any thread, must not block
 * @param version digits and dots only
 * @param flags its settings by name, for whoever asks: no secrets
 */
public record AgentFacts(
        Supplier<AgentSnapshot> snapshot, String version, Instant startTime, SortedMap<String, String> flags) {}
