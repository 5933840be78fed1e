package io.baton.httpapi.server;

import io.baton.core.security.AddressBlock;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often an address may do something: a bucket of tokens for each {@link AddressBlock}, filled at a steady rate.
 * Remembers those that came last; one that is forgotten starts with a full bucket. Safe for threads.
 */
public final class RateLimit {
    private static final int MAX_ADDRESSES = 10_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private record Bucket(double tokens, long nanos) {}

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoClock;
    private final Map<InetAddress, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
            return size() > MAX_ADDRESSES;
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

    /** Takes one token, if there is one. */
    public boolean allows(InetAddress address) {
        if (perSecond == 0) {
            return true;
        }
        long now = nanoClock.getAsLong();
        synchronized (buckets) {
            var block = AddressBlock.of(address);
            var bucket = buckets.getOrDefault(block, new Bucket(burst, now));
            double tokens = Math.min(burst, bucket.tokens() + (now - bucket.nanos()) / NANOS_PER_SECOND * perSecond);
            boolean allowed = tokens >= 1;
            buckets.put(block, new Bucket(allowed ? tokens - 1 : tokens, now));
            return allowed;
        }
    }
}
