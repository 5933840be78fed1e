package io.baton.httpapi.stream;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.v1.MasterInfo;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all streams of a master have in common.
 *
 * @param subscribeTimeout how long the entity may take for its first event
 * @param heartbeat told of each that is sent
 */
public record StreamSetup(
        HttpConfig.Streams limits,
        Duration subscribeTimeout,
        Supplier<MasterInfo> master,
        LiveStreams live,
        HttpMetrics metrics,
        Consumer<FrameworkId> heartbeat) {
    private static final double MILLIS_PER_SECOND = 1000;

    /** SUBSCRIBED with what only the edge knows: who this master is, and how often it sends a heartbeat. */
    Event completed(Event event) {
        var subscribed = event.getSubscribed().toBuilder();
        if (!subscribed.hasMasterInfo()) {
            subscribed.setMasterInfo(master.get());
        }
        if (!subscribed.hasHeartbeatIntervalSeconds()) {
            subscribed.setHeartbeatIntervalSeconds(limits.heartbeat().toMillis() / MILLIS_PER_SECOND);
        }
        return event.toBuilder().setSubscribed(subscribed).build();
    }

    /** Whether an answer to a call on a live stream says that the entity does not know the stream. */
    boolean showsDeadStream(CallAnswer answer) {
        return answer.status() == 403
                || (answer.status() == 400
                        && (answer.message().startsWith("Framework cannot be found")
                                || answer.message().startsWith("The stream ID")));
    }
}
