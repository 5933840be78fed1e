package io.baton.core.protocol;

import io.baton.link.ToAgent;
import org.apache.pekko.actor.typed.ActorRef;

/** What the master's end of one agent link is told. */
public sealed interface LinkProtocol extends WireMessage {
    /** Send this frame. Lost if the link breaks: whoever cares asks again when the agent has registered anew. */
    record Send(ToAgent frame) implements LinkProtocol {}

    /** This entity has taken the agent. When it is gone the agent is asked to register with the next one. */
    record Owner(ActorRef<AgentProtocol> entity) implements LinkProtocol {}

    /**
     * That entity stops: the agent is asked to register with the next one. That it is gone would be told as well, but by a
     * master that stops only when it is no member any more. A master of an older version does not know this, and waits.
     */
    record Moved(ActorRef<AgentProtocol> entity) implements LinkProtocol {}

    /** Another link has taken this one's place, or the agent was refused: send what is waiting, then close. */
    record Close(String reason) implements LinkProtocol {}
}
