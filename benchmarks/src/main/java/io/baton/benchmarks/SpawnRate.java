package io.baton.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How fast this JVM starts {@code true} and nothing else: the ceiling of any launcher that starts processes itself. */
final class SpawnRate {
    private static final String PROGRAM = "/bin/true";

    private SpawnRate() {}

    /**
     * Starts and reaps processes.
     *
     * @param threads starting at the same time
     * @return processes per second
     */
    static double measure(int count, int threads) throws InterruptedException {
        var pool = Executors.newFixedThreadPool(threads);
        var left = new AtomicInteger(count);
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            pool.execute(() -> {
                while (left.getAndDecrement() > 0) {
                    startOne();
                }
            });
        }
        pool.shutdown();
        if (!pool.awaitTermination(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException("starting " + count + " processes took more than five minutes");
        }
        return count / ((System.nanoTime() - start) / 1e9);
    }

    private static void startOne() {
        try {
            new ProcessBuilder(PROGRAM).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
