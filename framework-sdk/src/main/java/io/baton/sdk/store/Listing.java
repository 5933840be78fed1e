package io.baton.sdk.store;

import java.util.List;

/**
 * Values at one moment, or, where they take several pages, of a little while.
 *
 * @param entries in the order of their keys
 * @param version to watch from: what changes later, and what changed while the pages were read, comes then
 */
public record Listing(List<Entry> entries, long version) {
    public Listing {
        entries = List.copyOf(entries);
    }
}
