package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.protocol.ViewProtocol;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What operators want of an agent, and what is done about it: its offers end, it is emptied, frameworks are asked to
 * leave before its machine is away.
 */
final class Upkeep {
    /** How often the agent is told again to be empty, in case that was lost between two masters. */
    static final Duration DRAIN_AGAIN = Duration.ofSeconds(10);

    /**
     * How long nothing of the agent is offered while what a removed framework ran here ends, so that the next offer holds
     * all of it instead of many small ones following each other. Tasks that take longer become free one by one.
     */
    static final Duration CLEARING = Duration.ofSeconds(3);

    private final Books books;
    private final SortedMap<FrameworkId, Instant> clearing = new TreeMap<>();
    private final InverseOffers inverse = new InverseOffers();
    private HostPlan plan = HostPlan.NONE;
    private Instant drainSince = Instant.EPOCH;
    private Instant drainSaid = Instant.EPOCH;
    private Instant latest = Instant.EPOCH;
    private ViewProtocol.AgentDetails shown;

    Upkeep(AgentId id, Books books) {
        this.books = books;
        this.shown = new ViewProtocol.AgentDetails(id, List.of(), List.of(), List.of());
    }

    HostPlan plan() {
        return plan;
    }

    /** Whether anything of the agent may be offered now. */
    boolean offers() {
        clearing.keySet().removeIf(framework -> !books.balance().held().isOf(framework));
        return plan.offers() && clearing.values().stream().noneMatch(latest::isBefore);
    }

    /** When emptying it began, as far as is known; {@link Instant#EPOCH} if it did not. */
    Instant drainSince() {
        return drainSince;
    }

    InverseOffers inverse() {
        return inverse;
    }

    /** The agent registers, and hears of the plan: what was asked of frameworks before is void. */
    void registered(Instant now, List<LedgerEffect> effects) {
        inverse.withdraw(effects);
        drainSaid = now;
    }

    /**
     * As the registry holds it now.
     *
     * @param connected whether the agent hears of it
     * @return whether anything has changed
     */
    boolean planned(HostPlan next, boolean connected, Term term, Instant now, List<LedgerEffect> effects) {
        var before = plan;
        plan = next;
        if (next.equals(before)) {
            return false;
        }
        if (next.drain().isEmpty()) {
            drainSince = Instant.EPOCH;
        } else if (before.drain().isEmpty()) {
            drainSince = now;
        }
        boolean otherAbsence = !next.absence().equals(before.absence());
        if (!next.offers() || otherAbsence) {
            books.leases().rescind(lease -> true, effects);
        }
        if (otherAbsence) {
            inverse.withdraw(effects);
        }
        if (connected && !next.drainConfig().equals(before.drainConfig())) {
            drainSaid = now;
            effects.add(new LedgerEffect.ToLink(Orders.drain(term, next.drainConfig())));
        }
        return true;
    }

    /**
     * Time goes by for an agent that is connected.
     *
     * @param expires when an inverse offer that is made now ends without an answer
     */
    void tick(InverseOffers.Maker maker, Term term, Instant expires, Instant now, List<LedgerEffect> effects) {
        latest = now;
        boolean empty = books.tasks().isEmpty() && books.operations().isEmpty();
        if (plan.draining() && empty) {
            effects.add(new LedgerEffect.Drained(plan.endsGone()));
        } else if (plan.draining() && !now.isBefore(drainSaid.plus(DRAIN_AGAIN))) {
            drainSaid = now;
            effects.add(new LedgerEffect.ToLink(Orders.drain(term, plan.drainConfig())));
        }
        if (plan.absence().isPresent() || !inverse.isIdle()) {
            var here = new TreeSet<>(books.balance().held().byFramework().keySet());
            inverse.tick(here, now, effects);
            plan.absence().ifPresent(absence -> inverse.askAll(here, absence, maker, expires, effects));
        }
    }

    /** The read model hears of operations and inverse offers if they have changed. */
    void showDetails(List<LedgerEffect> effects) {
        var details = new ViewProtocol.AgentDetails(
                shown.agent(), books.operations().toProto(), inverse.offers(), inverse.responses());
        if (!details.equals(shown)) {
            shown = details;
            effects.add(new LedgerEffect.Details(details));
        }
    }

    void answered(AgentProtocol.AnswerInverse m, Instant now) {
        if (m.offers().isEmpty()) {
            inverse.revived(m.framework());
        }
        m.offers().forEach(offer -> inverse.answered(m.framework(), offer, m.accepted(), m.refuse(), now));
    }

    /** The framework is gone for good; said again, this changes nothing. Its leases must have ended before. */
    void removed(FrameworkId framework, Instant now) {
        inverse.removed(framework);
        if (books.balance().held().isOf(framework)) {
            clearing.putIfAbsent(framework, now.plus(CLEARING));
        }
    }
}
