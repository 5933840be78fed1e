package io.baton.core.protocol;

import io.baton.link.ToAgent;

/** What the master's end of one agent link is told. */
public sealed interface LinkProtocol extends WireMessage {
    /** Send this frame. Lost if the link breaks: whoever cares asks again when the agent has registered anew. */
    record Send(ToAgent frame) implements LinkProtocol {}

    /** Another link has taken this one's place, or the agent was refused: send what is waiting, then close. */
    record Close(String reason) implements LinkProtocol {}
}
