package io.baton.resourcemanager.registry;

import io.baton.core.protocol.WireMessage;
import org.apache.pekko.actor.typed.ActorRef;

/** What masters tell each other to become voters of one group. */
public sealed interface VoterProtocol extends WireMessage {
    /**
     * A master says who it is. Repeated; not answered.
     *
     * @param group it belongs to; empty for none yet
     */
    record Introduce(Voter voter, String group, ActorRef<VoterProtocol> from) implements VoterProtocol {}

    /**
     * A master asks to be a voter, or to be found at another address. Repeated until it sees that it is one; answered
     * only if it is refused.
     */
    record AddMe(Voter voter, ActorRef<VoterProtocol> replyTo) implements VoterProtocol {}

    /** The answer to an {@link AddMe} that is against the rules. */
    record Refused(String why) implements VoterProtocol {}

    /** Told by an actor to itself. Never leaves its JVM. */
    non-sealed interface Internal extends VoterProtocol {}
}
