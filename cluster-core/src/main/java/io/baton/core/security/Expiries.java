package io.baton.core.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that a certificate of this process expires: from two weeks before, once a day, however seldom it is
 * shown. Mutable; one owner.
 */
public final class Expiries {
    /** Between two looks. */
    public static final Duration LOOK = Duration.ofHours(1);

    static final Duration SOON = Duration.ofDays(14);

    private static final Duration DAY = Duration.ofDays(1);
    private static final Logger LOG = LoggerFactory.getLogger(Expiries.class);

    private final Map<String, Tls> shown;
    private final Clock clock;
    private final Map<String, Instant> said = new TreeMap<>();

    /** @param shown by sections of the settings */
    public Expiries(Map<String, Tls> shown, Clock clock) {
        this.shown = Map.copyOf(shown);
        this.clock = clock;
    }

    /** Looks at all of them. */
    public void look() {
        var now = clock.instant();
        shown.forEach((section, tls) -> {
            var expiry = tls.expiry();
            boolean silent = said.getOrDefault(section, Instant.MIN).isAfter(now.minus(DAY));
            if (!expiry.at().isAfter(now.plus(SOON)) && !silent) {
                said.put(section, now);
                LOG.warn(
                        "the certificate in '{}' ({}) expires at {}: put a new one in its place, and its key",
                        expiry.certificate(),
                        section,
                        expiry.at());
            }
        });
    }
}
