package io.baton.sdk.session;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which master to turn to. Each serves every call; a failure moves on to the next, a redirect names one. */
final class Masters {
    private static final int MAX_PORT = 65_535;

    /** Most that one waits whose master is gone before it turns to the next: so that not all who were there come at once. */
    static final long MOVE_MILLIS = 30;

    private final List<URI> endpoints;
    private final Backoff backoff;
    private final Map<URI, String> failures = new LinkedHashMap<>();
    private int next;
    private int failuresInRow;
    private int redirects;
    private URI current;

    Masters(List<URI> endpoints, Backoff backoff) {
        this.endpoints = endpoints;
        this.backoff = backoff;
        this.current = endpoints.get(0);
    }

    URI current() {
        return current;
    }

    /** All is well with the current one. */
    void succeeded() {
        failuresInRow = 0;
        redirects = 0;
        failures.clear();
    }

    /** The current one serves; whether it goes on doing so is to be seen. */
    void connected() {
        redirects = 0;
    }

    /** Whether there is another one that has not failed since one did well: what this one wants waited for is its own affair. */
    boolean hasOthers() {
        return failuresInRow + 1 < endpoints.size();
    }

    /**
     * Moves on to the next one.
     *
     * @return how many milliseconds to wait before trying it: little while there are untried ones
     */
    long failed(String why) {
        failures.put(endpoints.contains(current) ? current : endpoints.get(next), why);
        failuresInRow++;
        moveOn();
        return backoff.millis(Math.max(1, failuresInRow - endpoints.size() + 1));
    }

    /**
     * The current one has served until now: it is likely to stop or to have died, and the next one serves. Moves on to that.
     *
     * @return how many milliseconds to wait before trying it: hardly any, unless it is the same
     */
    long left(String why) {
        succeeded();
        long wait = failed(why);
        return endpoints.size() > 1 ? backoff.jitter(MOVE_MILLIS) : wait;
    }

    private void moveOn() {
        redirects = 0;
        next = (next + 1) % endpoints.size();
        current = endpoints.get(next);
    }

    /**
     * Turns to where a redirect points.
     *
     * @return false if it points nowhere, or one redirect too many was followed
     */
    boolean redirected(String location) {
        var target = resolve(current, location);
        if (target == null || ++redirects > Timing.REDIRECTS) {
            return false;
        }
        current = target;
        return true;
    }

    /** Where a {@code Location} points: an absolute, protocol-relative ({@code //host:port/path}) or plain path. */
    static URI resolve(URI from, String location) {
        try {
            var target = from.resolve(location);
            var known = "http".equals(target.getScheme()) || "https".equals(target.getScheme());
            // What was given for an encrypted way, a credential with it, goes no other.
            boolean open = "https".equals(from.getScheme()) && "http".equals(target.getScheme());
            if (!known || open || target.getHost() == null || target.getPort() > MAX_PORT) {
                return null;
            }
            return target.getRawPath().isEmpty() ? target.resolve(from.getRawPath()) : target;
        } catch (IllegalArgumentException notUri) {
            return null;
        }
    }

    /** For messages: every master with its last failure. */
    String shown() {
        return failures.entrySet().stream()
                .map(f -> f.getKey() + " (" + f.getValue() + ")")
                .collect(Collectors.joining(", "));
    }
}
