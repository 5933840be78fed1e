package io.baton.httpapi.server;

import io.baton.core.id.IdRules;
import io.baton.httpapi.error.Refusal;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often an address may show a wrong credential: whoever guesses must wait. One that was right before is looked at in any
 * case, so that nobody who guesses keeps those out who share its address. Safe for threads.
 */
final class WrongCredentials {
    /** So many of an address are looked at in a second, in the long run. */
    static final int PER_SECOND = 1;

    /** So many at once. */
    static final int AT_ONCE = 10;

    /** Right ones that are remembered; those that came last. */
    static final int REMEMBERED = 10_000;

    /** How often it is logged that there are wrong ones. */
    private static final long LOGGED_NANOS = 60_000_000_000L;

    private static final int SHOWN = 64;
    private static final Logger LOG = LoggerFactory.getLogger(WrongCredentials.class);

    private final HttpMetrics metrics;
    private final LongSupplier nanoClock;
    private final RateLimit limit;
    private final Map<String, Boolean> right = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long logAgain;
    private long unlogged;

    /** @param nanoClock such as {@link System#nanoTime} */
    WrongCredentials(HttpMetrics metrics, LongSupplier nanoClock) {
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        this.limit = new RateLimit(PER_SECOND, AT_ONCE, nanoClock);
        this.logAgain = nanoClock.getAsLong();
    }

    /** For what comes from one address. */
    Attempts of(InetAddress address) {
        return new Attempts() {
            @Override
            public boolean mayTry(String shown) {
                if (limit.wouldAllow(address) || isKnown(shown)) {
                    return true;
                }
                metrics.refusedCredential("too-many");
                return false;
            }

            @Override
            public void was(String shown, boolean itRight) {
                if (itRight) {
                    remember(shown);
                } else {
                    limit.allows(address);
                    metrics.refusedCredential("wrong");
                    log(address, shown);
                }
            }
        };
    }

    /** What is known of those who show credentials. */
    interface Attempts {
        /** Everybody may, any time. */
        Attempts UNLIMITED = new Attempts() {
            @Override
            public boolean mayTry(String shown) {
                return true;
            }

            @Override
            public void was(String shown, boolean itRight) {}
        };

        /** Whether the header is to be looked at. */
        boolean mayTry(String shown);

        /** It was looked at. */
        void was(String shown, boolean itRight);
    }

    /** For whoever may not try now. */
    static Refusal tooMany() {
        return Refusal.tooMany("Too many wrong credentials from your address; please try again later");
    }

    private boolean isKnown(String shown) {
        var key = digest(shown);
        synchronized (right) {
            return right.get(key) != null;
        }
    }

    private void remember(String shown) {
        var key = digest(shown);
        synchronized (right) {
            right.put(key, Boolean.TRUE);
        }
    }

    /** Nothing that was shown is kept. */
    private static String digest(String shown) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(shown.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private void log(InetAddress address, String shown) {
        long more;
        synchronized (this) {
            long now = nanoClock.getAsLong();
            if (now - logAgain < 0) {
                unlogged++;
                return;
            }
            logAgain = now + LOGGED_NANOS;
            more = unlogged;
            unlogged = 0;
        }
        LOG.warn(
                "a wrong credential was shown ip={} principal={} others since it was last logged={}",
                address.getHostAddress(),
                Gate.claimed(shown)
                        .map(name -> IdRules.printable(name.length() > SHOWN ? name.substring(0, SHOWN) : name))
                        .orElse("none"),
                more);
    }
}
