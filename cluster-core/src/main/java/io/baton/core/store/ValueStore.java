package io.baton.core.store;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Small versioned values that schedulers keep in the masters. Thread-safe; never blocks; its stages do not fail. */
public interface ValueStore {
    /** Most values of one page. */
    int MAX_PAGE = 1_000;

    /** Most bytes of the values of one page, unless a single one is larger. */
    int MAX_PAGE_BYTES = 4 * 1024 * 1024;

    /** Longest wait of one watch. */
    Duration MAX_WAIT = Duration.ofSeconds(60);

    /**
     * Which values are meant.
     *
     * @param namespace theirs
     * @param prefix of their keys; may be empty
     */
    record Range(String namespace, String prefix) {
        /** Whether this key is one of them. */
        public boolean covers(String key) {
            return key.startsWith(prefix);
        }
    }

    /**
     * Writes a value.
     *
     * @param ifVersion only if this is its version; 0: only if there is none
     * @return written, conflict, refused, unavailable or unknown
     */
    CompletionStage<StoreAnswer> put(ValueKey key, ByteString value, OptionalLong ifVersion);

    /**
     * Deletes a value.
     *
     * @param ifVersion only if this is its version
     * @return written with the version of the deletion, missing, conflict, unavailable or unknown
     */
    CompletionStage<StoreAnswer> delete(ValueKey key, OptionalLong ifVersion);

    /**
     * Reads one value.
     *
     * @param newest whether all that was acknowledged to anyone before must show, which needs a majority; else it is
     *     this master's copy, which may be a little old
     * @return a page with it, missing, or unavailable
     */
    CompletionStage<StoreAnswer> get(ValueKey key, boolean newest);

    /**
     * Reads values in the order of their keys.
     *
     * @param after only those whose key is higher; empty for all
     * @param limit how many at most, no more than {@link #MAX_PAGE}
     * @param newest as in {@link #get}
     * @return a page, perhaps an empty one, or unavailable
     */
    CompletionStage<StoreAnswer> list(Range range, String after, int limit, boolean newest);

    /**
     * Waits until values change.
     *
     * @param after the version up to which everything is known
     * @param wait for how long, no more than {@link #MAX_WAIT}
     * @return changed, expired, or unavailable if too many wait already
     */
    CompletionStage<StoreAnswer> watch(Range range, long after, Duration wait);
}
