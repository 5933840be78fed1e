package io.baton.httpapi.stream;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.httpapi.server.Connection;
import io.baton.protocol.codec.Encoding;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.RecipientRef;

/**
 * Who is at the other end of a stream, and whose events they are.
 *
 * @param principal who subscribes; empty where nobody has to say so
 * @param subscribe makes the message that asks the entity for events, given where they should go
 */
public record Subscriber(
        FrameworkId framework,
        String streamId,
        Optional<String> principal,
        Encoding encoding,
        Connection connection,
        RecipientRef<FrameworkProtocol> entity,
        Function<ActorRef<StreamProtocol>, FrameworkProtocol> subscribe) {}
