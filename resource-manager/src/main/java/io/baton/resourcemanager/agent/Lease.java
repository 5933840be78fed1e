package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.resource.Resources;
import java.time.Instant;

/**
 * Resources promised to one framework until it answers or the time is over.
 *
 * @param role the allocation role
 * @see <a href="file:docs/adr/0006-an-offer-is-a-lease.md">ADR 6</a>
 */
record Lease(OfferId id, FrameworkId framework, String role, Resources resources, Instant expires) {

    /** Offer ids tell whose they are and of which epoch: {@code <agent>-O<epoch>.<number>}. */
    static OfferId id(AgentId agent, long epoch, long number) {
        return new OfferId(agent + "-O" + epoch + "." + number);
    }

    /** 0 if the id is not one of ours. */
    static long epochOf(OfferId offer) {
        var text = offer.value();
        int from = text.lastIndexOf("-O") + 2;
        int dot = text.indexOf('.', from);
        return from < 2 || dot < 0 ? 0 : Long.parseLong(text, from, dot, 10);
    }
}
