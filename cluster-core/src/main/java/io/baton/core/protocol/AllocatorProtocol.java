package io.baton.core.protocol;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.explain.Explanation;
import io.baton.v1.quota.QuotaConfig;
import io.baton.v1.scheduler.OfferConstraints;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What the allocator is told. All of it is soft: a lost message is made good by the next. */
public sealed interface AllocatorProtocol extends WireMessage {
    /**
     * The state of one agent's ledger, whole, after every change.
     *
     * @param free neither leased nor used
     * @param held used and leased together, for each framework and role; in their order
     * @param answered the number of the last proposal the ledger has decided; 0 for none
     * @param leased what of {@code held} is on offer, for each offer; a master of an older version does not say it
     * @param epoch of the ledger, higher than that of any ledger of the agent before; 0 from a master of an older version
     */
    record AgentChanged(
            AgentId agent,
            AgentInfo info,
            Resources total,
            Resources free,
            List<Holding> held,
            long answered,
            List<Holding> leased,
            long epoch)
            implements AllocatorProtocol {
        public AgentChanged {
            leased = leased == null ? List.of() : leased;
        }
    }

    /** What one framework holds of an agent in one of its roles. Ordered by framework, then by role. */
    record Holding(FrameworkId framework, String role, Resources resources) implements Comparable<Holding> {
        @Override
        public int compareTo(Holding other) {
            int byFramework = framework.compareTo(other.framework);
            return byFramework != 0 ? byFramework : role.compareTo(other.role);
        }
    }

    /**
     * Offer nothing of this agent until it is back.
     *
     * @param away it is awaited: what its tasks hold still counts; a master of an older version does not say it
     */
    record AgentGone(AgentId agent, boolean away) implements AllocatorProtocol {}

    /**
     * A framework wants offers, whole, after every change.
     *
     * @param roles the ones it is subscribed to
     * @param suppressed those of them that want nothing now
     */
    record FrameworkChanged(
            FrameworkId framework,
            FrameworkInfo info,
            List<String> roles,
            List<String> suppressed,
            Optional<OfferConstraints> constraints)
            implements AllocatorProtocol {}

    /** The framework is disconnected or removed: no offers, filters forgotten. */
    record FrameworkGone(FrameworkId framework) implements AllocatorProtocol {}

    /**
     * An offer was answered: do not offer this, or less of it, of this agent to this framework and role for a while.
     *
     * @param refused what was not taken; may be empty
     * @param lifetime zero for no filter: then it only tells whether something was taken
     * @param whole nothing of the offer was taken
     */
    record Filter(
            FrameworkId framework, String role, AgentId agent, Resources refused, Duration lifetime, boolean whole)
            implements AllocatorProtocol {}

    /**
     * The answer to {@link AgentProtocol.Preempt}.
     *
     * @param most as it was asked
     * @param tasks so many were told to end
     */
    record Preempted(AgentId agent, int most, int tasks) implements AllocatorProtocol {}

    /** Forget the filters of these roles. */
    record Revive(FrameworkId framework, List<String> roles) implements AllocatorProtocol {}

    /**
     * What operators have set for roles, whole, after every change and now and then. An older copy than the newest one is
     * ignored.
     */
    record RolesSet(RoleSettings settings) implements AllocatorProtocol {}

    /**
     * Would these quotas fit what is consumed, and what there is? Answered 200, or 400 with the reason.
     *
     * @param named the quotas that are to be set: what is consumed already must be below their limits
     * @param all every role's quota as it would be: what is promised must be there
     */
    record JudgeQuotas(List<QuotaConfig> named, List<QuotaConfig> all, ActorRef<CallAnswer> replyTo)
            implements AllocatorProtocol {}

    /**
     * Why a framework is or is not offered this much of each agent. Answered by {@link Explained}.
     *
     * @param role one of its roles; empty for all of them
     * @param limit most verdicts in the answer
     */
    record Explain(FrameworkId framework, String role, Resources wanted, int limit, ActorRef<Explained> replyTo)
            implements AllocatorProtocol {}

    /** The answer to {@link Explain}. */
    record Explained(Explanation explanation) implements WireMessage {}

    /** Told by the allocator to itself. Never leaves its JVM. */
    non-sealed interface Internal extends AllocatorProtocol {}
}
