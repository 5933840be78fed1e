package io.baton.testkit;

/**
 * What goes wrong with a call; see {@link FakeMaster#onCall}.
 *
 * @param kind what happens
 * @param status the status answered, for {@link Kind#STATUS}
 * @param header a header line of that answer; empty for none
 * @param text the body of that answer
 * @param times with how many calls, before all is well again
 */
public record Fault(Kind kind, int status, String header, String text, int times) {
    /** What happens with a call. */
    public enum Kind {
        /** It is answered with the status and has no effect. */
        STATUS,
        /** It is read, has no effect, and is never answered. */
        SILENCE,
        /** The connection breaks; the call has no effect. */
        LOST_CALL,
        /** The call has its effect; then the connection breaks without an answer. */
        LOST_ANSWER
    }

    /** One call is answered with this status. */
    public static Fault status(int status, String text) {
        return new Fault(Kind.STATUS, status, "", text, 1);
    }

    /** One call is answered with this status and {@code Retry-After}. */
    public static Fault retryAfter(int status, int seconds) {
        return new Fault(Kind.STATUS, status, "Retry-After: " + seconds, "try later", 1);
    }

    /** One call is answered with a 307 to this {@code Location}. */
    public static Fault redirect(String location) {
        return new Fault(Kind.STATUS, 307, "Location: " + location, "", 1);
    }

    /** One call is never answered. */
    public static Fault silence() {
        return new Fault(Kind.SILENCE, 0, "", "", 1);
    }

    /** The connection breaks before one call has an effect. */
    public static Fault lostCall() {
        return new Fault(Kind.LOST_CALL, 0, "", "", 1);
    }

    /** The connection breaks after one call had its effect. */
    public static Fault lostAnswer() {
        return new Fault(Kind.LOST_ANSWER, 0, "", "", 1);
    }

    /** The same for so many calls. */
    public Fault times(int count) {
        return new Fault(kind, status, header, text, count);
    }

    /** The same for every call from now on. */
    public Fault always() {
        return times(Integer.MAX_VALUE);
    }
}
