package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.Term;
import io.baton.link.Registered;
import java.time.Duration;
import java.time.Instant;

/**
 * What a ledger goes by.
 *
 * @param masterId of the master in whose process the ledger is
 * @param offerTimeout how long a framework may hold an offer; zero for as long as it likes
 * @param unreachableAfter how long an agent may be without a link before its tasks count as unreachable
 */
public record LedgerRules(String masterId, Duration offerTimeout, Duration unreachableAfter) {
    /** The answer to a registration. */
    Registered.Builder registered(AgentId id, Term term, String clusterId) {
        return Registered.newBuilder()
                .setAgentId(id.toProto())
                .setEpoch(term.epoch())
                .setMasterId(masterId)
                .setClusterId(clusterId);
    }

    Instant expiry(Instant now) {
        return offerTimeout.isZero() ? Instant.MAX : now.plus(offerTimeout);
    }
}
