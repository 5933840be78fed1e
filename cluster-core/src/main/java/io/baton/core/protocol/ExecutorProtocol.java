package io.baton.core.protocol;

import io.baton.core.security.ExecutorIdentity;
import io.baton.v1.executor.Call;
import io.baton.v1.executor.Event;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;

/** What the edge of an agent tells it of its custom executors. Never leaves the process. */
public sealed interface ExecutorProtocol {
    /**
     * May the executor of this call subscribe? Answered once: OK, 400 if it is not known, 403 if it is another one.
     *
     * @param caller who has shown its token, where executors have to
     */
    record Find(Call call, Optional<ExecutorIdentity> caller, CompletableFuture<CallAnswer> answer)
            implements ExecutorProtocol {}

    /**
     * The executor listens. Answered on the stream: SUBSCRIBED, then what waits for it; or its end, if the executor is
     * not known any more. The newest stream of an executor wins, an older one ends.
     *
     * @param streamId another one for each stream
     */
    record Subscribe(Call call, String streamId, ActorRef<Stream> stream) implements ExecutorProtocol {}

    /** The stream is over. Ignored unless it is the executor's newest. */
    record Disconnected(Call call, String streamId) implements ExecutorProtocol {}

    /** Any other call, checked by the edge for form. Answered once. */
    record Invoke(Call call, Optional<ExecutorIdentity> caller, CompletableFuture<CallAnswer> answer)
            implements ExecutorProtocol {}

    /** What the edge's end of an executor's stream is told. */
    sealed interface Stream {
        /** Write this event. */
        record Deliver(Event event) implements Stream {}

        /** Write what is waiting, then end the stream. */
        record Complete() implements Stream {}
    }
}
