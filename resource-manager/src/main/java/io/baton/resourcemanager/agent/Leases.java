package io.baton.resourcemanager.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.resource.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** What is on offer of an agent, in the order of the offers. What a lease holds is taken from the balance. */
final class Leases {
    private final Map<OfferId, Lease> all = new LinkedHashMap<>();
    private final Balance balance;

    Leases(Balance balance) {
        this.balance = balance;
    }

    void grant(Lease lease) {
        all.put(lease.id(), lease);
        balance.take(lease.framework(), lease.role(), lease.resources());
    }

    /** The lease is over and its resources are free; what is launched on it takes them again. */
    private void release(Lease lease) {
        all.remove(lease.id());
        balance.giveBack(lease.framework(), lease.role(), lease.resources());
    }

    Optional<Lease> of(FrameworkId framework, OfferId offer) {
        return Optional.ofNullable(all.get(offer))
                .filter(lease -> lease.framework().equals(framework));
    }

    List<Lease> where(Predicate<Lease> which) {
        return all.values().stream().filter(which).toList();
    }

    /** Ends those whose time is over and says so, as {@link #rescind} does. */
    void expire(Instant now, List<LedgerEffect> effects) {
        for (var lease : where(lease -> !lease.expires().isAfter(now))) {
            end(lease, effects);
            effects.add(new LedgerEffect.Rescinded(lease.framework(), List.of(lease.id())));
        }
    }

    /**
     * Releases it and tells the read model, which hears the same of the session that held it; but that may have ended with
     * its master.
     */
    void end(Lease lease, List<LedgerEffect> effects) {
        release(lease);
        effects.add(new LedgerEffect.OffersOver(lease.framework(), List.of(lease.id())));
    }

    SortedMap<FrameworkId, List<OfferId>> byFramework(Predicate<Lease> which) {
        var out = new TreeMap<FrameworkId, List<OfferId>>();
        for (var lease : all.values()) {
            if (which.test(lease)) {
                out.computeIfAbsent(lease.framework(), f -> new ArrayList<>()).add(lease.id());
            }
        }
        return out;
    }

    /** What is on offer, for each offer. */
    List<Holding> holdings() {
        return all.values().stream()
                .map(lease -> new Holding(lease.framework(), lease.role(), lease.resources()))
                .toList();
    }

    /** All that is on offer. */
    Resources sum() {
        var sum = Resources.EMPTY;
        for (var lease : all.values()) {
            sum = sum.plus(lease.resources());
        }
        return sum;
    }

    /** Ends the oldest leases that hold something of what is wanted, until there is enough. */
    void rescindUntil(BooleanSupplier enough, Resources wanted, List<LedgerEffect> effects) {
        for (var lease : List.copyOf(all.values())) {
            if (enough.getAsBoolean()) {
                return;
            }
            if (!lease.resources().minus(wanted).equals(lease.resources())) {
                rescind(lease::equals, effects);
            }
        }
    }

    /** As {@link #rescind}, of all there are. */
    List<LedgerEffect> rescindAll() {
        var effects = new ArrayList<LedgerEffect>();
        rescind(lease -> true, effects);
        return effects;
    }

    /** Ends a framework's lease and says so, if there is such a one. @return whether there is */
    boolean end(FrameworkId framework, Optional<OfferId> offer, List<LedgerEffect> effects) {
        var lease = offer.flatMap(o -> of(framework, o));
        lease.ifPresent(l -> rescind(l::equals, effects));
        return lease.isPresent();
    }

    /** Ends leases and says so: to the read model first, then to their frameworks. */
    void rescind(Predicate<Lease> which, List<LedgerEffect> effects) {
        byFramework(which).forEach((framework, offers) -> {
            offers.forEach(offer -> release(all.get(offer)));
            effects.add(new LedgerEffect.OffersOver(framework, offers));
            effects.add(new LedgerEffect.Rescinded(framework, offers));
        });
    }
}
