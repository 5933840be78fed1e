package io.baton.sdk.session;

/**
 * What came of a request.
 *
 * @param kind how far it went
 * @param status the HTTP status, 0 unless answered
 * @param location the {@code Location} header, empty if there was none
 * @param retryAfterMillis the {@code Retry-After} header, 0 if there was none
 * @param text the body of a refusal, or what broke
 */
public record Reply(Kind kind, int status, String location, long retryAfterMillis, String text) {

    /** How far a request went. */
    public enum Kind {
        /** There is a status. */
        ANSWERED,
        /** Certainly no byte of it was sent. */
        UNSENT,
        /** It was sent, wholly or in part, and no answer came: it may have had its effect. */
        BROKEN
    }

    /** An answer without headers of interest. */
    public static Reply answered(int status, String text) {
        return new Reply(Kind.ANSWERED, status, "", 0, text);
    }

    /** A failure before the first byte. */
    public static Reply unsent(String why) {
        return new Reply(Kind.UNSENT, 0, "", 0, why);
    }

    /** A failure after the first byte. */
    public static Reply broken(String why) {
        return new Reply(Kind.BROKEN, 0, "", 0, why);
    }

    /** For messages: the status with the master's words, or what broke. */
    String shown() {
        return kind == Kind.ANSWERED ? status + (text.isEmpty() ? "" : " " + text) : text;
    }
}
