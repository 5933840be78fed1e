package io.baton.httpapi.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** A server that listens. */
public interface HttpBinding {
    /** Where it listens; the port is the real one, also when any free one was asked for. */
    InetSocketAddress address();

    /**
     * No new connections; those that are open go on as before. Calling it again changes nothing.
     *
     * @return done when the port is closed
     */
    CompletionStage<Done> unbind();

    /**
     * Ends in good order: no new connections, streams end, requests under way are answered, and for a moment (the setting
     * {@code timeouts.drain}; longer where calls of schedulers came) those that come on connections which are open. What is
     * left after the time is cut off.
     * Calling it again changes nothing.
     *
     * @return done when the last connection has ended
     */
    CompletionStage<Done> terminate(Duration atMost);
}
