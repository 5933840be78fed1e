package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import java.time.Instant;

/**
 * Resources promised to one framework until it answers or the time is over.
 *
 * @param role the allocation role
 * @see <a href="file:docs/adr/0006-an-offer-is-a-lease.md">ADR 6</a>
 */
record Lease(OfferId id, FrameworkId framework, String role, Resources resources, Instant expires) {
    /** @param tree a role and those below it; empty for all */
    boolean isOf(String tree) {
        return tree.isEmpty() || role.equals(tree) || role.startsWith(tree + "/");
    }

    /** Offer ids tell whose they are and of which term: {@code <agent>-O<epoch>.<registration>.<number>}. */
    static OfferId id(AgentId agent, Term term, long number) {
        return new OfferId(agent + "-O" + term + "." + number);
    }
}
