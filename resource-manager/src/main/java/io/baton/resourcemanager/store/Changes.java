package io.baton.resourcemanager.store;

import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The latest changes of values, and who waits for the next ones.
 *
 * <p>Pure and mutable, with one owner. Values are not in it: who is woken reads them.
 *
 * @param <W> who waits
 */
final class Changes<W> {
    /** Changes that are kept; who is further behind must list anew. */
    static final int KEPT = 10_000;

    private record Change(ValueKey key, long version) {}

    private record Waiting<W>(Range range, long after, W who) {}

    private final ArrayDeque<Change> kept = new ArrayDeque<>();
    private final TreeMap<String, List<Waiting<W>>> waiting = new TreeMap<>();
    private int waitingCount;
    private long floor;

    /** Begins anew: what has changed up to this version is not known. Answers whoever waited. */
    List<W> reset(long version) {
        kept.clear();
        floor = version;
        var all = new ArrayList<W>();
        waiting.values().forEach(those -> those.forEach(one -> all.add(one.who())));
        waiting.clear();
        waitingCount = 0;
        return all;
    }

    /** A value was written or deleted. Answers who waited for it; they wait no more. */
    List<W> changed(ValueKey key, long version) {
        kept.add(new Change(key, version));
        if (kept.size() > KEPT) {
            floor = kept.remove().version();
        }
        var those = waiting.get(key.namespace());
        if (those == null) {
            return List.of();
        }
        var woken = new ArrayList<W>();
        for (Iterator<Waiting<W>> it = those.iterator(); it.hasNext(); ) {
            var one = it.next();
            if (version > one.after() && one.range().covers(key.key())) {
                woken.add(one.who());
                it.remove();
            }
        }
        forget(key.namespace(), woken.size());
        return woken;
    }

    /**
     * The keys that have changed after this version, each with the version of its last change, oldest first.
     *
     * @return empty if changes so far back are not kept
     */
    Optional<SortedMap<Long, String>> since(Range range, long version) {
        if (version < floor) {
            return Optional.empty();
        }
        var latest = new LinkedHashMap<String, Long>();
        for (var newestFirst = kept.descendingIterator(); newestFirst.hasNext(); ) {
            var change = newestFirst.next();
            if (change.version() <= version) {
                break;
            }
            if (change.key().namespace().equals(range.namespace())
                    && range.covers(change.key().key())) {
                latest.putIfAbsent(change.key().key(), change.version());
            }
        }
        var byVersion = new TreeMap<Long, String>();
        latest.forEach((key, at) -> byVersion.put(at, key));
        return Optional.of(byVersion);
    }

    /** Waits for a change after this version: older ones may still be on their way to this master. */
    void await(Range range, long after, W who) {
        waiting.computeIfAbsent(range.namespace(), n -> new ArrayList<>()).add(new Waiting<>(range, after, who));
        waitingCount++;
    }

    /** Its time is over. */
    void leave(Range range, long after, W who) {
        var those = waiting.get(range.namespace());
        if (those != null && those.remove(new Waiting<>(range, after, who))) {
            forget(range.namespace(), 1);
        }
    }

    private void forget(String namespace, int count) {
        waitingCount -= count;
        if (waiting.get(namespace).isEmpty()) {
            waiting.remove(namespace);
        }
    }

    int waiting() {
        return waitingCount;
    }
}
