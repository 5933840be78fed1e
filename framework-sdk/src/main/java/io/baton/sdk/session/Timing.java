package io.baton.sdk.session;

import java.time.Duration;

/**
 * How long a session waits for things.
 *
 * @param connect for a TCP (and TLS) connection
 * @param subscribe from the start of a connection until the SUBSCRIBED event
 * @param call for the answer to a call
 * @param retryFirst before the second attempt at anything; doubles from attempt to attempt, with jitter
 * @param retryMax the longest wait between two attempts
 * @param reconcileFirst before tasks the master has not answered for are asked about again; doubles
 * @param reconcileMax the longest wait between two such questions
 * @param giveUpAfter how long to go on without a subscription before stopping with
 *     {@code MasterUnreachableException}; {@link #NEVER} to try for as long as the process lives
 * @param missedHeartbeats heartbeats that may stay out before the stream counts as dead
 */
public record Timing(
        Duration connect,
        Duration subscribe,
        Duration call,
        Duration retryFirst,
        Duration retryMax,
        Duration reconcileFirst,
        Duration reconcileMax,
        Duration giveUpAfter,
        int missedHeartbeats) {

    /** Longer than any process lives. */
    public static final Duration NEVER = Duration.ofDays(365_000);

    /** Attempts at one call before it fails; with the default back-off that is about half a minute. */
    static final int CALL_ATTEMPTS = 12;
    /** Redirects followed in a row, before the next master is tried. */
    static final int REDIRECTS = 5;

    /** What fits masters with the usual heartbeat of 15 s. */
    public static final Timing DEFAULTS = new Timing(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            NEVER,
            3);

    /** @throws IllegalArgumentException naming the first duration that is not positive */
    public Timing {
        positive("connect", connect);
        positive("subscribe", subscribe);
        positive("call", call);
        positive("retryFirst", retryFirst);
        positive("retryMax", retryMax);
        positive("reconcileFirst", reconcileFirst);
        positive("reconcileMax", reconcileMax);
        positive("giveUpAfter", giveUpAfter);
        if (missedHeartbeats < 1) {
            throw new IllegalArgumentException("missedHeartbeats must be at least 1, is " + missedHeartbeats);
        }
    }

    /** The same, but giving up after this long without a subscription. */
    public Timing givingUpAfter(Duration limit) {
        return new Timing(
                connect, subscribe, call, retryFirst, retryMax, reconcileFirst, reconcileMax, limit, missedHeartbeats);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than nothing, is " + value);
        }
    }
}
