package io.baton.resourcemanager.allocation;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What an operator may set of the allocator.
 *
 * @param roleOrder how roles are ordered when something is to be offered
 * @param frameworkOrder how the frameworks of one role are
 * @param seed of the random order: the same facts and the same seed give the same proposals
 * @param notShared resource names that do not count in anybody's share
 * @param floor an offer has at least one of these sets; none at all for anything
 * @param filterGpus hides agents with gpus from frameworks that do not know of them
 * @param region of the masters: agents of another one are for frameworks that are region aware
 * @param backOff lengthens the filters of frameworks that only ever decline
 * @param preemption how roles take back what others have too much of
 */
public record AllocationRules(
        Order roleOrder,
        Order frameworkOrder,
        long seed,
        SortedSet<String> notShared,
        List<OfferFloor.Quantity> floor,
        boolean filterGpus,
        Optional<String> region,
        boolean backOff,
        PreemptionRules preemption) {

    /** Who comes first. */
    public enum Order {
        /** The smallest weighted dominant share, then the fewest offers so far, then the name. */
        DRF,
        /** A shuffle in which twice the weight is twice as likely to come first. */
        RANDOM
    }

    /** As Mesos is without flags. */
    public static final AllocationRules DEFAULT = new AllocationRules(
            Order.DRF,
            Order.DRF,
            1,
            Collections.emptySortedSet(),
            OfferFloor.DEFAULT,
            true,
            Optional.empty(),
            false,
            PreemptionRules.OFF);
}
