package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is offered of an agent, as the newest allocator proposes it, and what becomes of it. */
final class Offering {
    private final AgentId id;
    private final LedgerRules rules;
    private final Books books;
    private long made;
    private long allocator;
    private long answered;

    /** @param allocator the epoch of the newest one that is known */
    Offering(AgentId id, LedgerRules rules, Books books, long allocator) {
        this.id = id;
        this.rules = rules;
        this.books = books;
        this.allocator = allocator;
    }

    /** A new term begins: offers are numbered anew. */
    void registered() {
        made = 0;
    }

    /** The number of the last proposal that was decided. */
    long answered() {
        return answered;
    }

    /** For an offer, or an inverse one. */
    OfferId newId(Term term) {
        made++;
        return Lease.id(id, term, made);
    }

    /** Whether no newer allocator than this is known. */
    boolean obeys(long epoch) {
        return epoch >= allocator;
    }

    /** Whether the proposal is new, and not of an older allocator; it counts as decided then. */
    boolean decides(long epoch, long number) {
        if (epoch < allocator || epoch == allocator && number <= answered) {
            return false;
        }
        allocator = epoch;
        answered = number;
        return true;
    }

    /** @return absent if not all of it is free */
    Optional<Lease> grant(FrameworkId framework, String role, Resources wanted, Term term, Instant now) {
        if (wanted.isEmpty() || !books.balance().free().contains(wanted)) {
            return Optional.empty();
        }
        var lease = new Lease(newId(term), framework, role, wanted, rules.expiry(now));
        books.leases().grant(lease);
        return Optional.of(lease);
    }

    /** @see AgentLedger#accept */
    void accept(
            FrameworkInfo framework,
            List<OfferId> offers,
            List<Offer.Operation> wanted,
            Duration refuse,
            Term term,
            List<LedgerEffect> effects) {
        var owner = FrameworkId.fromProto(framework.getId());
        var valid = offers.stream()
                .flatMap(offer -> books.leases().of(owner, offer).stream())
                .toList();
        var acceptance = new Acceptance(framework, valid, term, books, effects);
        if (valid.size() < offers.size()) {
            var missing = offers.stream().filter(o -> valid.stream().noneMatch(l -> l.id().equals(o)));
            acceptance.refuse(wanted, missing.findFirst().orElseThrow());
            return;
        }
        wanted.forEach(acceptance::take);
        books.executors().news().ifPresent(effects::add);
        if (!valid.isEmpty()) {
            var untouched = acceptance.untouched();
            var life = untouched.isEmpty() ? Duration.ZERO : refuse;
            effects.add(filter(owner, acceptance.role(), untouched, life, wanted.isEmpty()));
        }
    }

    /** @see AgentLedger#decline */
    void decline(FrameworkId framework, List<OfferId> offers, Duration refuse, List<LedgerEffect> effects) {
        for (var offer : offers) {
            books.leases().of(framework, offer).ifPresent(lease -> {
                books.leases().end(lease, effects);
                effects.add(filter(framework, lease.role(), lease.resources(), refuse, true));
            });
        }
    }

    /** The allocator hears of each answer, also of one without a filter: it tells who waits for more and who does not. */
    private LedgerEffect filter(FrameworkId framework, String role, Resources left, Duration life, boolean whole) {
        return new LedgerEffect.ToAllocator(new Filter(framework, role, id, left, life, whole));
    }
}
