package io.baton.resourcemanager.framework;

import io.baton.core.id.IdRules;
import io.baton.core.protocol.CallAnswer;
import java.util.Optional;

/** Why a call other than SUBSCRIBE is not taken, by where its framework stands; in Mesos's order and words. Pure. */
final class CallRefusal {
    private CallRefusal() {}

    /**
     * @param streamId as sent; empty if the call named none
     * @param principal who sends it; empty where nobody has to say so
     */
    static Optional<CallAnswer> of(Subscription subscription, String streamId, Optional<String> principal) {
        var own = subscription.info().getPrincipal();
        if (subscription.isKnown() && principal.filter(p -> !p.equals(own)).isPresent()) {
            return Optional.of(CallAnswer.badRequest("Authenticated principal '" + principal.get()
                    + "' does not match principal '" + own + "' set in `FrameworkInfo`"));
        }
        return switch (subscription.state()) {
            case UNKNOWN, REMOVED -> Optional.of(CallAnswer.badRequest("Framework cannot be found"));
            case RECOVERED, DISCONNECTED -> Optional.of(CallAnswer.forbidden("Framework is not subscribed"));
            case CONNECTED -> ofStream(subscription, streamId);
        };
    }

    private static Optional<CallAnswer> ofStream(Subscription subscription, String streamId) {
        if (streamId.isEmpty()) {
            return Optional.of(
                    CallAnswer.badRequest("All non-subscribe calls should include the 'Mesos-Stream-Id' header"));
        }
        return streamId.equals(subscription.streamId())
                ? Optional.empty()
                : Optional.of(CallAnswer.badRequest("The stream ID '" + IdRules.printable(streamId)
                        + "' included in this request didn't match the stream ID currently associated with"
                        + " framework ID " + subscription.id()));
    }
}
