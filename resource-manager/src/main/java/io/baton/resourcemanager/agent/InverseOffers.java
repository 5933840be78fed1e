package io.baton.resourcemanager.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.v1.InverseOffer;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.allocator.InverseOfferStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How frameworks are asked to leave an agent, because its machine is to be away or because another role takes something
 * back, and what they answered. At most one inverse offer is out to each; after an answer there is none for the time of
 * its filter. Answers are advice: nothing is taken from anybody before the time in the offer.
 */
final class InverseOffers {
    /** Names and describes a new inverse offer. */
    interface Maker {
        InverseOffer make(FrameworkId framework, Unavailability absence);
    }

    private record Out(InverseOffer offer, Instant expires) {}

    private final SortedMap<FrameworkId, Out> out = new TreeMap<>();
    private final SortedMap<FrameworkId, Instant> notBefore = new TreeMap<>();
    private final SortedMap<FrameworkId, InverseOfferStatus> responses = new TreeMap<>();

    /** The machine is not to be away then, or at all: what was asked and answered is void. */
    void withdraw(List<LedgerEffect> effects) {
        List.copyOf(out.keySet()).forEach(framework -> rescind(framework, effects));
        notBefore.clear();
        responses.clear();
    }

    /** Nothing is out, and nobody has answered lately. */
    boolean isIdle() {
        return out.isEmpty() && notBefore.isEmpty();
    }

    /**
     * Time goes by. What is out is said again each time: it may have been lost, and a scheduler that comes back knows
     * nothing of it.
     *
     * @param here frameworks that have something on the agent
     */
    void tick(Set<FrameworkId> here, Instant now, List<LedgerEffect> effects) {
        for (var framework : List.copyOf(out.keySet())) {
            if (!here.contains(framework) || !now.isBefore(out.get(framework).expires)) {
                rescind(framework, effects);
            } else {
                say(out.get(framework), framework, effects);
            }
        }
        notBefore.values().removeIf(until -> !now.isBefore(until));
    }

    /**
     * The machine is to be away: all that are here are asked.
     *
     * @param expires when an inverse offer that is made now ends without an answer
     */
    void askAll(
            Set<FrameworkId> here, Unavailability absence, Maker maker, Instant expires, List<LedgerEffect> effects) {
        for (var framework : here) {
            ask(framework, () -> maker.make(framework, absence), expires, effects);
        }
    }

    /** One is asked, unless it is already, or has answered too lately. */
    void ask(FrameworkId framework, Supplier<InverseOffer> offer, Instant expires, List<LedgerEffect> effects) {
        if (!out.containsKey(framework) && !notBefore.containsKey(framework)) {
            var one = new Out(offer.get(), expires);
            out.put(framework, one);
            say(one, framework, effects);
        }
    }

    private static void say(Out one, FrameworkId framework, List<LedgerEffect> effects) {
        effects.add(new LedgerEffect.ToFramework(framework, new FrameworkProtocol.InverseOffered(List.of(one.offer))));
    }

    private void rescind(FrameworkId framework, List<LedgerEffect> effects) {
        var over = OfferId.fromProto(out.remove(framework).offer.getId());
        effects.add(new LedgerEffect.ToFramework(framework, new FrameworkProtocol.InverseRescinded(List.of(over))));
    }

    /**
     * A framework will leave, or will not; one that is not out any more is ignored.
     *
     * @param refuse for how long it is not asked again
     */
    void answered(FrameworkId framework, OfferId id, boolean accepted, Duration refuse, Instant now) {
        var one = out.get(framework);
        if (one == null || !one.offer.getId().getValue().equals(id.value())) {
            return;
        }
        out.remove(framework);
        notBefore.put(framework, now.plus(refuse));
        responses.put(
                framework,
                InverseOfferStatus.newBuilder()
                        .setStatus(accepted ? InverseOfferStatus.Status.ACCEPT : InverseOfferStatus.Status.DECLINE)
                        .setFrameworkId(framework.toProto())
                        .setTimestamp(TimeInfo.newBuilder()
                                .setNanoseconds(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano()))
                        .build());
    }

    /** The framework may be asked again, whatever it has answered. */
    void revived(FrameworkId framework) {
        notBefore.remove(framework);
    }

    /** The framework is gone for good. */
    void removed(FrameworkId framework) {
        out.remove(framework);
        notBefore.remove(framework);
        responses.remove(framework);
    }

    List<InverseOffer> offers() {
        return out.values().stream().map(Out::offer).toList();
    }

    /** The newest of each framework. */
    List<InverseOfferStatus> responses() {
        return List.copyOf(responses.values());
    }
}
