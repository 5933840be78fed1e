package io.baton.executor.download;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives those that wait their turns: next is one whose owner has the fewest under way, and of those one that has waited
 * longest for a turn. When all turns are taken, owners that have none get as many again, so that one's slow sources do
 * not keep others waiting.
 */
final class FetchQueue {
    private static final long IDLE_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(FetchQueue.class);

    private final int atOnce;
    private final ThreadPoolExecutor pool;
    private final Map<String, Deque<Runnable>> waiting = new LinkedHashMap<>();
    private final Map<String, Integer> underWay = new HashMap<>();
    private int busy;
    /** Whether the last turn could not begin. */
    private boolean starved;

    private boolean closed;

    /** @param atOnce turns at a time; the further ones of owners that have none are at most as many */
    FetchQueue(int atOnce, ThreadFactory threads) {
        this.atOnce = atOnce;
        this.pool = new ThreadPoolExecutor(
                most(), most(), IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
        pool.allowCoreThreadTimeOut(true);
    }

    private int most() {
        return 2 * atOnce;
    }

    /** Its turn will come. */
    synchronized void add(String owner, Runnable turn) {
        of(owner).addLast(turn);
        startAll();
    }

    /** Its turn comes before all others of its owner: it has had one already. */
    synchronized void addFirst(String owner, Runnable turn) {
        of(owner).addFirst(turn);
        startAll();
    }

    private Deque<Runnable> of(String owner) {
        return waiting.computeIfAbsent(owner, first -> new ArrayDeque<>());
    }

    /** Takes one back; false if its turn has come. */
    synchronized boolean remove(String owner, Runnable turn) {
        var its = waiting.getOrDefault(owner, new ArrayDeque<>());
        boolean waited = its.remove(turn);
        if (its.isEmpty()) {
            waiting.remove(owner);
        }
        return waited;
    }

    /** Those whose turn could not begin, for want of a thread, are tried again. */
    synchronized void again() {
        if (!closed) {
            startAll();
        }
    }

    private void startAll() {
        for (var owner = next(); owner.isPresent() && start(owner.get()); owner = next()) {
            // Until none may begin, or can.
        }
        if (closed && busy == 0) {
            pool.shutdown();
        }
    }

    private Optional<String> next() {
        return waiting.keySet().stream()
                .min(Comparator.comparingInt(owner -> underWay.getOrDefault(owner, 0)))
                .filter(owner -> busy < atOnce || busy < most() && !underWay.containsKey(owner));
    }

    /** @return false if there is no thread for it: it waits on, before all others of its owner */
    private boolean start(String owner) {
        var its = of(owner);
        var turn = its.remove();
        waiting.remove(owner);
        if (!its.isEmpty()) {
            // At the end: others come first that have as few under way.
            waiting.put(owner, its);
        }
        begun(owner);
        try {
            pool.execute(() -> {
                try {
                    turn.run();
                } finally {
                    over(owner);
                }
            });
            starved = false;
            return true;
        } catch (OutOfMemoryError noThread) {
            if (!starved) {
                LOG.warn("what is to be fetched waits for a thread: {}", noThread.getMessage());
            }
            starved = true;
            ended(owner);
            of(owner).addFirst(turn);
            return false;
        }
    }

    private void begun(String owner) {
        underWay.merge(owner, 1, Integer::sum);
        busy++;
    }

    private void ended(String owner) {
        busy--;
        underWay.computeIfPresent(owner, (its, count) -> count == 1 ? null : count - 1);
    }

    private synchronized void over(String owner) {
        ended(owner);
        startAll();
    }

    /** Those that wait still get their turns; then its threads end. */
    synchronized void close() {
        closed = true;
        startAll();
    }
}
