package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.v1.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What ledgers have offered to one framework, and how that ends. An offer is a lease of the ledger that made it: the
 * agent's next one does not know it, and nobody may be left to take it back. So it is over as soon as a newer owner of the
 * agent is known, or a newer registration of it.
 *
 * <p>Pure and mutable; {@link FrameworkSession} owns it.
 */
final class SessionOffers {
    private final FrameworkId id;
    private final OfferBook book = new OfferBook();

    SessionOffers(FrameworkId id) {
        this.id = id;
    }

    OfferBook book() {
        return book;
    }

    /** A ledger has made one: it goes out with the others of a moment. What the agent offered before it registered is over. */
    List<SessionEffect> made(Offer offer) {
        var term = Term.of(OfferId.fromProto(offer.getId()));
        var effects = over(AgentId.fromProto(offer.getAgentId()), earlier -> earlier.compareTo(term) < 0);
        effects.add(new SessionEffect.OfferSeen(offer));
        if (book.add(offer)) {
            effects.add(new SessionEffect.FlushLater());
        }
        return effects;
    }

    /** There is no scheduler that could have it. */
    List<SessionEffect> refused(Offer offer) {
        var effects = new ArrayList<SessionEffect>(List.of(SessionCalls.wantsNothing(id)));
        effects.addAll(SessionCalls.giveBack(id, List.of(offer), Duration.ZERO));
        return effects;
    }

    /** These are over. */
    List<SessionEffect> over(List<OfferId> ended) {
        var effects = new ArrayList<SessionEffect>();
        effects.add(new SessionEffect.OffersOver(id, ended));
        book.rescind(ended).forEach(event -> effects.add(new SessionEffect.Emit(event)));
        return effects;
    }

    /** What an agent has offered under such a term is over. */
    List<SessionEffect> over(AgentId agent, Predicate<Term> made) {
        var ended = book.of(agent, made);
        return ended.isEmpty() ? new ArrayList<>() : over(ended);
    }

    /** @param newest the epoch of the newest owner of an agent; 0 if none is known */
    List<SessionEffect> owned(ToLongFunction<AgentId> newest) {
        var effects = new ArrayList<SessionEffect>();
        for (var agent : book.agents()) {
            long epoch = newest.applyAsLong(agent);
            effects.addAll(over(agent, made -> made.epoch() < epoch));
        }
        return effects;
    }

    /** All go back to their ledgers. The scheduler does not hear of it: its stream is over. */
    List<SessionEffect> giveBack() {
        var effects = new ArrayList<SessionEffect>();
        book.clear().forEach((agent, ids) -> {
            effects.add(new SessionEffect.OffersOver(id, ids));
            effects.add(new SessionEffect.ToAgent(agent, new AgentProtocol.Decline(id, ids, Duration.ZERO)));
        });
        return effects;
    }

    /** Which leases a ledger holds: those of offers that are not known here go back, and what came before them is over. */
    List<SessionEffect> leased(FrameworkProtocol.Leased m) {
        var effects = new ArrayList<SessionEffect>();
        m.offers().stream()
                .map(Term::of)
                .max(Term::compareTo)
                .ifPresent(term -> effects.addAll(over(m.agent(), earlier -> earlier.compareTo(term) < 0)));
        var unknown = m.offers().stream().filter(o -> !book.contains(o)).toList();
        if (!unknown.isEmpty()) {
            effects.add(new SessionEffect.ToAgent(m.agent(), new AgentProtocol.Decline(id, unknown, Duration.ZERO)));
        }
        return effects;
    }
}
