package io.baton.httpapi.server;

import io.baton.core.security.AddressBlock;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often somebody may do something: a bucket of tokens for each, filled at a steady rate; of addresses for each
 * {@link AddressBlock}. Remembers those that came last; one that is forgotten starts with a full bucket. Safe for threads.
 */
public final class RateLimit {
    private static final int MAX_BUCKETS = 10_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private record Bucket(double tokens, long nanos) {}

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoClock;
    private final Map<Object, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Bucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    /**
     * @param perSecond 0 for no limit
     * @param nanoClock such as {@link System#nanoTime}
     */
    public RateLimit(int perSecond, int burst, LongSupplier nanoClock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoClock = nanoClock;
    }

    /**
     * Takes one token, if there is one.
     *
     * @param who equal to itself the next time
     */
    public boolean allows(Object who) {
        if (perSecond == 0) {
            return true;
        }
        var key = key(who);
        synchronized (buckets) {
            long now = nanoClock.getAsLong();
            double tokens = tokens(key, now);
            boolean allowed = tokens >= 1;
            buckets.put(key, new Bucket(allowed ? tokens - 1 : tokens, now));
            return allowed;
        }
    }

    /** Whether there is a token to take. */
    public boolean wouldAllow(Object who) {
        var key = key(who);
        synchronized (buckets) {
            return perSecond == 0 || !buckets.containsKey(key) || tokens(key, nanoClock.getAsLong()) >= 1;
        }
    }

    private static Object key(Object who) {
        return who instanceof InetAddress address ? AddressBlock.of(address) : who;
    }

    private double tokens(Object key, long now) {
        var bucket = buckets.getOrDefault(key, new Bucket(burst, now));
        return Math.min(burst, bucket.tokens() + (now - bucket.nanos()) / NANOS_PER_SECOND * perSecond);
    }
}
