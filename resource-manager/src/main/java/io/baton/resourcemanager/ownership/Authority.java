package io.baton.resourcemanager.ownership;

import io.baton.core.id.AgentId;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The right of this master to act for agents, and as the allocator. Two masters may believe that they have it; agents
 * and ledgers obey the higher epoch only. Thread-safe.
 */
public interface Authority {
    /**
     * Claims the agent for this master; the newest claimant wins.
     *
     * @return what to act under; fails with {@link NotGrantedException} within seconds if nobody can grant it now
     */
    CompletionStage<Grant> acquire(AgentId agent);

    /** Whether nothing is known here that would end this epoch: a newer owner, or a registry that does not go on. */
    boolean holds(AgentId agent, long epoch);

    /**
     * As {@link #holds}, by all that the registry has decided until now: for answers that only the newest owner can give.
     * Costs a round to the registry's leader; fails within seconds if nobody can say.
     */
    CompletionStage<Boolean> holdsNow(AgentId agent, long epoch);

    /**
     * An owner here has stepped down: the next {@link #acquire} must get a new epoch.
     *
     * @param epoch under which it acted
     * @param newer the epoch that the agent obeys; 0 if none is known
     */
    void lost(AgentId agent, long epoch, long newer);

    /** As {@link #acquire}, for the allocator: its epoch. */
    CompletionStage<Long> acquireAllocator();

    /** As {@link #holds}, for the allocator. */
    boolean holdsAllocator(long epoch);

    /** Whether it is known here that another allocator has claimed since: this epoch does not come back. */
    boolean allocatorReplaced(long epoch);

    /** The agents that the registry holds as admitted, by this master's copy; those of machines that are down are left out. */
    Set<AgentId> admitted();

    /** A number that this process has not given before, higher than the last one. */
    long nextNumber();
}
