package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.Filters;
import io.baton.v1.InverseOffer;
import io.baton.v1.OfferID;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The inverse offers that the live scheduler has been told of. Ledgers say theirs again and again, so it may be emptied
 * at any time: a scheduler that comes back is told anew.
 */
final class InverseOfferBook {
    private final Map<OfferId, AgentId> told = new LinkedHashMap<>();

    /** Whose ledgers have had an answer since the last REVIVE: a filter may be there. */
    private final Set<AgentId> answered = new TreeSet<>();

    /** @return what the scheduler is told: those that it does not know */
    List<SessionEffect> offered(List<InverseOffer> offers) {
        var news = offers.stream()
                .filter(offer ->
                        told.putIfAbsent(OfferId.fromProto(offer.getId()), AgentId.fromProto(offer.getAgentId()))
                                == null)
                .toList();
        return news.isEmpty() ? List.of() : List.of(new SessionEffect.Emit(Events.inverseOffers(news)));
    }

    List<SessionEffect> rescinded(List<OfferId> over) {
        return over.stream()
                .filter(id -> told.remove(id) != null)
                .map(id -> (SessionEffect) new SessionEffect.Emit(Events.rescindInverse(id)))
                .toList();
    }

    /** Answers go to the ledgers that asked; unknown inverse offers are ignored: an answer may race with their end. */
    List<SessionEffect> answer(
            FrameworkId framework, List<OfferID> ids, boolean accepted, boolean filtered, Filters filters) {
        var byAgent = new TreeMap<AgentId, List<OfferId>>();
        for (var id : ids) {
            var agent = told.remove(OfferId.fromProto(id));
            if (agent != null) {
                byAgent.computeIfAbsent(agent, a -> new ArrayList<>()).add(OfferId.fromProto(id));
            }
        }
        answered.addAll(byAgent.keySet());
        var refuse = OfferBook.refusal(filtered, filters);
        var effects = new ArrayList<SessionEffect>();
        byAgent.forEach((agent, some) -> effects.add(
                new SessionEffect.ToAgent(agent, new AgentProtocol.AnswerInverse(framework, some, accepted, refuse))));
        return effects;
    }

    /** The scheduler wants to be asked again: no role is named, for inverse offers are for the whole framework. */
    List<SessionEffect> revived(FrameworkId framework) {
        var effects = new ArrayList<SessionEffect>();
        answered.forEach(agent -> effects.add(new SessionEffect.ToAgent(
                agent, new AgentProtocol.AnswerInverse(framework, List.of(), true, Duration.ZERO))));
        answered.clear();
        return effects;
    }

    /** The scheduler is another one, or none is there. */
    void clear() {
        told.clear();
    }
}
