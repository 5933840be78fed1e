package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Which agents a new allocator has yet to hear of. Until it has, it does not know what roles hold there: it would give
 * them as much elsewhere, beyond their limits, and take what others are promised for not yet had.
 *
 * <p>Pure and mutable; one actor owns it.
 */
final class Recovery {
    private final Set<AgentId> awaited = new HashSet<>();
    private Instant until = Instant.EPOCH;

    /** @param admitted all that there may be; what was heard of them before this may be old */
    void begin(Set<AgentId> admitted, Instant end) {
        awaited.clear();
        awaited.addAll(admitted);
        until = end;
    }

    /** Its ledger has said what is held of it, or that it is lost. */
    void heard(AgentId agent) {
        awaited.remove(agent);
    }

    /**
     * Time has passed.
     *
     * @param admitted of others nothing is awaited any more
     * @return how many agents are not waited for any longer, since the time is over
     */
    int tick(Set<AgentId> admitted, Instant now) {
        awaited.retainAll(admitted);
        if (now.isBefore(until)) {
            return 0;
        }
        int missing = awaited.size();
        awaited.clear();
        return missing;
    }

    /** How many agents have not been heard of. */
    int awaited() {
        return awaited.size();
    }
}
