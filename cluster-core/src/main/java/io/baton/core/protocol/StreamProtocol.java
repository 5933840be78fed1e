package io.baton.core.protocol;

import io.baton.v1.scheduler.Event;
import org.apache.pekko.actor.typed.ActorRef;

/** What the edge's end of one scheduler stream is told. It writes its own heartbeats, SUBSCRIBED first. */
public sealed interface StreamProtocol extends WireMessage {
    /** Write this event. Events go out in the order told; a stream that does not keep up is ended. */
    record Deliver(Event event) implements StreamProtocol {}

    /** This entity has taken the subscriber. When it is gone the stream ends, and the scheduler subscribes anew. */
    record Owner(ActorRef<FrameworkProtocol> entity) implements StreamProtocol {}

    /** It stops: see {@link LinkProtocol.Moved}. */
    record Moved(ActorRef<FrameworkProtocol> entity) implements StreamProtocol {}

    /** Write what is waiting, then end the stream. */
    record Complete() implements StreamProtocol {}
}
