package io.baton.sdk.session;

import io.baton.sdk.error.FailedOverException;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.error.SubscriptionRefusedException;
import io.baton.v1.scheduler.Call;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** What to tell people when something was refused or failed: what is wrong, and what to do. */
final class Refusals {
    private static final int TOO_LARGE = 413;

    private Refusals() {}

    /** The SUBSCRIBE call was answered with a status that another attempt would get too. */
    static String subscription(URI master, Reply reply) {
        return master + " refused the subscription with " + reply.shown() + advice(reply.status());
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 -> ". It wants credentials: set the framework's principal and secret, or a token";
            case 403 ->
                ". Check that the credential is for frameworks, and that the principal may register them in these roles";
            case 404, 405, 501 -> ". There is no scheduler API at this address: check the master's URL";
            case 406, 415 -> ". It does not speak this encoding: try the other one";
            default -> ". Mend the framework's settings";
        };
    }

    /** An ERROR event came, after which a master closes the stream. */
    static FrameworkException error(String text, String frameworkId) {
        if (text.toLowerCase(Locale.ROOT).contains("failed over")) {
            return new FailedOverException(frameworkId);
        }
        var advice = isRemoved(text)
                ? ". This framework id has ended for good: subscribe without an id to get a new one"
                : ". Mend the framework's settings";
        return new SubscriptionRefusedException("the master ended the subscription: " + text + advice);
    }

    static boolean isRemoved(String error) {
        return error.toLowerCase(Locale.ROOT).contains("removed");
    }

    static String unreachable(String failures, Duration limit) {
        return "no master could be subscribed to within " + limit + ": "
                + (failures.isEmpty() ? "none has answered yet" : failures)
                + ". Check the URLs, and that a master runs there and can be reached from here";
    }

    static String overloaded(Call.Type type, Limits limits) {
        return type + " found " + limits.queuedCalls()
                + " calls waiting, which is the limit queuedCalls. Wait for earlier calls to complete";
    }

    static String gaveUp(Pending call, Reply reply) {
        return call.type() + " failed " + call.attempts + " times, at last with " + reply.shown()
                + ". It may be made again later";
    }

    static String refused(Pending call, Reply reply) {
        var advice = reply.status() == TOO_LARGE
                ? ". A call has 8 MiB at most, and no more messages in it than a master's heap allows: say it in several, or"
                        + " launch fewer tasks on an offer at a time"
                : "";
        return call.type() + " was refused with " + reply.shown() + advice;
    }

    static String unanswered(Pending call, Reply reply) {
        return call.type() + " was sent, but its answer did not come: " + reply.shown()
                + ". It may have had its effect and is not sent again";
    }
}
