package io.baton.httpapi.stream;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
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

    /** Most streams that are known to have been ended here; the oldest are forgotten first. */
    static final int MOST_ENDED = 1_000;

    private final ConcurrentHashMap<FrameworkId, LiveStream> streams = new ConcurrentHashMap<>();
    private final Set<String> ended = new LinkedHashSet<>();

    /** The live stream of this framework, if it has this id and was begun by the same principal. */
    public Optional<LiveStream> find(FrameworkId framework, String streamId, Optional<String> principal) {
        return Optional.ofNullable(streams.get(framework))
                .filter(stream ->
                        stream.streamId().equals(streamId) && stream.principal().equals(principal));
    }

    void add(FrameworkId framework, LiveStream stream) {
        streams.put(framework, stream);
    }

    /** This process has ended the stream, and its scheduler has to subscribe anew: no call on it has an effect any more. */
    void ended(String streamId) {
        synchronized (ended) {
            ended.add(streamId);
            if (ended.size() > MOST_ENDED) {
                ended.remove(ended.iterator().next());
            }
        }
    }

    /** Whether the stream with this id was ended here lately. */
    public boolean hasEnded(String streamId) {
        synchronized (ended) {
            return ended.contains(streamId);
        }
    }

    /** Forgets this one, unless another has taken its place. */
    void remove(FrameworkId framework, LiveStream stream) {
        streams.remove(framework, stream);
    }
}
