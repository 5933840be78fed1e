package io.baton.core.protocol;

import io.baton.v1.WeightInfo;
import io.baton.v1.quota.QuotaConfig;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What a master is told about roles. The registry keeps what is set; every master takes each of these. */
public sealed interface RoleProtocol extends WireMessage {
    /** How a refusal ends that {@code force} makes none of. */
    String UNLESS_FORCED = " (use 'force' flag to bypass this check)";

    /**
     * An operator sets weights, all or none; roles not named keep theirs. Answered 200 once it is kept, 400 with nothing
     * changed, or 503 if it may not have been kept.
     */
    record UpdateWeights(List<WeightInfo> weights, ActorRef<CallAnswer> replyTo) implements RoleProtocol {}

    /**
     * An operator sets quotas, all or none; roles not named keep theirs, a quota without guarantees and limits ends the
     * role's quota. Answered as {@link UpdateWeights}, and 409 if others change quotas all the time.
     *
     * @param force set them although more is consumed or promised than they allow
     */
    record UpdateQuota(List<QuotaConfig> quotas, boolean force, ActorRef<CallAnswer> replyTo) implements RoleProtocol {}

    /** What is set? Answered by {@link RoleSettings}, late if the registry is still starting. */
    record GetSettings(ActorRef<RoleSettings> replyTo) implements RoleProtocol {}

    /** The allocator is there and offers nothing before it hears what is set, by {@link AllocatorProtocol.RolesSet}. */
    record Follow(ActorRef<AllocatorProtocol> allocator) implements RoleProtocol {}

    /** Told by the actor to itself. Never leaves its JVM. */
    non-sealed interface Internal extends RoleProtocol {}
}
