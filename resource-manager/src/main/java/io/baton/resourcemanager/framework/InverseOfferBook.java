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
    /** Of how many inverse offers the answers are remembered; the oldest go first. */
    static final int MOST_ANSWERS = 1_000;

    private final Map<OfferId, AgentId> told = new LinkedHashMap<>();

    /** What was answered last. A ledger that still asks has not heard it, or had asked before it did. */
    private final Map<OfferId, SessionEffect> answers = new LinkedHashMap<>();

    /** Whose ledgers have had an answer since the last REVIVE: a filter may be there. */
    private final Set<AgentId> answered = new TreeSet<>();

    /** @return what the scheduler is told: those that it does not know; and the answer again, where there was one */
    List<SessionEffect> offered(List<InverseOffer> offers) {
        var effects = new ArrayList<SessionEffect>();
        var news = new ArrayList<InverseOffer>();
        for (var offer : offers) {
            var id = OfferId.fromProto(offer.getId());
            if (answers.containsKey(id)) {
                effects.add(answers.get(id));
            } else if (told.putIfAbsent(id, AgentId.fromProto(offer.getAgentId())) == null) {
                news.add(offer);
            }
        }
        if (!news.isEmpty()) {
            effects.add(new SessionEffect.Emit(Events.inverseOffers(news)));
        }
        return effects;
    }

    List<SessionEffect> rescinded(List<OfferId> over) {
        answers.keySet().removeAll(over);
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
        byAgent.forEach((agent, some) -> {
            effects.add(answer(framework, agent, some, accepted, refuse));
            some.forEach(id -> remember(id, answer(framework, agent, List.of(id), accepted, refuse)));
        });
        return effects;
    }

    private static SessionEffect answer(
            FrameworkId framework, AgentId agent, List<OfferId> ids, boolean accepted, Duration refuse) {
        return new SessionEffect.ToAgent(agent, new AgentProtocol.AnswerInverse(framework, ids, accepted, refuse));
    }

    private void remember(OfferId id, SessionEffect answer) {
        answers.put(id, answer);
        if (answers.size() > MOST_ANSWERS) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    /**
     * The scheduler wants to be asked again, whatever it has answered: no role is named, for inverse offers are for the
     * whole framework. What a ledger still asks is news then.
     */
    List<SessionEffect> revived(FrameworkId framework) {
        var effects = new ArrayList<SessionEffect>();
        answered.forEach(agent -> effects.add(new SessionEffect.ToAgent(
                agent, new AgentProtocol.AnswerInverse(framework, List.of(), true, Duration.ZERO))));
        answered.clear();
        answers.clear();
        return effects;
    }

    /** The scheduler is another one, or none is there. */
    void clear() {
        told.clear();
    }
}
