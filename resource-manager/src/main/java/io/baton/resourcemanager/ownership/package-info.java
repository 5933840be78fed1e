/** Who may act for an agent, and as the allocator: the newest claimant, by the epoch that the registry gave it. */
package io.baton.resourcemanager.ownership;
