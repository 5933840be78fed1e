package io.baton.core.membership;

import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.WireMessage;
import org.apache.pekko.actor.typed.ActorRef;

/** What the masters tell each other of themselves. Soft: said again, at once to whoever newly appears. */
public sealed interface MembershipProtocol extends WireMessage {
    /**
     * Where a master is to be reached. The newest copy counts.
     *
     * @param view its read model, which wants to hear what the entities in other masters say
     */
    record Introduce(ActorRef<MembershipProtocol> from, MasterAddress address, ActorRef<ViewProtocol> view)
            implements MembershipProtocol {}

    /** Told by the actor to itself, and by its own process. Never leaves its JVM. */
    non-sealed interface Internal extends MembershipProtocol {}
}
