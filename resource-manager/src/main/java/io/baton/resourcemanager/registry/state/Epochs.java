package io.baton.resourcemanager.registry.state;

/**
 * Numbers that grow: epochs of owners, incarnations, versions of values.
 *
 * <p>An epoch is the index of the log entry that granted it; where one entry grants several, the later ones are one
 * higher each. The highest is kept in the snapshot, so that a restored cluster goes on above it.
 */
final class Epochs {
    private long index;
    private long highest;

    /** From now on the entry with this index is applied. */
    void entry(long index) {
        this.index = index;
    }

    /** Higher than any before. */
    long next() {
        highest = Math.max(index, highest + 1);
        return highest;
    }

    long index() {
        return index;
    }

    long highest() {
        return highest;
    }

    void reset(long index, long highest) {
        this.index = index;
        this.highest = highest;
    }
}
