package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol.Preempt;
import io.baton.core.protocol.AgentProtocol.Reclaim;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.v1.InverseOffer;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What of an agent one role takes back from another: offers first, which nobody misses; then the framework is asked; then
 * its tasks end, the newest first, no more than are needed.
 *
 * @see <a href="file:docs/adr/0021-preemption.md">ADR 21</a>
 */
final class Reclaims {
    private final AgentId id;
    private final Books books;
    private final InverseOffers inverse;

    Reclaims(AgentId id, Books books, InverseOffers inverse) {
        this.id = id;
        this.books = books;
        this.inverse = inverse;
    }

    /**
     * The framework is asked, if tasks of it are in the way.
     *
     * @param offer what it is told
     * @param until when the inverse offer is over
     */
    void ask(Reclaim m, Supplier<InverseOffer> offer, Instant until, List<LedgerEffect> effects) {
        var freed = endOffers(m.framework(), m.role(), effects);
        boolean inTheWay = !books.tasks().newestFirst(m.framework(), m.role()).isEmpty();
        if (inTheWay && !freed.contains(m.wanted())) {
            inverse.ask(m.framework(), offer, until, effects);
        }
    }

    /** Tasks end, and the allocator hears how many. */
    void preempt(Preempt m, Term term, List<LedgerEffect> effects) {
        var missing = new TreeMap<>(m.wanted().scalarMillis());
        take(endOffers(m.framework(), m.role(), effects), missing);
        var why = "role '" + m.claimant() + "' takes back " + m.wanted() + " from role '" + m.role() + "'";
        int ended = 0;
        for (var task : books.tasks().newestFirst(m.framework(), m.role())) {
            if (ended < m.most() && take(task.resources().unreserved(), missing)) {
                effects.add(new LedgerEffect.ToLink(Orders.preempt(term, m.framework(), task.task(), why)));
                ended++;
            }
        }
        effects.add(new LedgerEffect.ToAllocator(new AllocatorProtocol.Preempted(id, m.most(), ended)));
    }

    /** @return what was on offer */
    private Resources endOffers(FrameworkId framework, String role, List<LedgerEffect> effects) {
        var sum = Resources.EMPTY;
        for (var lease : books.leases()
                .where(l -> l.framework().equals(framework) && l.role().equals(role))) {
            sum = sum.plus(lease.resources().unreserved());
            books.leases().rescind(lease::equals, effects);
        }
        return sum;
    }

    /** @return whether anything in it is missing; it is not any more then */
    private static boolean take(Resources part, SortedMap<String, Long> missing) {
        boolean helps = false;
        for (var name : List.copyOf(missing.keySet())) {
            long has = part.millis(name);
            helps |= has > 0;
            missing.computeIfPresent(name, (n, still) -> still > has ? still - has : null);
        }
        return helps;
    }
}
