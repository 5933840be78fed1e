package io.baton.core.protocol;

/**
 * What the edge answers to a call.
 *
 * @param status the HTTP status: 200 or 202, else the refusal
 * @param message what is wrong with the caller's input; empty when nothing is
 */
public record CallAnswer(int status, String message) implements WireMessage {
    /** Taken; the effect shows in events. */
    public static final CallAnswer ACCEPTED = new CallAnswer(202, "");

    public static final CallAnswer OK = new CallAnswer(200, "");

    public static CallAnswer badRequest(String message) {
        return new CallAnswer(400, message);
    }

    public static CallAnswer notFound(String message) {
        return new CallAnswer(404, message);
    }

    /** Not now; the caller may try again. */
    public static CallAnswer unavailable(String message) {
        return new CallAnswer(503, message);
    }

    public static CallAnswer forbidden(String message) {
        return new CallAnswer(403, message);
    }
}
