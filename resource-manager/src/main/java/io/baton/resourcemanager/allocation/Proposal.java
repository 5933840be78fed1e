package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;

/**
 * What the allocator would have a ledger grant.
 *
 * @param number ascending over all proposals of one allocator
 * @param owner the epoch of the ledger that it is for; 0 if it has not said one
 */
public record Proposal(
        AgentId agent, FrameworkId framework, String role, Resources resources, long number, long owner) {}
