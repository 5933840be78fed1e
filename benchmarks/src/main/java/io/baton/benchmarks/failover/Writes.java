package io.baton.benchmarks.failover;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Values that are written into the registry all the time, by way of each master, once {@link #begin} was called: what was
 * acknowledged is to be there whatever happens, and how long nothing is acknowledged says how long the registry was out.
 * Thread-safe.
 */
final class Writes implements AutoCloseable {
    private static final String PATH = "/api/v1/store/writes/";
    private static final int WRITTEN = 204;
    private static final long PAUSE_MILLIS = 250;

    /** A key is written again after so many others: a write without an answer may still be done later, but not so late. */
    private static final int KEYS_OF_EACH = 200;

    private final Answers answers = new Answers();
    private final List<String> urls;
    private final List<Thread> writers = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Integer> acknowledged = new TreeMap<>();
    private int count;
    private long last;
    private long longest;

    Writes(List<String> urls) {
        this.urls = List.copyOf(urls);
    }

    /** From now on values are written. */
    void begin() {
        synchronized (this) {
            last = System.nanoTime();
        }
        for (int i = 0; i < urls.size(); i++) {
            int master = i;
            var writer = new Thread(() -> write(master), "writes by master " + i);
            writer.setDaemon(true);
            writers.add(writer);
            writer.start();
        }
    }

    private void write(int master) {
        try {
            for (int n = 1; !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS); n++) {
                var key = "m" + master + "-" + n % KEYS_OF_EACH;
                var value = Integer.toString(n).getBytes(StandardCharsets.US_ASCII);
                if (answers.put(urls.get(master) + PATH + key, value) == WRITTEN) {
                    acknowledged(key, n);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void acknowledged(String key, int value) {
        long now = System.nanoTime();
        longest = Math.max(longest, now - last);
        last = now;
        count++;
        acknowledged.put(key, value);
    }

    /** From here on gaps are counted anew; the one that is open now counts as a whole. */
    synchronized void forgetGaps() {
        longest = 0;
    }

    /** For how long at most nothing was acknowledged by any master, in seconds; 0 if nothing is written. */
    synchronized double longestGapSeconds() {
        return writers.isEmpty() ? 0 : Math.max(longest, System.nanoTime() - last) / 1e9;
    }

    /** How many were acknowledged. */
    synchronized int count() {
        return count;
    }

    /** Looks for each key's value, when no more are written. @return those that are older than what was acknowledged */
    List<String> missing() {
        var out = new ArrayList<String>();
        Map<String, Integer> expected;
        synchronized (this) {
            expected = new TreeMap<>(acknowledged);
        }
        expected.forEach((key, value) -> {
            var found = answers.body(urls.get(0) + PATH + key);
            if (!found.matches("[0-9]+") || Integer.parseInt(found) < value) {
                out.add(key + " is '" + found + "' and was " + value);
            }
        });
        return out;
    }

    /** No more are written. */
    @Override
    public void close() {
        closed.countDown();
        for (var writer : writers) {
            try {
                writer.join();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
