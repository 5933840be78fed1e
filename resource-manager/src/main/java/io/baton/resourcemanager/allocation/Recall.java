package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;

/**
 * Offers that are to end because operators have changed what roles may have.
 *
 * @param role with those below it; empty for all
 */
public record Recall(AgentId agent, String role) {}
