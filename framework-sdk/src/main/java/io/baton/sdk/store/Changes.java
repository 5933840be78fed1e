package io.baton.sdk.store;

import java.util.List;

/**
 * What has changed, each key once.
 *
 * @param written values as they are now, oldest change first; changes in between are passed over
 * @param deleted keys that have no value any more
 * @param version to watch from next
 */
public record Changes(List<Entry> written, List<String> deleted, long version) {
    public Changes {
        written = List.copyOf(written);
        deleted = List.copyOf(deleted);
    }

    /** Whether the wait was over before anything changed. */
    public boolean isEmpty() {
        return written.isEmpty() && deleted.isEmpty();
    }
}
