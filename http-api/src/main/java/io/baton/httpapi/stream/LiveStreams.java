package io.baton.httpapi.stream;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The streams that this process carries and whose entity has taken the subscriber. A call that names one of them is in
 * order without asking. Others may live in other masters. Safe for threads.
 */
public final class LiveStreams {
    /**
     * @param principal who subscribed; empty where nobody has to say so
     * @param answers is told what the entity answers to a call that the edge has answered already; a refusal that
     *     shows the stream to be dead ends it
     */
    public record LiveStream(String streamId, Optional<String> principal, ActorRef<CallAnswer> answers) {}

    private final ConcurrentHashMap<FrameworkId, LiveStream> streams = new ConcurrentHashMap<>();

    /** The live stream of this framework, if it has this id and was begun by the same principal. */
    public Optional<LiveStream> find(FrameworkId framework, String streamId, Optional<String> principal) {
        return Optional.ofNullable(streams.get(framework))
                .filter(stream ->
                        stream.streamId().equals(streamId) && stream.principal().equals(principal));
    }

    void add(FrameworkId framework, LiveStream stream) {
        streams.put(framework, stream);
    }

    /** Forgets this one, unless another has taken its place. */
    void remove(FrameworkId framework, LiveStream stream) {
        streams.remove(framework, stream);
    }
}
