package io.baton.sdk.session;

import io.baton.sdk.error.FrameworkException;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.net.URI;

/** What the shell does after a step of a {@link Session}, in the order given. */
public sealed interface Effect {

    /** Open a connection, send the call and read events; report under this number. Any older stream is closed. */
    record OpenStream(long stream, URI endpoint, Call subscribe) implements Effect {}

    /** Close that stream if it is still open. Nothing it reports later is heard. */
    record CloseStream(long stream) implements Effect {}

    /** Send a call and report the {@link Reply} under this id, exactly once. */
    record Send(long id, URI endpoint, String streamId, Call call) implements Effect {}

    /**
     * Hand an event to the scheduler; for updates report {@link Session#handled} afterwards.
     *
     * @param made by the session itself: it did not come in the stream
     */
    record Deliver(Event event, boolean made) implements Effect {
        Deliver(Event event) {
            this(event, false);
        }
    }

    /** Tell the scheduler that the subscription is gone for now. */
    record Disconnected(FrameworkException reason) implements Effect {}

    /** The call with this id is done. */
    record Completed(long id) implements Effect {}

    /** The call with this id will not be done. */
    record Failed(long id, FrameworkException reason) implements Effect {}

    /**
     * The session is over: end threads and connections.
     *
     * @param reason why, for the scheduler's {@code error}; null if it was asked for
     */
    record Stopped(FrameworkException reason) implements Effect {}
}
